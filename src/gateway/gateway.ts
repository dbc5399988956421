// The GraphQL gateway: a stateless function from requests to responses. What it keeps between
// requests, the genesis record, the epochs and the directory, can be asked for again at any time.
import type { DocumentNode } from "graphql";
import { createYoga } from "graphql-yoga";
import type { Env } from "../env.ts";
import { clientOf } from "./client-of.ts";
import { gatewayConfig } from "./config.ts";
import type { GatewayContext } from "./context.ts";
import { forOrigin, preflight } from "./cross-origin.ts";
import { Directory } from "./directory.ts";
import { DocumentCache } from "./document-cache.ts";
import { errorResponse } from "./error-response.ts";
import { maskError } from "./errors.ts";
import { REQUEST_CALLS_MAX } from "./limits.ts";
import { NetworkFacts } from "./network-facts.ts";
import { peersOf } from "./peers.ts";
import { checkHead } from "./request-head.ts";
import { gatewaySchema } from "./schema.ts";
import { useAcceptable } from "./use-acceptable.ts";
import { useDeadline } from "./use-deadline.ts";
import { useErrorCodes } from "./use-error-codes.ts";
import { useIntrospection, withoutSuggestions } from "./use-introspection.ts";
import { useLease } from "./use-lease.ts";
import { useQueryLimits } from "./use-query-limits.ts";
import { useRequestParams } from "./use-request-params.ts";

export interface Gateway {
  fetch(request: Request, env: Env, ctx: unknown): Promise<Response>;
}

type Server = (request: Request, env: Env) => Promise<Response>;

export function createGateway(): Gateway {
  // Only what came is kept, never a promise: a request cannot wait for what another one has asked.
  let server: Server | undefined;
  return {
    async fetch(request, env) {
      if (request.method === "OPTIONS") return preflight(request, env);
      try {
        checkHead(request);
        server ??= await makeServer(env);
        return forOrigin(await server(request, env), request, env);
      } catch (error) {
        return forOrigin(errorResponse(maskError(error)), request, env);
      }
    },
  };
}

async function makeServer(env: Env): Promise<Server> {
  const { introspection, persistedOnly } = gatewayConfig(env);
  const mask = (error: unknown) => maskError(introspection ? error : withoutSuggestions(error));
  const network = new NetworkFacts(await peersOf(env).merkleChain.network(), env);
  const directory = new Directory();
  const { development, epoch } = network.genesis;
  const isManual = network.clock === "manual";
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
    maskedErrors: { maskError: mask, isDev: false },
    plugins: [
      useRequestParams(persistedOnly),
      useIntrospection(introspection),
      useQueryLimits({ shards: epoch.shards.length, sets: epoch.sets.length }, mask),
      useLease(),
      useDeadline(!isManual),
      useErrorCodes(),
      useAcceptable(),
    ],
  });
  // One `dev.advance` may do the work of days.
  const callsMax = isManual ? Number.POSITIVE_INFINITY : REQUEST_CALLS_MAX;
  return async (request, env) => {
    const peers = peersOf(env, clientOf(request), callsMax);
    return yoga.fetch(request, { env, network, directory, peers });
  };
}
