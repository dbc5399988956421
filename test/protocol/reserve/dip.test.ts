import { describe, expect, it } from "vitest";
import { dipThreshold, isDip, type LoweredAccount } from "../../../src/protocol/reserve/dip.ts";

const sender = (changes: Partial<LoweredAccount> = {}): LoweredAccount => ({
  balanceBefore: 100n,
  balanceAfter: 50n,
  reserve: 10n,
  senderFee: 3n,
  possiblyEmptying: false,
  ...changes,
});
const owner = (changes: Partial<LoweredAccount> = {}): LoweredAccount =>
  sender({ senderFee: null, ...changes });

describe("dipThreshold", () => {
  it.each([
    [sender(), 7n],
    [sender({ reserve: 100n }), 97n],
    [sender({ reserve: 101n }), 97n],
    [sender({ balanceBefore: 9n }), 6n],
    [sender({ reserve: 2n }), -1n],
    [owner(), 10n],
    [owner({ balanceBefore: 9n }), 9n],
    [owner({ reserve: 0n }), 0n],
  ])(
    "R-6.5 min(reserve, balance before), less the sender's fee: %o is %d",
    (account, threshold) => {
      expect(dipThreshold(account)).toBe(threshold);
    },
  );
});

describe("isDip", () => {
  it.each([
    [8n, false],
    [7n, false],
    [6n, true],
    [0n, true],
  ])("R-6.5 a sender that ends at %d against a threshold of 7: %s", (balanceAfter, dip) => {
    expect(isDip(sender({ balanceAfter }))).toBe(dip);
  });

  it.each([
    [11n, false],
    [10n, false],
    [9n, true],
  ])("R-6.5 an owner that ends at %d against a threshold of 10: %s", (balanceAfter, dip) => {
    expect(isDip(owner({ balanceAfter }))).toBe(dip);
  });

  it("R-6.5 the exemption is the sender's alone", () => {
    expect(isDip(sender({ balanceAfter: 0n, possiblyEmptying: true }))).toBe(false);
    expect(isDip(owner({ balanceAfter: 0n, possiblyEmptying: true }))).toBe(true);
  });

  it("R-6.5 an account that was low and is not lowered is no dip, nor is the fee alone", () => {
    expect(isDip(owner({ balanceBefore: 4n, balanceAfter: 4n }))).toBe(false);
    expect(isDip(owner({ balanceBefore: 4n, balanceAfter: 5n }))).toBe(false);
    expect(isDip(sender({ balanceBefore: 4n, balanceAfter: 1n }))).toBe(false);
  });

  it("R-6.5 an account below its reserve may not be lowered by a unit", () => {
    expect(isDip(owner({ balanceBefore: 9n, balanceAfter: 8n }))).toBe(true);
    expect(isDip(sender({ balanceBefore: 9n, balanceAfter: 5n }))).toBe(true);
    expect(isDip(sender({ balanceBefore: 9n, balanceAfter: 6n }))).toBe(false);
  });
});
