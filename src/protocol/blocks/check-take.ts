// whether a block of a round may hold a trade that takes an offer: one take of it at a time, none once it is used up, and of
// an open one only by who can pay for it.

import { toHex } from "../encoding/bytes.ts";
import type { Account } from "../ledger/account.ts";
import { legFee } from "../ledger/leg-facts.ts";
import { type Offer, offerOf } from "../ledger/offer.ts";
import type { UnsignedTransaction } from "../ledger/transaction.ts";
import { firstToEnd, usedOffers, usedUntil } from "../ledger/used-offers.ts";
import { OFFERS_TAKEN_MAX, VALID_UNTIL_ROUNDS_MAX } from "../limits.ts";
import type { Refusal } from "../refusal.ts";
import { takeName } from "../reserve/window.ts";
import { isOwn, type Reach } from "./reach.ts";

/** What a state says that decides about a take: the one after n-k in a block, the latest at admission. */
export interface TakeView extends Pick<Reach, "shard" | "shardOf"> {
  readonly round: number;
  account(chain: number, address: Uint8Array): Account;
  usedOffers(chain: number, maker: Uint8Array): Uint8Array | null;
}

/** `taken`: which transaction ahead of it takes the offer of that name; null if it takes none, or may. */
export function checkTake(
  view: TakeView,
  transaction: UnsignedTransaction,
  taken: (chain: number, name: string) => string | undefined,
): Refusal | null {
  const offer = offerOf(transaction);
  if (offer === null) return null;
  const { round } = view;
  const { chain, takerChain, maker, offer: number, validUntil } = offer;
  const max = round + VALID_UNTIL_ROUNDS_MAX;
  if (validUntil > max) return { code: "VALID_UNTIL_TOO_FAR", validUntil, max };
  const isTakersToPay = offer.taker === null && isOwn(view, takerChain);
  // What the maker's chain says is the other shard's to judge.
  if (!isOwn(view, chain)) return isTakersToPay ? checkTaker(view, transaction, offer) : null;
  const used = usedOffers(view.usedOffers(chain, maker), round);
  const until = usedUntil(used, number);
  if (until !== null) return { code: "OFFER_USED", chain, offer: number, until };
  const by = taken(chain, takeName(toHex(maker), number));
  if (by !== undefined) return { code: "OFFER_IN_FLIGHT", chain, offer: number, by };
  if (used.length >= OFFERS_TAKEN_MAX) {
    return { code: "OFFERS_FULL", chain, until: firstToEnd(used) };
  }
  return isTakersToPay ? checkTaker(view, transaction, offer) : null;
}

function checkTaker(
  view: TakeView,
  transaction: UnsignedTransaction,
  offer: Offer,
): Refusal | null {
  const { takerChain: chain, wanted } = offer;
  const leg = transaction.legs.find((one) => one.chain === chain);
  if (leg?.payment == null) return { code: "MISSING_PAYER", chain };
  const cost = wanted + legFee(transaction, leg);
  const { balance } = view.account(chain, leg.payment.payer);
  return balance < cost ? { code: "TAKER_LACKS_FUNDS", chain, balance, cost } : null;
}
