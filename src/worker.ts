// The Worker: routes requests to the gateway and exports the Durable Objects.
export { MerkleChainObject } from "../durable-objects/merkle-chain.ts";
export { ShardObject } from "../durable-objects/shard.ts";
export { ValidatorSetObject } from "../durable-objects/validator-set.ts";

import type { Env } from "./env.ts";
import { createGateway } from "./gateway/gateway.ts";

const gateway = createGateway();

export default {
  fetch(request: Request, env: Env, ctx: ExecutionContext): Response | Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/graphql") return gateway.fetch(request, env, ctx);
    if (pathname === "/") return Response.redirect(new URL("/graphql", request.url).href, 302);
    return new Response("Not found: the API is at /graphql", { status: 404 });
  },
} satisfies ExportedHandler<Env>;
