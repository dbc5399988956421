// The objects' database files as SQLite itself sees them, while nobody writes.
import { cpSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** What is wrong with the databases of a folder. They are opened as copies, as a backup would be. */
export function checkDatabases(storage: string): string[] {
  const copy = mkdtempSync(join(tmpdir(), "yggdrasil-copy-"));
  try {
    cpSync(storage, copy, { recursive: true });
    const paths = globSync(`${copy}/do/**/*.sqlite`);
    if (paths.length <= 3) return [`${paths.length} databases are too few`];
    return paths.flatMap((path) => {
      const database = new DatabaseSync(path);
      const answer = JSON.stringify(database.prepare("PRAGMA integrity_check").get());
      database.close();
      return answer === '{"integrity_check":"ok"}' ? [] : [`${basename(path)}: ${answer}`];
    });
  } finally {
    rmSync(copy, { recursive: true });
  }
}
