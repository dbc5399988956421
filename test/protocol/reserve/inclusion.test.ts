import { describe, expect, it } from "vitest";
import { type Account, EMPTY_ACCOUNT } from "../../../src/protocol/ledger/account.ts";
import {
  addInflight,
  type IncludedLeg,
  type InclusionQuestion,
  type Inflight,
  isUndelegated,
  judgeInclusion,
  NO_INFLIGHT,
} from "../../../src/protocol/reserve/inclusion.ts";

const ROUND = 10;
const accountOf = (changes: Partial<Account>): Account => ({ ...EMPTY_ACCOUNT, ...changes });
const sent = (fee: bigint, changes: Partial<IncludedLeg> = {}): IncludedLeg => ({
  sender: "",
  value: 0n,
  fee,
  offer: null,
  possiblyEmptying: false,
  transaction: "",
  ...changes,
});
const inflightOf = (...legs: readonly IncludedLeg[]): Inflight =>
  legs.reduce(addInflight, NO_INFLIGHT);
const ask = (changes: Partial<InclusionQuestion>) =>
  judgeInclusion({
    round: ROUND,
    k: 3,
    account: accountOf({ balance: 100n }),
    reserveDefault: 10n,
    inflight: NO_INFLIGHT,
    authorised: false,
    value: 0n,
    fee: 1n,
    ...changes,
  });
const delegatedTo = (lastRound: number): Account =>
  accountOf({
    balance: 100n,
    delegation: { delegate: new Uint8Array(20), allowance: 0n, lastRound },
  });

describe("R-6.4 first and possibly emptying", () => {
  it.each([
    [99n, true],
    [100n, true],
    [101n, false],
  ])("R-6.4 a fee of %d against a balance of 100, whatever the reserve", (fee, includable) => {
    expect(ask({ fee })).toEqual({
      includable,
      rule: "first-emptying",
      possiblyEmptying: true,
      fees: fee,
      allowed: 100n,
    });
  });

  it("R-6.4 a value above the balance keeps no transaction out", () => {
    expect(ask({ value: 10n ** 30n, fee: 100n }).includable).toBe(true);
  });
});

describe("R-6.4 after an emptying one", () => {
  const first = sent(4n, { value: 50n, possiblyEmptying: true });
  const afterFirst = (changes: Partial<InclusionQuestion>) =>
    ask({ inflight: inflightOf(first), ...changes });

  it.each([
    [9n, true],
    [10n, true],
    [11n, false],
  ])(
    "R-6.4 a fee of %d against the reserve of 10, the first's own fee aside",
    (fee, includable) => {
      expect(afterFirst({ fee })).toEqual({
        includable,
        rule: "after-emptying",
        possiblyEmptying: false,
        fees: fee,
        allowed: 10n,
      });
    },
  );

  it.each([
    [58n, 4n, true],
    [58n, 5n, false],
    [54n, 0n, true],
    [54n, 1n, false],
    [53n, 0n, true],
    [0n, 0n, true],
    [0n, 1n, false],
  ])("R-6.4 a balance of %d leaves room for a fee of %d: %s", (balance, fee, includable) => {
    expect(afterFirst({ account: accountOf({ balance }), fee }).includable).toBe(includable);
  });

  it("R-6.4 sums the fees of all but the first", () => {
    const inflight = inflightOf(first, sent(3n, { value: 99n }), sent(2n));
    expect(ask({ inflight, fee: 5n })).toMatchObject({ includable: true, fees: 10n });
    expect(ask({ inflight, fee: 6n })).toMatchObject({ includable: false, fees: 11n });
  });

  it("R-6.4 an authorisation since does not change what the first was", () => {
    expect(afterFirst({ authorised: true, fee: 10n }).rule).toBe("after-emptying");
  });
});

describe("R-6.4 within the reserve", () => {
  it.each([
    [10n, 100n, 10n, true],
    [10n, 100n, 11n, false],
    [10n, 9n, 9n, true],
    [10n, 9n, 10n, false],
    [0n, 100n, 0n, true],
    [0n, 100n, 1n, false],
  ])("R-6.4 reserve %d, balance %d, fee %d: %s", (reserveDefault, balance, fee, includable) => {
    const judged = ask({
      account: accountOf({ balance }),
      authorised: true,
      reserveDefault,
      fee,
    });
    expect(judged).toMatchObject({ includable, rule: "within-reserve", possiblyEmptying: false });
  });

  it("R-6.4 sums the fees of all of I if the first was not possibly emptying", () => {
    const inflight = inflightOf(sent(4n, { value: 50n }), sent(3n));
    expect(ask({ inflight, fee: 3n })).toMatchObject({ includable: true, fees: 10n });
    expect(ask({ inflight, fee: 4n })).toMatchObject({ includable: false, rule: "within-reserve" });
  });
});

describe("R-6.2 undelegated", () => {
  it.each([1, 2, 3, 5])("R-6.2 k = %d: E = n-k ends a delegation, E = n-k+1 does not", (k) => {
    const rule = (lastRound: number): string => ask({ k, account: delegatedTo(lastRound) }).rule;
    expect(rule(ROUND - k)).toBe("first-emptying");
    expect(rule(ROUND - k + 1)).toBe("within-reserve");
    expect(rule(ROUND)).toBe("within-reserve");
  });

  it("R-6.2 a delegation counts exhausted or not, an authorisation without any delegation", () => {
    expect(isUndelegated(delegatedTo(8), 7, false)).toBe(false);
    expect(isUndelegated(delegatedTo(7), 7, false)).toBe(true);
    expect(isUndelegated(delegatedTo(7), 7, true)).toBe(false);
    expect(isUndelegated(EMPTY_ACCOUNT, 7, false)).toBe(true);
  });
});

describe("R-6.4 the smallest reserve in force in any round of the window", () => {
  const settings = accountOf({
    balance: 100n,
    reserve: 20n,
    pendingReserves: [
      { fromRound: 9, reserve: 5n },
      { fromRound: 10, reserve: null },
      { fromRound: 11, reserve: 50n },
    ],
  });
  it.each([
    [8, 20n],
    [9, 5n],
    [10, 5n],
    [11, 5n],
    [12, 10n],
    [13, 50n],
  ])("R-6.8 round %d of k = 3: %d", (round, allowed) => {
    expect(ask({ round, account: settings, authorised: true }).allowed).toBe(allowed);
  });
});
