// Trades and offers read once more. Both sides of a trade move, or neither.
import type { ObservedLeg, ObservedPayload, ObservedTransaction } from "./observation.ts";
import { least } from "./plain-chain.ts";
import type { PlainLedger } from "./plain-ledger.ts";
import { feeOf, legValue } from "./plain-leg.ts";

const AMOUNT_END = 2n ** 128n;
const ROUNDS_AHEAD = 10_000;
/** Live numbers of one maker on one chain: that trades may add to, and in all. */
const TAKEN_MAX = 192;
const USED_MAX = 256;

interface TakenOffer {
  readonly chain: number;
  readonly maker: string;
  readonly number: bigint;
  readonly openTaker: boolean;
  readonly validUntil: number;
}

/** The offer that a trade takes, on its maker's chain; null if it takes none. */
export function offerIn({ payload, legs }: ObservedTransaction): TakenOffer | null {
  if (payload.kind !== "trade" || payload.offer === null) return null;
  const leg = legs.find(({ nonce }) => nonce === null);
  return leg === undefined ? null : { chain: leg.chain, maker: leg.payer, ...payload.offer };
}

/** What the transaction alone shows to be against the rules; null if nothing is. */
export function judgeTradeForm({
  payload,
  legs,
  validUntil,
}: Pick<ObservedTransaction, "payload" | "legs" | "validUntil">): string | null {
  const until =
    payload.kind === "trade"
      ? payload.offer?.validUntil
      : payload.kind === "cancelOffer"
        ? payload.validUntil
        : undefined;
  if (until !== undefined && validUntil > until) {
    return `R-2.9 it is valid until ${validUntil}, its offer until ${until}`;
  }
  if (payload.kind !== "trade") return null;
  const [first, second] = legs;
  if (first === undefined || second === undefined) return "R-2.8 it is on one chain";
  if (first.chain >= second.chain) return "R-2.3 its legs do not ascend";
  if (first.payer === second.payer) return `R-2.5 ${first.payer} trades with itself`;
  if (payload.amounts.some((amount) => amount === 0n)) return "R-2.5 one side gives nothing";
  const makers = legs.filter(({ nonce }) => nonce === null);
  if (makers.length !== (payload.offer === null ? 0 : 1)) return "R-2.9 its offer is on no leg";
  return null;
}

/** */
export function judgeTake(
  ledger: PlainLedger,
  transaction: ObservedTransaction,
  round: number,
): string | null {
  const offer = offerIn(transaction);
  if (offer === null) return null;
  const { chain, maker, number, openTaker, validUntil } = offer;
  const after = round - ledger.k;
  if (validUntil > round + ROUNDS_AHEAD) return `R-2.9 its offer is valid until ${validUntil}`;
  const state = ledger.chain(chain);
  const used = state.usedOffers(maker, round, after);
  if (used.has(number)) return `R-2.9 offer ${number} of ${maker} is used after round ${after}`;
  if (state.isTaken(maker, number, round)) return `R-2.9 offer ${number} of ${maker} is in flight`;
  if (used.size >= TAKEN_MAX) return `R-2.9 ${maker} has ${used.size} used offers`;
  const leg = transaction.legs.find(({ nonce }) => nonce !== null);
  if (!openTaker || leg === undefined) return null;
  const cost = legValue(transaction, leg) + feeOf(transaction, leg);
  const { balance } = ledger.chain(leg.chain).account(leg.payer, after);
  return balance < cost ? `R-2.9 its taker has ${balance} after round ${after}, not ${cost}` : null;
}

export interface Before {
  readonly round: number;
  /** By leg: the payer's balance before the fees. */
  readonly befores: readonly bigint[];
  /** By leg. */
  readonly emptying: readonly boolean[];
}

/** Whether the trade had its effects; it has all of them or none. */
export function trade(
  ledger: PlainLedger,
  transaction: ObservedTransaction,
  { round, befores, emptying }: Before,
): boolean {
  const { legs } = transaction;
  const offer = offerIn(transaction);
  if (offer !== null) {
    const used = ledger.chain(offer.chain).usedOffers(offer.maker, round);
    if (used.has(offer.number) || used.size >= TAKEN_MAX) return false;
  }
  const moves = legs.map((leg, i) => {
    const other = legs[1 - i] as ObservedLeg;
    const chain = ledger.chain(leg.chain);
    const amount = legValue(transaction, leg);
    const left = chain.account(leg.payer).balance - amount;
    const received = chain.account(other.payer).balance + amount;
    const kept = least(chain.reserve(leg.payer, round), befores[i] as bigint);
    const isDip = emptying[i] !== true && left < kept - feeOf(transaction, leg);
    return { chain, from: leg.payer, to: other.payer, left, received, isDip };
  });
  if (moves.some(({ left, received, isDip }) => left < 0n || received >= AMOUNT_END || isDip)) {
    return false;
  }
  for (const { chain, from, to, left, received } of moves) {
    chain.change(round, from, { balance: left });
    chain.change(round, to, { balance: received });
  }
  if (offer !== null) {
    ledger.chain(offer.chain).useOffer(round, offer.maker, offer.number, offer.validUntil);
  }
  return true;
}

/** Whether the number was not used up for as long before. */
export function cancel(
  ledger: PlainLedger,
  leg: ObservedLeg,
  { offer, validUntil }: Extract<ObservedPayload, { readonly kind: "cancelOffer" }>,
  round: number,
): boolean {
  const chain = ledger.chain(leg.chain);
  const used = chain.usedOffers(leg.payer, round);
  if ((used.get(offer) ?? -1) >= validUntil) return false;
  if (!used.has(offer) && used.size >= USED_MAX) return false;
  chain.useOffer(round, leg.payer, offer, validUntil);
  return true;
}
