import { describe, expect, it } from "vitest";
import { agreement } from "../../../src/simulator/checkers/agreement.ts";
import type { Observation, ObservedBlock } from "../../../src/simulator/checkers/observation.ts";

const block = (round: number, hash: string, parent: string): ObservedBlock => ({
  shard: 0,
  round,
  set: 1,
  view: 0,
  hash,
  parent: { round: round - 1, hash: parent },
  signers: [0, 1, 2],
  chains: [],
  order: [],
});

const check = (...commits: ObservedBlock[]) => agreement({ commits } as unknown as Observation);

describe("agreement", () => {
  it("R-4.7 a block seen twice is one block", () => {
    expect(check(block(1, "a", "0"), block(2, "b", "a"), block(1, "a", "0"))).toEqual([]);
  });

  it("R-4.7 two blocks of one parent, or of one round, are found", () => {
    expect(check(block(1, "a", "0"), block(2, "b", "0"))).toHaveLength(1);
    expect(check(block(1, "a", "0"), block(2, "b", "a"), block(2, "c", "x"))).toHaveLength(1);
  });
});
