// Executes one included transaction: the fee first and in full, then authorisations, then the payload's
// effects, all or none.
import { invariant } from "../assert.ts";
import { addressOf } from "../crypto/address.ts";
import { equalBytes, toHex } from "../encoding/bytes.ts";
import { isDip } from "../reserve/dip.ts";
import { stake } from "../staking/stake.ts";
import { mayDelegateSpend, reserveAt, withReserve } from "./account.ts";
import type { ChainRecord } from "./chain-record.ts";
import type { ChainState } from "./chain-state.ts";
import { createToken } from "./create-token.ts";
import { legFee, paysFee } from "./leg-facts.ts";
import { move } from "./move.ts";
import type { SpendFrom, Transfer } from "./payload.ts";
import {
  CODE_EXECUTED,
  CODE_REVERTED,
  type Movement,
  type Reason,
  type Receipt,
} from "./receipt.ts";
import { cancelOffer, trade } from "./trade.ts";
import type { Leg, LegPayment } from "./transaction.ts";
import type { VerifiedTransaction } from "./unverified.ts";

export interface ExecutionContext {
  readonly round: number;
  readonly k: number;
  readonly state: ChainState;
  /** The records of the chains that the round touches. */
  chain(chain: number): ChainRecord;
  /** where a chain created in this round goes, and when it is born. */
  readonly placement: { readonly shard: number; readonly bornRound: number };
  /** Called for each chain that the round creates. */
  created(record: ChainRecord): void;
}

/** What a payload did; or why not, and on which leg's chain. */
type Effects =
  | { readonly reason: "executed"; readonly movements: readonly Movement[] }
  | { readonly reason: Exclude<Reason, "executed">; readonly chain: number };

/** `possiblyEmptying`: of each leg, exactly as judged at inclusion. */
export function executeTransaction(
  context: ExecutionContext,
  transaction: VerifiedTransaction,
  possiblyEmptying: readonly boolean[],
): Receipt {
  const { legs } = transaction.transaction;
  const before = legs.map((leg) => balanceOf(context, leg));
  const fees = legs.filter(paysFee).map((leg) => chargeFee(context, transaction, leg));
  applyAuthorisations(context, transaction);
  context.state.checkpoint();
  let effects = applyPayload(context, transaction);
  if (effects.reason === "executed") {
    const dip = findDip(context, transaction, effects.movements, before, possiblyEmptying);
    if (dip !== null) effects = dip;
  }
  const movements = fees.filter((fee) => fee.amount > 0n);
  const { id } = transaction;
  if (effects.reason !== "executed") {
    context.state.revert();
    const { reason, chain: failedChain } = effects;
    return { id, code: CODE_REVERTED, reason, failedChain, movements };
  }
  return {
    id,
    code: CODE_EXECUTED,
    reason: "executed",
    failedChain: null,
    movements: [...movements, ...effects.movements],
  };
}

const balanceOf = (context: ExecutionContext, { chain, payment }: Leg): bigint =>
  payment === null ? 0n : context.state.account(chain, payment.payer).balance;

/** an included transaction can pay. If not, a rule is broken, and the actor stops with the evidence. */
function chargeFee(
  { state, round }: ExecutionContext,
  { idHex, transaction }: VerifiedTransaction,
  leg: Leg,
): Movement {
  const { chain } = leg;
  const { payer, sequence } = leg.payment as LegPayment;
  const amount = legFee(transaction, leg);
  const account = state.account(chain, payer);
  invariant(account.balance >= amount, "R-6.6 An included transaction cannot pay its fee", {
    round,
    chain,
    transaction: idHex,
    payer: toHex(payer),
    balance: account.balance,
    fee: amount,
  });
  const nonce = sequence.kind === "nonce" ? sequence.nonce : account.nonce;
  invariant(nonce === account.nonce, "R-2.9 An included transaction has another nonce", {
    round,
    chain,
    transaction: idHex,
    nonce,
    expected: account.nonce,
  });
  state.setAccount(chain, payer, {
    ...account,
    balance: account.balance - amount,
    nonce: account.nonce + 1,
  });
  state.collectFee(chain, amount);
  return {
    chain,
    from: { kind: "account", address: payer },
    to: { kind: "unattributedFees" },
    amount,
  };
}

/** an authorisation that a later one or a revocation has overtaken changes nothing. Valid ones survive a revert. */
function applyAuthorisations(
  { state }: ExecutionContext,
  { transaction }: VerifiedTransaction,
): void {
  for (const {
    publicKey,
    chain,
    nonce,
    delegate,
    allowance,
    lastRound,
  } of transaction.authorisations) {
    const address = addressOf(publicKey);
    const account = state.account(chain, address);
    if (nonce < account.authorisationNonce) continue;
    state.setAccount(chain, address, {
      ...account,
      authorisationNonce: nonce + 1,
      delegation: { delegate, allowance, lastRound },
    });
  }
}

function applyPayload(context: ExecutionContext, { transaction }: VerifiedTransaction): Effects {
  const leg = transaction.legs[0] as Leg;
  const payer = (leg.payment as LegPayment).payer;
  const { payload } = transaction;
  switch (payload.kind) {
    case "transfer":
      return transfer(context, leg.chain, payer, payload);
    case "spendFrom":
      return spendFrom(context, leg.chain, payer, payload);
    case "createToken":
      return createToken(context, payer, payload);
    case "trade":
      return trade(context, transaction, payload);
    case "cancelOffer":
      return cancelOffer(context, leg.chain, payer, payload);
    case "bond":
    case "unbond":
    case "delegateStake":
    case "undelegateStake":
      return stake(context, payer, payload);
    case "delegate":
      return { reason: "executed", movements: [] };
    case "revoke": {
      const account = context.state.account(leg.chain, payer);
      context.state.setAccount(leg.chain, payer, {
        ...account,
        delegation: null,
        // An authorisation may have used the last nonce that there is; then none can follow anyway.
        authorisationNonce: Math.min(account.authorisationNonce + 1, Number.MAX_SAFE_INTEGER),
      });
      return { reason: "executed", movements: [] };
    }
    case "setReserve": {
      const account = context.state.account(leg.chain, payer);
      const changed = withReserve(account, payload.reserve, context.round, context.k);
      context.state.setAccount(leg.chain, payer, changed);
      return { reason: "executed", movements: [] };
    }
  }
}

function transfer(
  context: ExecutionContext,
  chain: number,
  payer: Uint8Array,
  { to, amount }: Transfer,
): Effects {
  return move(context, chain, payer, to, amount);
}

function spendFrom(
  context: ExecutionContext,
  chain: number,
  delegate: Uint8Array,
  { owner, to, amount }: SpendFrom,
): Effects {
  const account = context.state.account(chain, owner);
  if (account.delegation === null || !mayDelegateSpend(account, delegate, amount, context.round)) {
    return { reason: "notDelegated", chain };
  }
  const { delegation } = account;
  context.state.setAccount(chain, owner, {
    ...account,
    delegation: { ...delegation, allowance: delegation.allowance - amount },
  });
  return move(context, chain, owner, to, amount);
}

/** the first externally owned account that the movements lower into a dip. */
function findDip(
  context: ExecutionContext,
  { transaction }: VerifiedTransaction,
  movements: readonly Movement[],
  before: readonly bigint[],
  possiblyEmptying: readonly boolean[],
): { readonly reason: "senderDip" | "ownerDip"; readonly chain: number } | null {
  for (const { chain, from } of movements) {
    if (from.kind !== "account") continue;
    const account = context.state.account(chain, from.address);
    const place = transaction.legs.findIndex(
      (leg) =>
        leg.chain === chain && leg.payment !== null && equalBytes(leg.payment.payer, from.address),
    );
    const leg = transaction.legs[place];
    const reserve = reserveAt(account, context.round, context.chain(chain).reserveDefault);
    const dip = isDip({
      balanceBefore:
        leg === undefined
          ? loweredFrom(chain, from.address, account.balance, movements)
          : (before[place] as bigint),
      balanceAfter: account.balance,
      reserve,
      senderFee: leg === undefined ? null : legFee(transaction, leg),
      possiblyEmptying: possiblyEmptying[place] ?? false,
    });
    if (dip) return { reason: leg === undefined ? "ownerDip" : "senderDip", chain };
  }
  return null;
}

/** The balance of an account that is no sender, before the movements: it pays no fee. */
function loweredFrom(
  chain: number,
  address: Uint8Array,
  balanceAfter: bigint,
  movements: readonly Movement[],
): bigint {
  let balance = balanceAfter;
  for (const movement of movements) {
    if (movement.chain !== chain) continue;
    const { from, to, amount } = movement;
    if (from.kind === "account" && equalBytes(from.address, address)) balance += amount;
    if (to.kind === "account" && equalBytes(to.address, address)) balance -= amount;
  }
  return balance;
}
