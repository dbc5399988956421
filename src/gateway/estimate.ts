// when chains can next commit together. With one shard that is the shard's next round, once
// all of them are born.
import type { ChainRecord } from "../protocol/ledger/chain-record.ts";
import { roundStartMs } from "../protocol/rounds/epoch.ts";
import type { GatewayContext } from "./context.ts";
import type { EstimateParent } from "./parents.ts";

export async function estimateInclusion(
  { network, peers }: GatewayContext,
  chains: readonly ChainRecord[],
): Promise<EstimateParent> {
  const shards = [...new Set(chains.map(({ shard }) => shard))];
  const statuses = await Promise.all(shards.map((shard) => peers.shard(shard).status()));
  const round = Math.max(
    ...statuses.map(({ nextRound }) => nextRound),
    ...chains.map(({ bornRound }) => bornRound),
  );
  return { round, time: new Date(roundStartMs(network.epoch, round)) };
}
