// What a transaction costs the gateway, its shard and each set that replicates it, as shards are added at equal load for each: the real
// gateway and actors over node:sqlite in one process, each in a step of its own whose processor time is counted. Seats sign with tags,
// users with Ed25519: curves would hide everything else, and they cost the same in each round.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Payer, Role } from "./shards-meter.ts";
import { type Done, type Run, type RunOptions, replicasOf, runAll } from "./shards-run.ts";

/** What is to be compared: shards, and of a hundred transactions those over two chains. */
interface Row {
  readonly name: string;
  readonly shards: number;
  readonly trades: number;
}

/** Set in the process that measures: collecting garbage on threads beside would count as the steps' that run meanwhile. */
const MEASURES = "YGGDRASIL_BENCH_MEASURES";

export async function shards(args: readonly string[]): Promise<void> {
  if (process.env[MEASURES] === undefined) {
    const main = fileURLToPath(new URL("main.ts", import.meta.url));
    const flags = [...process.execArgv, "--single-threaded-gc", main, "shards", ...args];
    const env = { ...process.env, [MEASURES]: "1" };
    const { status } = spawnSync(process.execPath, flags, { stdio: "inherit", env });
    process.exitCode = status ?? 1;
    return;
  }
  const { values } = parseArgs({
    args: [...args],
    options: {
      shards: { type: "string", default: "1,2,4,8" },
      load: { type: "string", default: "100" },
      rounds: { type: "string", default: "14" },
      cross: { type: "string", default: "0,30" },
      accounts: { type: "string", default: "400" },
      /** Transactions in a request; by default all of a round. */
      request: { type: "string", default: "1000000" },
      /** What a shard's and a replica's steps are about. */
      steps: { type: "boolean", default: false },
    },
  });
  const [load, rounds, accounts, request] = [
    values.load,
    values.rounds,
    values.accounts,
    values.request,
  ].map(Number) as [number, number, number, number];
  const sizes = values.shards.split(",").map(Number);
  const most = Math.max(...sizes);
  for (const cross of values.cross.split(",").map(Number)) {
    const rows = rowsOf(sizes, cross);
    const runs = await runAll(
      rows.map(({ shards: count, trades }): RunOptions => {
        const networks = Math.max(1, Math.floor(most / count));
        return { shards: count, networks, load, rounds, trades, accounts, request };
      }),
    );
    console.log(
      `\n${load} transactions a round and shard, ${cross}% of all between two shards; µs of processor time\n`,
    );
    printBlocks(rows, runs);
    printCosts("under the load, medians of rounds", rows, runs, (run) => run.steady);
    printCosts("until nothing waits", rows, runs, (run) => run.whole);
    if (values.steps) for (const role of ["shard", "set"] as const) printSteps(role, rows, runs);
  }
}

/**
 * One shard has no other: the same transactions are trades between two of its chains. As each trade between two shards is in the blocks of
 * both, the blocks of several shards hold more of them: one shard with as many in its blocks stands beside.
 */
function rowsOf(sizes: readonly number[], cross: number): Row[] {
  return sizes.flatMap((count): Row[] => {
    if (count > 1 || cross === 0) return [{ name: `${count}`, shards: count, trades: cross }];
    const inBlocks = Math.round((100 * 2 * cross) / (100 + cross));
    return [
      { name: "1, the same transactions", shards: 1, trades: cross },
      { name: "1, as many trades in its blocks", shards: 1, trades: inBlocks },
    ];
  });
}

function printBlocks(rows: readonly Row[], runs: readonly Run[]): void {
  console.log(
    "| shards | executed a block | of them between shards | own legs a block | blocks a round and shard | waiting a shard: before, after |\n|---|---|---|---|---|---|",
  );
  for (const [i, { name, shards: count }] of rows.entries()) {
    const { steady, waiting } = runs[i] as Run;
    const { executed, cross, legs, blocks, rounds } = steady;
    const all = Math.floor(steady.networks * count);
    print(
      name,
      (executed / blocks).toFixed(1),
      (cross / blocks).toFixed(1),
      (legs / blocks).toFixed(1),
      (blocks / rounds / count).toFixed(2),
      waiting.map((one) => (one / all).toFixed(0)).join(", "),
    );
  }
  console.log();
}

interface Costs {
  /** For each transaction. */
  readonly gateway: number;
  /** For each transaction and shard that executes it. */
  readonly shard: number;
  /** For each leg on a chain of the shard. */
  readonly leg: number;
  /** For each transaction, shard and replica of a set. */
  readonly replica: number;
  /** For each transaction: all of it, with all sets. */
  readonly total: number;
  /** For each transaction and shard: garbage of all objects, which is in no other column. */
  readonly garbage: number;
}

function printCosts(
  what: string,
  rows: readonly Row[],
  runs: readonly Run[],
  doneOf: (run: Run) => Done,
): void {
  const found = rows.map(({ shards: count }, i) => costsOf(doneOf(runs[i] as Run), count));
  console.log(
    `| ${what}: shards | gateway | shard, a transaction | shard, a leg | a set's replica | total | garbage | of the first row: gateway, shard, leg, replica | shard of the next rows |\n|---|---|---|---|---|---|---|---|---|`,
  );
  for (const [i, costs] of found.entries()) {
    const ratio = (of: keyof Costs, to: number): string =>
      (costs[of] / (found[to] as Costs)[of]).toFixed(2);
    print(
      (rows[i] as Row).name,
      ...Object.values(costs).map((one: number) => one.toFixed(0)),
      (["gateway", "shard", "leg", "replica"] as const).map((of) => ratio(of, 0)).join(", "),
      Array.from({ length: i }, (_, to) => to)
        .slice(1)
        .map((to) => ratio("shard", to))
        .join(", "),
    );
  }
  console.log();
}

function costsOf(done: Done, count: number): Costs {
  const { sent, executed, legs, cross, spent } = done;
  const micros = (ms: number, by: number): number => (ms * 1_000) / by;
  const [gateway, shard, set, merkle] = (["gateway", "shard", "set", "merkle"] as const).map((by) =>
    spentBy(done, by, "all"),
  ) as [number, number, number, number];
  const transactions = executed - cross / 2;
  return {
    gateway: micros(gateway, sent),
    shard: micros(shard, executed),
    leg: micros(shard, legs),
    replica: micros(set, executed * replicasOf(count)),
    total: micros(gateway, sent) + micros(shard + set + merkle, transactions),
    garbage: micros(spent.garbageMs, executed),
  };
}

/** Of several rounds the median for each: what others on the machine do in one of them is not the actors'. */
function spentBy({ spent, turnsMin }: Done, payer: Payer, what: string): number {
  const { sums, turns } = spent;
  if (turns.length > turnsMin) return sums[payer].get(what)?.ms ?? 0;
  const each = turns.map((turn) => turn[payer].get(what)?.ms ?? 0).sort((a, b) => a - b);
  const middle = each.length >> 1;
  const [low = 0, high = low] = each.length % 2 === 1 ? each.slice(middle) : each.slice(middle - 1);
  return ((each.length % 2 === 1 ? 2 * low : low + high) / 2) * each.length;
}

function printSteps(role: Role, rows: readonly Row[], runs: readonly Run[]): void {
  const abouts = new Set(runs.flatMap(({ steady }) => [...steady.spent.sums[role].keys()]));
  const who = role === "shard" ? "a shard's" : "a replica's";
  console.log(
    `| ${who} steps, µs a transaction (steps a round) | ${rows.map(({ name }) => name).join(" | ")} |\n|---${"|---".repeat(rows.length)}|`,
  );
  const table = [...abouts].map((about) => {
    const cells = rows.map(({ shards: count }, i) => {
      const { steady } = runs[i] as Run;
      const by = role === "set" ? replicasOf(count) : 1;
      const micros = (spentBy(steady, role, about) * 1_000) / steady.executed / by;
      const steps = steady.spent.sums[role].get(about)?.steps ?? 0;
      return [micros, steps / steady.rounds / count / by] as const;
    });
    return { about, cells, most: Math.max(...cells.map(([micros]) => micros)) };
  });
  for (const { about, cells } of table.sort((a, b) => b.most - a.most))
    print(about, ...cells.map(([micros, steps]) => `${micros.toFixed(1)} (${steps.toFixed(2)})`));
  console.log();
}

const print = (...cells: readonly string[]): void => console.log(`| ${cells.join(" | ")} |`);
