// A topology: which chains each shard holds and which shards each set covers, as one epoch has it. Splits and merges
// make one from another.
import { invariant } from "../assert.ts";
import type { ShardRecord, ValidatorSetRecord } from "../rounds/epoch.ts";
import { setCount, shardsOfSet } from "./set-counts.ts";

export type SetAllocation = Pick<ValidatorSetRecord, "set" | "shards">;

/** Who covers what, whatever comes next. */
export type Coverage = Pick<Topology, "shards" | "sets">;

export interface Topology {
  /** In the order of their creation, which is that of their ids. Chains ascend; each is on one shard. */
  readonly shards: readonly ShardRecord[];
  /** Ascending. */
  readonly sets: readonly SetAllocation[];
  /** The ids that the next shard and the next set get: none is ever used twice (section 15). */
  readonly nextShard: number;
  readonly nextSet: number;
}

/** The topology of a network that has never split or merged: the ids that are next follow the highest. */
export function firstTopology(epoch: {
  readonly shards: readonly ShardRecord[];
  readonly sets: readonly SetAllocation[];
}): Topology {
  const topology: Topology = {
    shards: epoch.shards.map(({ shard, chains }) => ({ shard, chains: ascending(chains) })),
    sets: epoch.sets.map(({ set, shards }) => ({ set, shards: ascending(shards) })),
    nextShard: Math.max(...epoch.shards.map(({ shard }) => shard)) + 1,
    nextSet: Math.max(...epoch.sets.map(({ set }) => set)) + 1,
  };
  checkTopology(topology);
  return topology;
}

export const ascending = (numbers: readonly number[]): number[] =>
  [...numbers].sort((a, b) => a - b);

const isAscending = (numbers: readonly number[]): boolean =>
  numbers.every((number, i) => Number.isSafeInteger(number) && number > (numbers[i - 1] ?? -1));

/** throws InvariantError for what no split or merge may leave. */
export function checkTopology({ shards, sets, nextShard, nextSet }: Topology): void {
  const ids = shards.map(({ shard }) => shard);
  invariant(ids.length >= 1 && isAscending(ids), "Shards out of order", { ids });
  invariant((ids.at(-1) as number) < nextShard, "The next shard's id is taken", { nextShard });
  const placed = new Set<number>();
  for (const { shard, chains } of shards) {
    // A shard of the genesis record may have none; no split leaves one without.
    invariant(isAscending(chains), "Chains out of order", { shard, chains });
    for (const chain of chains) {
      invariant(!placed.has(chain), "A chain is on two shards", { chain, shard });
      placed.add(chain);
    }
  }
  const setIds = sets.map(({ set }) => set);
  invariant(isAscending(setIds), "Sets out of order", { setIds });
  invariant((setIds.at(-1) ?? 0) < nextSet, "The next set's id is taken", { nextSet });
  const required = setCount(ids.length);
  invariant(sets.length === required, "A wrong number of sets", { sets: sets.length, required });
  const known = new Set(ids);
  const pairs = new Set<string>();
  for (const { set, shards: covered } of sets) {
    const isWhole = covered.length === shardsOfSet(ids.length) && isAscending(covered);
    invariant(isWhole, "A set with a wrong number of shards", { set, covered });
    for (const shard of covered)
      invariant(known.has(shard), "A set covers no such shard", { set, shard });
    pairs.add(covered.join());
  }
  // As many sets as pairs, so that one with two means one with none. Two shards are one pair with two sets.
  const distinct = ids.length === 2 ? 1 : required;
  invariant(pairs.size === distinct, "A pair without a set", { pairs: [...pairs] });
}

export const shardOf = ({ shards }: Topology, shard: number): ShardRecord | undefined =>
  shards.find((record) => record.shard === shard);

/** The sets that cover the shard, ascending. */
export const setsOf = <S extends SetAllocation>(
  { sets }: { readonly sets: readonly S[] },
  shard: number,
): readonly S[] => sets.filter(({ shards }) => shards.includes(shard));

/** The sets that cover both: one, or each of the two of two shards. */
export const setsBetween = (topology: Topology, a: number, b: number): readonly SetAllocation[] =>
  setsOf(topology, a).filter(({ shards }) => shards.includes(b));

/** The stakes of a set's seats, together. */
export type StakeOf = (set: number) => bigint;

/** Which of these sets has the most stake; of equals the oldest. */
export function richest(sets: readonly SetAllocation[], stakeOf: StakeOf): SetAllocation {
  const [first, ...others] = sets;
  invariant(first !== undefined, "No set to choose from");
  let best = { set: first, stake: stakeOf(first.set) };
  for (const set of others) {
    const stake = stakeOf(set.set);
    if (stake > best.stake || (stake === best.stake && set.set < best.set.set))
      best = { set, stake };
  }
  return best.set;
}

/**
 * Which set maintains each shard, by shard; the others that cover it watch it. The source gives every shard one primary set and no
 * set two: in the order of their creation each shard has its oldest set that maintains no older one. Where all are taken, which only
 * a merge leaves behind, older shards take the next of theirs to make room.
 */
export function maintainersOf(topology: Coverage): ReadonlyMap<number, number> {
  const shardOfSet = new Map<number, number>();
  for (const { shard } of topology.shards) {
    const isPlaced = takeMaintainer(topology, shard, shardOfSet, new Set());
    // N sets or more on N shards, any few of which have as many sets between them (Hall).
    invariant(isPlaced, "No set can maintain the shard", { shard });
  }
  return new Map([...shardOfSet].map(([set, shard]) => [shard, set]));
}

/** One step of bipartite matching: a free set if there is one, else an augmenting path. */
function takeMaintainer(
  topology: Coverage,
  shard: number,
  shardOfSet: Map<number, number>,
  tried: Set<number>,
): boolean {
  const covering = setsOf(topology, shard);
  const free = covering.find(({ set }) => !shardOfSet.has(set));
  if (free !== undefined) {
    shardOfSet.set(free.set, shard);
    return true;
  }
  for (const { set } of covering) {
    if (tried.has(set)) continue;
    tried.add(set);
    if (takeMaintainer(topology, shardOfSet.get(set) as number, shardOfSet, tried)) {
      shardOfSet.set(set, shard);
      return true;
    }
  }
  return false;
}
