// One account on one chain: compact bytes in the chain's state, and the few questions that rules ask of it.

import { compareBytes } from "../encoding/bytes.ts";
import { codec, fixedBytes, list, optional, safeU64, struct, u128 } from "../encoding/codec.ts";

/** another key may spend from this account, up to an allowance, until a round. */
export interface Delegation {
  readonly delegate: Uint8Array;
  /** What is left to spend, in base units. */
  readonly allowance: bigint;
  /** The last round in which the delegate can spend. */
  readonly lastRound: number;
}

/** a reserve setting that is in force from `fromRound` on; null means the chain's default again. */
export interface PendingReserve {
  readonly fromRound: number;
  readonly reserve: bigint | null;
}

export interface Account {
  readonly balance: bigint;
  /** The nonce that the account's next transaction must carry. */
  readonly nonce: number;
  /** The least nonce that its next authorisation may carry. */
  readonly authorisationNonce: number;
  /** The account's own reserve setting, before pending ones; null means the chain's default. */
  readonly reserve: bigint | null;
  /** Settings to come, by round; at most one a round, and those in force fold into `reserve`. */
  readonly pendingReserves: readonly PendingReserve[];
  readonly delegation: Delegation | null;
}

export const EMPTY_ACCOUNT: Account = {
  balance: 0n,
  nonce: 0,
  authorisationNonce: 0,
  reserve: null,
  pendingReserves: [],
  delegation: null,
};

export const ACCOUNT_BYTES_MAX = 4096;

export const accountCodec = codec<Account>(
  "account",
  struct<Account>("Account", {
    balance: u128,
    nonce: safeU64,
    authorisationNonce: safeU64,
    reserve: optional(u128),
    pendingReserves: list(
      struct<PendingReserve>("PendingReserve", { fromRound: safeU64, reserve: optional(u128) }),
    ),
    delegation: optional(
      struct<Delegation>("Delegation", {
        delegate: fixedBytes(20),
        allowance: u128,
        lastRound: safeU64,
      }),
    ),
  }),
  ACCOUNT_BYTES_MAX,
);

/** Section 15: an account that holds nothing and remembers nothing is not stored. */
export function isEmptyAccount(account: Account): boolean {
  return (
    account.balance === 0n &&
    account.nonce === 0 &&
    account.authorisationNonce === 0 &&
    account.reserve === null &&
    account.pendingReserves.length === 0 &&
    account.delegation === null
  );
}

/** The reserve in force in executions of `round`, in base units. */
export function reserveAt(account: Account, round: number, chainDefault: bigint): bigint {
  let reserve = account.reserve;
  for (const pending of account.pendingReserves) {
    if (pending.fromRound <= round) reserve = pending.reserve;
  }
  return reserve ?? chainDefault;
}

/** the smallest reserve in force in any of the rounds `from`..`to`. */
export function smallestReserve(
  account: Account,
  from: number,
  to: number,
  chainDefault: bigint,
): bigint {
  let smallest = reserveAt(account, from, chainDefault);
  for (const { fromRound, reserve } of account.pendingReserves) {
    if (fromRound <= from || fromRound > to) continue;
    const inForce = reserve ?? chainDefault;
    if (inForce < smallest) smallest = inForce;
  }
  return smallest;
}

/**
 * adds a setting included in `round`, in force from `round` + k. A second one of the same round replaces the first;
 * those in force at `round` fold into `reserve`, so that at most k stay pending.
 */
export function withReserve(
  account: Account,
  reserve: bigint | null,
  round: number,
  k: number,
): Account {
  let current = account.reserve;
  const pendingReserves: PendingReserve[] = [];
  for (const pending of account.pendingReserves) {
    if (pending.fromRound <= round) current = pending.reserve;
    else if (pending.fromRound < round + k) pendingReserves.push(pending);
  }
  pendingReserves.push({ fromRound: round + k, reserve });
  return { ...account, reserve: current, pendingReserves };
}

/** whether the account counts as delegated by a state after round n-k = `stateRound`. */
export function isDelegatedAfter(account: Account, stateRound: number): boolean {
  return account.delegation !== null && account.delegation.lastRound > stateRound;
}

/** Whether `delegate` may spend `amount` from the account in `round`. */
export function mayDelegateSpend(
  account: Account,
  delegate: Uint8Array,
  amount: bigint,
  round: number,
): boolean {
  const delegation = account.delegation;
  return (
    delegation !== null &&
    compareBytes(delegation.delegate, delegate) === 0 &&
    delegation.lastRound >= round &&
    delegation.allowance >= amount
  );
}
