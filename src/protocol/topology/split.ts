// How a shard splits in two. Up to four shards the sets follow the source's tables, in which "Set 1" is the set that maintains
// the shard that splits; beyond, the general rule. `docs/protocol.md` says how the tables are read.
import { invariant } from "../assert.ts";
import { accept, type Result, refuse } from "../result.ts";
import {
  checkTopology,
  maintainersOf,
  richest,
  type SetAllocation,
  type StakeOf,
  setsBetween,
  setsOf,
  shardOf,
  type Topology,
} from "./allocation.ts";
import { divideChains } from "./divide-chains.ts";
import type { TopologyRefusalOf } from "./refusals.ts";
import { bySet, dutiesOf, holdings, type SetRelation, type TopologyChange } from "./relations.ts";
import type { TradeCount } from "./trade-counts.ts";

export interface SplitOrder {
  readonly shard: number;
  /** the epoch's, 32 bytes. */
  readonly seed: Uint8Array;
  readonly trades: readonly TradeCount[];
  readonly stakeOf: StakeOf;
}

export interface SplitPlan extends TopologyChange {
  /** Keeps the half with T0, if the shard has it. */
  readonly shard: number;
  readonly newShard: number;
}

export type SplitRefusal = TopologyRefusalOf<"UNKNOWN_SHARD" | "CHAINS_TOO_FEW">;

/** A set that does not exist before the split. */
interface Spawn {
  readonly set: number;
  readonly shards: readonly number[];
  readonly by: number;
  readonly seatsFrom: "spawner" | "queue";
  readonly standIn: number | null;
}

/** What becomes of the sets: of those before that cover other shards than before, and of the new ones. */
interface SetPlan {
  readonly moved: ReadonlyMap<number, readonly number[]>;
  readonly spawned: readonly Spawn[];
}

/** Two shards ascending, as sets name them. */
const pair = (a: number, b: number): readonly number[] => (a < b ? [a, b] : [b, a]);

/** Everybody who knows the order derives the same plan. */
export function planSplit(
  topology: Topology,
  { shard, seed, trades, stakeOf }: SplitOrder,
): Result<SplitPlan, SplitRefusal> {
  const record = shardOf(topology, shard);
  if (record === undefined) return refuse({ code: "UNKNOWN_SHARD", shard });
  const { chains } = record;
  if (chains.length < 2) return refuse({ code: "CHAINS_TOO_FEW", shard, chains: chains.length });
  const { stays, leaves } = divideChains(shard, chains, seed, trades);
  const newShard = topology.nextShard;
  const { moved, spawned } = planSets(topology, shard, stakeOf);
  const after: Topology = {
    shards: [
      ...topology.shards.map((other) => (other.shard === shard ? { shard, chains: stays } : other)),
      { shard: newShard, chains: leaves },
    ],
    sets: [
      ...topology.sets.map(({ set, shards }) => ({ set, shards: moved.get(set) ?? shards })),
      ...spawned.map(({ set, shards }) => ({ set, shards })),
    ],
    nextShard: newShard + 1,
    nextSet: topology.nextSet + spawned.length,
  };
  checkTopology(after);
  const relations = relationsOf(topology, after, shard, spawned);
  return accept({ shard, newShard, after, relations });
}

function planSets(topology: Topology, shard: number, stakeOf: StakeOf): SetPlan {
  switch (topology.shards.length) {
    case 1:
      return secondShard(topology, shard);
    case 2:
      return thirdShard(topology, shard);
    case 3:
      return fourthShard(topology, shard);
    default:
      return furtherShard(topology, shard, stakeOf);
  }
}

/** The source's "Set 1": the primary of the shard that splits. */
function maintainer(topology: Topology, shard: number): SetAllocation {
  const id = maintainersOf(topology).get(shard);
  const found = topology.sets.find(({ set }) => set === id);
  invariant(found !== undefined, "A shard without a primary set", { shard });
  return found;
}

/** 1 to 2: set 1 divides; both cover both shards. */
function secondShard(topology: Topology, shard: number): SetPlan {
  const { nextShard, nextSet: set } = topology;
  const by = maintainer(topology, shard).set;
  const shards = pair(shard, nextShard);
  return {
    moved: new Map([[by, shards]]),
    spawned: [{ set, shards, by, seatsFrom: "spawner", standIn: null }],
  };
}

/** 2 to 3: set 1 divides and prunes the new shard, set 2 prunes the old one, set 3 has the two of them. */
function thirdShard(topology: Topology, shard: number): SetPlan {
  const { nextShard, nextSet: set } = topology;
  const first = maintainer(topology, shard);
  const second = topology.sets.find((other) => other.set !== first.set);
  const other = first.shards.find((covered) => covered !== shard);
  invariant(second !== undefined && other !== undefined, "No two shards", { shard });
  return {
    moved: new Map([[second.set, pair(other, nextShard)]]),
    spawned: [
      { set, shards: pair(shard, nextShard), by: first.set, seatsFrom: "spawner", standIn: null },
    ],
  };
}

/** 3 to 4: set 1 divides and set 4 has the two parts; the queue forms 5 and 6, which the other two sets spawn. */
function fourthShard(topology: Topology, shard: number): SetPlan {
  const { nextShard, nextSet } = topology;
  const first = maintainer(topology, shard);
  const divided: Spawn = {
    set: nextSet,
    shards: pair(shard, nextShard),
    by: first.set,
    seatsFrom: "spawner",
    standIn: null,
  };
  const queued = othersOf(topology, shard).map((other, i): Spawn => {
    const [standIn] = setsBetween(topology, shard, other);
    invariant(standIn !== undefined, "A pair without a set", { shard, other });
    // The source: set 2 (BC) spawns 5 (BD), set 3 (AC) spawns 6 (CD). One that covers the shard and is not set 1 spawns its own.
    const by =
      standIn.set === first.set
        ? topology.sets.find(({ shards }) => !shards.includes(shard))
        : standIn;
    invariant(by !== undefined, "No set to spawn from", { shard, other });
    return {
      set: nextSet + 1 + i,
      shards: pair(other, nextShard),
      by: by.set,
      seatsFrom: "queue",
      standIn: standIn.set,
    };
  });
  return { moved: new Map(), spawned: [divided, ...queued] };
}

/** Beyond: each set of the shard divides over its two parts; the queue forms the set of the two, and the richest stands in. */
function furtherShard(topology: Topology, shard: number, stakeOf: StakeOf): SetPlan {
  const { nextShard, nextSet } = topology;
  const by = richest(setsOf(topology, shard), stakeOf).set;
  const queued: Spawn = {
    set: nextSet,
    shards: pair(shard, nextShard),
    by,
    seatsFrom: "queue",
    standIn: by,
  };
  const divided = othersOf(topology, shard).map((other, i): Spawn => {
    const [spawner] = setsBetween(topology, shard, other);
    invariant(spawner !== undefined, "A pair without a set", { shard, other });
    const shards = pair(other, nextShard);
    return { set: nextSet + 1 + i, shards, by: spawner.set, seatsFrom: "spawner", standIn: null };
  });
  return { moved: new Map(), spawned: [queued, ...divided] };
}

const othersOf = ({ shards }: Topology, shard: number): readonly number[] =>
  shards.map((record) => record.shard).filter((other) => other !== shard);

function relationsOf(
  before: Topology,
  after: Topology,
  shard: number,
  spawned: readonly Spawn[],
): readonly SetRelation[] {
  const duties = dutiesOf(after);
  /** By set: what it has when the split begins, with both parts for the shard that splits. */
  const had = new Map(
    before.sets.map(({ set, shards }) => [
      set,
      shards.includes(shard) ? [...shards, before.nextShard] : shards,
    ]),
  );
  const spawns = new Map(spawned.map((spawn) => [spawn.set, spawn]));
  const relations = after.sets.map((allocation): SetRelation => {
    const { set, shards } = allocation;
    const spawn = spawns.get(set);
    if (spawn === undefined) {
      return {
        kind: "remains",
        set,
        spawns: spawned.filter(({ by }) => by === set).map((other) => other.set),
        standsInFor: spawned.filter(({ standIn }) => standIn === set).map((other) => other.set),
        ...holdings(had.get(set) ?? [], shards),
        ...duties(allocation),
      };
    }
    const { by, seatsFrom, standIn } = spawn;
    const has = seatsFrom === "spawner" ? (had.get(by) ?? []) : [];
    return {
      kind: "spawned",
      set,
      by,
      seatsFrom,
      standIn,
      ...holdings(has, shards),
      ...duties(allocation),
    };
  });
  return relations.sort(bySet);
}
