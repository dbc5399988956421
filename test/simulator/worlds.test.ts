// The worlds of the first seeds. One that fails, in full: npm run simulate -- --seed N.
import { afterAll, describe, expect, it } from "vitest";
import { openRunner } from "../../src/simulator/command/world-runner.ts";
import { drawOptions } from "../../src/simulator/world-options.ts";
import { expectPassed } from "./failure.ts";

const WORLDS = process.env.DEEP === undefined ? 100 : 1_000;
const CHUNK = 10;
/** Of a chunk, on a machine with other work. */
const CHUNK_MS = 1_200_000;
/** One for each test file that runs: the other core has other tests. */
const runner = openRunner(1, 120_000);
afterAll(() => runner.close());

describe("worlds with faults", () => {
  for (let first = 1; first <= WORLDS; first += CHUNK) {
    it(
      `seeds ${first} to ${first + CHUNK - 1} break no rule`,
      async () => {
        for (let seed = first; seed < first + CHUNK; seed++) {
          expectPassed(await runner.run(drawOptions(seed)), `--seed ${seed}`);
        }
      },
      CHUNK_MS,
    );
  }

  it("are the same again, in another thread and in another order", async () => {
    const other = openRunner(1, 120_000);
    for (const seed of [9, 6, 3]) {
      const options = drawOptions(seed);
      const [once, again] = await Promise.all([runner.run(options), other.run(options)]);
      expect(again.outcome).toEqual(once.outcome);
    }
    await other.close();
  });
});
