// The pages of one chain's state, many to a row: a round changes thousands of pages of some kB, and a row written costs the same
// whatever its size. Pages fall into regions by the first nibbles of their prefixes. A region is a few rows of up to 16 KiB: what
// a round changes of it goes into the row that holds the least still in force, together with that, as a log-structured file
// system reuses its segments. So a round writes about one row a region, and old copies of pages take about as much again as the
// state. The row that a region wrote last tells where each of its pages is, and one row of the chain which row that is; what is
// at hand of both can be dropped at any time.
import { CorruptBytesError } from "../protocol/encoding/codec.ts";
import type { PageStore } from "../protocol/merkle/state-page-cache.ts";
import { joinKeys, u32Key } from "./keys.ts";
import {
  bytesToUnits,
  entryUnits,
  findPage,
  makeRow,
  pageCode,
  placeOf,
  type Region,
  type RowEntry,
  readDirectory,
  rowEntries,
  rowEntry,
  rowOf,
  unitsOf,
} from "./page-row.ts";
import type { Table } from "./ports.ts";

/** The first is of the pages above all others. */
const REGIONS = 1 + 256;
const REGION_NIBBLES = 2;
const INDEX_KEY = 0xffff;
/** A row holds the first and takes the second at once. Longer ones save rows written, and each search reads more. */
const ROW_UNITS = bytesToUnits(16 * 1024);
const PART_UNITS = bytesToUnits(11 * 1024);
/** Pages whose places are at hand, some 40 bytes each: those of 1,400,000 accounts. */
const PLACES_MAX = 100_000;
const PLACE_BYTES = 40;

type Change = readonly [prefix: string, page: Uint8Array | null];

const regionOf = (prefix: string): number =>
  prefix.length < REGION_NIBBLES ? 0 : 1 + Number.parseInt(prefix.slice(0, REGION_NIBBLES), 16);

export class PageRows implements PageStore {
  readonly #table: Table;
  readonly #chain: Uint8Array;
  /** By region, one more than the row written last; 0 for a region without pages. */
  #index: Uint16Array | null = null;
  /** Least recently used first. */
  readonly #regions = new Map<number, Region>();
  #places = 0;
  /** What is not written yet; null for a page that is gone. */
  #changed = new Map<string, Uint8Array | null>();
  #lastRead: { readonly region: number; readonly row: number; readonly bytes: Uint8Array } | null =
    null;

  constructor(table: Table, chain: number) {
    this.#table = table;
    this.#chain = u32Key(chain);
  }

  /** What it holds in memory, about. */
  get bytes(): number {
    return this.#places * PLACE_BYTES + (this.#lastRead?.bytes.length ?? 0);
  }

  get(prefix: string): Uint8Array | undefined {
    const changed = this.#changed.get(prefix);
    if (changed !== undefined) return changed ?? undefined;
    const region = regionOf(prefix);
    const place = this.#region(region).places.get(pageCode(prefix));
    if (place === undefined) return undefined;
    const page = findPage(this.#read(region, rowOf(place)), prefix);
    if (page === undefined) throw new CorruptBytesError("row of state pages", 0);
    // A copy, so that whoever keeps the page does not keep the row.
    return page.slice();
  }

  put(prefix: string, page: Uint8Array): void {
    this.#changed.set(prefix, page);
  }

  delete(prefix: string): void {
    this.#changed.set(prefix, null);
  }

  /** Writes what has changed. After an error the object is of no use any more. */
  flush(): void {
    if (this.#changed.size === 0) return;
    const index = this.#readIndex();
    const before = index.join();
    const byRegion = Map.groupBy(this.#changed, ([prefix]) => regionOf(prefix));
    for (const [region, changes] of byRegion) this.#write(region, changes);
    if (index.join() !== before) this.#table.put(this.#indexKey(), bytesOfIndex(index));
    this.#changed = new Map();
    this.#lastRead = null;
    this.#forgetRegions();
  }

  #write(id: number, changes: readonly Change[]): void {
    const region = this.#region(id);
    const { places, live } = region;
    this.#places -= places.size;
    let isChanged = false;
    for (const [prefix, page] of changes) {
      const code = pageCode(prefix);
      const place = places.get(code);
      isChanged ||= place !== undefined || page !== null;
      if (place === undefined) continue;
      live[rowOf(place)] = (live[rowOf(place)] as number) - unitsOf(place);
      places.delete(code);
    }
    if (!isChanged) return;
    const parts = inParts(
      changes.flatMap(([prefix, page]) => (page === null ? [] : [rowEntry(prefix, page)])),
    );
    parts.forEach((part, i) => {
      const row = rowFor(live, sumOfUnits(part));
      const kept = this.#inForce(id, region, row);
      for (const entry of part) {
        const units = entryUnits(entry);
        places.set(entry.code, placeOf(row, units));
        live[row] = (live[row] ?? 0) + units;
      }
      const directory = i === parts.length - 1 ? region : null;
      this.#table.put(this.#rowKey(id, row), makeRow([...kept, ...part], directory));
      this.#lastRead = null;
      this.#readIndex()[id] = row + 1;
    });
    this.#places += places.size;
  }

  /** The entries of a row that lie nowhere newer. */
  #inForce(id: number, { places, live }: Region, row: number): RowEntry[] {
    if ((live[row] ?? 0) === 0) return [];
    return rowEntries(this.#read(id, row)).filter(({ code }) => {
      const place = places.get(code);
      return place !== undefined && rowOf(place) === row;
    });
  }

  #region(id: number): Region {
    let region = this.#regions.get(id);
    if (region === undefined) {
      const newest = (this.#readIndex()[id] as number) - 1;
      region = newest < 0 ? { places: new Map(), live: [] } : readDirectory(this.#read(id, newest));
      this.#places += region.places.size;
    } else this.#regions.delete(id);
    this.#regions.set(id, region);
    return region;
  }

  #forgetRegions(): void {
    for (const [id, { places }] of this.#regions) {
      if (this.#places <= PLACES_MAX) return;
      this.#places -= places.size;
      this.#regions.delete(id);
    }
  }

  #readIndex(): Uint16Array {
    this.#index ??= indexOfBytes(this.#table.get(this.#indexKey()));
    return this.#index;
  }

  #read(region: number, row: number): Uint8Array {
    const last = this.#lastRead;
    if (last?.region === region && last.row === row) return last.bytes;
    const bytes = this.#table.get(this.#rowKey(region, row));
    if (bytes === undefined) throw new CorruptBytesError("row of state pages", 0);
    this.#lastRead = { region, row, bytes };
    return bytes;
  }

  #rowKey(region: number, row: number): Uint8Array {
    return joinKeys(this.#chain, Uint8Array.of(region >> 8, region & 0xff, row >> 8, row & 0xff));
  }

  #indexKey(): Uint8Array {
    return this.#rowKey(INDEX_KEY, 0);
  }
}

const sumOfUnits = (entries: readonly RowEntry[]): number =>
  entries.reduce((sum, entry) => sum + entryUnits(entry), 0);

/** Entries in parts of what a row takes at once; one part, without entries, if there are none. */
function inParts(entries: readonly RowEntry[]): RowEntry[][] {
  let part: RowEntry[] = [];
  const parts = [part];
  let units = 0;
  for (const entry of entries) {
    units += entryUnits(entry);
    if (units > PART_UNITS && part.length > 0) {
      part = [];
      parts.push(part);
      units = entryUnits(entry);
    }
    part.push(entry);
  }
  return parts;
}

/** The row with the least in force if the new entries fit beside that, or a new row. */
function rowFor(live: number[], units: number): number {
  let best = -1;
  for (let row = 0; row < live.length; row++) {
    if (best < 0 || (live[row] as number) < (live[best] as number)) best = row;
  }
  if (best >= 0 && (live[best] as number) + units <= Math.max(ROW_UNITS, units)) return best;
  live.push(0);
  return live.length - 1;
}

function bytesOfIndex(index: Uint16Array): Uint8Array {
  const bytes = new Uint8Array(2 * index.length);
  const view = new DataView(bytes.buffer);
  index.forEach((row, region) => void view.setUint16(2 * region, row));
  return bytes;
}

function indexOfBytes(bytes: Uint8Array | undefined): Uint16Array {
  const index = new Uint16Array(REGIONS);
  if (bytes === undefined) return index;
  if (bytes.length !== 2 * REGIONS) throw new CorruptBytesError("index of state pages", 0);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return index.map((_, region) => view.getUint16(2 * region));
}
