// Chains that the ledger itself names: in a leg, a movement, a balance.
import { formatChainId } from "../protocol/ledger/chain-id.ts";
import type { GatewayContext } from "./context.ts";
import type { ChainParent } from "./parents.ts";

/** The record of a chain that the ledger itself named. */
export async function chainParent(
  { directory, peers }: GatewayContext,
  chain: number,
): Promise<ChainParent> {
  const known = await directory.find(peers, chain);
  if (known !== undefined) return known;
  // T0's shard has a chain some rounds before the directory does (R-2.10).
  const shards = directory.chains.map(({ shard }) => shard);
  for (const shard of new Set(shards)) {
    const record = await peers.shard(shard).chain(chain);
    if (record !== undefined) return record;
  }
  throw new Error(`Chain ${formatChainId(chain)} is in no directory and on no shard`);
}
