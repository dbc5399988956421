// What every Store must do, whatever database is under it.
import { expect, it } from "vitest";
import { deleteChunked, getChunked, putChunked } from "../../src/actors/chunked.ts";
import { u32Key, u64Key } from "../../src/actors/keys.ts";
import type { Store, Table } from "../../src/actors/ports.ts";
import { compareBytes, concatBytes } from "../../src/protocol/encoding/bytes.ts";
import { MIB } from "../../src/protocol/limits.ts";

const key = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);
const keys = (rows: readonly (readonly [Uint8Array, Uint8Array])[]): string[] =>
  rows.map(([one]) => one.join("."));

function filled(table: Table): Table {
  for (const one of [key(1, 2), key(0), key(255, 255), key(1), key(1, 0), key(255)]) {
    table.put(one, key(...one, 7));
  }
  return table;
}

/** `open`: a new, empty store. */
export function storeContract(open: () => Store): void {
  it("gets what was put, the last of it, and nothing after a deletion", () => {
    const table = open().table("meta");
    expect(table.get(key(1))).toBeUndefined();
    table.put(key(1), key(5));
    table.put(key(1), key(6, 7));
    expect(table.get(key(1))).toEqual(key(6, 7));
    table.delete(key(1));
    table.delete(key(1));
    expect(table.get(key(1))).toBeUndefined();
  });

  it("keeps its own copies of keys and values", () => {
    const table = open().table("meta");
    const [name, value] = [key(1), key(5)];
    table.put(name, value);
    name[0] = 9;
    value[0] = 9;
    const read = table.get(key(1));
    expect(read).toEqual(key(5));
    read?.fill(8);
    expect(table.get(key(1))).toEqual(key(5));
  });

  it("keeps tables apart", () => {
    const store = open();
    store.table("meta").put(key(1), key(5));
    expect(store.table("chains").get(key(1))).toBeUndefined();
  });

  it("ranges in the order of bytes: from inclusive, to exclusive, reverse, limit", () => {
    for (const name of ["meta", "history"] as const) ranges(filled(open().table(name)));
  });

  function ranges(table: Table): void {
    const all = ["0", "1", "1.0", "1.2", "255", "255.255"];
    expect(keys(table.range({ limit: 100 }))).toEqual(all);
    expect(keys(table.range({ limit: 100, reverse: true }))).toEqual([...all].reverse());
    expect(keys(table.range({ from: key(1), limit: 100 }))).toEqual(all.slice(1));
    expect(keys(table.range({ to: key(1, 2), limit: 100 }))).toEqual(all.slice(0, 3));
    const between = { from: key(1), to: key(255), limit: 100 };
    expect(keys(table.range(between))).toEqual(["1", "1.0", "1.2"]);
    expect(keys(table.range({ ...between, limit: 2 }))).toEqual(["1", "1.0"]);
    expect(keys(table.range({ ...between, limit: 2, reverse: true }))).toEqual(["1.2", "1.0"]);
    expect(table.range({ ...between, limit: 0 })).toEqual([]);
    expect(table.range({ from: key(2), to: key(2), limit: 9 })).toEqual([]);
    expect(table.range({ from: key(0), limit: 1 })[0]?.[1]).toEqual(key(0, 7));
  }

  it("a transaction that throws leaves nothing, a nested one takes back only its own part", () => {
    const store = open();
    const table = store.table("meta");
    table.put(key(1), key(1));
    const failure = new Error("no");
    expect(() =>
      store.transaction(() => {
        table.put(key(1), key(2));
        table.put(key(2), key(2));
        table.delete(key(1));
        throw failure;
      }),
    ).toThrow(failure);
    expect(keys(table.range({ limit: 9 }))).toEqual(["1"]);
    const value = store.transaction(() => {
      table.put(key(2), key(2));
      expect(() =>
        store.transaction(() => {
          table.put(key(3), key(3));
          throw failure;
        }),
      ).toThrow(failure);
      store.transaction(() => table.put(key(4), key(4)));
      return 42;
    });
    expect(value).toBe(42);
    expect(keys(table.range({ limit: 9 }))).toEqual(["1", "2", "4"]);
    expect(() =>
      store.transaction(() => {
        store.transaction(() => table.put(key(5), key(5)));
        throw failure;
      }),
    ).toThrow(failure);
    expect(table.get(key(5))).toBeUndefined();
  });

  it.each([0, 1, MIB - 1, MIB, MIB + 1, 3 * MIB, 3 * MIB + 5])(
    "[R-3.10] chunks %i bytes",
    (size) => {
      const table = open().table("blocks");
      const value = new Uint8Array(size).map((_, i) => (i * 31 + (i >> 12)) & 0xff);
      putChunked(table, u64Key(7), value);
      putChunked(table, u64Key(8), key(1));
      expect(Buffer.compare(getChunked(table, u64Key(7)) ?? key(), value)).toBe(0);
      expect(getChunked(table, u64Key(7))?.length).toBe(size);
      // A shorter value leaves nothing of the longer one.
      putChunked(table, u64Key(7), key(1, 2));
      expect(getChunked(table, u64Key(7))).toEqual(key(1, 2));
      deleteChunked(table, u64Key(7));
      expect(getChunked(table, u64Key(7))).toBeUndefined();
      expect(getChunked(table, u64Key(8))).toEqual(key(1));
      expect(table.range({ limit: 9 }).length).toBe(1);
    },
  );

  it("orders the keys of rounds and chunks as their bytes, whatever the bounds", () => {
    const table = open().table("blocks");
    const rounds = [0, 1, 2, 255, 256, 65_536, 2 ** 40 + 7].map(u64Key);
    const all = rounds.flatMap((round) => [
      round,
      ...[0, 1, 63, 125].map((chunk) => concatBytes(round, u32Key(chunk))),
    ]);
    for (const one of all.toReversed()) table.put(one, one);
    expect(table.range({ limit: 99 })).toEqual(all.map((one) => [one, one]));
    for (const one of all) expect(table.get(one)).toEqual(one);
    const bounds = [...all, ...all.map((one) => concatBytes(one, key(0)))];
    bounds.push(...all.map((one) => one.subarray(0, 6)), key(), key(255), new Uint8Array(13));
    bounds.push(concatBytes(u64Key(1), u32Key(2 ** 31)), u64Key(2 ** 52));
    for (const bound of bounds) {
      const behind = all.filter((one) => compareBytes(one, bound) >= 0);
      expect(keys(table.range({ from: bound, limit: 99 }))).toEqual(behind.map((b) => b.join(".")));
      const before = all.length - behind.length;
      expect(table.range({ to: bound, reverse: true, limit: 99 }).length).toBe(before);
    }
    const none = [key(1), u64Key(2 ** 47), concatBytes(u64Key(1), u32Key(127)), new Uint8Array(13)];
    for (const one of none) expect(() => table.put(one, key(1))).toThrow(RangeError);
  });

  it("[R-3.10] refuses a value above the bound and keeps the one before", () => {
    const table = open().table("history");
    table.put(key(1), key(1));
    expect(() => table.put(key(1), new Uint8Array(MIB + 64 * 1024 + 1))).toThrow(RangeError);
    expect(table.get(key(1))).toEqual(key(1));
    table.put(key(1), new Uint8Array(MIB + 64 * 1024));
    expect(table.get(key(1))?.length).toBe(MIB + 64 * 1024);
  });

  it("stores a value without bytes", () => {
    const table = open().table("meta");
    table.put(key(1), key());
    expect(table.get(key(1))).toEqual(key());
    expect(table.range({ limit: 9 })).toEqual([[key(1), key()]]);
  });
}
