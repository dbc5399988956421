// What is stored and then changed behind the store's back: it is never read as anything else.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { u64Key } from "../../src/actors/keys.ts";
import {
  CorruptStorageError,
  StorageUnavailableError,
  type Store,
  TABLES,
  type TableName,
} from "../../src/actors/ports.ts";
import { sha256 } from "../../src/protocol/crypto/sha256.ts";
import { concatBytes, toHex, utf8 } from "../../src/protocol/encoding/bytes.ts";
import { Random } from "../../src/simulator/random.ts";
import { nodeSqlite } from "../../src/storage/node-sqlite.ts";
import { createSqlStore, type SqlDriver } from "../../src/storage/sql-store.ts";

const folder = mkdtempSync(join(tmpdir(), "damage-"));
afterAll(() => rmSync(folder, { recursive: true }));

const keyOf = (n: number): Uint8Array => u64Key(n);
const contentOf = (name: TableName, n: number): Uint8Array =>
  concatBytes(sha256(utf8(`${name} ${n}`)), new Uint8Array(n % 7));
const ROWS = 12;

function fill(store: Store): void {
  for (const name of TABLES) {
    for (let n = 0; n < ROWS; n++) store.table(name).put(keyOf(n), contentOf(name, n));
  }
}

function open(): { readonly driver: SqlDriver; readonly store: Store } {
  const driver = nodeSqlite(":memory:");
  const store = createSqlStore(driver);
  fill(store);
  return { driver, store };
}

const flipped = (bytes: Uint8Array, bit: number): Uint8Array =>
  bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));

describe("a stored row", () => {
  it.each(TABLES)("of %s with any bit of its value turned over is not read, others are", (name) => {
    const { driver, store } = open();
    const table = store.table(name);
    const value = contentOf(name, 3);
    // Rows go by position: the key's own form is the store's business.
    const [[sqlKey]] = driver.all(`SELECT key FROM ${name} ORDER BY key LIMIT 1 OFFSET 3`) as [
      [Uint8Array],
    ];
    for (let bit = 0; bit < value.length * 8; bit++) {
      driver.run(`UPDATE ${name} SET value = ? WHERE key = ?`, flipped(value, bit), sqlKey);
      expect(() => table.get(keyOf(3))).toThrow(CorruptStorageError);
      expect(() => table.get(keyOf(3))).toThrow(`table ${name}, key ${toHex(keyOf(3))}`);
      expect(() => table.range({ limit: ROWS })).toThrow(CorruptStorageError);
      expect(table.get(keyOf(4))).toEqual(contentOf(name, 4));
    }
    // Cut off, lengthened, of another type.
    for (const other of [value.subarray(1), concatBytes(value, new Uint8Array(1)), 5]) {
      driver.run(`UPDATE ${name} SET value = ? WHERE key = ?`, other, sqlKey);
      expect(() => table.get(keyOf(3))).toThrow(CorruptStorageError);
    }
    driver.run(`UPDATE ${name} SET value = ? WHERE key = ?`, value, sqlKey);
    expect(table.get(keyOf(3))).toEqual(value);
    driver.run(`UPDATE ${name} SET checksum = checksum + 1 WHERE key = ?`, sqlKey);
    expect(() => table.get(keyOf(3))).toThrow(CorruptStorageError);
    // What is written anew is whole again.
    table.put(keyOf(3), value);
    expect(table.get(keyOf(3))).toEqual(value);
  });

  it("under another row's key, or in another table, is not read", () => {
    const { driver, store } = open();
    driver.run("CREATE TABLE spare AS SELECT * FROM left");
    driver.run(`UPDATE left SET (value, checksum) =
      (SELECT value, checksum FROM spare ORDER BY key DESC LIMIT 1 OFFSET 2)`);
    for (let n = 0; n < ROWS; n++) {
      const read = () => store.table("left").get(keyOf(n));
      if (n === ROWS - 3) expect(read()).toEqual(contentOf("left", n));
      else expect(read).toThrow(CorruptStorageError);
    }
    driver.run("DELETE FROM history");
    driver.run("INSERT INTO history SELECT * FROM places");
    expect(() => store.table("history").get(keyOf(1))).toThrow(CorruptStorageError);
    expect(store.table("places").get(keyOf(1))).toEqual(contentOf("places", 1));
  });

  it("with a key that no row can have is not read over", () => {
    const { driver, store } = open();
    const all = () => store.table("blocks").range({ limit: ROWS });
    driver.run("UPDATE blocks SET key = -key - 1 WHERE key > 0");
    expect(all).toThrow(CorruptStorageError);
    expect(all).toThrow("table blocks: a key is not what was written");
  });

  it("of meta with a damaged key keeps the store from opening: nothing begins anew over it", () => {
    const { driver } = open();
    driver.run("UPDATE meta SET key = ? WHERE key = ?", Uint8Array.of(7), keyOf(5));
    expect(() => createSqlStore(driver)).toThrow(CorruptStorageError);
  });
});

describe("a database file with wrong bytes", () => {
  it("answers what was stored, nothing, or that it is damaged: never anything else", () => {
    const path = join(folder, "whole.sqlite");
    {
      using driver = nodeSqlite(path);
      fill(createSqlStore(driver));
      driver.all("PRAGMA wal_checkpoint(TRUNCATE)");
    }
    const whole = readFileSync(path);
    const random = new Random(Number(process.env.SEED ?? 1));
    const damaged = join(folder, "damaged.sqlite");
    const seen = { same: 0, gone: 0, refused: 0 };
    for (let i = 0; i < (process.env.DEEP === undefined ? 150 : 5_000); i++) {
      const bytes = Buffer.from(whole);
      for (let flips = 1 + random.between(0, 2); flips > 0; flips--) {
        const at = random.between(0, bytes.length - 1);
        bytes[at] = (bytes[at] as number) ^ (1 << random.between(0, 7));
      }
      writeFileSync(damaged, bytes);
      read(damaged, seen);
    }
    expect(seen.refused).toBeGreaterThan(0);
    expect(seen.same).toBeGreaterThan(seen.gone);
  });

  function read(path: string, seen: { same: number; gone: number; refused: number }): void {
    try {
      using driver = nodeSqlite(path);
      const store = createSqlStore(driver);
      for (const name of TABLES) {
        for (let n = 0; n < ROWS; n++) {
          const value = attempt(() => store.table(name).get(keyOf(n)));
          if (value === "refused") seen.refused += 1;
          else if (value === undefined) seen.gone += 1;
          else {
            expect(value).toEqual(contentOf(name, n));
            seen.same += 1;
          }
        }
      }
    } catch (error) {
      // A header that SQLite does not open, a table that is not there: an error of its own is as good.
      if (!(error instanceof Error) || error.name === "AssertionError") throw error;
      seen.refused += 1;
    }
  }

  function attempt(body: () => Uint8Array | undefined): Uint8Array | undefined | "refused" {
    try {
      return body();
    } catch {
      return "refused";
    }
  }
});

describe("a database that takes no more", () => {
  it.each([
    ["a column", "ALTER TABLE receipts RENAME COLUMN checksum TO checksun"],
    ["a table", "ALTER TABLE receipts RENAME TO receiptz"],
  ])("%s that has lost its name is damage, for reading and for writing", (_, statement) => {
    const { driver, store } = open();
    driver.run(statement);
    const table = store.table("receipts");
    expect(() => table.get(keyOf(1))).toThrow(CorruptStorageError);
    expect(() => table.range({ limit: 1 })).toThrow(CorruptStorageError);
    expect(() => table.put(keyOf(99), Uint8Array.of(1))).toThrow(CorruptStorageError);
  });

  it("leaves nothing of the transaction, says so, and goes on when there is room", () => {
    const driver = nodeSqlite(join(folder, "full.sqlite"));
    const store = createSqlStore(driver);
    const table = store.table("meta");
    table.put(keyOf(0), keyOf(0));
    driver.all("PRAGMA max_page_count = 40");
    const grow = (): void => {
      store.transaction(() => {
        table.put(keyOf(0), keyOf(9));
        for (let n = 1; n < 100; n++) table.put(keyOf(n), new Uint8Array(4_000));
      });
    };
    expect(grow).toThrow(StorageUnavailableError);
    expect(table.range({ limit: 9 })).toEqual([[keyOf(0), keyOf(0)]]);
    driver.all("PRAGMA max_page_count = 4000");
    grow();
    expect(table.range({ limit: 1_000 }).length).toBe(100);
  });

  it("at the end of a transaction leaves nothing of it either", () => {
    const driver = nodeSqlite(join(folder, "end.sqlite"));
    const store = createSqlStore(driver);
    driver.run("PRAGMA foreign_keys = ON");
    driver.run(
      "CREATE TABLE one (id REFERENCES schema_version (key) DEFERRABLE INITIALLY DEFERRED)",
    );
    const table = store.table("meta");
    expect(() =>
      store.transaction(() => {
        table.put(keyOf(1), keyOf(1));
        driver.run("INSERT INTO one VALUES (77)");
      }),
    ).toThrow("FOREIGN KEY");
    expect(table.get(keyOf(1))).toBeUndefined();
    store.transaction(() => table.put(keyOf(1), keyOf(1)));
    expect(table.get(keyOf(1))).toEqual(keyOf(1));
  });
});
