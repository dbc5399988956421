// When a transaction that a block had to leave out may be includable though nothing new happens and no window slides.
import type { Account } from "../protocol/ledger/account.ts";
import type { UnverifiedTransaction } from "../protocol/ledger/unverified.ts";
import type { Refusal } from "../protocol/refusal.ts";

/** What is asked about the shard. */
export interface ChancesView {
  readonly k: number;
  has(chain: number): boolean;
  account(chain: number, address: Uint8Array): Account;
}

/**
 * Rounds, in no order, some of them past: those in which delegations have ended that keep its senders from emptying their
 * accounts, in which offers have ended that stand in the way, and in which its shards meet.
 */
export function chancesOf(
  refusal: Refusal,
  { transaction }: UnverifiedTransaction,
  view: ChancesView,
): number[] {
  const chances = transaction.legs.flatMap(({ chain, payment }) => {
    if (payment === null || !view.has(chain)) return [];
    const { delegation } = view.account(chain, payment.payer);
    return delegation === null ? [] : [delegation.lastRound + view.k];
  });
  if (refusal.code === "OFFER_USED" || refusal.code === "OFFERS_FULL") {
    chances.push(refusal.until + 1);
  }
  if (refusal.code === "WAITS_FOR_PAIR") chances.push(refusal.round);
  return chances;
}
