// `npm run simulate -- --seeds A..B`: many worlds on many threads, and what they did together.
import { drawOptions } from "../world-options.ts";
import { explain } from "./one-world.ts";
import { type Output, Progress } from "./progress.ts";
import { count, reportWorld } from "./report.ts";
import { Summary } from "./summary.ts";
import type { OpenRunner, WorldResult } from "./world-runner.ts";

export interface ManyWorlds {
  readonly first: number;
  readonly last: number;
  readonly stopAtFirst: boolean;
  readonly workers: number;
  readonly limitMs: number;
}

/** Whether all passed. */
export async function runManyWorlds(
  many: ManyWorlds,
  open: OpenRunner,
  output: Output,
): Promise<boolean> {
  const { first, last, stopAtFirst, workers, limitMs } = many;
  const begun = performance.now();
  const total = last - first + 1;
  const progress = new Progress(total, output, () => performance.now());
  const print = (line: string): void => progress.print(line);
  const summary = new Summary();
  const runner = open(Math.min(workers, total), limitMs);
  print(`${count(total)} worlds, seeds ${first} to ${last}, on ${runner.size} threads`);
  let seed = first;
  const lane = async (): Promise<void> => {
    while (seed <= last && !(stopAtFirst && summary.failed.length > 0)) {
      const result = await runner.run(drawOptions(seed++));
      summary.add(result);
      if (result.violations.length > 0) {
        print(`FAILED seed ${result.options.seed}: ${result.violations[0]}`);
      }
      progress.update(summary.passed + summary.failed.length, summary.failed.length);
    }
  };
  await Promise.all(Array.from({ length: runner.size }, lane));
  await runner.close();
  print("");
  summary.report(performance.now() - begun, print);
  const [failed] = summary.failed;
  if (failed !== undefined) {
    if (stopAtFirst) await explainFirst(failed, many, open, print);
    else print(`All of one: npm run simulate -- --seed ${failed.options.seed}`);
  }
  print(`${summary.passed} worlds passed, ${summary.failed.length} failed`);
  return failed === undefined;
}

async function explainFirst(
  failed: WorldResult,
  { workers, limitMs }: ManyWorlds,
  open: OpenRunner,
  print: (line: string) => void,
): Promise<void> {
  const { options } = failed;
  print("");
  print(`Seed ${options.seed}:`);
  reportWorld(failed, print);
  const argument = `--seed ${options.seed}`;
  await explain(failed, { options, argument, shrink: true, limitMs, workers }, open, print);
  print("");
}
