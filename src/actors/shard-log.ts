// What a shard keeps for those who ask: where each transaction is or why it left, receipts by round, history by account.
import { concatBytes, toHex } from "../protocol/encoding/bytes.ts";
import {
  codec,
  decodeStored,
  safeU64,
  struct,
  taggedUnion,
  text,
  u32,
} from "../protocol/encoding/codec.ts";
import { type Holder, type Receipt, receiptCodec } from "../protocol/ledger/receipt.ts";
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import type { Refusal } from "../protocol/refusal.ts";
import { getChunked, putChunked } from "./chunked.ts";
import { afterPrefix, readU32Key, readU64Key, u32Key, u64Key } from "./keys.ts";
import { packList, unpackItem } from "./packed-list.ts";
import type { Store, Table } from "./ports.ts";

/** a transaction that left the mempool without a block. */
export type LeftStatus = "REJECTED" | "DROPPED" | "EXPIRED";

/** Where a transaction that is not waiting is. */
export type TransactionPlace =
  | { readonly kind: "included"; readonly round: number; readonly position: number }
  | {
      readonly kind: "left";
      readonly status: LeftStatus;
      readonly validUntil: number;
      /** The refusal that kept it out last, as JSON with amounts as strings. */
      readonly reason: string;
    };

const statusNumbers: Readonly<Record<LeftStatus, number>> = { REJECTED: 0, DROPPED: 1, EXPIRED: 2 };
const statusType = u32.transform<LeftStatus>(
  "status",
  (status) => statusNumbers[status],
  (number) => {
    const found = (Object.keys(statusNumbers) as LeftStatus[]).find(
      (s) => statusNumbers[s] === number,
    );
    if (found === undefined) throw new TypeError(`Unknown status ${number}`);
    return found;
  },
);

const placeCodec = codec<TransactionPlace>(
  "transaction place",
  taggedUnion<TransactionPlace>("TransactionPlace", {
    included: {
      tag: 0,
      fields: struct<{ round: number; position: number }>("Included", {
        round: safeU64,
        position: u32,
      }),
    },
    left: {
      tag: 1,
      fields: struct<{ status: LeftStatus; validUntil: number; reason: string }>("Left", {
        status: statusType,
        validUntil: safeU64,
        reason: text,
      }),
    },
  }),
  4096,
);

export interface HistoryEntry {
  readonly round: number;
  readonly position: number;
}

export interface HistoryQuery {
  readonly after?: HistoryEntry;
  readonly before?: HistoryEntry;
  /** Newest first. */
  readonly reverse: boolean;
  readonly limit: number;
}

export class ShardLog {
  readonly #transactions: Table;
  readonly #receipts: Table;
  readonly #history: Table;

  constructor(store: Store) {
    this.#transactions = store.table("transactions");
    this.#receipts = store.table("receipts");
    this.#history = store.table("history");
  }

  place(id: Uint8Array): TransactionPlace | undefined {
    const bytes = this.#transactions.get(id);
    return bytes === undefined ? undefined : decodeStored(placeCodec, bytes);
  }

  included(id: Uint8Array, round: number, position: number): void {
    this.#transactions.put(id, placeCodec.encode({ kind: "included", round, position }));
  }

  left(transaction: VerifiedTransaction, status: LeftStatus, reason: Refusal): void {
    const { validUntil } = transaction.transaction;
    const place = { kind: "left", status, validUntil, reason: reasonJson(reason) } as const;
    this.#transactions.put(transaction.id, placeCodec.encode(place));
  }

  forget(id: Uint8Array): void {
    this.#transactions.delete(id);
  }

  /** Receipts of one round with the history of every account that they moved; one row an account. */
  executed(
    round: number,
    receipts: readonly Receipt[],
    payers: readonly (readonly Uint8Array[])[],
  ): void {
    const encoded = receipts.map((receipt) => receiptCodec.encode(receipt));
    putChunked(this.#receipts, u64Key(round), packList(encoded));
    const touched = new Map<
      string,
      { readonly address: Uint8Array; readonly positions: number[] }
    >();
    for (const [position, { movements }] of receipts.entries()) {
      // A free transaction may move nothing; it is its payer's all the same.
      for (const address of payers[position] ?? [])
        touch(touched, { kind: "account", address }, position);
      for (const { from, to } of movements) {
        touch(touched, from, position);
        touch(touched, to, position);
      }
    }
    for (const { address, positions } of touched.values()) {
      const packed = concatBytes(...positions.map(u32Key));
      this.#history.put(concatBytes(address, u64Key(round)), packed);
    }
  }

  receipt(round: number, position: number): Receipt | undefined {
    const packed = getChunked(this.#receipts, u64Key(round));
    const bytes = packed === undefined ? undefined : unpackItem(packed, position);
    return bytes === undefined ? undefined : decodeStored(receiptCodec, bytes);
  }

  /** Executed transactions that moved something of the account, on any chain of the shard. */
  history(address: Uint8Array, query: HistoryQuery): HistoryEntry[] {
    const { after, before, reverse, limit } = query;
    const from = concatBytes(address, u64Key(after?.round ?? 0));
    const end =
      before === undefined ? afterPrefix(address) : concatBytes(address, u64Key(before.round + 1));
    const entries: HistoryEntry[] = [];
    // Each row holds at least one entry, and at most two rows lose some to the bounds.
    const range = { from, reverse, limit: limit + 2, ...(end === undefined ? {} : { to: end }) };
    for (const [key, positions] of this.#history.range(range)) {
      const round = readU64Key(key, address.length);
      const row: HistoryEntry[] = [];
      for (let at = 0; at < positions.length; at += 4) {
        row.push({ round, position: readU32Key(positions, at) });
      }
      if (reverse) row.reverse();
      entries.push(...row.filter((entry) => isBetween(entry, after, before)));
      if (entries.length >= limit) break;
    }
    return entries.slice(0, limit);
  }
}

/** Refusals travel and rest as JSON: a bigint stands as its decimal string. */
export function reasonJson(reason: Refusal): string {
  return JSON.stringify(reason, (_, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value,
  );
}

function touch(
  touched: Map<string, { readonly address: Uint8Array; readonly positions: number[] }>,
  holder: Holder,
  position: number,
): void {
  if (holder.kind !== "account") return;
  const name = toHex(holder.address);
  const known = touched.get(name);
  if (known === undefined) touched.set(name, { address: holder.address, positions: [position] });
  else if (known.positions.at(-1) !== position) known.positions.push(position);
}

function compareEntries(a: HistoryEntry, b: HistoryEntry): number {
  return a.round - b.round || a.position - b.position;
}

const isBetween = (
  entry: HistoryEntry,
  after: HistoryEntry | undefined,
  before: HistoryEntry | undefined,
): boolean =>
  (after === undefined || compareEntries(entry, after) > 0) &&
  (before === undefined || compareEntries(entry, before) < 0);
