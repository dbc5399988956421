// One row of state pages: a directory or none, then pages one after the other, each as the length of its prefix (u8), the prefix
// in hex, the page's length (u32), the page. A directory tells of a whole region which row holds each page: its length (u32, 0 for
// none), the number of rows (u16), the number of pages with a short prefix (u32), for each of them its code and its place (u32
// each), then the others as prefix length, prefix, place. Numbers are big-endian.
import { CorruptBytesError } from "../protocol/encoding/codec.ts";

const LENGTH_BYTES = 4;
const SHORT_BYTES = 8;
const SHORT_NIBBLES = 7;
/** Lengths count in these, so that a place is a small integer, which takes no memory of its own. */
const UNIT_BYTES = 64;
const PLACE_UNITS = 2 ** 15;

/** A prefix as the key of a map: small integers take least memory. */
export type PageCode = number | string;

export const pageCode = (prefix: string): PageCode =>
  prefix.length > SHORT_NIBBLES ? prefix : Number.parseInt(`1${prefix}`, 16);

/** The row that holds a page, and how much of it: `row` * 2^15 + units. */
export const placeOf = (row: number, units: number): number => row * PLACE_UNITS + units;
export const rowOf = (place: number): number => Math.floor(place / PLACE_UNITS);
export const unitsOf = (place: number): number => place % PLACE_UNITS;

export interface Region {
  readonly places: Map<PageCode, number>;
  /** By row, how much of it is still in force, in units. */
  readonly live: number[];
}

export interface RowEntry {
  readonly code: PageCode;
  /** The page with what stands before it, as it lies in the row. */
  readonly bytes: Uint8Array;
}

export const entryUnits = ({ bytes }: RowEntry): number => bytesToUnits(bytes.length);
export const bytesToUnits = (bytes: number): number => Math.ceil(bytes / UNIT_BYTES);

export function rowEntry(prefix: string, page: Uint8Array): RowEntry {
  const bytes = new Uint8Array(1 + prefix.length + LENGTH_BYTES + page.length);
  writeText(bytes, 0, prefix);
  viewOf(bytes).setUint32(1 + prefix.length, page.length);
  bytes.set(page, 1 + prefix.length + LENGTH_BYTES);
  return { code: pageCode(prefix), bytes };
}

/** The page in a row, a view of it; undefined if it is not there. */
export function findPage(row: Uint8Array, prefix: string): Uint8Array | undefined {
  const view = viewOf(row);
  for (let at = pagesStart(row); at < row.length; ) {
    const start = at + 1 + (row[at] as number) + LENGTH_BYTES;
    const end = entryEnd(row, view, at);
    if (row[at] === prefix.length && holdsText(row, at + 1, prefix))
      return row.subarray(start, end);
    at = end;
  }
  return undefined;
}

export function rowEntries(row: Uint8Array): RowEntry[] {
  const view = viewOf(row);
  const entries: RowEntry[] = [];
  for (let at = pagesStart(row); at < row.length; ) {
    const end = entryEnd(row, view, at);
    entries.push({ code: pageCode(readText(row, at)), bytes: row.subarray(at, end) });
    at = end;
  }
  return entries;
}

/** A row of these entries, with the region's directory if it is to hold it. */
export function makeRow(entries: readonly RowEntry[], directory: Region | null): Uint8Array {
  const directoryLength = directory === null ? 0 : directoryBytes(directory);
  const length = entries.reduce((sum, { bytes }) => sum + bytes.length, directoryLength);
  const row = new Uint8Array(LENGTH_BYTES + length);
  viewOf(row).setUint32(0, directoryLength);
  if (directory !== null) writeDirectory(row, directory);
  let at = LENGTH_BYTES + directoryLength;
  for (const { bytes } of entries) {
    row.set(bytes, at);
    at += bytes.length;
  }
  return row;
}

export function readDirectory(row: Uint8Array): Region {
  const view = viewOf(row);
  const end = pagesStart(row);
  if (end < LENGTH_BYTES + 6) throw corrupt(row);
  const live: number[] = new Array(view.getUint16(LENGTH_BYTES)).fill(0);
  const places = new Map<PageCode, number>();
  const add = (code: PageCode, place: number): void => {
    const before = live[rowOf(place)];
    if (before === undefined) throw corrupt(row);
    live[rowOf(place)] = before + unitsOf(place);
    places.set(code, place);
  };
  let at = LENGTH_BYTES + 6;
  const shortEnd = at + view.getUint32(LENGTH_BYTES + 2) * SHORT_BYTES;
  if (shortEnd > end) throw corrupt(row);
  for (; at < shortEnd; at += SHORT_BYTES) add(view.getUint32(at), view.getUint32(at + 4));
  while (at < end) {
    const placeAt = at + 1 + (row[at] as number);
    if (placeAt + 4 > end) throw corrupt(row);
    add(readText(row, at), view.getUint32(placeAt));
    at = placeAt + 4;
  }
  return { places, live };
}

function directoryBytes({ places }: Region): number {
  let length = 6;
  for (const code of places.keys()) {
    length += typeof code === "number" ? SHORT_BYTES : 1 + code.length + 4;
  }
  return length;
}

function writeDirectory(row: Uint8Array, { places, live }: Region): void {
  const view = viewOf(row);
  view.setUint16(LENGTH_BYTES, live.length);
  let at = LENGTH_BYTES + 6;
  for (const [code, place] of places) {
    if (typeof code === "string") continue;
    view.setUint32(at, code);
    view.setUint32(at + 4, place);
    at += SHORT_BYTES;
  }
  view.setUint32(LENGTH_BYTES + 2, (at - LENGTH_BYTES - 6) / SHORT_BYTES);
  for (const [code, place] of places) {
    if (typeof code === "number") continue;
    at = writeText(row, at, code);
    view.setUint32(at, place);
    at += 4;
  }
}

const corrupt = (row: Uint8Array): CorruptBytesError =>
  new CorruptBytesError("row of state pages", row.length);

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function pagesStart(row: Uint8Array): number {
  if (row.length < LENGTH_BYTES) throw corrupt(row);
  const start = LENGTH_BYTES + viewOf(row).getUint32(0);
  if (start > row.length) throw corrupt(row);
  return start;
}

/** Where the entry that begins at `at` ends. */
function entryEnd(row: Uint8Array, view: DataView, at: number): number {
  const lengthAt = at + 1 + (row[at] as number);
  const end = lengthAt + LENGTH_BYTES <= row.length ? lengthAt + view.getUint32(lengthAt) : 0;
  if (end === 0 || end + LENGTH_BYTES > row.length) throw corrupt(row);
  return end + LENGTH_BYTES;
}

/** A text's length and the text; hex has one byte a character. */
function writeText(target: Uint8Array, at: number, text: string): number {
  target[at] = text.length;
  for (let i = 0; i < text.length; i++) target[at + 1 + i] = text.charCodeAt(i);
  return at + 1 + text.length;
}

const readText = (bytes: Uint8Array, at: number): string =>
  String.fromCharCode(...bytes.subarray(at + 1, at + 1 + (bytes[at] as number)));

function holdsText(bytes: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}
