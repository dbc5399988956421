// Entries of fixed size, key then value, one behind the other in one byte string: sorted, searched and merged as they lie,
// without an object for an entry. Keys are in lexicographic order and unique, unless stated otherwise.

/** How long a key is, and a whole entry. */
export interface EntryShape {
  readonly keyBytes: number;
  readonly entryBytes: number;
}

/** Where one source of a merge stands. Sources of equal keys: the one that stands first in the list counts. */
export interface EntrySource {
  /** Offset of the next entry in `entries`; at its end when the source is. */
  at: number;
  entries: Uint8Array;
  /** Goes to the next entry. */
  advance(): void;
}

// A sort key is 37 bits of the entry's key and 16 of its position: together an exact double, sorted natively.
export const SORTED_AT_ONCE_MAX = 2 ** 16;

/** Sorts entries in any order, at most SORTED_AT_ONCE_MAX; of equal keys the last stays. */
export function sortEntries(entries: Uint8Array, shape: EntryShape): Uint8Array {
  const { entryBytes, keyBytes } = shape;
  const count = entries.length / entryBytes;
  const view = viewOf(entries);
  const sortKeys = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const at = i * entryBytes;
    const prefix = view.getUint32(at) * 2 ** 5 + (view.getUint8(at + 4) >> 3);
    sortKeys[i] = prefix * SORTED_AT_ONCE_MAX + i;
  }
  sortKeys.sort();
  const prefixes = new Float64Array(count);
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) {
    const key = sortKeys[i] as number;
    const prefix = Math.floor(key / SORTED_AT_ONCE_MAX);
    prefixes[i] = prefix;
    order[i] = key - prefix * SORTED_AT_ONCE_MAX;
  }
  const compare = (a: number, b: number): number =>
    compareKeys(entries, a * entryBytes, entries, b * entryBytes, keyBytes);
  // Equal prefixes stand in the order of arrival: mostly right already, as those of one account are.
  for (let start = 0; start < count; ) {
    let end = start + 1;
    let isSorted = true;
    while (end < count && prefixes[end] === prefixes[start]) {
      isSorted &&= compare(order[end - 1] as number, order[end] as number) <= 0;
      end += 1;
    }
    if (!isSorted) order.subarray(start, end).sort((a, b) => compare(a, b) || a - b);
    start = end;
  }
  const sorted = new Uint8Array(entries.length);
  let length = 0;
  for (let i = 0; i < count; i++) {
    const entry = order[i] as number;
    const isOverwritten = i + 1 < count && compare(entry, order[i + 1] as number) === 0;
    if (isOverwritten) continue;
    copyEntry(entries, entry * entryBytes, sorted, length, entryBytes);
    length += entryBytes;
  }
  return sorted.subarray(0, length);
}

/** The offset of the first entry whose key is not below the bound, a key or a prefix of one or a longer string. */
export function lowerBound(entries: Uint8Array, bound: Uint8Array, shape: EntryShape): number {
  const { entryBytes, keyBytes } = shape;
  const length = Math.min(keyBytes, bound.length);
  let low = 0;
  let high = entries.length / entryBytes;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compareKeys(entries, middle * entryBytes, bound, 0, length);
    if (order < 0 || (order === 0 && keyBytes < bound.length)) low = middle + 1;
    else high = middle;
  }
  return low * entryBytes;
}

/** The value of a key; a view. */
export function findValue(
  entries: Uint8Array,
  key: Uint8Array,
  shape: EntryShape,
): Uint8Array | undefined {
  const { entryBytes, keyBytes } = shape;
  const at = lowerBound(entries, key, shape);
  if (at === entries.length || compareKeys(entries, at, key, 0, keyBytes) !== 0) return undefined;
  return entries.subarray(at + keyBytes, at + entryBytes);
}

/** Merges sorted entries into one byte string; of equal keys the first source's stays. */
export function mergeEntries(sources: readonly Uint8Array[], shape: EntryShape): Uint8Array {
  const filled = sources.filter(({ length }) => length > 0);
  if (filled.length <= 1) return filled[0] ?? new Uint8Array(0);
  const merged = new Uint8Array(filled.reduce((sum, { length }) => sum + length, 0));
  const length = mergeInto(
    merged,
    filled.map((entries) => new MemorySource(entries, shape)),
    shape,
  );
  return merged.subarray(0, length);
}

class MemorySource implements EntrySource {
  at = 0;
  readonly entries: Uint8Array;
  readonly #entryBytes: number;
  constructor(entries: Uint8Array, { entryBytes }: EntryShape) {
    this.entries = entries;
    this.#entryBytes = entryBytes;
  }
  advance(): void {
    this.at += this.#entryBytes;
  }
}

/**
 * Takes the least entries of all sources into `target` until it is full or they are at their ends, and answers how many bytes
 * it has. Few sources: a look at all of them finds the least and the second; entries of the least are taken up to the second.
 */
export function mergeInto(
  target: Uint8Array,
  sources: readonly EntrySource[],
  { keyBytes, entryBytes }: EntryShape,
): number {
  const heads = new SourceHeads(sources, keyBytes);
  let length = 0;
  while (length + entryBytes <= target.length && heads.find()) {
    const source = sources[heads.least] as EntrySource;
    if (length > 0 && heads.isKey(heads.least, target, length - entryBytes)) {
      // Of a source behind the one that it was taken from: overwritten.
      source.advance();
      heads.look(heads.least);
      continue;
    }
    do {
      copyEntry(source.entries, source.at, target, length, entryBytes);
      length += entryBytes;
      source.advance();
      heads.look(heads.least);
    } while (length + entryBytes <= target.length && heads.isLeastBelowSecond());
  }
  if (length === 0) return 0;
  for (const [i, source] of sources.entries()) {
    if (heads.isKey(i, target, length - entryBytes)) source.advance();
  }
  return length;
}

/** The next entries of the sources of a merge, compared by the first 48 bits of their keys and then by the rest. */
class SourceHeads {
  least = 0;
  #second = 0;
  readonly #sources: readonly EntrySource[];
  readonly #keyBytes: number;
  readonly #prefixes: Float64Array;

  constructor(sources: readonly EntrySource[], keyBytes: number) {
    this.#sources = sources;
    this.#keyBytes = keyBytes;
    this.#prefixes = new Float64Array(sources.length);
    for (let i = 0; i < sources.length; i++) this.look(i);
  }

  /** After a source has gone on. */
  look(i: number): void {
    const { entries, at } = this.#sources[i] as EntrySource;
    this.#prefixes[i] = at < entries.length ? readPrefix(entries, at) : ENDED;
  }

  /** Finds the least entry, of equal ones that of the first source, and the one behind it; false if all sources are at the end. */
  find(): boolean {
    this.least = 0;
    this.#second = -1;
    for (let i = 1; i < this.#sources.length; i++) {
      if (this.#order(i, this.least) < 0) {
        this.#second = this.least;
        this.least = i;
      } else if (this.#second === -1 || this.#order(i, this.#second) < 0) this.#second = i;
    }
    return this.#prefixes[this.least] !== ENDED;
  }

  isLeastBelowSecond(): boolean {
    if (this.#prefixes[this.least] === ENDED) return false;
    return this.#second === -1 || this.#order(this.least, this.#second) < 0;
  }

  isKey(i: number, bytes: Uint8Array, at: number): boolean {
    const { entries, at: own } = this.#sources[i] as EntrySource;
    return own < entries.length && compareKeys(entries, own, bytes, at, this.#keyBytes) === 0;
  }

  #order(i: number, j: number): number {
    const first = this.#prefixes[i] as number;
    const second = this.#prefixes[j] as number;
    if (first !== second) return first < second ? -1 : 1;
    if (first === ENDED) return 0;
    const a = this.#sources[i] as EntrySource;
    const b = this.#sources[j] as EntrySource;
    return compareKeys(a.entries, a.at, b.entries, b.at, this.#keyBytes);
  }
}

// Above every prefix.
const ENDED = Number.POSITIVE_INFINITY;

function readPrefix(entries: Uint8Array, at: number): number {
  const high =
    (entries[at] as number) * 2 ** 16 +
    ((entries[at + 1] as number) << 8) +
    (entries[at + 2] as number);
  const low =
    (entries[at + 3] as number) * 2 ** 16 +
    ((entries[at + 4] as number) << 8) +
    (entries[at + 5] as number);
  return high * 2 ** 24 + low;
}

function compareKeys(
  a: Uint8Array,
  aAt: number,
  b: Uint8Array,
  bAt: number,
  length: number,
): number {
  for (let i = 0; i < length; i++) {
    const difference = (a[aAt + i] as number) - (b[bAt + i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

function copyEntry(
  from: Uint8Array,
  fromAt: number,
  to: Uint8Array,
  toAt: number,
  length: number,
): void {
  for (let i = 0; i < length; i++) to[toAt + i] = from[fromAt + i] as number;
}

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
