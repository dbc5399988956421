// Resolvers of schema/dev.graphql: only in the schema of development networks.

import { advance } from "../advance.ts";
import { chainNumber } from "../chain-argument.ts";
import { faucet } from "../faucet.ts";
import type { Resolvers } from "../generated/schema-types.ts";
import { type DevMutationParent, refused } from "../parents.ts";

/**
 * Only root fields run one after the other by themselves: those of the group wait here for the one
 * before.
 */
class Turn {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(run: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(run);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}

const turnOf = (parent: DevMutationParent): Turn => parent as Turn;

export const devResolvers: Resolvers = {
  Mutation: { dev: () => new Turn() },
  DevMutation: {
    advance: (parent, { rounds }, context) => turnOf(parent).take(() => advance(context, rounds)),
    faucet: (parent, { address, chain, amount }, context) =>
      turnOf(parent).take(async () => {
        const number = chainNumber(chain);
        const record = await context.directory.find(context.peers, number);
        if (record === undefined) return refused({ code: "UNKNOWN_CHAIN", chain: number });
        return faucet(context, record, address, amount);
      }),
  },
};
