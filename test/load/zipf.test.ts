import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Zipf } from "../../src/load/zipf.ts";

const units = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe("Zipf's law", () => {
  it("gives each place a share of 1 / i^s", () => {
    const law = new Zipf(4, 1);
    const sum = 1 + 1 / 2 + 1 / 3 + 1 / 4;
    for (const place of [0, 1, 2, 3]) {
      expect(law.share(place)).toBeCloseTo(1 / (place + 1) / sum, 12);
    }
    for (const place of [0, 1, 2]) expect(new Zipf(3, 0).share(place)).toBeCloseTo(1 / 3, 12);
  });

  it("draws each place from an interval as wide as its share", () => {
    const law = new Zipf(12, 1.1);
    let low = 0;
    for (let place = 0; place < 12; place++) {
      const high = low + law.share(place);
      expect(law.draw(low + 1e-9)).toBe(place);
      expect(law.draw(high - 1e-9)).toBe(place);
      low = high;
    }
    expect(low).toBeCloseTo(1, 12);
  });

  it("draws another place in the same proportions", () => {
    const law = new Zipf(5, 1.1);
    const rest = 1 - law.share(1);
    let low = 0;
    for (const place of [0, 2, 3, 4]) {
      const high = low + law.share(place) / rest;
      expect(law.drawOther(low + 1e-9, 1)).toBe(place);
      expect(law.drawOther(high - 1e-9, 1)).toBe(place);
      low = high;
    }
  });

  it("draws a place that there is, and never the one left out", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 200 }),
        fc.double({ min: 0, max: 10, noNaN: true }),
        units,
        fc.nat(199),
        (count, exponent, unit, other) => {
          const law = new Zipf(count, exponent);
          const not = other % count;
          const drawn = [law.draw(unit), law.drawOther(unit, not)];
          for (const place of drawn) expect(place >= 0 && place < count).toBe(true);
          expect(drawn[1]).not.toBe(not);
        },
      ),
    );
  });
});
