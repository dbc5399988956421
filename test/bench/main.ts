// `npm run bench -- <name> [options]`: measures on this machine. Benchmarks are never tests: they assert nothing about time.
import { accounts } from "./accounts.ts";
import { latency } from "./latency.ts";
import { micro } from "./micro.ts";
import { move } from "./move.ts";
import { shards } from "./shards.ts";
import { throughput } from "./throughput.ts";

const BENCHMARKS: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  accounts,
  latency,
  micro,
  move,
  shards,
  throughput,
};

const [name, ...rest] = process.argv.slice(2);
const benchmark = BENCHMARKS[name ?? ""];
if (benchmark === undefined) {
  console.error(
    `Cannot run the benchmark ${JSON.stringify(name ?? "")}: choose one of ${Object.keys(BENCHMARKS).join(", ")}`,
  );
  process.exit(2);
}
await benchmark(rest);
