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

/** When the next look at what waits can turn out differently though nothing new happens. */
export class ChanceWatch {
  /** How many were looked at since the last block moved anything, and when a chance of theirs comes. */
  #looked = 0;
  #next: number | null = null;

  /** `slides`: whether rounds that pass change what is includable by themselves. */
  looked<T>(
    round: number,
    refusals: ReadonlyMap<T, Refusal>,
    ports: {
      readonly slides: boolean;
      readonly view: ChancesView;
      readonly load: (one: T) => UnverifiedTransaction;
    },
  ): void {
    const { slides, view, load } = ports;
    if (slides || (this.#next !== null && this.#next <= round))
      [this.#looked, this.#next] = [0, null];
    if (slides) return;
    this.#looked += refusals.size;
    for (const [one, refusal] of refusals) {
      for (const chance of chancesOf(refusal, load(one), view)) {
        if (chance > round && chance < (this.#next ?? Infinity)) this.#next = chance;
      }
    }
  }

  /** `asleep`: how many there are to look at; before all were, the next round may be one. */
  next(
    round: number,
    { slides, asleep }: { readonly slides: boolean; readonly asleep: number },
  ): number | null {
    return slides || this.#looked < asleep ? round + 1 : this.#next;
  }
}
