// `npm run simulate -- --seed N`: one world in full, and of one that fails a smaller one.
import { ruleOf, shrink } from "../shrink.ts";
import { REDUCTIONS } from "../smaller-worlds.ts";
import { briefOptions } from "../stored-world.ts";
import { describeOptions, type WorldOptions } from "../world-options.ts";
import {
  commandOf,
  count,
  type Print,
  reportLastEvents,
  reportViolations,
  reportWorld,
  seconds,
} from "./report.ts";
import { LATE, type OpenRunner, type WorldResult } from "./world-runner.ts";

const SHRINK_RUNS = 300;
const SHRINK_MS = 180_000;
/** A smaller world takes no longer than the first; if it seems to, it has another fault, or the machine has other work. */
const TIMES_AS_LONG = 4;
const LIMIT_LEAST_MS = 10_000;
const HANGING_LIMIT_MS = 20_000;

export interface OneWorld {
  readonly options: WorldOptions;
  /** "--seed 7": how it was asked for. */
  readonly argument: string;
  readonly trace: boolean;
  readonly shrink: boolean;
  readonly limitMs: number;
  /** Worlds at one time while it shrinks. */
  readonly workers: number;
}

/** Whether it passed. */
export async function runOneWorld(one: OneWorld, open: OpenRunner, print: Print): Promise<boolean> {
  print(describeOptions(one.options));
  const runner = open(1, one.limitMs);
  const result = await runner.run(one.options, one.trace);
  await runner.close();
  print("");
  reportWorld(result, print);
  if (result.violations.length === 0) return true;
  await explain(result, one, open, print);
  return false;
}

/** After the violations of a world that failed: its last events, how to run it again, and a smaller world that fails alike. */
export async function explain(
  result: WorldResult,
  { argument, limitMs, workers, shrink: isWanted }: Omit<OneWorld, "trace">,
  open: OpenRunner,
  print: Print,
): Promise<void> {
  print("");
  reportLastEvents(result, print);
  print("");
  print(`Again, with every event: npm run simulate -- ${argument} --trace`);
  if (!isWanted) return;
  print(`Shrinking it, with at most ${SHRINK_RUNS} worlds in ${SHRINK_MS / 1_000} s ...`);
  const isLate = ruleOf(result.violations) === LATE;
  const often = Math.max(LIMIT_LEAST_MS, TIMES_AS_LONG * result.ms);
  const runner = open(workers, Math.min(limitMs, isLate ? HANGING_LIMIT_MS : often));
  const begun = performance.now();
  const run = async (options: WorldOptions) => (await runner.run(options)).violations;
  const shrunk = await shrink(result, REDUCTIONS, run, {
    runsMax: SHRINK_RUNS,
    width: runner.size,
    isTimeUp: () => performance.now() - begun > SHRINK_MS,
  });
  await runner.close();
  print(
    `After ${count(shrunk.runs)} worlds in ${seconds(performance.now() - begun)}, ` +
      `${shrunk.isSmallest ? "nothing smaller fails alike" : "with more to try"}:`,
  );
  print("");
  print(describeOptions(shrunk.options));
  reportViolations(shrunk.violations, print);
  print("");
  print(`Run it: ${commandOf(shrunk.options)}`);
  print("Keep it, once it is mended, as test/simulator/seeds/NAME.json:");
  const stored = { name: "", found: "", options: briefOptions(shrunk.options) };
  print(JSON.stringify(stored));
}
