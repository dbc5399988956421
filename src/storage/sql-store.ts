// The Store port over SQL: one schema for every driver. A table is (key, value); what the bytes mean is the actors' business.
// A row written costs the most on the platform, so the layout of a table goes by what is in it:
// - small values: without rowid, the rows lie in the tree of their keys. Any write is one row, a range is a scan. But a search
//   compares whole rows: among six values of 1 MiB it copies megabytes and takes milliseconds, among 2,000 of 64 KiB 0.6 ms.
//   And a node of the tree holds four values of 1 KiB, not hundreds of keys: a million accounts' pages lay eight nodes deep.
// - values by round or another number: the key as an integer, the rowid itself. Any write is one row, and a search reads no
//   value but the one that it is for.
// - large values by other keys: an index of the keys beside the rows. An insertion is two rows, any other write one.
import type { KeyRange, Store, Synchronous, Table, TableName } from "../actors/ports.ts";
import { TABLES } from "../actors/ports.ts";
import { STORED_CHUNK_BYTES_MAX } from "../protocol/limits.ts";
import { keyOfNumber, numberOfBound, numberOfKey } from "./number-key.ts";

export type SqlValue = Uint8Array | number;

/** What a database must offer; Durable Object SQL and node:sqlite do, each in its own driver. */
export interface SqlDriver {
  run(statement: string, ...parameters: SqlValue[]): void;
  /** Rows of a SELECT in order. */
  all(statement: string, ...parameters: SqlValue[]): SqlValue[][];
  transaction<T>(body: () => T): T;
}

const SCHEMA_VERSION = 2;

const BY_NUMBER: readonly TableName[] = [
  "headers",
  "blocks",
  "inclusions",
  "undo",
  "receipts",
  "mempool",
  "instances",
];
const LARGE_VALUES: readonly TableName[] = ["places", "history", "pages"];

// A prefix for rows that do not fit, well above any key in use; the platform's row limit is 2 MB.
const VALUE_BYTES_MAX = STORED_CHUNK_BYTES_MAX + 64 * 1024;

export function createSqlStore(driver: SqlDriver): Store {
  migrate(driver);
  const tables = new Map<TableName, Table>(TABLES.map((name) => [name, sqlTable(driver, name)]));
  return {
    transaction: <T>(body: () => Synchronous<T>): T => driver.transaction(body) as T,
    table: (name) => tables.get(name) as Table,
  };
}

/** Own version row: `user_version` is not available in Durable Objects. */
function migrate(driver: SqlDriver): void {
  driver.transaction(() => {
    driver.run("CREATE TABLE IF NOT EXISTS schema_version (key BLOB PRIMARY KEY, value BLOB)");
    const key = Uint8Array.of(0);
    const [row] = driver.all("SELECT value FROM schema_version WHERE key = ?", key);
    const version = (row?.[0] as Uint8Array | undefined)?.[0] ?? 0;
    // Nothing older is in use anywhere yet: version 2 is the first that has to be read for ever.
    if (version !== 0 && version !== SCHEMA_VERSION) {
      throw new Error(
        `Cannot open the database: it has schema ${version}, this version knows ${SCHEMA_VERSION}`,
      );
    }
    for (const name of TABLES) {
      const key = BY_NUMBER.includes(name) ? "INTEGER" : "BLOB";
      const layout = BY_NUMBER.includes(name) || LARGE_VALUES.includes(name) ? "" : "WITHOUT ROWID";
      driver.run(
        `CREATE TABLE IF NOT EXISTS ${name} (key ${key} PRIMARY KEY, value BLOB NOT NULL) ${layout}`,
      );
    }
    if (version < SCHEMA_VERSION) {
      driver.run(
        "INSERT OR REPLACE INTO schema_version (key, value) VALUES (?, ?)",
        key,
        Uint8Array.of(SCHEMA_VERSION),
      );
    }
  });
}

/** Keys and bounds of ranges as SQL has them, and keys back as bytes. */
type Keys = readonly [
  (key: Uint8Array) => SqlValue,
  (bound: Uint8Array) => SqlValue,
  (key: SqlValue) => Uint8Array,
];
const BYTE_KEYS: Keys = [(key) => key, (bound) => bound, (key) => key as Uint8Array];
const NUMBER_KEYS: Keys = [numberOfKey, numberOfBound, (key) => keyOfNumber(key as number)];

function sqlTable(driver: SqlDriver, name: TableName): Table {
  const select = `SELECT value FROM ${name} WHERE key = ?`;
  const upsert = `INSERT INTO ${name} (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`;
  const remove = `DELETE FROM ${name} WHERE key = ?`;
  const [keyOf, boundOf, bytesOf] = BY_NUMBER.includes(name) ? NUMBER_KEYS : BYTE_KEYS;
  return {
    get: (key) => driver.all(select, keyOf(key))[0]?.[0] as Uint8Array | undefined,
    put(key, value) {
      if (value.length > VALUE_BYTES_MAX) {
        throw new RangeError(`Cannot store a value of ${value.length} bytes in ${name}: chunk it`);
      }
      driver.run(upsert, keyOf(key), value);
    },
    delete: (key) => driver.run(remove, keyOf(key)),
    range({ from, to, reverse, limit }: KeyRange) {
      const conditions: string[] = [];
      const parameters: SqlValue[] = [];
      if (from !== undefined) {
        conditions.push("key >= ?");
        parameters.push(boundOf(from));
      }
      if (to !== undefined) {
        conditions.push("key < ?");
        parameters.push(boundOf(to));
      }
      const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
      const order = reverse === true ? "DESC" : "ASC";
      return driver
        .all(
          `SELECT key, value FROM ${name} ${where} ORDER BY key ${order} LIMIT ?`,
          ...parameters,
          limit,
        )
        .map(([key, value]) => [bytesOf(key as SqlValue), value as Uint8Array] as const);
    },
  };
}
