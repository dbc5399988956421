import { describe, expect, it } from "vitest";
import {
  type Account,
  accountCodec,
  EMPTY_ACCOUNT,
  isDelegatedAfter,
  isEmptyAccount,
  mayDelegateSpend,
  type PendingReserve,
  reserveAt,
  smallestReserve,
  withReserve,
} from "../../../src/protocol/ledger/account.ts";

const DEFAULT = 10n;
const delegate = new Uint8Array(20).fill(7);
const accountOf = (changes: Partial<Account>): Account => ({ ...EMPTY_ACCOUNT, ...changes });
const delegated = (lastRound: number): Account =>
  accountOf({ delegation: { delegate, allowance: 50n, lastRound } });

describe("an account that is not stored", () => {
  it("R-5.7 is the one that holds nothing and remembers nothing", () => {
    expect(isEmptyAccount(accountOf({}))).toBe(true);
  });

  it.each<Partial<Account>>([
    { balance: 1n },
    { nonce: 1 },
    { authorisationNonce: 1 },
    { reserve: 0n },
    { pendingReserves: [{ fromRound: 5, reserve: null }] },
    { delegation: { delegate, allowance: 0n, lastRound: 0 } },
  ])("R-5.7 is not one with %o", (changes) => {
    expect(isEmptyAccount(accountOf(changes))).toBe(false);
  });

  it("R-2.3 bytes that are no account are refused as such", () => {
    const refusal = { code: "MALFORMED_BYTES", format: "account", bytes: 1 };
    expect(accountCodec.decode(new Uint8Array(1))).toEqual({ ok: false, refusal });
  });
});

describe("the reserve in force", () => {
  const pendingReserves: readonly PendingReserve[] = [
    { fromRound: 5, reserve: 4n },
    { fromRound: 7, reserve: null },
    { fromRound: 8, reserve: 30n },
  ];
  const account = accountOf({ reserve: 20n, pendingReserves });

  it.each([
    [4, 20n],
    [5, 4n],
    [6, 4n],
    [7, DEFAULT],
    [8, 30n],
    [9, 30n],
  ])("R-6.8 in round %d it is %d: each setting from its own round on", (round, reserve) => {
    expect(reserveAt(account, round, DEFAULT)).toBe(reserve);
  });

  it.each([
    [3, 4, 20n],
    [3, 5, 4n],
    [5, 8, 4n],
    [6, 7, 4n],
    [7, 8, DEFAULT],
    [8, 9, 30n],
    [4, 4, 20n],
  ])("R-6.4 the smallest in rounds %d to %d is %d", (from, to, reserve) => {
    expect(smallestReserve(account, from, to, DEFAULT)).toBe(reserve);
  });
});

describe("a new reserve setting", () => {
  const pending = (fromRound: number, reserve: bigint | null): PendingReserve => ({
    fromRound,
    reserve,
  });
  const account = accountOf({ reserve: 20n, pendingReserves: [pending(5, 4n), pending(6, 5n)] });

  it("R-6.8 is in force k rounds after its own", () => {
    expect(withReserve(accountOf({ reserve: 20n }), null, 4, 3)).toEqual(
      accountOf({ reserve: 20n, pendingReserves: [pending(7, null)] }),
    );
  });

  it("R-6.8 leaves settings to come, and folds those in force in its round", () => {
    expect(withReserve(account, 9n, 4, 3).pendingReserves).toHaveLength(3);
    expect(withReserve(account, 9n, 5, 3)).toEqual(
      accountOf({ reserve: 4n, pendingReserves: [pending(6, 5n), pending(8, 9n)] }),
    );
    expect(withReserve(account, 9n, 6, 3)).toEqual(
      accountOf({ reserve: 5n, pendingReserves: [pending(9, 9n)] }),
    );
    expect(withReserve(account, 9n, 60, 3)).toEqual(
      accountOf({ reserve: 5n, pendingReserves: [pending(63, 9n)] }),
    );
  });

  it("R-6.8 replaces an earlier one of its round", () => {
    expect(withReserve(account, 9n, 3, 3)).toEqual(
      accountOf({ reserve: 20n, pendingReserves: [pending(5, 4n), pending(6, 9n)] }),
    );
  });
});

describe("a delegation", () => {
  it("R-6.2 counts while its last round is above the state's", () => {
    expect(isDelegatedAfter(delegated(8), 7)).toBe(true);
    expect(isDelegatedAfter(delegated(7), 7)).toBe(false);
    expect(isDelegatedAfter(EMPTY_ACCOUNT, 7)).toBe(false);
  });

  it.each([
    [50n, 8, true],
    [51n, 8, false],
    [50n, 9, false],
    [0n, 1, true],
  ])("R-2.5 of 50 until round 8 allows %d in round %d: %s", (amount, round, allowed) => {
    expect(mayDelegateSpend(delegated(8), delegate, amount, round)).toBe(allowed);
  });

  it("R-2.5 allows nobody else, and an account without one nobody", () => {
    expect(mayDelegateSpend(delegated(8), new Uint8Array(20), 1n, 1)).toBe(false);
    expect(mayDelegateSpend(EMPTY_ACCOUNT, delegate, 0n, 1)).toBe(false);
  });
});
