// The Store port over SQL: one schema for every driver. A table is (key BLOB, value BLOB); what the bytes mean is the actors'
// business. Without rowid a write is one row and a range is a scan, but a search compares whole rows: with values of 64 KiB in
// 2,000 rows it takes 20 times as long as with an index of the keys beside them, with 1 MiB it copies megabytes. So tables of
// large values that grow for ever have that index: an insertion counts as two rows written, a replacement and a deletion as one.
import type { KeyRange, Store, Synchronous, Table, TableName } from "../actors/ports.ts";
import { TABLES } from "../actors/ports.ts";
import { STORED_CHUNK_BYTES_MAX } from "../protocol/limits.ts";

export type SqlValue = Uint8Array | number;

/** What a database must offer; Durable Object SQL and node:sqlite do, each in its own driver. */
export interface SqlDriver {
  run(statement: string, ...parameters: SqlValue[]): void;
  /** Rows of a SELECT in order, each column a BLOB. */
  all(statement: string, ...parameters: SqlValue[]): Uint8Array[][];
  transaction<T>(body: () => T): T;
}

const SCHEMA_VERSION = 2;

const LARGE_VALUES: ReadonlySet<TableName> = new Set(["blocks", "receipts", "places", "history"]);

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
    const version = row?.[0]?.[0] ?? 0;
    // Nothing older is in use anywhere yet: version 2 is the first that has to be read for ever.
    if (version !== 0 && version !== SCHEMA_VERSION) {
      throw new Error(
        `Cannot open the database: it has schema ${version}, this version knows ${SCHEMA_VERSION}`,
      );
    }
    for (const name of TABLES) {
      const layout = LARGE_VALUES.has(name) ? "" : "WITHOUT ROWID";
      driver.run(
        `CREATE TABLE IF NOT EXISTS ${name} (key BLOB PRIMARY KEY, value BLOB NOT NULL) ${layout}`,
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

function sqlTable(driver: SqlDriver, name: TableName): Table {
  const select = `SELECT value FROM ${name} WHERE key = ?`;
  const upsert = `INSERT INTO ${name} (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`;
  const remove = `DELETE FROM ${name} WHERE key = ?`;
  return {
    get: (key) => driver.all(select, key)[0]?.[0],
    put(key, value) {
      if (value.length > VALUE_BYTES_MAX) {
        throw new RangeError(`Cannot store a value of ${value.length} bytes in ${name}: chunk it`);
      }
      driver.run(upsert, key, value);
    },
    delete: (key) => driver.run(remove, key),
    range({ from, to, reverse, limit }: KeyRange) {
      const conditions: string[] = [];
      const parameters: SqlValue[] = [];
      if (from !== undefined) {
        conditions.push("key >= ?");
        parameters.push(from);
      }
      if (to !== undefined) {
        conditions.push("key < ?");
        parameters.push(to);
      }
      const where = conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`;
      const order = reverse === true ? "DESC" : "ASC";
      return driver
        .all(
          `SELECT key, value FROM ${name} ${where} ORDER BY key ${order} LIMIT ?`,
          ...parameters,
          limit,
        )
        .map(([key, value]) => [key, value] as readonly [Uint8Array, Uint8Array]);
    },
  };
}
