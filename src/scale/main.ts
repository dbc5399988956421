// `npm run scale`: a network of the source's size, run and measured.
import { type Command, parseCommand, USAGE, UsageError } from "./arguments.ts";
import { reportComparison } from "./comparison.ts";
import { measureCosts } from "./operation-costs.ts";
import { reportRun } from "./report.ts";
import { describeShape, type ScaleOptions } from "./scale-options.ts";
import { runScale, type ScaleOutcome } from "./scale-run.ts";

/** Where nobody watches, a line after so many rounds. */
const ROUNDS_A_LINE = 10;

async function run(options: ScaleOptions): Promise<ScaleOutcome> {
  const { isTTY } = process.stderr;
  console.error(`Running ${describeShape(options)}, ${options.rounds} rounds`);
  const startMs = performance.now();
  const outcome = await runScale(options, (round, rounds, waiting) => {
    if (!isTTY && round % ROUNDS_A_LINE !== 0) return;
    const seconds = Math.round((performance.now() - startMs) / 1_000);
    const megabytes = Math.round(process.memoryUsage.rss() / 1_000_000);
    const line = `round ${round} of ${rounds}, ${waiting} transactions wait, ${seconds} s, ${megabytes} MB`;
    process.stderr.write(isTTY ? `\r\u001b[K${line}` : `${line}\n`);
  });
  if (isTTY) process.stderr.write("\r\u001b[K");
  return outcome;
}

const isWhole = ({ sent, final, replicas, replicasEqual, isAsleep }: ScaleOutcome): boolean =>
  sent === final && replicas === replicasEqual && isAsleep;

/** Whether all that was sent became final everywhere. */
async function perform(command: Command): Promise<boolean> {
  switch (command.kind) {
    case "help":
      console.log(USAGE);
      return true;
    case "run": {
      const costs = await measureCosts();
      const outcome = await run(command.options);
      for (const line of reportRun(outcome, costs)) console.log(line);
      return isWhole(outcome);
    }
    case "compare": {
      const outcomes: ScaleOutcome[] = [];
      for (const options of command.runs) outcomes.push(await run(options));
      for (const line of reportComparison(outcomes)) console.log(line);
      return outcomes.every(isWhole);
    }
  }
}

try {
  process.exitCode = (await perform(parseCommand(process.argv.slice(2)))) ? 0 : 1;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\nnpm run scale -- --help shows all arguments`);
  process.exitCode = 2;
}
