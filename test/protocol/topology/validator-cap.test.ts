import { describe, expect, it } from "vitest";
import { validatorCap } from "../../../src/protocol/topology/validator-cap.ts";

describe("the cap of a set", () => {
  it.each([
    [0, 21],
    [99, 21],
    [100, 21],
    [300, 26],
    [500, 31],
    [700, 36],
    [899, 41],
    [900, 42],
    [1_000, 42],
  ])("R-11.2 at %d permille it is %d of 21 seats", (permille, cap) => {
    expect(validatorCap(21, permille)).toBe(cap);
  });

  it.each([4, 7, 21])(
    "R-11.2 it never falls while saturation climbs, and doubles %d seats",
    (seats) => {
      const caps = Array.from({ length: 1_001 }, (_, permille) => validatorCap(seats, permille));
      expect(caps).toEqual([...caps].sort((a, b) => a - b));
      expect([caps[0], caps.at(-1)]).toEqual([seats, 2 * seats]);
      // Every step in between is taken.
      expect(new Set(caps).size).toBe(seats + 1);
    },
  );
});
