// The bytes of what waits, on disk. A row costs the most on the platform, so the transactions of one admission are packed into
// chunks, a row each, and a row goes when the last of its transactions has left. Dead bytes beside the living are bounded.
import { concatBytes } from "../protocol/encoding/bytes.ts";
import type { Waiting } from "../protocol/ledger/waiting.ts";
import { KIB } from "../protocol/limits.ts";
import { readU64Key, u64Key } from "./keys.ts";
import { packList, unpackItem } from "./packed-list.ts";
import type { Table } from "./ports.ts";

/** Few rows for a large admission, and still little to read for one transaction of it. */
const CHUNK_BYTES_MAX = 64 * KIB;
// Chunks read last: a selection goes through them in about the order in which they came.
const CHUNKS_KEPT = 16;
// So few dead bytes are not worth a rewriting.
const DEAD_BYTES_MIN = 512 * KIB;
const CHUNKS_A_PAGE = 16;
const ARRIVAL_BYTES = 8;

interface Chunk {
  /** Of transactions, also of those that have left. */
  readonly bytes: number;
  live: number;
  liveBytes: number;
}

/** A transaction with the summary that is to learn where it is stored. */
export interface Row {
  readonly waiting: Waiting;
  readonly bytes: Uint8Array;
}

export interface StoredRow {
  readonly arrival: number;
  readonly bytes: Uint8Array;
  readonly chunk: number;
  readonly place: number;
}

export class MempoolRows {
  readonly #table: Table;
  /** By the arrival of the first transaction in it, which is its key. */
  readonly #chunks = new Map<number, Chunk>();
  readonly #kept = new Map<number, Uint8Array>();
  #bytes = 0;
  #liveBytes = 0;

  constructor(table: Table) {
    this.#table = table;
  }

  /** Whether more of the stored bytes are dead than alive: time to `compact`. */
  get isSparse(): boolean {
    return this.#bytes > 2 * this.#liveBytes + DEAD_BYTES_MIN;
  }

  write(rows: readonly Row[]): void {
    let chunk: Row[] = [];
    let bytes = 0;
    for (const row of rows) {
      if (bytes + row.bytes.length > CHUNK_BYTES_MAX && chunk.length > 0) {
        this.#writeChunk(chunk, bytes);
        [chunk, bytes] = [[], 0];
      }
      chunk.push(row);
      bytes += row.bytes.length;
    }
    if (chunk.length > 0) this.#writeChunk(chunk, bytes);
  }

  /** A copy: what is kept of it must not keep the chunk. */
  read({ chunk, chunkPlace }: Waiting): Uint8Array {
    const item = unpackItem(this.#chunk(chunk), chunkPlace);
    if (item === undefined) throw new RangeError(`Cannot find place ${chunkPlace} of ${chunk}`);
    return item.slice(ARRIVAL_BYTES);
  }

  /** The transaction has left. */
  delete(waiting: Waiting): void {
    const number = waiting.chunk;
    const chunk = this.#chunks.get(number);
    waiting.chunk = -1;
    if (chunk === undefined) return;
    chunk.live -= 1;
    chunk.liveBytes -= waiting.bytes;
    this.#liveBytes -= waiting.bytes;
    if (chunk.live === 0) this.#deleteChunk(number, chunk);
  }

  /**
   * Writes the living of the sparse chunks anew, some chunks at a time in memory. Costs what waits; so much has died since the
   * last time.
   */
  compact(all: Iterable<Waiting>): void {
    const living: Waiting[] = [];
    for (const waiting of all) {
      const chunk = this.#chunks.get(waiting.chunk);
      if (chunk !== undefined && chunk.bytes > 2 * chunk.liveBytes) living.push(waiting);
    }
    living.sort((a, b) => a.chunk - b.chunk || a.chunkPlace - b.chunkPlace);
    let rows: Row[] = [];
    let bytes = 0;
    for (const [i, waiting] of living.entries()) {
      rows.push({ waiting, bytes: this.read(waiting) });
      bytes += waiting.bytes;
      const number = waiting.chunk;
      if (living[i + 1]?.chunk === number) continue;
      // The last of its chunk. A new chunk can have the number of an old one that it takes from: that must be gone.
      this.#deleteChunk(number, this.#chunks.get(number) as Chunk);
      if (bytes < CHUNKS_A_PAGE * CHUNK_BYTES_MAX && i < living.length - 1) continue;
      this.#liveBytes -= bytes;
      this.write(rows);
      [rows, bytes] = [[], 0];
    }
  }

  /** All that is stored, in the order of chunks; transactions that left are among them. */
  *stored(): Iterable<StoredRow> {
    let from: Uint8Array | undefined;
    for (;;) {
      const start = from === undefined ? {} : { from };
      const page = this.#table.range({ limit: CHUNKS_A_PAGE, ...start });
      for (const [key, packed] of page) yield* rowsOf(readU64Key(key), packed);
      const last = page.at(-1)?.[0];
      if (last === undefined) return;
      from = concatBytes(last, Uint8Array.of(0));
    }
  }

  /** After a restart: what of the stored lives on, by chunk; the rest of the chunks goes. */
  adopt(stored: Iterable<StoredRow>, waitingOf: (row: StoredRow) => Waiting | null): void {
    const sizes = new Map<number, number>();
    const living = new Set<Waiting>();
    for (const row of stored) {
      sizes.set(row.chunk, (sizes.get(row.chunk) ?? 0) + row.bytes.length);
      const waiting = waitingOf(row);
      if (waiting === null) continue;
      waiting.chunk = row.chunk;
      waiting.chunkPlace = row.place;
      living.add(waiting);
    }
    for (const [number, bytes] of sizes) {
      this.#chunks.set(number, { bytes, live: 0, liveBytes: 0 });
      this.#bytes += bytes;
    }
    for (const { chunk: number, bytes, isWaiting } of living) {
      const chunk = this.#chunks.get(number);
      if (chunk === undefined || !isWaiting) continue;
      chunk.live += 1;
      chunk.liveBytes += bytes;
      this.#liveBytes += bytes;
    }
    for (const [number, chunk] of this.#chunks) {
      if (chunk.live === 0) this.#deleteChunk(number, chunk);
    }
  }

  #writeChunk(rows: readonly Row[], bytes: number): void {
    const number = rows[0]?.waiting.arrival as number;
    const items = rows.map((row) => concatBytes(u64Key(row.waiting.arrival), row.bytes));
    this.#table.put(u64Key(number), packList(items));
    this.#chunks.set(number, { bytes, live: rows.length, liveBytes: bytes });
    this.#bytes += bytes;
    this.#liveBytes += bytes;
    for (const [place, { waiting }] of rows.entries()) {
      waiting.chunk = number;
      waiting.chunkPlace = place;
    }
  }

  #deleteChunk(number: number, { bytes }: Chunk): void {
    this.#table.delete(u64Key(number));
    this.#chunks.delete(number);
    this.#kept.delete(number);
    this.#bytes -= bytes;
  }

  #chunk(number: number): Uint8Array {
    const packed = this.#kept.get(number) ?? this.#table.get(u64Key(number));
    if (packed === undefined) throw new RangeError(`Cannot find chunk ${number} of the mempool`);
    // The one read last goes last.
    this.#kept.delete(number);
    this.#kept.set(number, packed);
    const oldest = this.#kept.keys().next().value;
    if (this.#kept.size > CHUNKS_KEPT && oldest !== undefined) this.#kept.delete(oldest);
    return packed;
  }
}

function* rowsOf(chunk: number, packed: Uint8Array): Iterable<StoredRow> {
  for (let place = 0; ; place++) {
    const item = unpackItem(packed, place);
    if (item === undefined) return;
    yield { arrival: readU64Key(item), bytes: item.slice(ARRIVAL_BYTES), chunk, place };
  }
}
