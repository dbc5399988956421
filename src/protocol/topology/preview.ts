// What a split or a merge would do if it happened now: the figures behind `previewSplit` and `previewMerge`, which change nothing.
import { accept, type Result } from "../result.ts";
import type { Topology } from "./allocation.ts";
import type { PairTrades } from "./divide-chains.ts";
import { type MergeOrder, type MergePlan, type MergeRefusal, planMerge } from "./merge.ts";
import { cycleLength, validatorsNeeded } from "./set-counts.ts";
import { planSplit, type SplitOrder, type SplitPlan, type SplitRefusal } from "./split.ts";

/** One figure before and after. */
export interface BeforeAfter {
  readonly before: number;
  readonly after: number;
}

export interface Preview {
  /** Measured trades between two chains in the whole network; of them some cross shards. */
  readonly trades: number;
  readonly tradesCrossing: BeforeAfter;
  /** to fill every seat afterwards. */
  readonly validatorsNeeded: number;
  /** Of them those that the network has not got; 0 if it has all. */
  readonly validatorsMissing: number;
  /** rounds from the first that could take a transaction to the commit, in the worst case. */
  readonly worstInclusionRounds: BeforeAfter;
}

export interface SplitPreview extends Preview {
  readonly plan: SplitPlan;
  /** On the shard that keeps its id, and on the new one. */
  readonly chainsStaying: number;
  readonly chainsLeaving: number;
}

export interface MergePreview extends Preview {
  readonly plan: MergePlan;
  /** On the heir. */
  readonly chains: number;
}

/** What the network has. */
export interface PreviewInput {
  /** Of all chains. */
  readonly trades: readonly PairTrades[];
  /** Seated and waiting. */
  readonly validators: number;
  /** p, of each set. */
  readonly seats: number;
}

/** Refused as `planSplit` refuses. Too few validators are a figure here, no refusal. */
export function previewSplit(
  topology: Topology,
  order: Omit<SplitOrder, "trades">,
  input: PreviewInput,
): Result<SplitPreview, SplitRefusal> {
  const planned = planSplit(topology, { ...order, trades: input.trades });
  if (!planned.ok) return planned;
  const plan = planned.value;
  const chainsOf = (shard: number): number =>
    plan.after.shards.find((record) => record.shard === shard)?.chains.length ?? 0;
  return accept({
    plan,
    chainsStaying: chainsOf(plan.shard),
    chainsLeaving: chainsOf(plan.newShard),
    ...figures(topology, plan.after, input),
  });
}

/** Refused as `planMerge` refuses. */
export function previewMerge(
  topology: Topology,
  order: MergeOrder,
  input: PreviewInput,
): Result<MergePreview, MergeRefusal> {
  const planned = planMerge(topology, order);
  if (!planned.ok) return planned;
  const plan = planned.value;
  const heir = plan.after.shards.find(({ shard }) => shard === plan.heir);
  const chains = heir?.chains.length ?? 0;
  return accept({ plan, chains, ...figures(topology, plan.after, input) });
}

function figures(before: Topology, after: Topology, input: PreviewInput): Preview {
  const { trades, validators, seats } = input;
  const between = trades.filter(({ a, b }) => a !== b);
  const needed = validatorsNeeded(after.shards.length, seats);
  return {
    trades: between.reduce((sum, { count }) => sum + count, 0),
    tradesCrossing: { before: crossing(before, between), after: crossing(after, between) },
    validatorsNeeded: needed,
    validatorsMissing: Math.max(0, needed - validators),
    worstInclusionRounds: {
      before: cycleLength(before.shards.length),
      after: cycleLength(after.shards.length),
    },
  };
}

function crossing({ shards }: Topology, trades: readonly PairTrades[]): number {
  const shardOfChain = new Map(
    shards.flatMap(({ shard, chains }) => chains.map((chain) => [chain, shard] as const)),
  );
  return trades
    .filter(({ a, b }) => shardOfChain.get(a) !== shardOfChain.get(b))
    .reduce((sum, { count }) => sum + count, 0);
}
