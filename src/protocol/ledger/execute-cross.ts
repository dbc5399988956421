// Executes the cross-shard transactions of a round for both shards of the pair at once. They stand first in both halves
// so what they read is the state before the round. Pure and the same wherever it runs: at the shard that leads, and on the
// replicas of the pair's set.
import { invariant } from "../assert.ts";
import { compareBytes, toHex } from "../encoding/bytes.ts";
import { decodeStored } from "../encoding/codec.ts";
import { chainKey } from "../merkle/state-key.ts";
import { chainRecordCodec } from "./chain-record.ts";
import type { EntryWrite, ReadEntry } from "./chain-state.ts";
import type { ChainChanges, CrossResult, EntryRead, ReadSet } from "./cross-result.ts";
import { executeRound } from "./execute-round.ts";
import type { VerifiedTransaction } from "./unverified.ts";

/** A cross-shard transaction with of each of its legs, on both shards. */
export interface CrossTransaction {
  readonly transaction: VerifiedTransaction;
  readonly possiblyEmptying: readonly boolean[];
}

export interface CrossExecution {
  readonly round: number;
  readonly k: number;
  readonly headerHash: Uint8Array;
  /** In joint order. */
  readonly transactions: readonly CrossTransaction[];
  /** Of the chains of both shards, right before the round. */
  readonly read: ReadEntry;
}

export function executeCross(execution: CrossExecution): CrossResult {
  const { round, k, headerHash, transactions, read } = execution;
  const { receipts, writes } = executeRound({
    round,
    k,
    transactions,
    chain: (chain) => {
      const bytes = read(chain, chainKey());
      return bytes === undefined ? undefined : decodeStored(chainRecordCodec, bytes);
    },
    read,
    // Nothing that touches two shards makes chains.
    placement: { shard: 0, bornRound: 0 },
    // Its own shard does, behind all of the round.
    paysUnbonded: false,
  });
  return { round, headerHash, chains: byChain(writes), receipts };
}

function byChain(writes: readonly EntryWrite[]): ChainChanges[] {
  const chains = new Map<number, EntryWrite[]>();
  for (const write of writes) {
    const own = chains.get(write.chain);
    if (own === undefined) chains.set(write.chain, [write]);
    else own.push(write);
  }
  return [...chains]
    .sort(([a], [b]) => a - b)
    .map(([chain, own]) => ({
      chain,
      changes: own
        .sort((a, b) => compareBytes(a.key, b.key))
        .map(({ key, value }) => ({ key, value })),
    }));
}

/** Reads from a partner's read set. An entry that is not in it was not expected by the rules: a broken invariant. */
export function readsOf({ entries }: Pick<ReadSet, "entries">): ReadEntry {
  const byName = new Map<string, EntryRead>(
    entries.map((entry) => [`${entry.chain}:${toHex(entry.key)}`, entry]),
  );
  return (chain, key) => {
    const entry = byName.get(`${chain}:${toHex(key)}`);
    invariant(entry !== undefined, "R-5.4 A read that the read set does not have", {
      chain,
      key: toHex(key),
    });
    return entry.value ?? undefined;
  };
}
