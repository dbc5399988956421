// `npm run test:crash`: 50 kills. `SEED=n` repeats the schedule of a run as far as real time allows, `KILLS=n` takes another number.
import { crashRun } from "./run.ts";

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const kills = Number(process.env.KILLS ?? 50);
const PROBLEMS_SHOWN = 20;

if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(kills) || kills < 1) {
  console.error(`Cannot run with SEED=${process.env.SEED} and KILLS=${process.env.KILLS}`);
  process.exit(2);
}
const began = performance.now();
let passed = 0;
let failed = 0;
try {
  for (const { name, problems } of await crashRun({ seed, kills, tell: console.log })) {
    console.log(`${problems.length === 0 ? "ok " : "BAD"} ${name}`);
    for (const problem of problems.slice(0, PROBLEMS_SHOWN)) console.log(`    ${problem}`);
    if (problems.length > PROBLEMS_SHOWN)
      console.log(`    and ${problems.length - PROBLEMS_SHOWN} more`);
    if (problems.length === 0) passed++;
    else failed++;
  }
} catch (error) {
  console.error(error);
  failed++;
}
if (failed > 0) console.log(`Again: SEED=${seed} KILLS=${kills} npm run test:crash`);
console.log(`${kills} kills in ${Math.round((performance.now() - began) / 1_000)} s`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
