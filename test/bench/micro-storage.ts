import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { u32Key } from "../../src/actors/keys.ts";
import { nodeSqlite } from "../../src/storage/node-sqlite.ts";
import { createSqlStore } from "../../src/storage/sql-store.ts";
import type { Task } from "./micro-task.ts";

const ROWS = 1_000;
const SIZES = [200, 1_024, 32_768];

/** Through the Store, on disk, 1,000 rows in one transaction, each over one of 10,000 keys. */
export function storageTasks(): Task[] {
  const folder = mkdtempSync(join(tmpdir(), "yggdrasil-micro-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return SIZES.flatMap((bytes) => {
    const store = createSqlStore(nodeSqlite(join(folder, `${bytes}.sqlite`)));
    // The first has small values, the second an index of the keys beside its rows.
    const table = store.table(bytes < 1_024 ? "left" : "pages");
    const value = new Uint8Array(bytes).fill(1);
    let next = 0;
    const key = (): Uint8Array => {
      next = (next + 7_919) % 10_000;
      return u32Key(next);
    };
    const each = (body: () => unknown) => () =>
      store.transaction(() => {
        for (let i = 0; i < ROWS; i++) body();
      });
    return [
      {
        name: `node:sqlite: write a row of ${bytes} B`,
        count: ROWS,
        run: each(() => table.put(key(), value)),
      },
      {
        name: `node:sqlite: read a row of ${bytes} B`,
        count: ROWS,
        run: each(() => table.get(key())),
      },
    ];
  });
}

const WORKER = `
import { DurableObject } from "cloudflare:workers";
export class Rows extends DurableObject {
  async fetch(request) {
    const { searchParams } = new URL(request.url);
    const [bytes, rows, writes] = ["bytes", "rows", "writes"].map((name) => Number(searchParams.get(name)));
    const { sql } = this.ctx.storage;
    sql.exec("CREATE TABLE IF NOT EXISTS rows" + bytes + " (key BLOB PRIMARY KEY, value BLOB NOT NULL)");
    const value = new Uint8Array(bytes);
    const keyOf = (i) => { const key = new Uint8Array(4); new DataView(key.buffer).setUint32(0, (i * 7919) % 10000); return key; };
    let written = 0;
    this.ctx.storage.transactionSync(() => {
      for (let i = 0; i < rows; i++) {
        if (writes) written += sql.exec("INSERT INTO rows" + bytes + " (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", keyOf(i), value).rowsWritten;
        else sql.exec("SELECT value FROM rows" + bytes + " WHERE key = ?", keyOf(i)).raw().toArray();
      }
    });
    return Response.json({ written });
  }
}
export default { fetch: (request, env) => env.ROWS.get(env.ROWS.idFromName("rows")).fetch(request) };`;

/** The same in workerd, timed from outside, since a Worker's clock stands still while it computes; the call itself is taken off. */
export async function durableObjectRates(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "yggdrasil-micro-"));
  const miniflare = new Miniflare({
    ...convertV4MiniflareOptions({
      modules: true,
      script: WORKER,
      compatibilityDate: "2026-10-20",
      durableObjects: { ROWS: { className: "Rows", useSQLite: true } },
      cf: false,
    }),
    resourcePersistencePath: folder,
  });
  try {
    const url = await miniflare.ready;
    const call = async (bytes: number, rows: number, writes: 0 | 1): Promise<number> => {
      const start = performance.now();
      await (await fetch(new URL(`/?bytes=${bytes}&rows=${rows}&writes=${writes}`, url))).json();
      return performance.now() - start;
    };
    for (const bytes of SIZES) {
      // The first calls insert, the later ones replace.
      for (let i = 0; i < 10; i++) await call(bytes, ROWS, 1);
      for (const [what, writes] of [
        ["write", 1],
        ["read", 0],
      ] as const) {
        const times: number[] = [];
        for (let i = 0; i < 15; i++) {
          times.push((await call(bytes, ROWS, writes)) - (await call(bytes, 0, writes)));
        }
        times.sort((a, b) => a - b);
        const at = (share: number): number =>
          (times[Math.floor(15 * share)] as number) * (1_000 / ROWS);
        const cells = [at(0.5), at(0.25), at(0.75)].map((value) => value.toFixed(2));
        console.log(
          `| workerd: ${what} a row of ${bytes} B | ${cells.join(" | ")} | ${(1e6 / at(0.5)).toFixed(0)} |`,
        );
      }
    }
  } finally {
    await miniflare.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
}
