// The index of packed runs against a plain map: random batches, overwrites, restarts and failing writes at any step.
import { describe, expect, it } from "vitest";
import type { Store, Table } from "../../src/actors/ports.ts";
import { type EntryRange, SortedRuns } from "../../src/actors/sorted-runs.ts";
import { sha256 } from "../../src/protocol/crypto/sha256.ts";
import { concatBytes, toHex, utf8 } from "../../src/protocol/encoding/bytes.ts";
import { Random } from "../../src/simulator/random.ts";
import { nodeSqlite } from "../../src/storage/node-sqlite.ts";
import { createSqlStore } from "../../src/storage/sql-store.ts";
import { WriteFailure, WriteFault } from "./mortal-store.ts";

const SHAPE = { keyBytes: 20, entryBytes: 32 };
const deep = process.env.DEEP !== undefined;

const memory = (): Store => createSqlStore(nodeSqlite(":memory:"));

function entry(key: Uint8Array, value: number): Uint8Array {
  const bytes = new Uint8Array(SHAPE.entryBytes);
  bytes.set(key);
  new DataView(bytes.buffer).setUint32(28, value);
  return bytes;
}

const numberAt = (entries: Uint8Array, at: number): number =>
  new DataView(entries.buffer, entries.byteOffset + at).getUint32(28);

/** Hashes, or what is worst for a sort by prefixes: keys that begin alike. */
function randomKey(random: Random, keys: number, alike: boolean): Uint8Array {
  const number = random.between(0, keys - 1);
  const hash = sha256(utf8(`key ${number}`)).slice(0, SHAPE.keyBytes);
  if (alike) hash.fill(number % 2 === 0 ? 0xff : 7, 0, random.chance(0.5) ? 12 : 0);
  return hash;
}

/** Keys in hex: their order is that of the bytes. */
type Model = Map<string, number>;

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));

function expectRange(runs: SortedRuns, model: Model, range: EntryRange): void {
  const [from, to] = [toHex(range.from), range.to === undefined ? undefined : toHex(range.to)];
  const inside = [...model.keys()].filter((key) => key >= from && (to === undefined || key < to));
  inside.sort();
  const expected = range.reverse ? inside.slice(-range.limit) : inside.slice(0, range.limit);
  const found = runs.range(range);
  const keys: string[] = [];
  for (let at = 0; at < found.length; at += SHAPE.entryBytes) {
    const key = toHex(found.subarray(at, at + SHAPE.keyBytes));
    keys.push(`${key} ${numberAt(found, at)}`);
  }
  expect(keys).toEqual(expected.map((key) => `${key} ${model.get(key)}`));
}

function expectSame(runs: SortedRuns, model: Model, random: Random, looks: number): void {
  const keys = [...model.keys()];
  const some = (): Uint8Array => {
    if (keys.length === 0 || random.chance(0.2)) return randomKey(random, 2 ** 30, false);
    const key = bytesOf(random.pick(keys) as string);
    return random.chance(0.2) ? key.subarray(0, random.between(0, 19)) : key;
  };
  for (let i = 0; i < looks; i++) {
    const key = concatBytes(some(), new Uint8Array(SHAPE.keyBytes)).slice(0, SHAPE.keyBytes);
    const value = runs.get(key);
    const found = value === undefined ? undefined : new DataView(value.slice().buffer).getUint32(8);
    expect(found).toBe(model.get(toHex(key)));
  }
  for (let i = 0; i < Math.ceil(looks / 50); i++) {
    const [from, to] = [some(), random.chance(0.3) ? undefined : some()];
    const limit = random.pick([1, 2, 100, 5_000]);
    expectRange(runs, model, { from, to, reverse: random.chance(0.5), limit });
  }
}

interface Schedule {
  readonly seed: number;
  readonly entries: number;
  readonly batchMax: number;
  /** Keys to choose from: few are overwritten often. */
  readonly keys: number;
  readonly alike?: boolean;
  /** How often the answers are compared on the way. */
  readonly compared?: number;
}

/** Plays a schedule and answers the rows written, as the platform counts them. */
function play({ seed, entries, batchMax, keys, alike = false, compared = 0.05 }: Schedule): number {
  const random = new Random(seed);
  const fault = new WriteFault();
  const counter = new RowCounter();
  const store = fault.wrap(memory());
  const table = counter.over(store.table("history"));
  const model: Model = new Map();
  let runs = new SortedRuns(table, SHAPE);
  for (let done = 0; done < entries; ) {
    const batch = Array.from({ length: random.between(1, batchMax) }, () =>
      entry(randomKey(random, keys, alike), random.between(0, 2 ** 31)),
    );
    const packed = concatBytes(...batch);
    // Of a crash in every fourth step, at any of its first writes.
    if (random.chance(0.25)) fault.failAt = random.between(1, 12);
    try {
      store.transaction(() => runs.append(packed));
    } catch (error) {
      expect(error).toBeInstanceOf(WriteFailure);
      runs = new SortedRuns(table, SHAPE);
      continue;
    } finally {
      fault.failAt = null;
    }
    for (const one of batch) {
      model.set(toHex(one.subarray(0, SHAPE.keyBytes)), numberAt(one, 0));
    }
    done += batch.length;
    if (random.chance(0.2)) runs = new SortedRuns(table, SHAPE);
    if (random.chance(compared)) expectSame(runs, model, random, 100);
  }
  expectSame(new SortedRuns(table, SHAPE), model, random, 500);
  expectRange(runs, model, {
    from: new Uint8Array(0),
    to: undefined,
    reverse: false,
    limit: entries,
  });
  return counter.rows;
}

/** Rows written as the platform counts them: an insertion is one into the table and one into its index. */
class RowCounter {
  rows = 0;
  over(table: Table): Table {
    return {
      get: (key) => table.get(key),
      range: (range) => table.range(range),
      put: (key, value) => {
        this.rows += table.get(key) === undefined ? 2 : 1;
        table.put(key, value);
      },
      delete: (key) => {
        this.rows += 1;
        table.delete(key);
      },
    };
  }
}

describe("sorted runs", () => {
  it("answer as a map does, over restarts and failing writes", () => {
    for (let seed = 1; seed <= (deep ? 200 : 2); seed++) {
      const alike = seed % 2 === 0;
      play({ seed, entries: 20_000, batchMax: 700, keys: 2 ** 30, alike });
      play({ seed, entries: 20_000, batchMax: 4_000, keys: 3_000, alike });
    }
    // Merges that go over several batches, with keys that most of their runs have.
    play({ seed: 6, entries: 80_000, batchMax: 4_000, keys: 30_000, compared: 0.5 });
    play({ seed: 7, entries: 1_500, batchMax: 1, keys: 500 });
  });

  it("answer as a map does with many entries and levels", () => {
    play({
      seed: 1,
      entries: deep ? 1_000_000 : 100_000,
      batchMax: 5_000,
      keys: 2 ** 30,
    });
  });

  it("write a small part of a row for each entry", () => {
    const filled = (batch: number, batches: number): number => {
      const counter = new RowCounter();
      const runs = new SortedRuns(counter.over(memory().table("history")), SHAPE);
      const random = new Random(1);
      const packed = new Uint8Array(batch * SHAPE.entryBytes);
      for (let i = 0; i < batches; i++) {
        const view = new DataView(packed.buffer);
        for (let at = 0; at < packed.length; at += 4)
          view.setUint32(at, random.between(0, 2 ** 31));
        runs.append(packed);
      }
      return counter.rows / (batch * batches);
    };
    expect(filled(2_500, 80)).toBeLessThan(0.008);
    expect(filled(100, 400)).toBeLessThan(0.02);
    expect(filled(1, 2_000)).toBeLessThan(1.01);
  });

  it("do a bounded part of a merge with each batch", () => {
    const counter = new RowCounter();
    const runs = new SortedRuns(counter.over(memory().table("history")), SHAPE);
    const random = new Random(2);
    let most = 0;
    for (let i = 0; i < 150; i++) {
      const packed = new Uint8Array(2_000 * SHAPE.entryBytes);
      for (let at = 0; at < packed.length; at++) packed[at] = random.between(0, 255);
      const before = counter.rows;
      runs.append(packed);
      most = Math.max(most, counter.rows - before);
    }
    // One chunk comes in, at most four go out (three levels); each costs at most three rows, and FAN_IN inputs can end.
    expect(most).toBeLessThan(30);
  });

  it("are of these bytes for ever", () => {
    const table = memory().table("history");
    const runs = new SortedRuns(table, SHAPE);
    const dump = () => table.range({ limit: 10_000 });
    const key = (number: number) => sha256(utf8(`golden ${number}`)).slice(0, SHAPE.keyBytes);
    runs.append(concatBytes(entry(key(1), 1), entry(key(2), 2), entry(key(1), 3)));
    expect(dump().map(([one, value]) => [toHex(one), toHex(value)])).toMatchInlineSnapshot(`
      [
        [
          "0000000001",
          "0c5442af192dd6d3145e17f505473422cbf0c287000000000000000000000002a65e708bf319065a6e3e2635aae02596bc6cce24000000000000000000000003",
        ],
      ]
    `);
    for (let batch = 0; batch < 16; batch++) {
      const numbers = Array.from({ length: 1_100 }, (_, i) => batch * 1_000 + i);
      runs.append(concatBytes(...numbers.map((number) => entry(key(number), batch))));
    }
    const rows = dump();
    expect(toHex(rows[0]?.[1] ?? utf8("none"))).toMatchInlineSnapshot(
      `"1300000002080a0000000b0000000c0000000d0000000e0000000f000000100000001100000001120000000114c1367cca7b6c0462fda1ac4c5671de0b9296f338010900000000"`,
    );
    expect(rows.map(([one, { length }]) => `${toHex(one)} ${length}`)).toMatchInlineSnapshot(`
      [
        "0000000000 71",
        "0000000001 0",
        "000000090003b0ba4b45f8b3ccd44bd9cd438faafefc1cec 65536",
        "00000009406e2f6560befeb1b31849576d83da3f288b3da6 65536",
        "0000000980619fc83fd710e8561d5444624f610074cfec59 65536",
        "00000009c072e2bc14aed20fba92a3cae34c57da09129a5c 62592",
        "0000000a00473c32147ce1aaafbcba40c4432b5400a47cf4 35200",
        "0000000b000497c2bc3096999710771f2b6a2d3224377997 35200",
        "0000000c001669802011e2063f9441a829f6a028eabbdc8e 35200",
        "0000000d0000bbb3c4db8a854be224109344164d1bd22c1c 35200",
        "0000000e0000bbb3c4db8a854be224109344164d1bd22c1c 35200",
        "0000000f0063bcd64ae2d1e28d3ea742bdf3f959b1963c4d 35200",
        "0000001000e7c9d46b49558b9c9f3e333c1a7ed35484a75d 35200",
        "000000110017ee92d67c695278fd3c782e0dd4e80723580e 35200",
        "000000120000bbb3c4db8a854be224109344164d1bd22c1c 65536",
        "0000001240a04ee641ad88c0c896df4ecb19384e66bb0ee2 65536",
        "000000128018608fea01dcb14ec8a0f715fe167f20e94598 65536",
      ]
    `);
    expect(toHex(sha256(concatBytes(...rows.flat())))).toMatchInlineSnapshot(
      `"2533adde5427e2898984d6eb43d16ee80eb581ce44745b1438c35d927e90bedd"`,
    );
  });
});
