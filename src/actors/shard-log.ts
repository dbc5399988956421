// What a shard keeps for those who ask: where each transaction is or why it left, receipts by round, history by account.
import { ADDRESS_BYTES } from "../protocol/crypto/address.ts";
import { concatBytes, equalBytes } from "../protocol/encoding/bytes.ts";
import { codec, decodeStored, safeU64, struct, text, u32 } from "../protocol/encoding/codec.ts";
import { type Movement, type Receipt, receiptCodec } from "../protocol/ledger/receipt.ts";
import type { Refusal } from "../protocol/refusal.ts";
import { getChunked, putChunked } from "./chunked.ts";
import { afterPrefix, u64Key } from "./keys.ts";
import type { EntryShape } from "./packed-entries.ts";
import { packList, unpackItem } from "./packed-list.ts";
import type { Store, Table } from "./ports.ts";
import { SortedRuns } from "./sorted-runs.ts";

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

type Left = Omit<Extract<TransactionPlace, { readonly kind: "left" }>, "kind">;

const leftCodec = codec<Left>(
  "left transaction",
  struct<Left>("Left", { status: statusType, validUntil: safeU64, reason: text }),
  4096,
);

// Round and position, big-endian.
const POSITION_BYTES = 12;
const ID_BYTES = 32;
/** Of an included transaction: its id, then where it is. */
const PLACE_SHAPE: EntryShape = { keyBytes: ID_BYTES, entryBytes: ID_BYTES + POSITION_BYTES };
const HISTORY_BYTES = ADDRESS_BYTES + POSITION_BYTES;
/** Of an account: its address and where one of its transactions is, all of it key. */
const HISTORY_SHAPE: EntryShape = { keyBytes: HISTORY_BYTES, entryBytes: HISTORY_BYTES };

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
  readonly #places: SortedRuns;
  readonly #left: Table;
  /** False only while the table is empty: then nobody who comes back has to be looked for in it. */
  #anyLeft: boolean;
  readonly #receipts: Table;
  readonly #history: SortedRuns;

  constructor(store: Store) {
    this.#places = new SortedRuns(store.table("places"), PLACE_SHAPE);
    this.#left = store.table("left");
    this.#anyLeft = this.#left.range({ limit: 1 }).length > 0;
    this.#receipts = store.table("receipts");
    this.#history = new SortedRuns(store.table("history"), HISTORY_SHAPE);
  }

  place(id: Uint8Array): TransactionPlace | undefined {
    const left = this.#left.get(id);
    if (left !== undefined) return { kind: "left", ...decodeStored(leftCodec, left) };
    const place = this.#places.get(id);
    return place === undefined ? undefined : { kind: "included", ...readPosition(place, 0) };
  }

  /** The transactions of a committed block, in its order. None of them may be left: see `forget`. */
  included(round: number, ids: readonly Uint8Array[]): void {
    const entries = new Uint8Array(ids.length * PLACE_SHAPE.entryBytes);
    for (const [position, id] of ids.entries()) {
      const at = position * PLACE_SHAPE.entryBytes;
      entries.set(id, at);
      writePosition(entries, at + ID_BYTES, round, position);
    }
    this.#places.append(entries);
  }

  left(id: Uint8Array, validUntil: number, status: LeftStatus, reason: Refusal): void {
    const row = leftCodec.encode({ status, validUntil, reason: reasonJson(reason) });
    this.#left.put(id, row);
    this.#anyLeft = true;
  }

  hasLeft(id: Uint8Array): boolean {
    return this.#left.get(id) !== undefined;
  }

  /** Why the transaction was REJECTED; undefined if it was not. */
  rejection(id: Uint8Array): Refusal | undefined {
    const row = this.#anyLeft ? this.#left.get(id) : undefined;
    if (row === undefined) return undefined;
    const { status, reason } = decodeStored(leftCodec, row);
    return status === "REJECTED" ? parseReason(reason) : undefined;
  }

  /** That the transaction had left: it is back. */
  forget(id: Uint8Array): void {
    if (this.#anyLeft) this.#left.delete(id);
  }

  /** Receipts of one round with the history of every account that they moved. */
  executed(
    round: number,
    receipts: readonly Receipt[],
    payers: readonly (readonly Uint8Array[])[],
  ): void {
    const encoded = receipts.map((receipt) => receiptCodec.encode(receipt));
    putChunked(this.#receipts, u64Key(round), packList(encoded));
    const touched = receipts.map(({ movements }, position) =>
      // A free transaction may move nothing; it is its payer's all the same.
      touchedBy(payers[position] ?? [], movements),
    );
    const count = touched.reduce((sum, { length }) => sum + length, 0);
    const entries = new Uint8Array(count * HISTORY_BYTES);
    let at = 0;
    for (const [position, addresses] of touched.entries()) {
      for (const address of addresses) {
        entries.set(address, at);
        writePosition(entries, at + ADDRESS_BYTES, round, position);
        at += HISTORY_BYTES;
      }
    }
    this.#history.append(entries);
  }

  receipt(round: number, position: number): Receipt | undefined {
    const packed = getChunked(this.#receipts, u64Key(round));
    const bytes = packed === undefined ? undefined : unpackItem(packed, position);
    return bytes === undefined ? undefined : decodeStored(receiptCodec, bytes);
  }

  /** Executed transactions that moved something of the account, on any chain of the shard. */
  history(address: Uint8Array, query: HistoryQuery): HistoryEntry[] {
    const { after, before, reverse, limit } = query;
    // Behind the entry `after`: no key is longer than it by a byte.
    const from =
      after === undefined ? address : concatBytes(historyKey(address, after), Uint8Array.of(0));
    const to = before === undefined ? afterPrefix(address) : historyKey(address, before);
    const packed = this.#history.range({ from, to, reverse, limit });
    const entries: HistoryEntry[] = [];
    for (let at = 0; at < packed.length; at += HISTORY_BYTES) {
      entries.push(readPosition(packed, at + ADDRESS_BYTES));
    }
    return reverse ? entries.reverse() : entries;
  }
}

/** Refusals travel and rest as JSON: a bigint stands as its decimal string. */
export function reasonJson(reason: Refusal): string {
  return JSON.stringify(reason, (_, value: unknown) =>
    typeof value === "bigint" ? value.toString() : value,
  );
}

/** For telling it again: its amounts stay strings. */
export const parseReason = (json: string): Refusal => JSON.parse(json) as Refusal;

/** The accounts of a transaction, each once. Few: each is compared with all. */
function touchedBy(payers: readonly Uint8Array[], movements: readonly Movement[]): Uint8Array[] {
  const touched: Uint8Array[] = [];
  const touch = (address: Uint8Array): void => {
    if (!touched.some((known) => equalBytes(known, address))) touched.push(address);
  };
  for (const payer of payers) touch(payer);
  for (const { from, to } of movements) {
    if (from.kind === "account") touch(from.address);
    if (to.kind === "account") touch(to.address);
  }
  return touched;
}

function historyKey(address: Uint8Array, { round, position }: HistoryEntry): Uint8Array {
  const key = new Uint8Array(HISTORY_BYTES);
  key.set(address);
  // A cursor's position can be above any that there is.
  writePosition(key, ADDRESS_BYTES, round, Math.min(position, 0xffff_ffff));
  return key;
}

function writePosition(bytes: Uint8Array, at: number, round: number, position: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, POSITION_BYTES);
  view.setUint32(0, Math.floor(round / 2 ** 32));
  view.setUint32(4, round);
  view.setUint32(8, position);
}

function readPosition(bytes: Uint8Array, at: number): HistoryEntry {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, POSITION_BYTES);
  const round = view.getUint32(0) * 2 ** 32 + view.getUint32(4);
  return { round, position: view.getUint32(8) };
}
