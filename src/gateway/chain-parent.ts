// Chains that the ledger itself names: in a leg, a movement, a balance.
import { formatChainId } from "../protocol/ledger/chain-id.ts";
import type { GatewayContext } from "./context.ts";
import type { ChainParent } from "./parents.ts";
import { askShards } from "./routing.ts";

/** The record of a chain that the ledger itself named. */
export async function chainParent(context: GatewayContext, chain: number): Promise<ChainParent> {
  const { directory, peers } = context;
  const known = await directory.find(peers, chain);
  if (known !== undefined) return known;
  // T0's shard has a chain some rounds before the directory does (R-2.10).
  const records = await askShards(context, (shard) => shard.chain(chain));
  const record = records.find((one) => one !== undefined);
  if (record !== undefined) return record;
  throw new Error(`Chain ${formatChainId(chain)} is in no directory and on no shard`);
}
