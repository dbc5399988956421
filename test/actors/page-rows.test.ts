import { describe, expect, it } from "vitest";
import { PageRows } from "../../src/actors/page-rows.ts";
import type { Table } from "../../src/actors/ports.ts";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import { CorruptBytesError } from "../../src/protocol/encoding/codec.ts";

/** A table in memory that counts what is written to it. */
class Rows implements Table {
  readonly rows = new Map<string, Uint8Array>();
  writes = 0;

  get(key: Uint8Array): Uint8Array | undefined {
    return this.rows.get(toHex(key));
  }
  put(key: Uint8Array, value: Uint8Array): void {
    this.writes += 1;
    this.rows.set(toHex(key), value);
  }
  delete(): void {
    throw new Error("Rows of pages are used again, never deleted");
  }
  range(): never {
    throw new Error("Rows of pages are read one by one");
  }
  get bytes(): number {
    return [...this.rows.values()].reduce((sum, row) => sum + row.length, 0);
  }
}

/** Always the same numbers below 1. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const sameBytes = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a === undefined || b === undefined ? a === b : Buffer.compare(a, b) === 0;

const page = (length: number, fill: number): Uint8Array => new Uint8Array(length).fill(fill);
const prefix = (number: number, length: number): string =>
  length === 0 ? "" : number.toString(16).padStart(length, "0").slice(-length);

describe("pages of a state in rows", () => {
  it("R-5.7 holds what was put last, whatever was put, removed, flushed and opened again", () => {
    for (let seed = 1; seed <= 3; seed++) {
      const random = randomNumbers(seed);
      const table = new Rows();
      let pages = new PageRows(table, 7);
      const model = new Map<string, Uint8Array>();
      for (let round = 0; round < 30; round++) {
        for (let i = 0; i < 200; i++) {
          // Few regions, prefixes of all lengths up to those that no small integer holds.
          const at = prefix(Math.floor(random() * 400), Math.floor(random() * 10));
          if (random() < 0.2) {
            pages.delete(at);
            model.delete(at);
          } else {
            const length = random() < 0.02 ? 90_000 : Math.floor(random() * 3_000);
            model.set(at, page(length, round));
            pages.put(at, page(length, round));
          }
          expect(sameBytes(pages.get(at), model.get(at))).toBe(true);
        }
        pages.flush();
        if (random() < 0.5) pages = new PageRows(table, 7);
      }
      for (let number = 0; number < 400; number++) {
        for (let length = 0; length < 10; length++) {
          const at = prefix(number, length);
          expect(sameBytes(pages.get(at), model.get(at))).toBe(true);
        }
      }
      expect(new PageRows(table, 8).get("")).toBeUndefined();
    }
  });

  it("R-5.7 the rows do not depend on when it was opened again", () => {
    const dumpOf = (restarts: boolean): unknown[] => {
      const random = randomNumbers(3);
      const table = new Rows();
      let pages = new PageRows(table, 0);
      for (let round = 0; round < 30; round++) {
        for (let i = 0; i < 50; i++) {
          const at = prefix(Math.floor(random() * 4_096), 3);
          if (random() < 0.1) pages.delete(at);
          else pages.put(at, page(1_000, round));
        }
        pages.flush();
        if (restarts) pages = new PageRows(table, 0);
      }
      return [...table.rows].map(([key, row]) => [key, toHex(row)]);
    };
    expect(dumpOf(true)).toEqual(dumpOf(false));
  });

  it("R-3.10 writes a few rows a region and round, and takes at most three times the pages", () => {
    const random = randomNumbers(9);
    const table = new Rows();
    const pages = new PageRows(table, 0);
    // As of a million accounts: a region of 16 pages of 1 kB over 256 of 1.9 kB; a round changes a few.
    const leaves = Array.from({ length: 256 }, (_, i) => `ab${prefix(i, 2)}`);
    const inner = Array.from({ length: 16 }, (_, i) => `ab${prefix(i, 1)}`);
    for (const at of leaves) pages.put(at, page(1_900, 0));
    for (const at of inner) pages.put(at, page(1_000, 0));
    pages.flush();
    const live = 256 * 1_900 + 16 * 1_000;
    const rounds = 100;
    table.writes = 0;
    for (let round = 1; round <= rounds; round++) {
      for (let i = 0; i < 8; i++) {
        const at = leaves[Math.floor(random() * leaves.length)] as string;
        pages.put(at, page(1_900, round));
        pages.put(at.slice(0, 3), page(1_000, round));
      }
      pages.flush();
    }
    // The other is the row that tells which rows were written last.
    expect(table.writes / rounds).toBeLessThan(4);
    expect(table.bytes).toBeLessThan(3 * live);
    expect(pages.bytes).toBeLessThan(100_000);
  });

  it("R-2.3 a row cut short or gone is corrupt storage", () => {
    const table = new Rows();
    const pages = new PageRows(table, 0);
    for (let i = 0; i < 40; i++) pages.put(prefix(i, 3), page(1_000, i));
    pages.flush();
    for (const [key, row] of [...table.rows]) {
      for (const length of [0, 3, 9, row.length - 1]) {
        table.rows.set(key, row.slice(0, length));
        const readAll = () => {
          const again = new PageRows(table, 0);
          for (let i = 0; i < 40; i++) again.get(prefix(i, 3));
        };
        expect(readAll, `${key} ${length}`).toThrow(CorruptBytesError);
      }
      table.rows.set(key, row);
    }
  });
});
