// The state before the first round: chain records, the token registry and the stakes on T0, and the allocations of
// the genesis record.
import { accountKey, chainKey, tokenCountKey, tokenKey } from "../merkle/state-key.ts";
import type { Genesis } from "../rounds/epoch.ts";
import { genesisStaking } from "../staking/genesis-staking.ts";
import { accountCodec, EMPTY_ACCOUNT } from "./account.ts";
import { ROOT_CHAIN } from "./chain-id.ts";
import { chainRecordCodec } from "./chain-record.ts";
import { tokenCountCodec } from "./create-token.ts";

export interface GenesisEntry {
  readonly chain: number;
  readonly key: Uint8Array;
  readonly value: Uint8Array;
}

/** The entries of the chains of one shard. */
export function genesisState(genesis: Genesis, shard: number): GenesisEntry[] {
  const entries: GenesisEntry[] = [];
  const own = new Set<number>();
  for (const record of genesis.chains) {
    const value = chainRecordCodec.encode(record);
    if (record.shard === shard) {
      own.add(record.chain);
      entries.push({ chain: record.chain, key: chainKey(), value });
    }
    const root = genesis.chains.find(({ chain }) => chain === ROOT_CHAIN);
    if (root?.shard === shard)
      entries.push({ chain: ROOT_CHAIN, key: tokenKey(record.chain), value });
  }
  if (own.has(ROOT_CHAIN)) {
    entries.push(...genesisStaking(genesis));
    const next = Math.max(...genesis.chains.map(({ chain }) => chain)) + 1;
    entries.push({ chain: ROOT_CHAIN, key: tokenCountKey(), value: tokenCountCodec.encode(next) });
  }
  for (const { chain, address, balance, reserve } of genesis.allocations) {
    if (!own.has(chain)) continue;
    const value = accountCodec.encode({ ...EMPTY_ACCOUNT, balance, reserve });
    entries.push({ chain, key: accountKey(address), value });
  }
  return entries;
}
