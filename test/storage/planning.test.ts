// SQLite plans each statement of the store once, whatever is asked with it.
import { constants, DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { createSqlStore, type SqlDriver, type SqlValue } from "../../src/storage/sql-store.ts";

/** A driver that says how many parts of statements SQLite has planned. */
function watchedDriver(): SqlDriver & { readonly planned: () => number } {
  const database = new DatabaseSync(":memory:");
  let planned = 0;
  database.setAuthorizer(() => {
    planned += 1;
    return constants.SQLITE_OK;
  });
  const statements = new Map<string, ReturnType<DatabaseSync["prepare"]>>();
  const prepare = (text: string) => {
    const statement = statements.get(text) ?? database.prepare(text);
    statement.setReturnArrays(true);
    statements.set(text, statement);
    return statement;
  };
  return {
    planned: () => planned,
    run: (text, ...parameters) => void prepare(text).run(...parameters),
    all: (text, ...parameters) => prepare(text).all(...parameters) as unknown as SqlValue[][],
    transaction: (body) => body(),
  };
}

it.each(["blocks", "meta", "pages"] as const)("%s: a range by any bounds and limit", (name) => {
  const driver = watchedDriver();
  const table = createSqlStore(driver).table(name);
  const key = (round: number) => Uint8Array.of(0, 0, 0, 0, 0, 0, 0, round, 0, 0, 0, 0);
  for (let round = 1; round < 6; round++) table.put(key(round), Uint8Array.of(round));
  const rounds = (from: number, limit: number, reverse: boolean) =>
    table.range({ from: key(from), to: key(9), reverse, limit }).map(([, value]) => value[0]);
  rounds(1, 1, true);
  rounds(1, 1, false);
  const before = driver.planned();
  expect(before).toBeGreaterThan(0);
  expect(rounds(3, 2, true)).toEqual([5, 4]);
  expect(rounds(2, 3, false)).toEqual([2, 3, 4]);
  expect(rounds(4, 64, false)).toEqual([4, 5]);
  expect(driver.planned()).toBe(before);
});
