// What a split or a merge would do now: asks for the log and the stakes, and leaves the rest to the rules.
import type { TopologyFacts } from "../actors/rpc.ts";
import { accept, type Result, refuse } from "../protocol/result.ts";
import { type Epoch, epochSeed } from "../protocol/rounds/epoch.ts";
import { nextSeed } from "../protocol/rounds/epoch-change.ts";
import { type StakeOf, setsOf, type Topology } from "../protocol/topology/allocation.ts";
import { choosePartner } from "../protocol/topology/merge-race.ts";
import { presentTopology } from "../protocol/topology/present-topology.ts";
import { type PreviewInput, previewMerge, previewSplit } from "../protocol/topology/preview.ts";
import { mergeSaturation } from "../protocol/topology/saturation.ts";
import { networkTrades } from "../protocol/topology/trade-counts.ts";
import { askStaking, stakesOfSets } from "./ask-staking.ts";
import type { GatewayContext } from "./context.ts";
import type { TopologyTrigger } from "./generated/schema-types.ts";
import type { MergePreviewParent, SplitPreviewParent } from "./parents.ts";
import type { PreviewRefusal } from "./refusal-message.ts";

interface Present {
  readonly epoch: Epoch;
  readonly topology: Topology;
  readonly facts: TopologyFacts;
}

/** */
export async function splitPreview(
  context: GatewayContext,
  shard: number,
): Promise<Result<SplitPreviewParent, PreviewRefusal>> {
  const present = await presentOf(context);
  const { epoch, topology } = present;
  const [input, stakeOf] = await Promise.all([
    inputOf(context, present),
    stakesAround(context, epoch, [shard]),
  ]);
  // As the MerkleChain would plan it: by the seed of the epoch to come and by what this shard counted.
  const seed = nextSeed(context.network.id, epochSeed(context.network.id, epoch));
  const trades = present.facts.shards.find((one) => one.shard === shard)?.trades ?? [];
  const preview = previewSplit(topology, { shard, seed, trades, stakeOf }, input);
  if (!preview.ok) return preview;
  const { busyStreak } = saturationOf(present, shard);
  return accept({ ...preview.value, trigger: triggerOf(epoch, busyStreak) });
}

/** `partner`: null for the one that the rule chooses. */
export async function mergePreview(
  context: GatewayContext,
  shard: number,
  partner: number | null,
): Promise<Result<MergePreviewParent, PreviewRefusal>> {
  const present = await presentOf(context);
  const { epoch, topology } = present;
  const chosen = choosePartner(
    topology,
    shard,
    (other) => mergeSaturation(saturationOf(present, other)),
    epoch.saturation.splitPermille,
  );
  if (!chosen.ok && (partner === null || chosen.refusal.code === "UNKNOWN_SHARD"))
    return refuse(chosen.refusal);
  const partnerByRule = chosen.ok ? chosen.value : null;
  const pair = { shard, partner: partner ?? (partnerByRule as number) };
  const [input, stakeOf] = await Promise.all([
    inputOf(context, present),
    stakesAround(context, epoch, [pair.shard, pair.partner]),
  ]);
  const preview = previewMerge(topology, { ...pair, stakeOf }, input);
  if (!preview.ok) return preview;
  const { idleStreak } = saturationOf(present, shard);
  return accept({ ...preview.value, partnerByRule, trigger: triggerOf(epoch, idleStreak) });
}

async function presentOf({ network, peers }: GatewayContext): Promise<Present> {
  const facts = await peers.merkleChain.topologyFacts();
  // One that began just now.
  if (facts.epoch > network.epochs.latest.epoch) await network.renew(peers);
  const epoch = network.epochs.latest;
  return { epoch, topology: presentTopology(epoch, facts.chains), facts };
}

async function inputOf(context: GatewayContext, { epoch, facts }: Present): Promise<PreviewInput> {
  return {
    trades: networkTrades(facts.shards.map(({ trades }) => trades)),
    validators: await askStaking<"candidates">(context, { kind: "candidates" }),
    seats: epoch.sets[0]?.seats.length ?? 0,
    roundMs: epoch.roundMs,
  };
}

/** The stakes of the sets of these shards: no rule asks for others. */
async function stakesAround(
  context: GatewayContext,
  epoch: Epoch,
  shards: readonly number[],
): Promise<StakeOf> {
  const sets = new Set(shards.flatMap((shard) => setsOf(epoch, shard)));
  const stakes = await stakesOfSets(context, [...sets]);
  return (set) => {
    const stake = stakes.get(set);
    if (stake === undefined) throw new Error(`Nobody asked for the stake of set ${set}`);
    return stake;
  };
}

function saturationOf({ facts }: Present, shard: number) {
  const found = facts.shards.find((one) => one.shard === shard);
  if (found === undefined) throw new Error(`No shard ${shard} on the MerkleChain`);
  return found.saturation;
}

function triggerOf({ saturation: { streakRounds } }: Epoch, rounds: number): TopologyTrigger {
  const roundsNeeded = streakRounds + 1;
  return { holds: rounds >= roundsNeeded, rounds, roundsNeeded };
}
