import { describe, expect, test } from "vitest";
import { faultsMax, honestWitness, quorum } from "../../../src/protocol/consensus/quorum.ts";
import { SEATS_MAX } from "../../../src/protocol/consensus/seats.ts";

describe("R-3.2 quorum", () => {
  test.each([
    { seats: 4, required: 3, faults: 1 },
    { seats: 7, required: 5, faults: 2 },
    { seats: 21, required: 15, faults: 6 },
    { seats: 42, required: 29, faults: 13 },
  ])("R-3.2 $required of $seats, $faults faulty", ({ seats, required, faults }) => {
    expect(quorum(seats)).toBe(required);
    expect(faultsMax(seats)).toBe(faults);
    expect(honestWitness(seats)).toBe(faults + 1);
  });

  test("R-3.2 two quorums of any set share an honest seat, and honest seats alone are one", () => {
    for (let seats = 1; seats <= SEATS_MAX; seats++) {
      const faults = Math.floor((seats - 1) / 3);
      expect(faultsMax(seats)).toBe(faults);
      expect(2 * quorum(seats) - seats).toBeGreaterThan(faults);
      expect(seats - faults).toBeGreaterThanOrEqual(quorum(seats));
    }
  });

  test("R-3.2 the same, subset by subset, for up to 10 seats", () => {
    const count = (mask: number): number => mask.toString(2).replaceAll("0", "").length;
    for (let seats = 1; seats <= 10; seats++) {
      const masks = Array.from({ length: 2 ** seats }, (_, mask) => mask);
      const quorums = masks.filter((mask) => count(mask) === quorum(seats));
      const shared = quorums.flatMap((a) => quorums.map((b) => count(a & b)));
      expect(Math.min(...shared)).toBeGreaterThan(faultsMax(seats));
    }
  });
});
