// What a transaction does when it is executed.
import type { ObservedLeg, ObservedTransaction } from "./observation.ts";
import { least, type PlainAccount, type Sent } from "./plain-chain.ts";
import type { PlainLedger } from "./plain-ledger.ts";
import { feeOf } from "./plain-leg.ts";
import { lockedBy } from "./plain-stakes.ts";
import { type Before, cancel, trade } from "./plain-trade.ts";

export interface Outcome {
  /** */
  readonly code: 1 | 2;
  readonly fees: ReadonlyMap<number, bigint>;
  /** who could not pay which fee. */
  readonly unpaid: readonly string[];
}

/** A transaction's effects on one chain, or null for a failure. */
type Effects = ReadonlyMap<string, Partial<PlainAccount>> | null;

const AMOUNT_END = 2n ** 128n;

export function execute(
  ledger: PlainLedger,
  transaction: ObservedTransaction,
  round: number,
  sent: readonly Sent[],
): Outcome {
  const { legs, payload } = transaction;
  const leg = legs[0] as ObservedLeg;
  const befores = legs.map((one) => ledger.chain(one.chain).account(one.payer).balance);
  const unpaid = legs.flatMap((one) => chargeFee(ledger, transaction, one, round));
  authorise(ledger, transaction, round);
  const emptying = sent.map(({ isPossiblyEmptying }) => isPossiblyEmptying);
  const executed =
    payload.kind === "trade"
      ? trade(ledger, transaction, { round, befores, emptying })
      : executeSingle(ledger, transaction, round, { leg, befores, emptying });
  if (executed) ledger.create(transaction, round);
  const fees = new Map(legs.map((one) => [one.chain, feeOf(transaction, one)]));
  return { code: executed ? 2 : 1, fees, unpaid };
}

/** A transaction of one chain: whether it had its effects. */
function executeSingle(
  ledger: PlainLedger,
  transaction: ObservedTransaction,
  round: number,
  { leg, befores, emptying }: { readonly leg: ObservedLeg } & Pick<Before, "befores" | "emptying">,
): boolean {
  const { payload } = transaction;
  if (payload.kind === "cancelOffer") return cancel(ledger, leg, payload, round);
  const chain = ledger.chain(leg.chain);
  const [before = 0n] = befores;
  const [isPossiblyEmptying = false] = emptying;
  const effects = effectsOf(ledger, transaction, { leg, before, isPossiblyEmptying, round });
  for (const [address, change] of effects ?? []) chain.change(round, address, change);
  if (effects !== null && payload.kind === "setReserve") {
    chain.setReserve(round + ledger.k, leg.payer, payload.reserve);
  }
  return effects !== null;
}

/** The fee is charged first, also of what then reverts, and the nonce is used. */
function chargeFee(
  ledger: PlainLedger,
  transaction: ObservedTransaction,
  leg: ObservedLeg,
  round: number,
): readonly string[] {
  if (leg.nonce === null) return [];
  const chain = ledger.chain(leg.chain);
  const { balance, nonce } = chain.account(leg.payer);
  const fee = feeOf(transaction, leg);
  const paid = least(fee, balance);
  chain.change(round, leg.payer, { balance: balance - paid, nonce: nonce + 1 });
  chain.takeFee(round, paid);
  return paid === fee
    ? []
    : [`${leg.payer} has ${balance} on chain ${leg.chain}, the fee is ${fee}`];
}

/** They come before the payload, survive its revert, and do nothing where a later one overtook them. */
function authorise(ledger: PlainLedger, { authorisations }: ObservedTransaction, round: number) {
  for (const { chain, owner, delegate, allowance, lastRound, nonce } of authorisations) {
    const state = ledger.chains.get(chain);
    if (state === undefined || nonce < state.account(owner).authorisationNonce) continue;
    const delegation = { delegate, allowance, lastRound };
    state.change(round, owner, { delegation, authorisationNonce: nonce + 1 });
  }
}

interface Execution {
  readonly leg: ObservedLeg;
  /** The payer's balance before the fee. */
  readonly before: bigint;
  readonly isPossiblyEmptying: boolean;
  readonly round: number;
}

function effectsOf(
  ledger: PlainLedger,
  transaction: ObservedTransaction,
  execution: Execution,
): Effects {
  const { payload } = transaction;
  const { leg, before, isPossiblyEmptying, round } = execution;
  const chain = ledger.chain(leg.chain);
  const payer = chain.account(leg.payer);
  const reserve = (address: string) => chain.reserve(address, round);
  switch (payload.kind) {
    case "transfer": {
      const threshold = least(reserve(leg.payer), before) - feeOf(transaction, leg);
      return move(ledger, leg, leg.payer, payload, isPossiblyEmptying ? null : threshold);
    }
    case "spendFrom": {
      const owner = chain.account(payload.owner);
      const { delegation } = owner;
      if (delegation?.delegate !== leg.payer || delegation.lastRound < round) return null;
      if (delegation.allowance < payload.amount) return null;
      const threshold = least(reserve(payload.owner), owner.balance);
      const moved = move(ledger, leg, payload.owner, payload, threshold);
      if (moved === null) return null;
      const allowance = delegation.allowance - payload.amount;
      const change = { ...moved.get(payload.owner), delegation: { ...delegation, allowance } };
      return new Map([...moved, [payload.owner, change]]);
    }
    case "revoke": {
      const authorisationNonce = payer.authorisationNonce + 1;
      return new Map([[leg.payer, { delegation: null, authorisationNonce }]]);
    }
    case "bond":
    case "unbond":
    case "delegateStake":
    case "undelegateStake": {
      const locked = lockedBy(payload);
      const threshold = least(reserve(leg.payer), before) - feeOf(transaction, leg);
      const left = payer.balance - locked;
      const dips = !isPossiblyEmptying && left < threshold;
      if (locked > 0n && (left < 0n || dips)) return null;
      if (!ledger.stakes.apply(leg.payer, payload, round)) return null;
      return locked === 0n ? new Map() : new Map([[leg.payer, { balance: left }]]);
    }
    case "setReserve":
    case "delegate":
    case "createToken":
    case "trade":
    case "cancelOffer":
      return new Map();
  }
}

/** moves an amount, unless there is not so much or the account would end below its threshold; null knows none. */
function move(
  ledger: PlainLedger,
  leg: ObservedLeg,
  from: string,
  { to, amount }: { readonly to: string; readonly amount: bigint },
  threshold: bigint | null,
): Effects {
  const chain = ledger.chain(leg.chain);
  const { balance } = chain.account(from);
  if (amount > balance) return null;
  // Nothing is lowered, so nothing can dip.
  if (to === from || amount === 0n) return new Map();
  if (threshold !== null && balance - amount < threshold) return null;
  const received = chain.account(to).balance + amount;
  if (received >= AMOUNT_END) return null;
  return new Map([
    [from, { balance: balance - amount }],
    [to, { balance: received }],
  ]);
}
