// How many sets a number of shards has and what each covers, by counting alone. A lone shard has one
// set, two shards share two; from three on every pair of shards has one.
import { invariant } from "../assert.ts";

/** Unordered pairs of shards: none for a lone one. */
export const pairCount = (shards: number): number => (whole(shards) * (shards - 1)) / 2;

/** */
export const setCount = (shards: number): number =>
  whole(shards) <= 2 ? shards : pairCount(shards);

/** Shards that one set covers. */
export const shardsOfSet = (shards: number): number => Math.min(2, whole(shards));

/** Sets that cover one given shard. */
export const setsOfShard = (shards: number): number => (whole(shards) <= 2 ? shards : shards - 1);

/** Sets that cover both shards of one given pair: they alone see a cross-shard trade whole. */
export function setsOfPair(shards: number): number {
  invariant(whole(shards) >= 2, "A lone shard is in no pair", { shards });
  return shards === 2 ? 2 : 1;
}

/** Sets that cover one shard of a given pair and not the other: partial clarity, 2(N-2). */
export const setsBesidePair = (shards: number): number =>
  2 * (setsOfShard(shards) - setsOfPair(shards));

/** sets that propose in one round: one a pair that meets, and an idle one for a shard that sits out. */
export const setsOnDuty = (shards: number): number => Math.ceil(whole(shards) / 2);

/** so many fill every seat. */
export const validatorsNeeded = (shards: number, seats: number): number => setCount(shards) * seats;

function whole(shards: number): number {
  invariant(Number.isSafeInteger(shards) && shards >= 1, "No number of shards", { shards });
  return shards;
}
