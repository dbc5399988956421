import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatAmount, parseAmount } from "../../src/client/index.ts";

describe("R-2.2 amounts", () => {
  it.each([
    ["1.5", 18, 1_500_000_000_000_000_000n],
    ["0", 0, 0n],
    ["0.000000000000000001", 18, 1n],
    ["340282366920938463463.374607431768211455", 18, 2n ** 128n - 1n],
    ["12", 2, 1_200n],
    // What a floating point number cannot hold.
    ["90071992547409.93", 2, 9_007_199_254_740_993n],
  ])("%s with %i decimals", (text, decimals, units) => {
    expect(parseAmount(text, decimals)).toBe(units);
    expect(formatAmount(units, decimals)).toBe(text);
  });

  it("reads back what it writes", () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 128n - 1n), fc.integer({ min: 0, max: 18 }), (units, d) => {
        expect(parseAmount(formatAmount(units, d), d)).toBe(units);
      }),
    );
  });

  it.each(["", "-1", "+1", "1e3", "1,000", ".5", "5.", "01", " 1", "0x10", "١"])(
    "refuses %j as no number",
    (text) => expect(() => parseAmount(text, 18)).toThrow(TypeError),
  );

  it("says what is too fine or too large", () => {
    expect(() => parseAmount("1.234", 2)).toThrow(
      'Invalid amount: "1.234" has 3 digits behind the point, the token has 2',
    );
    expect(() => parseAmount(`${2n ** 128n}`, 0)).toThrow(RangeError);
    expect(() => formatAmount(-1n, 0)).toThrow(RangeError);
    expect(() => formatAmount(1n, 19)).toThrow("Invalid decimals: 19");
  });
});
