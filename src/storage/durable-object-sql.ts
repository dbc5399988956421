// The SqlDriver over a Durable Object's SQLite.
import type { SqlDriver, SqlValue } from "./sql-store.ts";

export function durableObjectSql(storage: DurableObjectStorage): SqlDriver {
  const { sql } = storage;
  return {
    run: (statement, ...parameters) => void sql.exec(statement, ...parameters),
    all(statement, ...parameters) {
      const rows: SqlValue[][] = [];
      for (const row of sql.exec(statement, ...parameters).raw()) {
        rows.push(
          row.map((value) =>
            typeof value === "number" ? value : new Uint8Array(value as ArrayBuffer),
          ),
        );
      }
      return rows;
    },
    transaction: (body) => storage.transactionSync(body),
  };
}
