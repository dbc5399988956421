// How two shards become one: the heir, the sets that remain, and those that are demoted.
import { invariant } from "../assert.ts";
import { ROOT_CHAIN } from "../ledger/chain-id.ts";
import { accept, type Result } from "../result.ts";
import {
  ascending,
  checkTopology,
  richest,
  type SetAllocation,
  type StakeOf,
  setsBetween,
  shardOf,
  type Topology,
} from "./allocation.ts";
import { checkPair, checkRacer, type MergingPair, thirdShard } from "./merge-race.ts";
import type { TopologyRefusalOf } from "./refusals.ts";
import { dutiesOf, holdings, type SetRelation, type TopologyChange } from "./relations.ts";

export interface MergeOrder extends MergingPair {
  /** The set that won the race. */
  readonly winner: number;
  /** Of the round in which the race began: what the winner has synced follows from them. */
  readonly stakeOf: StakeOf;
}

export interface MergePlan extends TopologyChange {
  /** Has the chains of both. */
  readonly heir: number;
  readonly endedShard: number;
}

export type MergeRefusal = TopologyRefusalOf<
  "UNKNOWN_SHARD" | "SAME_SHARD" | "UNKNOWN_SET" | "SET_NOT_OF_SHARD"
>;

/** What becomes of the sets that cover one or both of the two shards; the others stay as they are. */
interface SetPlan {
  /** By set: what it covers afterwards. */
  readonly remain: ReadonlyMap<number, readonly number[]>;
  /** By set that is demoted: the one that remains in its place. */
  readonly demoted: ReadonlyMap<number, number>;
}

/** Everybody who knows the order derives the same plan. */
export function planMerge(
  topology: Topology,
  { shard, partner, winner, stakeOf }: MergeOrder,
): Result<MergePlan, MergeRefusal> {
  const merging = { shard, partner };
  const checked = checkPair(topology, merging);
  if (!checked.ok) return checked;
  const eligible = checkRacer(topology, winner, shard);
  if (!eligible.ok) return eligible;
  const heir = heirOf(topology, merging);
  const endedShard = heir === shard ? partner : shard;
  const { remain, demoted } = planSets(topology, merging, heir, winner, stakeOf);
  const chains = ascending([shard, partner].flatMap((one) => shardOf(topology, one)?.chains ?? []));
  const after: Topology = {
    shards: topology.shards
      .filter((record) => record.shard !== endedShard)
      .map((record) => (record.shard === heir ? { shard: heir, chains } : record)),
    sets: topology.sets
      .filter(({ set }) => !demoted.has(set))
      .map(({ set, shards }) => ({ set, shards: remain.get(set) ?? shards })),
    nextShard: topology.nextShard,
    nextSet: topology.nextSet,
  };
  checkTopology(after);
  const relations = relationsOf(topology, after, merging, heir, demoted);
  return accept({ heir, endedShard, after, relations });
}

/** The one with T0, so that the MerkleChain's shard stays; else the older, whose place in the timetable is earlier. */
function heirOf(topology: Topology, { shard, partner }: MergingPair): number {
  const [older, younger] = ascending([shard, partner]) as [number, number];
  return shardOf(topology, younger)?.chains.includes(ROOT_CHAIN) ? younger : older;
}

/** Beside the winner, whom the race favours whatever its stake, the richer of two redundant sets remains. */
function planSets(
  topology: Topology,
  merging: MergingPair,
  heir: number,
  winner: number,
  stakeOf: StakeOf,
): SetPlan {
  const { shard, partner } = merging;
  const remain = new Map<number, readonly number[]>();
  const demoted = new Map<number, number>();
  const own = setsBetween(topology, shard, partner);
  const others = topology.shards.map((record) => record.shard).filter(isOther(merging));
  const ownWins = own.some(({ set }) => set === winner);
  if (others.length === 0) remain.set(winner, [heir]);
  // Without the race won, it covers the heir alone, and every other set of the heir makes it redundant.
  for (const { set } of own) if (set !== winner) demoted.set(set, winner);
  const third = ownWins ? thirdShard(topology, merging, stakeOf) : null;
  for (const other of others) {
    const covers = ascending([heir, other]);
    const both = [...setsBetween(topology, shard, other), ...setsBetween(topology, partner, other)];
    const isThird = other === third;
    // Three shards to two: the pair that is left has two sets.
    const seated = others.length === 1 ? 2 : 1;
    const first = isThird ? [winner] : both.filter(({ set }) => set === winner).map(idOf);
    const byStake = byFallingStake(both, stakeOf).filter((set) => !first.includes(set));
    const kept = [...first, ...byStake].slice(0, seated);
    for (const set of kept) remain.set(set, covers);
    for (const set of byStake) if (!kept.includes(set)) demoted.set(set, kept[0] as number);
  }
  return { remain, demoted };
}

const isOther =
  ({ shard, partner }: MergingPair) =>
  (other: number): boolean =>
    other !== shard && other !== partner;

const idOf = ({ set }: SetAllocation): number => set;

/** Of the two that the merge leaves redundant; of equals the older first. */
function byFallingStake(sets: readonly SetAllocation[], stakeOf: StakeOf): readonly number[] {
  const first = richest(sets, stakeOf).set;
  return [first, ...sets.map(idOf).filter((set) => set !== first)];
}

function relationsOf(
  before: Topology,
  after: Topology,
  { shard, partner }: MergingPair,
  heir: number,
  demoted: ReadonlyMap<number, number>,
): readonly SetRelation[] {
  const duties = dutiesOf(after);
  const allocations = new Map(after.sets.map((allocation) => [allocation.set, allocation]));
  return before.sets.map(({ set, shards }): SetRelation => {
    const redundantWith = demoted.get(set);
    if (redundantWith !== undefined) return { kind: "demoted", set, warm: shards, redundantWith };
    const allocation = allocations.get(set);
    invariant(allocation !== undefined, "A set neither remains nor is demoted", { set });
    const needs = allocation.shards.flatMap((one) => (one === heir ? [shard, partner] : [one]));
    return {
      kind: "remains",
      set,
      spawns: [],
      standsInFor: [],
      ...holdings(shards, needs),
      ...duties(allocation),
    };
  });
}
