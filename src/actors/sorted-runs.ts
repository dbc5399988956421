// A persistent ordered index in few rows: what would be a row for each entry is packed into chunks of some thousand (a row
// written costs the most on the platform). A log-structured merge tree:
//
// - A batch of entries goes into the buffer, one row. When that is full it becomes a run: sorted entries in chunks, a row each.
// - Runs of a level are as old as they stand in the list; the runs of the level behind are older than all of them. The oldest
//   FAN_IN of a level are merged into one of the next level. Of equal keys the newest entry counts; a merge drops the others.
// - A merge goes on chunk by chunk with each run written, so that no step takes long: (levels + 1) chunks for each chunk
//   written, which is more than comes in behind it. Its state is the last key that it wrote: up to there the output counts,
//   behind it the inputs, whose chunks are deleted as they are used up. So it goes on after a crash at any point.
// - A chunk's row has the run and the chunk's first key as its key: the database finds the chunk of a key, and nothing is kept
//   in memory but the buffer and the numbers of the runs.
//
// For n entries, c a chunk (about 1,500 to 2,000) and L = log8(n / c) levels:
// - rows written: one for a batch that the buffer takes, else one and two a chunk; for an entry at most 3 (L + 1) / c more over
//   its life (a chunk is an insertion into a table and its index, and a deletion);
// - a step: time and bytes by the batch, times L + 1, never by n;
// - a key is read from one chunk of each run, at most 15 runs a level and usually half; a range costs that and its entries;
// - memory: at rest a buffer (32 KiB), in a step the batch and FAN_IN + 1 chunks (576 KiB), whatever n is.
import { compareBytes, concatBytes, EMPTY_BYTES } from "../protocol/encoding/bytes.ts";
import {
  byteString,
  codec,
  decodeStored,
  list,
  optional,
  struct,
  u32,
} from "../protocol/encoding/codec.ts";
import { KIB } from "../protocol/limits.ts";
import { u32Key } from "./keys.ts";
import {
  type EntryShape,
  type EntrySource,
  findValue,
  lowerBound,
  mergeEntries,
  mergeInto,
  SORTED_AT_ONCE_MAX,
  sortEntries,
} from "./packed-entries.ts";
import type { Table } from "./ports.ts";

/** Runs merged at once; also how much larger a level's runs are than those of the level before. */
const FAN_IN = 8;
/** A point read takes a whole chunk: some 30 us. */
const CHUNK_BYTES_MAX = 64 * KIB;
/** Written with every batch until it is full: fewer rows for small batches, fewer bytes for a smaller buffer. */
const BUFFER_BYTES_MAX = 32 * KIB;

interface Merge {
  readonly output: number;
  /** The last key in the output; null before the first. */
  readonly last: Uint8Array | null;
}

interface Level {
  /** Numbers of the runs, oldest first. */
  readonly runs: readonly number[];
  /** Under way over the oldest FAN_IN. */
  readonly merge: Merge | null;
}

interface Manifest {
  readonly nextRun: number;
  readonly levels: readonly Level[];
}

const manifestCodec = codec<Manifest>(
  "manifest of sorted runs",
  struct<Manifest>("Manifest", {
    nextRun: u32,
    levels: list(
      struct<Level>("Level", {
        runs: list(u32),
        merge: optional(struct<Merge>("Merge", { output: u32, last: optional(byteString) })),
      }),
    ),
  }),
  4 * KIB,
);

// Run numbers begin at 1: these rows stand before all chunks.
const MANIFEST_KEY = Uint8Array.of(0, 0, 0, 0, 0);
const BUFFER_KEY = Uint8Array.of(0, 0, 0, 0, 1);
// A chunk's row: the number of its run, then its first key.
const RUN_BYTES = 4;
const EMPTY_LEVEL: Level = { runs: [], merge: null };

export interface EntryRange {
  /** Inclusive: a key, the beginning of one, or a longer string. */
  readonly from: Uint8Array;
  /** Exclusive; none: to the end. */
  readonly to: Uint8Array | undefined;
  /** The last entries of the range instead of the first. */
  readonly reverse: boolean;
  readonly limit: number;
}

export class SortedRuns {
  readonly #table: Table;
  readonly #shape: EntryShape;
  #manifest: Manifest;
  #buffer: Uint8Array;

  constructor(table: Table, shape: EntryShape) {
    this.#table = table;
    this.#shape = shape;
    const manifest = table.get(MANIFEST_KEY);
    this.#manifest =
      manifest === undefined ? { nextRun: 1, levels: [] } : decodeStored(manifestCodec, manifest);
    this.#buffer = table.get(BUFFER_KEY) ?? EMPTY_BYTES;
  }

  /** Takes in packed entries in any order; of equal keys the last counts, and before all that came earlier. */
  append(entries: Uint8Array): void {
    if (entries.length === 0) return;
    const bytesMax = SORTED_AT_ONCE_MAX * this.#shape.entryBytes;
    if (entries.length > bytesMax) {
      this.append(entries.subarray(0, bytesMax));
      this.append(entries.subarray(bytesMax));
      return;
    }
    const sorted = sortEntries(entries, this.#shape);
    const merged = mergeEntries([sorted, this.#buffer], this.#shape);
    if (merged.length <= BUFFER_BYTES_MAX) {
      this.#buffer = merged;
      this.#table.put(BUFFER_KEY, merged);
      return;
    }
    if (this.#buffer.length > 0) this.#table.put(BUFFER_KEY, EMPTY_BYTES);
    this.#buffer = EMPTY_BYTES;
    const chunks = this.#writeRun(merged);
    this.#merge(chunks * (this.#manifest.levels.length + 1));
    this.#table.put(MANIFEST_KEY, manifestCodec.encode(this.#manifest));
  }

  /** The value of the key; a view of bytes that are the caller's. */
  get(key: Uint8Array): Uint8Array | undefined {
    const buffered = findValue(this.#buffer, key, this.#shape);
    if (buffered !== undefined) return buffered.slice();
    for (const { run, from, to } of this.#parts()) {
      if (from !== undefined && compareBytes(key, from) < 0) continue;
      if (to !== undefined && compareBytes(key, to) >= 0) continue;
      const chunk = chunkBefore(this.#table, run, after(key));
      const value = chunk === undefined ? undefined : findValue(chunk[1], key, this.#shape);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  /** Entries of a range, packed, ascending. */
  range(range: EntryRange): Uint8Array {
    const found = [this.#cut(this.#buffer, range)];
    for (const part of this.#parts()) {
      const from = greater(range.from, part.from);
      const to = lesser(range.to, part.to);
      found.push(this.#collect(part.run, { ...range, from, to }));
    }
    return this.#limited(mergeEntries(found, this.#shape), range);
  }

  /** Runs with the keys for which each counts, newest first. */
  #parts(): { run: number; from: Uint8Array | undefined; to: Uint8Array | undefined }[] {
    return this.#manifest.levels.flatMap(({ runs, merge }) => {
      const end = merge === null || merge.last === null ? undefined : after(merge.last);
      const parts = runs.map((run, i) => ({
        run,
        from: i < FAN_IN ? end : undefined,
        to: undefined as Uint8Array | undefined,
      }));
      parts.reverse();
      if (merge !== null && end !== undefined) {
        parts.push({ run: merge.output, from: undefined, to: end });
      }
      return parts;
    });
  }

  /** The range's entries of one run, at most its limit. */
  #collect(run: number, range: EntryRange): Uint8Array {
    const { from, to, reverse, limit } = range;
    const found: Uint8Array[] = [];
    let bytes = 0;
    // The chunk with the range's beginning may start before it.
    let chunk = reverse
      ? chunkBefore(this.#table, run, to)
      : (chunkBefore(this.#table, run, after(from)) ?? chunkFrom(this.#table, run, from));
    while (chunk !== undefined && bytes < limit * this.#shape.entryBytes) {
      const [key, entries] = chunk;
      // A copy: a view would keep the whole chunk.
      const part = this.#cut(entries, range).slice();
      bytes += part.length;
      found.push(part);
      const isPast = reverse
        ? compareBytes(key, from) <= 0
        : to !== undefined && lowerBound(entries, to, this.#shape) < entries.length;
      if (isPast) break;
      chunk = reverse
        ? chunkBefore(this.#table, run, key)
        : chunkFrom(this.#table, run, after(key));
    }
    if (reverse) found.reverse();
    return concatBytes(...found);
  }

  #cut(entries: Uint8Array, range: EntryRange): Uint8Array {
    const start = lowerBound(entries, range.from, this.#shape);
    const end =
      range.to === undefined ? entries.length : lowerBound(entries, range.to, this.#shape);
    return this.#limited(entries.subarray(start, Math.max(start, end)), range);
  }

  #limited(entries: Uint8Array, { reverse, limit }: EntryRange): Uint8Array {
    const bytesMax = limit * this.#shape.entryBytes;
    if (entries.length <= bytesMax) return entries;
    return reverse ? entries.subarray(entries.length - bytesMax) : entries.subarray(0, bytesMax);
  }

  /** Writes the newest run of the first level. */
  #writeRun(entries: Uint8Array): number {
    const { nextRun, levels } = this.#manifest;
    const { entryBytes } = this.#shape;
    const chunks = Math.ceil(entries.length / CHUNK_BYTES_MAX);
    const chunkBytes = Math.ceil(entries.length / chunks / entryBytes) * entryBytes;
    for (let at = 0; at < entries.length; at += chunkBytes) {
      this.#putChunk(nextRun, entries.subarray(at, at + chunkBytes));
    }
    const [first = EMPTY_LEVEL, ...others] = levels;
    this.#manifest = {
      nextRun: nextRun + 1,
      levels: [{ ...first, runs: [...first.runs, nextRun] }, ...others],
    };
    return chunks;
  }

  /** Writes at most so many chunks of merged runs, of the lowest levels first: those decide how many runs there are. */
  #merge(chunksMax: number): void {
    let chunks = chunksMax;
    for (let i = 0; i < this.#manifest.levels.length; i++) {
      while (chunks > 0 && this.#level(i).runs.length >= FAN_IN)
        chunks -= this.#mergeLevel(i, chunks);
    }
  }

  #mergeLevel(index: number, chunksMax: number): number {
    const { runs, merge } = this.#level(index);
    const output = merge?.output ?? this.#manifest.nextRun;
    let last = merge?.last ?? null;
    const sources = runs
      .slice(0, FAN_IN)
      .map((run) => new RunSource(this.#table, this.#shape, run, last))
      .reverse();
    const { keyBytes, entryBytes } = this.#shape;
    const target = new Uint8Array(CHUNK_BYTES_MAX - (CHUNK_BYTES_MAX % entryBytes));
    for (let chunks = 1; chunks <= chunksMax; chunks++) {
      const length = mergeInto(target, sources, this.#shape);
      this.#putChunk(output, target.subarray(0, length));
      last = target.slice(length - entryBytes, length - entryBytes + keyBytes);
      if (sources.every(({ at, entries }) => at === entries.length)) {
        this.#mergeEnded(index, output);
        return chunks;
      }
    }
    this.#update(index, { runs, merge: { output, last } }, output);
    return chunksMax;
  }

  #mergeEnded(index: number, output: number): void {
    this.#update(index, { runs: this.#level(index).runs.slice(FAN_IN), merge: null }, output);
    const next = this.#level(index + 1);
    this.#update(index + 1, { ...next, runs: [...next.runs, output] }, output);
  }

  #level(index: number): Level {
    return this.#manifest.levels[index] ?? EMPTY_LEVEL;
  }

  #update(index: number, level: Level, output: number): void {
    const levels = [...this.#manifest.levels];
    levels[index] = level;
    this.#manifest = { nextRun: Math.max(this.#manifest.nextRun, output + 1), levels };
  }

  #putChunk(run: number, entries: Uint8Array): void {
    const key = concatBytes(u32Key(run), entries.subarray(0, this.#shape.keyBytes));
    this.#table.put(key, entries);
  }
}

/** A run in a merge: its entries behind a key. Each chunk is deleted when all of it is taken. */
class RunSource implements EntrySource {
  at = 0;
  entries: Uint8Array = EMPTY_BYTES;
  readonly #table: Table;
  readonly #entryBytes: number;
  readonly #run: number;
  #firstKey: Uint8Array = EMPTY_BYTES;

  constructor(table: Table, shape: EntryShape, run: number, last: Uint8Array | null) {
    this.#table = table;
    this.#entryBytes = shape.entryBytes;
    this.#run = run;
    const start = last === null ? EMPTY_BYTES : after(last);
    const chunk = chunkBefore(table, run, start) ?? chunkFrom(table, run, start);
    if (chunk === undefined) return;
    [this.#firstKey, this.entries] = chunk;
    this.at = lowerBound(this.entries, start, shape);
    this.#skipTaken();
  }

  advance(): void {
    this.at += this.#entryBytes;
    this.#skipTaken();
  }

  #skipTaken(): void {
    while (this.at === this.entries.length && this.at > 0) {
      this.#table.delete(concatBytes(u32Key(this.#run), this.#firstKey));
      [this.#firstKey, this.entries] = chunkFrom(this.#table, this.#run, this.#firstKey) ?? [
        EMPTY_BYTES,
        EMPTY_BYTES,
      ];
      this.at = 0;
    }
  }
}

type Chunk = readonly [firstKey: Uint8Array, entries: Uint8Array];

/** The last chunk of the run that begins before the bound. */
function chunkBefore(table: Table, run: number, bound: Uint8Array | undefined): Chunk | undefined {
  const to = bound === undefined ? u32Key(run + 1) : concatBytes(u32Key(run), bound);
  return chunkOf(table.range({ from: u32Key(run), to, reverse: true, limit: 1 })[0]);
}

/** The first chunk of the run that begins at the bound or behind it. */
function chunkFrom(table: Table, run: number, bound: Uint8Array): Chunk | undefined {
  const from = concatBytes(u32Key(run), bound);
  return chunkOf(table.range({ from, to: u32Key(run + 1), limit: 1 })[0]);
}

function chunkOf(row: readonly [Uint8Array, Uint8Array] | undefined): Chunk | undefined {
  return row === undefined ? undefined : [row[0].subarray(RUN_BYTES), row[1]];
}

/** The least byte string above this one. */
const after = (key: Uint8Array): Uint8Array => concatBytes(key, Uint8Array.of(0));

const greater = (a: Uint8Array, b: Uint8Array | undefined): Uint8Array =>
  b !== undefined && compareBytes(b, a) > 0 ? b : a;

function lesser(a: Uint8Array | undefined, b: Uint8Array | undefined): Uint8Array | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareBytes(a, b) < 0 ? a : b;
}
