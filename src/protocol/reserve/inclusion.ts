// whether consensus may include a leg in a block of round n, knowing only the state after round n-k and
// what was included since. All comparisons are <=.
import { type Account, isDelegatedAfter, smallestReserve } from "../ledger/account.ts";
import type { InclusionCase } from "../refusal.ts";

/** A leg that is in a block: what later judgements need of it. */
export interface IncludedLeg {
  /** Lower-case hex of the payer's address. */
  readonly sender: string;
  readonly value: bigint;
  readonly fee: bigint;
  /** of a maker's leg, which uses no nonce; null for any other. */
  readonly offer: bigint | null;
  /** as judged when it was included. */
  readonly possiblyEmptying: boolean;
  /** Lower-case hex of the transaction's id. */
  readonly transaction: string;
}

/** a sender's included legs, as far as a judgement depends on them. */
export interface Inflight {
  /** How many of them use a nonce: all but makers' legs (R-2.9). */
  readonly nonces: number;
  readonly first: IncludedLeg | null;
  /** The sum of their fees, the first one's in it. */
  readonly fees: bigint;
}

export const NO_INFLIGHT: Inflight = { nonces: 0, first: null, fees: 0n };

/** With one more leg, which comes after all of them. */
export const addInflight = ({ nonces, first, fees }: Inflight, leg: IncludedLeg): Inflight => ({
  nonces: leg.offer === null ? nonces + 1 : nonces,
  first: first ?? leg,
  fees: fees + leg.fee,
});

export interface InclusionQuestion {
  /** n */
  readonly round: number;
  readonly k: number;
  /** The sender in the state after round n-k. */
  readonly account: Account;
  readonly reserveDefault: bigint;
  /** the sender's included legs of rounds n-k+1 .. n, without the one being judged. */
  readonly inflight: Inflight;
  /** an authorisation naming the sender lies in the window, earlier in the block, or in the transaction itself. */
  readonly authorised: boolean;
  readonly value: bigint;
  readonly fee: bigint;
}

export interface InclusionJudgement {
  readonly includable: boolean;
  readonly rule: InclusionCase;
  /** of the leg judged. */
  readonly possiblyEmptying: boolean;
  /** The sum that the case compares, the judged fee in it. */
  readonly fees: bigint;
  /** What it may be at most. */
  readonly allowed: bigint;
}

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** undelegated in the state after n-k, and no authorisation that could change it since. */
export function isUndelegated(account: Account, stateRound: number, authorised: boolean): boolean {
  return !authorised && !isDelegatedAfter(account, stateRound);
}

/** Cost: constant, whatever the sender has in flight. */
export function judgeInclusion(question: InclusionQuestion): InclusionJudgement {
  const { round, k, account, reserveDefault, inflight, fee } = question;
  const { first, fees } = inflight;
  const possiblyEmptying = first === null && isUndelegated(account, round - k, question.authorised);
  if (possiblyEmptying) {
    return judged("first-emptying", possiblyEmptying, fee, account.balance);
  }
  const reserve = smallestReserve(account, round - k + 1, round, reserveDefault);
  if (first?.possiblyEmptying) {
    const left = max(0n, account.balance - first.value - first.fee);
    return judged("after-emptying", false, fees - first.fee + fee, min(reserve, left));
  }
  return judged("within-reserve", false, fees + fee, min(reserve, account.balance));
}

function judged(
  rule: InclusionCase,
  possiblyEmptying: boolean,
  fees: bigint,
  allowed: bigint,
): InclusionJudgement {
  return { includable: fees <= allowed, rule, possiblyEmptying, fees, allowed };
}
