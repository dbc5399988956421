// What a split or a merge would do if it happened now: the figures behind `previewSplit` and `previewMerge`, which change nothing.
import { invariant } from "../assert.ts";
import { accept, type Result } from "../result.ts";
import { cycleLength } from "../rounds/pairing.ts";
import { type StakeOf, shardOf, type Topology } from "./allocation.ts";
import { type MergePlan, planMerge } from "./merge.ts";
import { type MergingPair, type RaceTask, raceTasks, winnerByTimeout } from "./merge-race.ts";
import type { TopologyRefusalOf } from "./refusals.ts";
import { validatorsNeeded } from "./set-counts.ts";
import { planSplit, type SplitOrder, type SplitPlan, type SplitRefusal } from "./split.ts";
import type { TradeCount } from "./trade-counts.ts";

/** One figure before and after. */
export interface BeforeAfter {
  readonly before: number;
  readonly after: number;
}

export interface TopologyFigures {
  /** Measured trades between two chains in the whole network; of them some cross shards. */
  readonly trades: number;
  readonly tradesCrossing: BeforeAfter;
  /** The share that crosses, in thousandths, rounded down; null without trades. */
  readonly crossingPermille: BeforeAfter | null;
  /** to fill every seat afterwards. */
  readonly validatorsNeeded: number;
  /** Of them those that the network has not got; 0 if it has all. */
  readonly validatorsMissing: number;
  /** rounds from the first that could take a transaction to the commit, in the worst case. */
  readonly worstInclusionRounds: BeforeAfter;
  /** The same at the present length of a round. */
  readonly worstInclusionMs: BeforeAfter;
}

export interface SplitPreview {
  readonly plan: SplitPlan;
  /** On the shard that keeps its id, and on the new one; both ascending. */
  readonly staying: readonly number[];
  readonly leaving: readonly number[];
  readonly figures: TopologyFigures;
}

export interface MergePreview {
  /** With the pair's own set as the winner, which it is unless another reports in time. */
  readonly plan: MergePlan;
  readonly winner: number;
  /** Who else may race for it. */
  readonly race: readonly RaceTask[];
  /** On the heir, ascending. */
  readonly chains: readonly number[];
  readonly figures: TopologyFigures;
}

/** What the network has. */
export interface PreviewInput {
  /** Of all chains, each pair once. */
  readonly trades: readonly TradeCount[];
  /** Seated and waiting. */
  readonly validators: number;
  /** p, of each set. */
  readonly seats: number;
  readonly roundMs: number;
}

/** Refused as `planSplit` refuses. Too few validators are a figure here, no refusal. */
export function previewSplit(
  topology: Topology,
  order: SplitOrder,
  input: PreviewInput,
): Result<SplitPreview, SplitRefusal> {
  const planned = planSplit(topology, order);
  if (!planned.ok) return planned;
  const plan = planned.value;
  return accept({
    plan,
    staying: chainsOf(plan.after, plan.shard),
    leaving: chainsOf(plan.after, plan.newShard),
    figures: figuresOf(topology, plan.after, input),
  });
}

/** Refused for a shard that is not there or is its own partner. `stakeOf`: of the sets of either shard. */
export function previewMerge(
  topology: Topology,
  { stakeOf, ...pair }: MergingPair & { readonly stakeOf: StakeOf },
  input: PreviewInput,
): Result<MergePreview, TopologyRefusalOf<"UNKNOWN_SHARD" | "SAME_SHARD">> {
  const race = raceTasks(topology, pair, stakeOf);
  if (!race.ok) return race;
  const winner = winnerByTimeout(topology, pair, stakeOf);
  const planned = planMerge(topology, { ...pair, winner, stakeOf });
  invariant(planned.ok, "The pair's own set may not merge it", { ...pair, winner });
  const plan = planned.value;
  return accept({
    plan,
    winner,
    race: race.value,
    chains: chainsOf(plan.after, plan.heir),
    figures: figuresOf(topology, plan.after, input),
  });
}

const chainsOf = (topology: Topology, shard: number): readonly number[] =>
  shardOf(topology, shard)?.chains ?? [];

function figuresOf(before: Topology, after: Topology, input: PreviewInput): TopologyFigures {
  const { trades, validators, seats, roundMs } = input;
  const sum = trades.reduce((all, { count }) => all + count, 0);
  const each = (figure: (topology: Topology) => number): BeforeAfter => ({
    before: figure(before),
    after: figure(after),
  });
  const needed = validatorsNeeded(after.shards.length, seats);
  const permille = (topology: Topology): number =>
    Math.floor((1_000 * crossing(topology, trades)) / sum);
  return {
    trades: sum,
    tradesCrossing: each((topology) => crossing(topology, trades)),
    crossingPermille: sum === 0 ? null : each(permille),
    validatorsNeeded: needed,
    validatorsMissing: Math.max(0, needed - validators),
    worstInclusionRounds: each(({ shards }) => cycleLength(shards.length)),
    worstInclusionMs: each(({ shards }) => cycleLength(shards.length) * roundMs),
  };
}

function crossing({ shards }: Topology, trades: readonly TradeCount[]): number {
  const shardOfChain = new Map(
    shards.flatMap(({ shard, chains }) => chains.map((chain) => [chain, shard] as const)),
  );
  return trades
    .filter(({ first, second }) => shardOfChain.get(first) !== shardOfChain.get(second))
    .reduce((sum, { count }) => sum + count, 0);
}
