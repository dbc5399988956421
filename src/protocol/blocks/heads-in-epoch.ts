// The shards of the MerkleChain's state where one epoch follows another: heirs begin at the final head of the shard that they
// come from.
import { invariant } from "../assert.ts";
import { ROOT_CHAIN } from "../ledger/chain-id.ts";
import type { Epoch, EpochRecord, ShardRecord } from "../rounds/epoch.ts";
import { endingShards } from "../rounds/epoch-change.ts";
import { saturationFrom } from "../topology/saturation.ts";
import type { TradeCount } from "../topology/trade-counts.ts";
import type { ShardHead } from "./merkle-chain-state.ts";

/** `before`: the epoch that ends, whole; `next`: the one behind it; `chains`: how many the directory has. Ascending by shard. */
export function headsInEpoch(
  before: Epoch,
  next: EpochRecord,
  heads: readonly ShardHead[],
  chains: number,
): readonly ShardHead[] {
  const { topology, activationRound } = next;
  if (topology === null) return heads;
  const ending = new Set(endingShards(before, next));
  // Those made since the announcement are in no record, and on T0's shard (R-2.10).
  const unnamed = chains - topology.shards.reduce((sum, record) => sum + record.chains.length, 0);
  return topology.shards
    .map((record) => {
      const isRoot = record.chains.includes(ROOT_CHAIN);
      const chainCount = record.chains.length + (isRoot ? unnamed : 0);
      const own = heads.find(({ shard }) => shard === record.shard);
      const isChild = own === undefined || (ending.has(record.shard) && !gains(before, record));
      if (!isChild) return { ...own, chainCount };
      return childOf(before, heads, record, { activationRound, chainCount });
    })
    .sort((a, b) => a.shard - b.shard);
}

/** Whether the shard takes others' chains over, as a merge's heir does. */
const gains = ({ shards }: Epoch, { shard, chains }: ShardRecord): boolean =>
  shards.some((other) => other.shard !== shard && other.chains.some((one) => chains.includes(one)));

/** a split's children begin with half of the all-time high. */
function childOf(
  { saturation: parameters, shards }: Epoch,
  heads: readonly ShardHead[],
  { shard, chains }: ShardRecord,
  {
    activationRound,
    chainCount,
  }: { readonly activationRound: number; readonly chainCount: number },
): ShardHead {
  const own = heads.find((one) => one.shard === shard);
  // The new one comes from the shard that had its chains: T0's, if all of them were made since.
  const parent =
    shards.find((one) => chains.some((chain) => one.chains.includes(chain))) ??
    shards.find((one) => one.chains.includes(ROOT_CHAIN));
  const known = own ?? heads.find((one) => one.shard === parent?.shard);
  invariant(known !== undefined, "R-3.7 An heir of no shard", { shard });
  const has = ({ first, second }: TradeCount): boolean =>
    chains.includes(first) || chains.includes(second);
  const high = Math.floor(known.saturation.allTimeHigh / 2);
  return {
    shard,
    head: known.head,
    voidedRound: own?.voidedRound ?? 0,
    chainCount,
    saturation: saturationFrom(parameters, activationRound - 1, high),
    trades: known.trades.filter(has),
  };
}
