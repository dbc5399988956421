// The shards of the MerkleChain's state where one epoch follows another: heirs begin at the final head of the shard that they
// come from.
import { invariant } from "../assert.ts";
import type { Epoch, EpochRecord, ShardRecord } from "../rounds/epoch.ts";
import { saturationFrom } from "../topology/saturation.ts";
import type { TradeCount } from "../topology/trade-counts.ts";
import type { ShardHead } from "./merkle-chain-state.ts";

/** `before`: the epoch that ends, whole; `next`: the one behind it. Ascending by shard. */
export function headsInEpoch(
  before: Epoch,
  next: EpochRecord,
  heads: readonly ShardHead[],
): readonly ShardHead[] {
  const { topology } = next;
  if (topology === null) return heads;
  return topology.shards
    .map((record) => headOf(before, next, heads, record))
    .sort((a, b) => a.shard - b.shard);
}

function headOf(
  { saturation: parameters, shards }: Epoch,
  { activationRound }: EpochRecord,
  heads: readonly ShardHead[],
  { shard, chains }: ShardRecord,
): ShardHead {
  const own = heads.find((one) => one.shard === shard);
  // A split's new shard comes from the one that had its chains.
  const parent = shards.find((one) => chains.some((chain) => one.chains.includes(chain)))?.shard;
  const known = own ?? heads.find((one) => one.shard === parent);
  invariant(known !== undefined, "R-3.7 An heir of no shard", { shard });
  const chainCount = chains.length;
  if (own !== undefined && own.chainCount <= chainCount) return { ...own, chainCount };
  const has = ({ first, second }: TradeCount): boolean =>
    chains.includes(first) || chains.includes(second);
  return {
    shard,
    head: known.head,
    voidedRound: own?.voidedRound ?? 0,
    chainCount,
    // children start with half.
    saturation: saturationFrom(
      parameters,
      activationRound - 1,
      Math.floor(known.saturation.allTimeHigh / 2),
    ),
    trades: known.trades.filter(has),
  };
}
