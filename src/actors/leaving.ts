// How waiting transactions leave: which place another has taken, and which refusals hold for good.
import type { Place, Waiting } from "../protocol/ledger/waiting.ts";
import type { Refusal } from "../protocol/refusal.ts";

/** The place of the one that was replaced which the other has taken. */
export const lostPlace = (replaced: Waiting, by: Waiting): Place =>
  replaced.places.find((lost) =>
    by.places.some(
      ({ line, nonce }) =>
        nonce === lost.nonce &&
        line.sender === lost.line.sender &&
        line.chain.chain === lost.line.chain.chain,
    ),
  ) ?? replaced;

/** Nonces only grow, and a used offer number is forgotten with its offer: what is behind them can never be included. */
export const isForGood = (refusal: Refusal, validUntil: number): boolean =>
  refusal.code === "NONCE_TOO_LOW" ||
  refusal.code === "AUTHORISATION_OVERTAKEN" ||
  (refusal.code === "OFFER_USED" && refusal.until >= validUntil);
