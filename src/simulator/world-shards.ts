// How many shards a world has, which chain lives in which, and which sets that makes.
import type { ValidatorSetRecord } from "../protocol/rounds/epoch.ts";
import { pairsOf } from "../protocol/rounds/timetable.ts";
import type { Random } from "./random.ts";
import type { WorldOptions } from "./world-options.ts";

export type DrawnShards = Pick<WorldOptions, "shards" | "placement" | "chains">;

/** Of all worlds: one shard in a third, two to four in more than half; with seven there are 21 sets. */
const SHARDS = [1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 5, 6, 7] as const;
/** Real signatures take time for every set. */
const SHARDS_OF_REAL_CRYPTO = [1, 1, 2, 3] as const;
// Worlds in which chains fall anywhere, and some shard may have none.
const ANYWHERE = 0.15;

/** `chains`: as many at least. */
export function drawShards(random: Random, chains: number, realCrypto: boolean): DrawnShards {
  const shards = random.pick(realCrypto ? SHARDS_OF_REAL_CRYPTO : SHARDS);
  if (shards === 1) return { shards, placement: [], chains };
  const count = Math.max(chains, shards);
  const home = (): number => random.between(0, shards - 1);
  if (random.chance(ANYWHERE)) {
    return { shards, placement: Array.from({ length: count }, home), chains: count };
  }
  // Every shard has one, T0 anywhere.
  const first = random.shuffle(Array.from({ length: shards }, (_, shard) => shard));
  const others = Array.from({ length: count - shards }, home);
  return { shards, placement: [...first, ...others], chains: count };
}

/** Where a chain of the genesis record lives. */
export const homeOf = ({ shards, placement }: WorldOptions, chain: number): number =>
  placement[chain] ?? chain % shards;

export const shardsOf = ({ shards }: Pick<WorldOptions, "shards">): readonly number[] =>
  Array.from({ length: shards }, (_, shard) => shard);

/** The sets with the shards that each covers, by number from 1. */
export const setsOf = (
  options: Pick<WorldOptions, "shards">,
): readonly Pick<ValidatorSetRecord, "set" | "shards">[] =>
  pairsOf(shardsOf(options)).map((shards, i) => ({ set: i + 1, shards }));

/** The seats of each voter of a set; the first lives in the set's own object. */
export const votersOf = (
  { voters, plainSets }: Pick<WorldOptions, "voters" | "plainSets">,
  set: number,
): WorldOptions["voters"] =>
  plainSets.includes(set) ? [voters.flat().toSorted((a, b) => a - b)] : voters;

// Of three sets and more most are plain: each voter is an actor with two replicas.
const PLAIN = 0.8;

/** None that has a faulty voter. */
export function drawPlainSets(
  random: Random,
  shards: number,
  byzantine: WorldOptions["byzantine"],
): readonly number[] {
  const plain = setsOf({ shards }).filter(() => random.chance(PLAIN));
  if (shards < 3) return [];
  return plain.map(({ set }) => set).filter((set) => byzantine.every((one) => one.set !== set));
}
