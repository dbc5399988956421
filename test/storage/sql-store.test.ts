import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { nodeSqlite } from "../../src/storage/node-sqlite.ts";
import { createSqlStore } from "../../src/storage/sql-store.ts";
import { storeContract } from "./store-contract.ts";

const folder = mkdtempSync(join(tmpdir(), "store-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newFile = (): string => {
  files += 1;
  return join(folder, `${files}.sqlite`);
};

describe("in memory", () => storeContract(() => createSqlStore(nodeSqlite(":memory:"))));
describe("in a file", () => storeContract(() => createSqlStore(nodeSqlite(newFile()))));

describe("a file opened again", () => {
  it("has what was stored, and nothing of a transaction that a crash cut off", () => {
    const path = newFile();
    {
      using driver = nodeSqlite(path);
      const store = createSqlStore(driver);
      store.transaction(() => store.table("meta").put(Uint8Array.of(1), Uint8Array.of(2)));
      driver.run("SAVEPOINT cut");
      store.table("meta").put(Uint8Array.of(1), Uint8Array.of(3));
    }
    using driver = nodeSqlite(path);
    expect(createSqlStore(driver).table("meta").get(Uint8Array.of(1))).toEqual(Uint8Array.of(2));
  });

  it.each([2, 4])("refuses a database of schema %i, and leaves it as it is", (version) => {
    const path = newFile();
    using driver = nodeSqlite(path);
    createSqlStore(driver);
    driver.run("UPDATE schema_version SET value = ?", Uint8Array.of(version));
    expect(() => createSqlStore(driver)).toThrow(
      `Cannot open the database: it has schema ${version}, this version knows 3`,
    );
    const rows = driver.all("SELECT value FROM schema_version");
    expect(rows).toEqual([[Uint8Array.of(version)]]);
  });
});
