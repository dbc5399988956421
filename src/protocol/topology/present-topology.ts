// The topology of an epoch with all chains that there are by now.
import { ROOT_CHAIN } from "../ledger/chain-id.ts";
import type { Epoch, ShardRecord } from "../rounds/epoch.ts";
import { type Coverage, checkTopology, firstTopology, type Topology } from "./allocation.ts";

/**
 * R-2.10: a chain that the epoch names on no shard was created since, and is on T0's. `chains`: how many the directory has, whose ids
 * go from 0 on.
 */
export function presentTopology(
  epoch: Coverage & Pick<Epoch, "topology">,
  chains: number,
): Topology {
  const { shards, sets, topology } = epoch;
  const placed = new Set(shards.flatMap((record) => record.chains));
  const created = Array.from({ length: chains }, (_, chain) => chain).filter(
    (chain) => !placed.has(chain),
  );
  const withCreated = (record: ShardRecord): ShardRecord =>
    record.chains.includes(ROOT_CHAIN)
      ? { ...record, chains: [...record.chains, ...created] }
      : record;
  const first = firstTopology({ shards: shards.map(withCreated), sets });
  if (topology == null) return first;
  const { nextShard, nextSet } = topology;
  const present = { ...first, nextShard, nextSet };
  checkTopology(present);
  return present;
}
