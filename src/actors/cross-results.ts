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

export class CrossResults {
  readonly #table: Table;

  constructor(store: Store) {
    this.#table = store.table("results");
  }

  get(round: number): StoredResult | undefined {
    const bytes = getChunked(this.#table, u64Key(round));
    return bytes === undefined ? undefined : decodeStored(rowCodec, bytes);
  }

  result(round: number): CrossResult | undefined {
    const row = this.get(round);
    return row === undefined ? undefined : decodeStored(crossResultCodec, row.result);
  }

  put(round: number, row: StoredResult): void {
    putChunked(this.#table, u64Key(round), rowCodec.encode(row));
  }

  /** Forgets all but the newest so many. */
  keepNewest(count: number): void {
    const rounds = new Set<number>();
    for (const [key] of this.#table.range({ reverse: true, limit: ROWS_A_LOOK })) {
      rounds.add(readU64Key(key));
    }
    for (const round of [...rounds].slice(count)) deleteChunked(this.#table, u64Key(round));
  }
}

// More rows than a set keeps results, each in up to nine chunks; one look takes away what has become too many.
const ROWS_A_LOOK = 32;
