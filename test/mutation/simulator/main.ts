// `npm run simulate:mutants`: whether the simulator finds bugs. Each mutant must make a world fail within the first 300 seeds.
// `-- --only NAME` runs that one, also one that is known to survive. Ends with "N mutants caught, N survived", and with code 1 unless all are caught.
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { seconds } from "../../../src/simulator/command/report.ts";
import { openRunner, openRunnerOf } from "../../../src/simulator/command/world-runner.ts";
import { ruleOf } from "../../../src/simulator/shrink.ts";
import { Control, hunt, inLanes, type Verdict } from "./hunt.ts";
import { type Mutant, plant } from "./mutant.ts";
import { ALL_MUTANTS, MUTANTS } from "./mutants.ts";

const SEEDS = { first: 1, last: 300 };
/** A world takes a second or so. */
const WORLD_MS_MAX = 120_000;
const NAME_COLUMNS = Math.max(...MUTANTS.map(({ name }) => name.length)) + 2;

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Runs the worlds of a mutant in a copy of the project, in one thread. */
async function huntDown(mutant: Mutant, control: Control): Promise<Verdict> {
  const folder = mkdtempSync(join(tmpdir(), "yggdrasil-mutant-"));
  try {
    plant(root, folder, [mutant]);
    const script = join(folder, "src/simulator/command/world-worker.ts");
    const runner = openRunnerOf(pathToFileURL(script), 1, WORLD_MS_MAX);
    const verdict = await hunt(runner, (seed) => control.passes(seed), SEEDS);
    await runner.close();
    return verdict;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function line(mutant: Mutant, verdict: Verdict, ms: number): string {
  const name = mutant.name.padEnd(NAME_COLUMNS);
  const time = seconds(ms).padStart(8);
  switch (verdict.kind) {
    case "caught": {
      const { seed, violations } = verdict;
      return `caught    ${name}${time}  seed ${seed}: ${ruleOf(violations)}`;
    }
    case "survived":
      return `SURVIVED  ${name}${time}  ${mutant.breaks}`;
    case "broken":
      return `BROKEN    ${name}${time}  seed ${verdict.seed}: ${verdict.why}`;
  }
}

function chosen(): readonly Mutant[] {
  const { only } = parseArgs({ options: { only: { type: "string" } } }).values;
  const mutants = only === undefined ? MUTANTS : ALL_MUTANTS.filter(({ name }) => name === only);
  if (mutants.length === 0) {
    const names = ALL_MUTANTS.map(({ name }) => name).join(", ");
    console.error(`No mutant ${JSON.stringify(only)}: there are ${names}`);
  }
  return mutants;
}

const lanes = availableParallelism();
const runner = openRunner(lanes, WORLD_MS_MAX);
const control = new Control(runner);
const counts = { caught: 0, survived: 0, broken: 0 };
await inLanes(chosen(), lanes, async (mutant) => {
  const start = performance.now();
  const verdict = await huntDown(mutant, control);
  counts[verdict.kind] += 1;
  console.log(line(mutant, verdict, performance.now() - start));
});
await runner.close();
if (control.failed.size > 0) {
  console.log(`Fail without any mutant: seeds ${[...control.failed].join(", ")}`);
}
if (counts.broken > 0) console.log(`${counts.broken} mutants make no program`);
console.log(`${counts.caught} mutants caught, ${counts.survived} survived`);
process.exitCode = counts.caught === 0 || counts.survived + counts.broken > 0 ? 1 : 0;
