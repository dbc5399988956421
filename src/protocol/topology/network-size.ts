// How many shards there can be (section 13): by the chains that want room, or by the validators that are there to fill sets.
import { invariant } from "../assert.ts";

/**
 * Shards for so many chains at `chainsPerShard` each: the nearest whole number, since that mean is
 * itself rounded (the source's 1,800 chains at 58 are 31 shards, not 32). At least one.
 */
export const shardsForChains = (chains: number, chainsPerShard: number): number =>
  Math.max(1, Math.round(chains / chainsPerShard));

/** the most shards whose sets so many validators fill; 0 if they do not fill one. */
export function shardsForValidators(validators: number, seats: number): number {
  invariant(seats >= 1 && validators >= 0, "No number of validators", { validators, seats });
  const sets = Math.floor(validators / seats);
  // Pairs N(N-1)/2 <= sets, solved for N. One or two sets are no pairs.
  return sets < 3 ? sets : Math.floor((1 + Math.sqrt(1 + 8 * sets)) / 2);
}
