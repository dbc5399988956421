// What each set does while one topology becomes the next, in the words of the source's tables.
import {
  ascending,
  type Coverage,
  maintainersOf,
  type SetAllocation,
  type Topology,
} from "./allocation.ts";

/**
 * Shards are named by the finer of the two topologies, which is that after a split and that before a merge: a set that covered a
 * shard that splits has both its parts, and one that covers merged shards needs both.
 */
export interface Holdings {
  /** Has and goes on to replicate. */
  readonly keeps: readonly number[];
  /** Has and gives up. */
  readonly prunes: readonly number[];
  /** Lacks and must replicate before it takes over. */
  readonly syncs: readonly number[];
}

export interface Duties {
  /** The shard of the topology after that the set is primary for; null if for none. */
  readonly maintains: number | null;
  /** What else it covers then. It produces for all that it covers. */
  readonly watches: readonly number[];
}

export type SetRelation = RemainingSet | SpawnedSet | DemotedSet;

export interface RemainingSet extends Holdings, Duties {
  readonly kind: "remains";
  readonly set: number;
  readonly spawns: readonly number[];
  /** New sets whose shards this one has and covers until they are synced; only then does it prune. */
  readonly standsInFor: readonly number[];
}

export interface SpawnedSet extends Holdings, Duties {
  readonly kind: "spawned";
  readonly set: number;
  readonly by: number;
  /** The extra seats of the set that spawns it, which have all that it has; or the queue, which has nothing. */
  readonly seatsFrom: "spawner" | "queue";
  /** Who covers its shards until it is synced; null if it is from the beginning. */
  readonly standIn: number | null;
}

export interface DemotedSet {
  readonly kind: "demoted";
  readonly set: number;
  /** What it goes on to replicate, by the shards before the merge: its validators can be seated again at once. */
  readonly warm: readonly number[];
  /** The set that remains in its place. */
  readonly redundantWith: number;
}

/** One topology behind another. */
export interface TopologyChange {
  readonly after: Topology;
  /** Each set before and after once, ascending. */
  readonly relations: readonly SetRelation[];
}

export function holdings(has: readonly number[], needs: readonly number[]): Holdings {
  return {
    keeps: ascending(has.filter((shard) => needs.includes(shard))),
    prunes: ascending(has.filter((shard) => !needs.includes(shard))),
    syncs: ascending(needs.filter((shard) => !has.includes(shard))),
  };
}

/** For each set of the topology. */
export function dutiesOf(topology: Coverage): (set: SetAllocation) => Duties {
  const shardOfSet = new Map([...maintainersOf(topology)].map(([shard, set]) => [set, shard]));
  return ({ set, shards }) => {
    const maintains = shardOfSet.get(set) ?? null;
    return { maintains, watches: shards.filter((shard) => shard !== maintains) };
  };
}

export const bySet = (a: { readonly set: number }, b: { readonly set: number }): number =>
  a.set - b.set;
