// What a transfer costs an object, and what the object holds in memory, on a small state and on one of a million accounts: the
// real actors over node:sqlite on disk (see account-world.ts).
import { parseArgs } from "node:util";
import type { ObjectCost, RunResult } from "./accounts-run.ts";
import { runAccounts } from "./run-accounts.ts";

export async function accounts(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      accounts: { type: "string", default: "10000,1000000" },
      rounds: { type: "string", default: "20" },
      transfers: { type: "string", default: "1000" },
    },
  });
  const sizes = values.accounts.split(",").map(Number);
  const [rounds, transfers] = [Number(values.rounds), Number(values.transfers)];
  console.log(`accounts: ${rounds} rounds of ${transfers} transfers, evenly among all accounts\n`);
  const results: (readonly [number, RunResult])[] = [];
  for (const size of sizes) {
    const result = await runAccounts({ accounts: size, rounds, transfers });
    console.log(`${size} accounts: seeded in ${result.seedSeconds.toFixed(1)} s`);
    results.push([size, result]);
  }
  printCosts(results);
  printRows(results);
}

const OBJECTS = ["shard", "set"] as const;
const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);
const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

function printCosts(results: readonly (readonly [number, RunResult])[]): void {
  console.log(
    "\n| accounts | object | µs a transfer | of the first | rows written | searches | bytes written | database, MiB | heap opened, MiB | heap loaded, MiB |\n|---|---|---|---|---|---|---|---|---|---|",
  );
  for (const [size, result] of results) {
    for (const who of OBJECTS) {
      const cost = result[who];
      const first = results[0]?.[1][who].microseconds ?? cost.microseconds;
      console.log(
        `| ${[
          size,
          who,
          cost.microseconds.toFixed(1),
          (cost.microseconds / first).toFixed(2),
          sum(cost.rows).toFixed(2),
          sum(cost.reads).toFixed(2),
          cost.bytesWritten.toFixed(0),
          mebibytes(cost.databaseBytes),
          mebibytes(cost.heapAfterOpening),
          mebibytes(cost.heapAfterLoad),
        ].join(" | ")} |`,
      );
    }
  }
}

function printRows(results: readonly (readonly [number, RunResult])[]): void {
  const costs = results.flatMap(([size, result]) =>
    OBJECTS.map((who): readonly [string, ObjectCost] => [`${who}, ${size}`, result[who]]),
  );
  const tables = [...new Set(costs.flatMap(([, cost]) => Object.keys(cost.rows)))].sort();
  console.log(`\n| rows written a transfer | ${costs.map(([title]) => title).join(" | ")} |`);
  console.log(`|---|${costs.map(() => "---|").join("")}`);
  for (const table of tables) {
    const counts = costs.map(([, cost]) => (cost.rows[table] ?? 0).toFixed(3));
    console.log(`| ${table} | ${counts.join(" | ")} |`);
  }
}
