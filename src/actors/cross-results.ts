// Results of cross-shard transactions on disk, by round: at a shard every one, since sets that see one side only take them from
// there; at a pair's set the last ones.
import { byteString, codec, decodeStored, optional, struct } from "../protocol/encoding/codec.ts";
import { type CrossResult, crossResultCodec } from "../protocol/ledger/cross-result.ts";
import { CROSS_RESULT_BYTES_MAX, KIB } from "../protocol/limits.ts";
import { deleteChunked, getChunked, putChunked } from "./chunked.ts";
import { readU64Key, u64Key } from "./keys.ts";
import type { Store, Table } from "./ports.ts";

export interface StoredResult {
  /** An encoded `CrossResult`. */
  readonly result: Uint8Array;
  /** An encoded `ResultCertificate`; null while there is none. */
  readonly certificate: Uint8Array | null;
}

const rowCodec = codec<StoredResult>(
  "stored result",
  struct<StoredResult>("StoredResult", { result: byteString, certificate: optional(byteString) }),
  CROSS_RESULT_BYTES_MAX + KIB,
);

// Results kept at hand: every set that sees one side asks for each, soon after the others. As a share of R-3.10's memory it is little.
const KEPT_BYTES_MAX = 512 * KIB;

/** A row with what was made of it. */
interface Kept {
  readonly row: StoredResult;
  result: CrossResult | null;
}

const bytesOf = ({ row }: Kept): number => row.result.length + (row.certificate?.length ?? 0);

export class CrossResults {
  readonly #table: Table;
  /** By round, as on disk: what was put or read longest ago first. */
  readonly #kept = new Map<number, Kept>();
  #keptBytes = 0;

  constructor(store: Store) {
    this.#table = store.table("results");
  }

  get(round: number): StoredResult | undefined {
    return this.#find(round)?.row;
  }

  result(round: number): CrossResult | undefined {
    const found = this.#find(round);
    if (found === undefined) return undefined;
    found.result ??= decodeStored(crossResultCodec, found.row.result);
    return found.result;
  }

  /** `result`: what is encoded in the row, where the caller has it. */
  put(round: number, row: StoredResult, result: CrossResult | null = null): void {
    putChunked(this.#table, u64Key(round), rowCodec.encode(row));
    this.#keep(round, { row, result });
  }

  #find(round: number): Kept | undefined {
    const kept = this.#kept.get(round);
    if (kept !== undefined) return kept;
    const bytes = getChunked(this.#table, u64Key(round));
    if (bytes === undefined) return undefined;
    const found: Kept = { row: decodeStored(rowCodec, bytes), result: null };
    this.#keep(round, found);
    return found;
  }

  #keep(round: number, found: Kept): void {
    this.#drop(round);
    this.#kept.set(round, found);
    this.#keptBytes += bytesOf(found);
    for (const one of this.#kept.keys()) {
      if (this.#keptBytes <= KEPT_BYTES_MAX) return;
      this.#drop(one);
    }
  }

  #drop(round: number): void {
    const kept = this.#kept.get(round);
    if (kept === undefined) return;
    this.#kept.delete(round);
    this.#keptBytes -= bytesOf(kept);
  }

  /** Forgets all but the newest so many. */
  keepNewest(count: number): void {
    const rounds = new Set<number>();
    for (const [key] of this.#table.range({ reverse: true, limit: ROWS_A_LOOK })) {
      rounds.add(readU64Key(key));
    }
    for (const round of [...rounds].slice(count)) {
      deleteChunked(this.#table, u64Key(round));
      this.#drop(round);
    }
  }
}

// More rows than a set keeps results, each in up to nine chunks; one look takes away what has become too many.
const ROWS_A_LOOK = 32;
