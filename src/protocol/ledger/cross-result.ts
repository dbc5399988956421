// What two shards tell each other to execute the cross-shard transactions of a round: one of them what the other needs to
// read, the other what follows for both; and the hash of that, which the pair's set certifies.
import { sha256 } from "../crypto/sha256.ts";
import {
  bool,
  byteString,
  codec,
  hash32,
  list,
  optional,
  safeU64,
  struct,
  u32,
} from "../encoding/codec.ts";
import { CROSS_READ_SET_BYTES_MAX, CROSS_RESULT_BYTES_MAX } from "../limits.ts";
import { type Receipt, receiptType } from "./receipt.ts";

export interface EntryRead {
  readonly chain: number;
  readonly key: Uint8Array;
  /** null: there is no such entry. */
  readonly value: Uint8Array | null;
}

/** What one shard of the pair contributes: of its chains as they are right before the round. */
export interface ReadSet {
  readonly shard: number;
  readonly round: number;
  /** Of the joint header whose transactions are to be executed. */
  readonly headerHash: Uint8Array;
  /** of each leg on the shard's chains, as judged at inclusion, in joint order. */
  readonly verdicts: readonly boolean[];
  /** Each entry once, by chain and key. */
  readonly entries: readonly EntryRead[];
}

export interface EntryChange {
  readonly key: Uint8Array;
  /** null removes the entry. */
  readonly value: Uint8Array | null;
}

/** What the cross-shard transactions of a round leave on one chain, by key. */
export interface ChainChanges {
  readonly chain: number;
  readonly changes: readonly EntryChange[];
}

export interface CrossResult {
  readonly round: number;
  readonly headerHash: Uint8Array;
  /** Of both shards, ascending; chains without changes are left out. */
  readonly chains: readonly ChainChanges[];
  /** In joint order. */
  readonly receipts: readonly Receipt[];
}

export const readSetCodec = codec<ReadSet>(
  "cross-shard read set",
  struct<ReadSet>("ReadSet", {
    shard: u32,
    round: safeU64,
    headerHash: hash32,
    verdicts: list(bool),
    entries: list(
      struct<EntryRead>("EntryRead", { chain: u32, key: byteString, value: optional(byteString) }),
    ),
  }),
  CROSS_READ_SET_BYTES_MAX,
);

const changesType = list(
  struct<EntryChange>("EntryChange", { key: byteString, value: optional(byteString) }),
);

export const crossResultCodec = codec<CrossResult>(
  "cross-shard result",
  struct<CrossResult>("CrossResult", {
    round: safeU64,
    headerHash: hash32,
    chains: list(struct<ChainChanges>("ChainChanges", { chain: u32, changes: changesType })),
    receipts: list(receiptType),
  }),
  CROSS_RESULT_BYTES_MAX,
);

interface ChainOutcome {
  readonly changes: readonly EntryChange[];
  readonly receipts: readonly Receipt[];
}

const chainOutcomeCodec = codec<ChainOutcome>(
  "outcome of a chain",
  struct<ChainOutcome>("ChainOutcome", { changes: changesType, receipts: list(receiptType) }),
  CROSS_RESULT_BYTES_MAX,
);

interface ResultSummary {
  readonly round: number;
  readonly headerHash: Uint8Array;
  readonly chains: readonly { readonly chain: number; readonly hash: Uint8Array }[];
}

const summaryCodec = codec<ResultSummary>(
  "summary of a cross-shard result",
  struct<ResultSummary>("ResultSummary", {
    round: safeU64,
    headerHash: hash32,
    chains: list(
      struct<ResultSummary["chains"][number]>("ChainHash", { chain: u32, hash: hash32 }),
    ),
  }),
  CROSS_RESULT_BYTES_MAX,
);

/**
 * What seats sign of a result: a hash over one hash for each chain, of its ordered writes and of the receipts that touch it,
 * so that what became of one chain can be shown without the other.
 */
export function resultHash({ round, headerHash, chains, receipts }: CrossResult): Uint8Array {
  const hashes = chains.map(({ chain, changes }) => {
    const own = receipts.filter(({ movements }) => movements.some((one) => one.chain === chain));
    const hash = sha256(chainOutcomeCodec.encode({ changes, receipts: own }));
    return { chain, hash };
  });
  return sha256(summaryCodec.encode({ round, headerHash, chains: hashes }));
}

/** which of two shards executes for both; they take turns. */
export const leaderOf = (round: number, [a, b]: readonly [number, number]): number =>
  round % 2 === 0 ? Math.min(a, b) : Math.max(a, b);
