import { describe, expect, it } from "vitest";
import { saturation } from "../../../src/simulator/checkers/saturation.ts";
import { Draft, judged, ROUND_MS } from "./draft.ts";

const WINDOW = 2;

/** One shard with ten transactions in round 4 and five in round 5, each notarised with what is said of it. */
function draft(said: readonly (readonly [fill: number, rate: number])[]): Draft {
  const made = new Draft();
  Object.assign(made.genesis, { saturation: { windowRounds: WINDOW, benchmarkTps: 1 } });
  const ids = (count: number): string[] =>
    Array.from({ length: count }, (_, i) => `t${count}-${i}`);
  made.block(4, ids(10));
  made.block(5, ids(5));
  made.block(9, []);
  for (const [i, round] of [4, 5, 9].entries()) {
    const [fillPermille, ratePermille] = said[i] ?? expect.fail();
    made.notarised.push({
      shard: 0,
      round,
      hash: `s0r${round}`,
      atMs: null,
      saturation: { fillPermille, ratePermille, roundMs: ROUND_MS },
    });
  }
  return made;
}

const RIGHT = [
  [2, 1_000],
  [3, 1_000],
  [0, 0],
] as const;

describe("the checker of saturation", () => {
  it("R-12.1 takes what follows from the blocks; bytes can make the fill more than transactions do", () => {
    expect(judged(saturation, draft(RIGHT))).toEqual([]);
    expect(judged(saturation, draft([[77, 1_000], ...RIGHT.slice(1)]))).toEqual([]);
  });

  it("R-12.1 finds a rate that does not follow, and a fill that is too low", () => {
    expect(judged(saturation, draft([[1, 999], RIGHT[1], [0, 1]]))).toEqual([
      "R-12.1 the rate of shard 0 with round 4 is said to be 999, it is 1000",
      "R-12.1 the fill of shard 0 with round 4 is said to be 1, it is 2 or more",
      "R-12.1 the rate of shard 0 with round 9 is said to be 1, it is 0",
    ]);
  });
});
