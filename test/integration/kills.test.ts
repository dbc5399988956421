// SIGKILL at random moments under load, on a live clock. What was answered holds, whatever happens:
// the checkers know the network by its API alone. `SEED=n` replays the moments of a run; `npm run
// test:crash` does the same with 50 kills.
import { describe, expect, it } from "vitest";
import { crashRun } from "../crash/run.ts";

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
/** A minute would do, but not on a machine that does much else. */
const TIMEOUT_MS = process.env.DEEP === undefined ? 300_000 : 3_600_000;
const KILLS = process.env.DEEP === undefined ? 6 : 40;

describe("kills under load", () => {
  it(
    `[R-2.7, R-2.3, R-4.3, R-4.5, R-2.6] ${KILLS} kills (SEED ${seed}): what was answered holds`,
    async () => {
      const progress: string[] = [];
      const verdicts = await crashRun({ seed, kills: KILLS, tell: (line) => progress.push(line) });
      for (const { name, problems } of verdicts) {
        expect(problems, [name, ...progress].join("\n")).toEqual([]);
      }
    },
    TIMEOUT_MS,
  );
});
