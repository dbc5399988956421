// What splits and merges are previewed by: the log as the MerkleChain has it now.
import type { MerkleChainState } from "../protocol/blocks/merkle-chain-state.ts";
import type { TradeCount } from "../protocol/topology/trade-counts.ts";
import type { SaturationHistory, ShardSaturation } from "./saturation-history.ts";

export interface ShardFacts {
  readonly shard: number;
  readonly saturation: ShardSaturation;
  /** What is kept of its blocks, by count. */
  readonly trades: readonly TradeCount[];
}

export interface TopologyFacts {
  /** The number of the epoch that the log has activated last. */
  readonly epoch: number;
  /** How many chains the directory has. */
  readonly chains: number;
  /** Ascending. */
  readonly shards: readonly ShardFacts[];
}

/** `presentRound`: by the clock. Costs the window of each shard: some 50 rounds and 32 pairs. */
export const topologyFacts = (
  { epoch, chains, heads }: MerkleChainState,
  saturations: SaturationHistory,
  presentRound: number,
): TopologyFacts => ({
  epoch: epoch.epoch,
  chains,
  shards: heads.flatMap(({ shard, trades }) => {
    const saturation = saturations.newest({ epoch, heads }, shard, presentRound);
    return saturation === null ? [] : [{ shard, saturation, trades }];
  }),
});
