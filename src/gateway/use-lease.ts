// a request whose time the known epochs may not tell any more asks the MerkleChain for a new lease before it goes on. The
// gateway signs nothing, and shards tell it what has moved: if nobody answers, it goes on by what it knows.
import type { Plugin } from "graphql-yoga";
import type { GatewayContext } from "./context.ts";
import { peersOf } from "./peers.ts";

type Run<A> = (args: A) => unknown;

const leased =
  <A extends { readonly contextValue?: unknown }>(run: Run<A>): Run<A> =>
  (args) => {
    const { network, env } = args.contextValue as GatewayContext;
    if (!network.needsLease()) return run(args);
    // Beside the request's own calls, which are counted.
    return network.renew(peersOf(env)).then(
      () => run(args),
      (error: unknown) => {
        console.error({ event: "lease not renewed", error: String(error) });
        return run(args);
      },
    );
  };

export function useLease(): Plugin {
  return {
    onExecute: ({ executeFn, setExecuteFn }) => setExecuteFn(leased(executeFn)),
    onSubscribe: ({ subscribeFn, setSubscribeFn }) => setSubscribeFn(leased(subscribeFn)),
  };
}
