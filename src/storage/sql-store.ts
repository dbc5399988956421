// The Store port over SQL: one schema for every driver. A table is (key, value); what the bytes mean is the actors' business.
// A row written costs the most on the platform, so the layout of a table goes by what is in it:
// - small values: without rowid, the rows lie in the tree of their keys. Any write is one row, a range is a scan. But a search
//   compares whole rows: among six values of 1 MiB it copies megabytes and takes milliseconds, among 2,000 of 64 KiB 0.6 ms.
//   And a node of the tree holds four values of 1 KiB, not hundreds of keys: a million accounts' pages lay eight nodes deep.
// - values by round or another number: the key as an integer, the rowid itself. Any write is one row, and a search reads no
//   value but the one that it is for.
// - large values by other keys: an index of the keys beside the rows. An insertion is two rows, any other write one.
// Beside each value stands a checksum of table, key and value: a row of which a bit is wrong, or that stands under another key or in
// another table, is never read as anything else, but ends the step with CorruptStorageError.
import { crc32 } from "node:zlib";
import type { KeyRange, Store, Synchronous, Table, TableName } from "../actors/ports.ts";
import { CorruptStorageError, TABLES } from "../actors/ports.ts";
import { toHex, utf8 } from "../protocol/encoding/bytes.ts";
import { STORED_CHUNK_BYTES_MAX } from "../protocol/limits.ts";
import { keyOfNumber, numberOfBound, numberOfKey } from "./number-key.ts";
import { asStorageErrors } from "./sql-errors.ts";

export type SqlValue = Uint8Array | number;

/** What a database must offer; Durable Object SQL and node:sqlite do, each in its own driver. */
export interface SqlDriver {
  run(statement: string, ...parameters: SqlValue[]): void;
  /** Rows of a SELECT in order. */
  all(statement: string, ...parameters: SqlValue[]): SqlValue[][];
  transaction<T>(body: () => T): T;
}

const SCHEMA_VERSION = 3;

const BY_NUMBER: readonly string[] = [
  "headers",
  "blocks",
  "inclusions",
  "undo",
  "receipts",
  "mempool",
  "instances",
  "results",
];
const LARGE_VALUES: readonly string[] = ["places", "history", "pages"];
/** A second replica's tables have the layouts of the first one's. */
const layoutName = (name: TableName): string => name.replace(/_2$/, "");

// A prefix for rows that do not fit, well above any key in use; the platform's row limit is 2 MB.
const VALUE_BYTES_MAX = STORED_CHUNK_BYTES_MAX + 64 * 1024;

// The rows that a store has in "meta"; each actor has a handful.
const META_ROWS_MAX = 1_000;

export function createSqlStore(driver: SqlDriver): Store {
  asStorageErrors(() => migrate(driver));
  const tables = new Map<TableName, Table>(TABLES.map((name) => [name, sqlTable(driver, name)]));
  const table = (name: TableName): Table => tables.get(name) as Table;
  // A damaged key reads as a row that is not there, and without these an actor would begin anew.
  table("meta").range({ limit: META_ROWS_MAX });
  table("meta_2").range({ limit: META_ROWS_MAX });
  return {
    transaction: <T>(body: () => Synchronous<T>): T =>
      asStorageErrors(() => driver.transaction(body) as T),
    table,
  };
}

/** Own version row: `user_version` is not available in Durable Objects. */
function migrate(driver: SqlDriver): void {
  driver.transaction(() => {
    driver.run("CREATE TABLE IF NOT EXISTS schema_version (key BLOB PRIMARY KEY, value BLOB)");
    const key = Uint8Array.of(0);
    const [row] = driver.all("SELECT value FROM schema_version WHERE key = ?", key);
    const version = (row?.[0] as Uint8Array | undefined)?.[0] ?? 0;
    // Nothing older is in use anywhere yet: version 3 is the first that has to be read for ever.
    if (version !== 0 && version !== SCHEMA_VERSION) {
      throw new Error(
        `Cannot open the database: it has schema ${version}, this version knows ${SCHEMA_VERSION}`,
      );
    }
    for (const name of TABLES) {
      const isByNumber = BY_NUMBER.includes(layoutName(name));
      const key = isByNumber ? "INTEGER" : "BLOB";
      const layout = isByNumber || LARGE_VALUES.includes(layoutName(name)) ? "" : "WITHOUT ROWID";
      driver.run(
        `CREATE TABLE IF NOT EXISTS ${name} (key ${key} PRIMARY KEY, value BLOB NOT NULL, checksum INTEGER NOT NULL) ${layout}`,
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

// A sum, not the bare parameter: SQLite looks at a limit while it plans, and would plan anew at each call, which takes ten times as
// long as the search.
const LIMIT = "LIMIT ? + 0";

/** Keys and bounds of ranges as SQL has them, and keys back as bytes, null for what is no key. */
type Keys = readonly [
  (key: Uint8Array) => SqlValue,
  (bound: Uint8Array) => SqlValue,
  (key: SqlValue) => Uint8Array | null,
];
const BYTE_KEYS: Keys = [
  (key) => key,
  (bound) => bound,
  (key) => (key instanceof Uint8Array ? key : null),
];
const NUMBER_KEYS: Keys = [
  numberOfKey,
  numberOfBound,
  (key) => (typeof key === "number" && key >= 0 ? keyOfNumber(key) : null),
];

function sqlTable(driver: SqlDriver, name: TableName): Table {
  const select = `SELECT value, checksum FROM ${name} WHERE key = ?`;
  const upsert = `INSERT INTO ${name} (key, value, checksum) VALUES (?, ?, ?)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, checksum = excluded.checksum`;
  const remove = `DELETE FROM ${name} WHERE key = ?`;
  const [keyOf, boundOf, bytesOf] = BY_NUMBER.includes(layoutName(name)) ? NUMBER_KEYS : BYTE_KEYS;
  const own = crc32(utf8(name));
  const checksumOf = (key: Uint8Array, value: Uint8Array): number =>
    crc32(value, crc32(key, own)) | 0;
  /** The value as it was written. Throws CorruptStorageError for any other. */
  const checked = (key: Uint8Array, value: SqlValue, checksum: SqlValue): Uint8Array => {
    if (value instanceof Uint8Array && checksumOf(key, value) === checksum) return value;
    throw new CorruptStorageError(
      `Cannot read table ${name}, key ${toHex(key)}: the row is not what was written`,
    );
  };
  return {
    get(key) {
      const [row] = asStorageErrors(() => driver.all(select, keyOf(key)));
      return row === undefined ? undefined : checked(key, ...(row as [SqlValue, SqlValue]));
    },
    put(key, value) {
      if (value.length > VALUE_BYTES_MAX) {
        throw new RangeError(`Cannot store a value of ${value.length} bytes in ${name}: chunk it`);
      }
      asStorageErrors(() => driver.run(upsert, keyOf(key), value, checksumOf(key, value)));
    },
    delete: (key) => asStorageErrors(() => driver.run(remove, keyOf(key))),
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
      const query = `SELECT key, value, checksum FROM ${name} ${where} ORDER BY key ${order} ${LIMIT}`;
      const rows = asStorageErrors(() => driver.all(query, ...parameters, limit));
      return rows.map(([sqlKey, value, checksum]) => {
        const key = bytesOf(sqlKey as SqlValue);
        if (key === null) {
          throw new CorruptStorageError(`Cannot read table ${name}: a key is not what was written`);
        }
        return [key, checked(key, value as SqlValue, checksum as SqlValue)] as const;
      });
    },
  };
}
