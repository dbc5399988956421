// Whether a block may hold a transaction.
import type { ObservedLeg, ObservedTransaction } from "./observation.ts";
import { least } from "./plain-chain.ts";
import type { PlainLedger } from "./plain-ledger.ts";
import { feeOf, gasOf, legValue } from "./plain-leg.ts";
import { isStaking } from "./plain-stakes.ts";
import { judgeTake, judgeTradeForm } from "./plain-trade.ts";

const AMOUNT_END = 2n ** 128n;
const ROUNDS_AHEAD = 10_000;

type Verdict = string | null;

export function judgeInclusion(
  ledger: PlainLedger,
  transaction: ObservedTransaction,
  round: number,
): Verdict {
  return (
    judgeForm(transaction, round) ??
    firstOf(transaction.legs, (leg) => judgeLeg(ledger, transaction, leg, round)) ??
    judgeTake(ledger, transaction, round) ??
    judgeAuthorisations(ledger, transaction, round) ??
    firstOf(transaction.legs, (leg) => judgeReserve(ledger, transaction, leg, round))
  );
}

function firstOf<T>(list: readonly T[], judge: (one: T) => Verdict): Verdict {
  for (const one of list) {
    const verdict = judge(one);
    if (verdict !== null) return verdict;
  }
  return null;
}

function judgeForm(
  { payload, legs, authorisations, validUntil }: ObservedTransaction,
  round: number,
) {
  if (round > validUntil) return `R-2.3 it was valid until ${validUntil}`;
  if (validUntil > round + ROUNDS_AHEAD) return `R-2.3 it is valid as far ahead as ${validUntil}`;
  if (new Set(legs.map(({ chain }) => chain)).size !== legs.length || legs.length > 2) {
    return `R-2.8 its legs are on chains ${legs.map(({ chain }) => chain).join(" ")}`;
  }
  if (payload.kind === "createToken" && legs[0]?.chain !== 0) return "R-2.10 it is not on T0";
  if (isStaking(payload)) {
    if (legs[0]?.chain !== 0) return "R-11.1 it is not on T0";
    if (payload.amount === 0n) return "R-11.1 it stakes nothing";
    if ("validator" in payload && payload.validator === legs[0]?.payer)
      return "R-11.1 it delegates to itself";
    if (payload.kind === "bond" && payload.commission > 10_000)
      return "R-11.1 its commission is above all";
  }
  if (payload.kind === "delegate" && authorisations.length === 0) {
    return "R-2.5 it delegates nothing";
  }
  return judgeTradeForm({ payload, legs, validUntil });
}

function judgeLeg(
  { chains }: PlainLedger,
  transaction: ObservedTransaction,
  leg: ObservedLeg,
  round: number,
): Verdict {
  const chain = chains.get(leg.chain);
  if (chain === undefined) return `R-2.10 there is no chain ${leg.chain}`;
  const { bornRound, gasPriceMin } = chain.record;
  const gas = gasOf(transaction, leg.chain);
  if (round < bornRound) return `R-2.10 chain ${leg.chain} is born in round ${bornRound}`;
  if (leg.gasLimit < gas) return `R-2.4 its gas is ${leg.gasLimit}, ${gas} is needed`;
  if (leg.nonce !== null && leg.gasPrice < gasPriceMin) {
    return `R-2.4 its price is ${leg.gasPrice}, the least ${gasPriceMin}`;
  }
  const fee = feeOf(transaction, leg);
  if (fee >= AMOUNT_END) return `R-2.4 its fee ${fee} is no amount`;
  if (leg.nonce === null) return null;
  const next = chain.sentUntil(leg.payer, round);
  if (leg.nonce !== next)
    return `R-2.9 its nonce on chain ${leg.chain} is ${leg.nonce}, not ${next}`;
  return null;
}

/** */
function judgeAuthorisations(
  { chains, k }: PlainLedger,
  { authorisations, legs }: ObservedTransaction,
  round: number,
): Verdict {
  return firstOf(authorisations, ({ chain, owner, delegate, nonce }) => {
    if (owner === delegate) return `R-6.2 ${owner} authorises itself`;
    if (!legs.some((leg) => leg.chain === chain)) {
      return `R-6.2 an authorisation is for chain ${chain}, which it does not touch`;
    }
    const next = chains.get(chain)?.account(owner, round - k).authorisationNonce ?? 0;
    return nonce < next
      ? `R-6.2 an authorisation of ${owner} has nonce ${nonce}, after round ${round - k} it is ${next}`
      : null;
  });
}

function judgeReserve(
  ledger: PlainLedger,
  transaction: ObservedTransaction,
  leg: ObservedLeg,
  round: number,
): Verdict {
  const chain = ledger.chain(leg.chain);
  const { payer } = leg;
  const inflight = chain.inflight(payer, round);
  const judged = {
    fee: feeOf(transaction, leg),
    value: legValue(transaction, leg),
    isPossiblyEmptying: ledger.isPossiblyEmptying(transaction, leg, round),
  };
  const [first = judged, ...others] = [...inflight, judged];
  const { balance } = chain.account(payer, round - ledger.k);
  const reserve = chain.smallestReserve(payer, round);
  const state = `balance ${balance} after round ${round - ledger.k} and reserve ${reserve}`;
  if (first === judged && judged.isPossiblyEmptying) {
    return judged.fee <= balance ? null : `R-6.4 fee ${judged.fee} of ${payer}, first, of ${state}`;
  }
  if (first.isPossiblyEmptying) {
    const fees = sum(others);
    const rest = balance - first.value - first.fee;
    const allowed = least(reserve, rest < 0n ? 0n : rest);
    return fees <= allowed
      ? null
      : `R-6.4 fees ${fees} of ${payer} after an emptying one, ${allowed} allowed of ${state}`;
  }
  const fees = judged.fee + sum(inflight);
  const allowed = least(reserve, balance);
  return fees <= allowed ? null : `R-6.4 fees ${fees} of ${payer}, ${allowed} allowed of ${state}`;
}

const sum = (list: readonly { readonly fee: bigint }[]): bigint =>
  list.reduce((fees, { fee }) => fees + fee, 0n);
