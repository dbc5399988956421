import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Pacer } from "../../src/load/pacer.ts";

const ENOUGH = 1_000_000;

describe("the pace of a load", () => {
  it("is the rate, fractions included", () => {
    const pacer = new Pacer(3, 1_000);
    const taken = [1_100, 1_200, 1_300, 1_400, 2_000].map((ms) => pacer.take(ms, ENOUGH));
    expect(taken).toEqual([0, 0, 0, 1, 2]);
    expect(pacer.missed).toBe(0);
  });

  it("catches up after half a second, and gives up what is older", () => {
    const pacer = new Pacer(100, 0);
    expect(pacer.take(400, 0)).toBe(0);
    expect(pacer.take(400, ENOUGH)).toBe(40);
    expect(pacer.take(10_400, 0)).toBe(0);
    expect(pacer.missed).toBe(950);
    expect(pacer.take(10_400, ENOUGH)).toBe(50);
  });

  it("never owes more than half a second, and loses none of what is due", () => {
    const steps = fc.array(fc.tuple(fc.nat(2_000), fc.nat(300)), { maxLength: 50 });
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 5_000 }), steps, (tps, all) => {
        const pacer = new Pacer(tps, 0);
        let nowMs = 0;
        let taken = 0;
        for (const [ms, most] of all) {
          nowMs += ms;
          const now = pacer.take(nowMs, most);
          expect(now).toBeLessThanOrEqual(most);
          taken += now;
        }
        const owed = (tps * nowMs) / 1_000 - taken - pacer.missed;
        expect(owed).toBeGreaterThan(-1e-6);
        expect(owed).toBeLessThanOrEqual(Math.max(1, tps / 2) + 1 + 1e-6);
      }),
    );
  });

  it("stands still with a clock that goes back", () => {
    const pacer = new Pacer(1_000, 100);
    expect(pacer.take(50, ENOUGH)).toBe(0);
    expect(pacer.take(101, ENOUGH)).toBe(1);
  });
});
