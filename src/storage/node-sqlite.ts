// The SqlDriver over node:sqlite: for the simulator, tools and tests of the actors.
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { SqlDriver, SqlValue } from "./sql-store.ts";

/** `path`: a file, or ":memory:". */
export function nodeSqlite(path: string): SqlDriver & Disposable {
  const database = new DatabaseSync(path);
  if (path !== ":memory:") database.exec("PRAGMA journal_mode = WAL");
  const statements = new Map<string, StatementSync>();
  const prepare = (statement: string): StatementSync => {
    let prepared = statements.get(statement);
    if (prepared === undefined) {
      prepared = database.prepare(statement);
      prepared.setReturnArrays(true);
      statements.set(statement, prepared);
    }
    return prepared;
  };
  return {
    run: (statement, ...parameters) => void prepare(statement).run(...parameters),
    // Rows are arrays, which the types do not know.
    all: (statement, ...parameters) =>
      prepare(statement).all(...parameters) as unknown as SqlValue[][],
    transaction(body) {
      database.exec("SAVEPOINT step");
      try {
        const value = body();
        database.exec("RELEASE step");
        return value;
      } catch (error) {
        // A full disk and the like can have ended the whole transaction already.
        if (database.isTransaction) {
          database.exec("ROLLBACK TO step");
          database.exec("RELEASE step");
        }
        throw error;
      }
    },
    [Symbol.dispose]: () => database.close(),
  };
}
