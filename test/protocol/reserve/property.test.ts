// Section 6 over random histories: as a theorem that is tested, and the oracle's second
// reading of every rule. DEEP=1 runs a hundred thousand of them.
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Mutant } from "./memory-world.ts";
import { runSchedule, type Tally } from "./run-schedule.ts";
import { schedules } from "./schedule.ts";

const deep = process.env.DEEP !== undefined;
const RUNS = deep ? 100_000 : 1_500;
const CHUNK = 500;
// SEED=n starts elsewhere; a failure names the seed of its chunk, which is one command away.
const SEED = Number(process.env.SEED ?? 20_261_121);
const MUTANT_SEED = 20_261_121;
const DEEP_TIMEOUT_MS = 60 * 60_000;

/** In chunks, so that the runner hears of us. */
async function assertSchedules(runs: number, tally: Tally): Promise<void> {
  for (let done = 0; done < runs; done += CHUNK) {
    const property = fc.property(schedules, (schedule) => runSchedule(schedule, { tally }));
    fc.assert(property, { numRuns: Math.min(CHUNK, runs - done), seed: SEED + done });
    if (deep && done % 10_000 === 0) console.log(`reserve property: ${done} of ${runs}`);
    await setImmediate();
  }
}

/** The runs until a mutant is caught; Infinity if it never is. */
function runsUntilCaught(mutant: Mutant, oracle: boolean, runs: number): number {
  let done = 0;
  const property = fc.property(schedules, (schedule) => {
    done += 1;
    runSchedule(schedule, { mutant, oracle });
  });
  const { failed } = fc.check(property, { numRuns: runs, seed: MUTANT_SEED, endOnFailure: true });
  return failed ? done : Number.POSITIVE_INFINITY;
}

describe("section 6 over random histories", () => {
  it(
    "R-6.2 R-6.3 R-6.4 R-6.5 R-6.6 R-6.8 R-2.6 a second reading agrees, every fee is payable",
    async () => {
      const tally: Tally = new Map();
      await assertSchedules(RUNS, tally);
      if (deep) console.log("reserve property:", Object.fromEntries(tally));
      const reached = [
        "first-emptying",
        "after-emptying",
        "within-reserve",
        "left out",
        "at equality",
        "executed",
        "insufficientBalance",
        "senderDip",
        "ownerDip",
        "notDelegated",
      ];
      for (const what of reached)
        expect([what, (tally.get(what) ?? 0) > RUNS / 50]).toEqual([what, true]);
    },
    DEEP_TIMEOUT_MS,
  );

  const unsafe: readonly (readonly [string, Mutant])[] = [
    ["a window one round short", { windowRounds: (k) => k - 1 }],
    ["authorisations in the window forgotten", { forgetAuthorisations: true }],
    ["every execution exempt from the dip", { executedEmptying: () => true }],
  ];
  const different: readonly (readonly [string, Mutant])[] = [
    ...unsafe,
    ["a window one round long", { windowRounds: (k) => k + 1 }],
    ["a state one round too new", { stateLag: (k) => k - 1 }],
    ["a state one round too old", { stateLag: (k) => k + 1 }],
    ["no execution exempt from the dip", { executedEmptying: () => false }],
  ];

  it.each(different)("R-6.4 the second reading can disagree: %s", (_, mutant) => {
    expect(runsUntilCaught(mutant, true, 1_000)).toBeLessThan(1_000);
  });

  it.each(unsafe)("R-6.6 the theorem can fail, without the oracle's help: %s", (_, mutant) => {
    expect(runsUntilCaught(mutant, false, 3_000)).toBeLessThan(3_000);
  });
});
