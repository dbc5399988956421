import { describe, expect, it } from "vitest";
import { Random } from "../../src/simulator/random.ts";
import { killsOf, planMishaps } from "./kills.ts";

describe("the schedule of kills", () => {
  it("follows from its seed alone", () => {
    const of = (seed: number) => planMishaps(new Random(seed), 50);
    expect(of(7)).toEqual(of(7));
    expect(of(7)).not.toEqual(of(8));
  });

  it("has as many kills as were asked for, the first of each kind of their own", () => {
    for (const kills of [1, 2, 5, 6, 50]) {
      const planned = planMishaps(new Random(kills), kills);
      expect(planned.reduce((sum, one) => sum + killsOf(one), 0)).toBe(kills);
    }
    const [one, opening, burst, ...others] = planMishaps(new Random(3), 6);
    expect([one, opening, burst].map((mishap) => mishap?.mishap)).toEqual([
      "one",
      "opening",
      "burst",
    ]);
    expect(others).toEqual([]);
  });
});
