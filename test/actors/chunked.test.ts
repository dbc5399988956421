import { describe, expect, it } from "vitest";
import { deleteChunked, getChunked, putChunked } from "../../src/actors/chunked.ts";
import { u32Key, u64Key } from "../../src/actors/keys.ts";
import type { Table } from "../../src/actors/ports.ts";
import { concatBytes } from "../../src/protocol/encoding/bytes.ts";
import { STORED_CHUNK_BYTES_MAX } from "../../src/protocol/limits.ts";
import { nodeSqlite } from "../../src/storage/node-sqlite.ts";
import { createSqlStore } from "../../src/storage/sql-store.ts";

const KEY = u64Key(7);
const NEXT = u64Key(8);
const rowsOf = (table: Table): number => table.range({ limit: 100 }).length;
const value = (length: number, fill: number): Uint8Array => new Uint8Array(length).fill(fill);

const open = (): Table => createSqlStore(nodeSqlite(":memory:")).table("results");

describe("[R-3.10] a value in chunks", () => {
  const full = STORED_CHUNK_BYTES_MAX;

  it.each([0, 1, full - 1, full, full + 1, 2 * full, 2 * full + 5])(
    "comes back as it was put, of %i bytes",
    (length) => {
      const table = open();
      putChunked(table, NEXT, value(3, 9));
      putChunked(table, KEY, value(length, 1));
      expect(getChunked(table, KEY)).toEqual(value(length, 1));
      expect(rowsOf(table)).toBe(1 + Math.max(1, Math.ceil(length / full)));
      deleteChunked(table, KEY);
      expect(getChunked(table, KEY)).toBeUndefined();
      expect(getChunked(table, NEXT)).toEqual(value(3, 9));
      expect(rowsOf(table)).toBe(1);
    },
  );

  it.each([
    [3 * full, 1],
    [3 * full, full],
    [2 * full + 1, full + 1],
    [1, 2 * full + 1],
  ])("leaves nothing of the one before, of %i bytes and then %i", (before, after) => {
    const table = open();
    putChunked(table, KEY, value(before, 1));
    putChunked(table, KEY, value(after, 2));
    expect(getChunked(table, KEY)).toEqual(value(after, 2));
    expect(rowsOf(table)).toBe(Math.ceil(after / full));
  });

  it("that has lost its first is not one that is not there", () => {
    const table = open();
    putChunked(table, KEY, value(full + 1, 1));
    table.delete(concatBytes(KEY, u32Key(0)));
    expect(getChunked(table, KEY)).toEqual(value(1, 1));
    deleteChunked(table, KEY);
    expect(rowsOf(table)).toBe(0);
  });
});
