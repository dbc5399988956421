// The GraphQL gateway: a stateless function from requests to responses. What it keeps between
// requests, the genesis record and the directory, can be asked for again at any time.
import { type DocumentNode, GraphQLError } from "graphql";
import { createYoga } from "graphql-yoga";
import type { Env } from "../env.ts";
import type { GatewayContext } from "./context.ts";
import { allowAllOrigins, preflight } from "./cross-origin.ts";
import { Directory } from "./directory.ts";
import { DocumentCache } from "./document-cache.ts";
import { maskError } from "./errors.ts";
import { networkFacts } from "./network-facts.ts";
import { peersOf } from "./peers.ts";
import { withBoundedBody } from "./request-body.ts";
import { gatewaySchema } from "./schema.ts";
import { useQueryLimits } from "./use-query-limits.ts";

export interface Gateway {
  fetch(request: Request, env: Env, ctx: unknown): Promise<Response>;
}

type Server = (request: Request, env: Env) => Promise<Response>;

export function createGateway(): Gateway {
  // Only what came is kept, never a promise: a request cannot wait for what another one has asked.
  let server: Server | undefined;
  return {
    async fetch(request, env) {
      if (request.method === "OPTIONS") return preflight();
      try {
        const bounded = await withBoundedBody(request);
        server ??= await makeServer(env);
        return allowAllOrigins(await server(bounded, env));
      } catch (error) {
        return allowAllOrigins(errorResponse(error));
      }
    },
  };
}

async function makeServer(env: Env): Promise<Server> {
  const network = networkFacts(await peersOf(env).merkleChain.network(), env);
  const directory = new Directory();
  const { development } = network.genesis;
  const yoga = createYoga<GatewayContext>({
    schema: gatewaySchema(development),
    graphqlEndpoint: "/graphql",
    graphiql: development ? { title: `Yggdrasil: ${network.genesis.name}` } : false,
    landingPage: false,
    // What the defaults of these four cost is half of a small request; the body is bounded ahead of
    // this.
    maxRequestBodySize: false,
    multipart: false,
    cors: false,
    logging: false,
    batching: false,
    parserAndValidationCache: {
      documentCache: new DocumentCache<DocumentNode>(),
      errorCache: new DocumentCache<unknown>(),
      validationCache: true,
    },
    maskedErrors: { maskError, isDev: false },
    plugins: [useQueryLimits()],
  });
  return async (request, env) =>
    yoga.fetch(request, { env, network, directory, peers: peersOf(env) });
}

/** Errors outside of GraphQL's own handling, in the same form. */
function errorResponse(error: unknown): Response {
  const masked = maskError(error);
  const { http, ...extensions } = masked.extensions as { http?: { status?: number } };
  const body = { errors: [new GraphQLError(masked.message, { extensions })] };
  return Response.json(body, { status: http?.status ?? 500 });
}
