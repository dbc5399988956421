// What it takes to get into a mempool where another waits: the price that a replacement must pay, and the one that
// drives others out.
import type { MempoolLimit, MempoolRefusal } from "../refusal.ts";
import type { ChainRecord } from "./chain-record.ts";
import type { VerifiedTransaction } from "./unverified.ts";
import {
  feeRank,
  gasPriceForRank,
  type LegPlace,
  type Place,
  placesOf,
  replacingPrice,
  replacingRank,
  senderName,
  type Waiting,
} from "./waiting.ts";

type ChainOf = (chain: number) => ChainRecord | undefined;

/** A cap that is exceeded, and which place of the newcomer is about it. */
export interface Excess {
  readonly limit: MempoolLimit;
  readonly place: Place;
}

/** `rank`: the least on the place's chain that would do; null if none would. */
export interface NoRoom extends Excess {
  readonly rank: bigint | null;
}

/**
 * a replacement pays a gas price that is 10% higher, and its rank is 10% higher: a lower gas limit must not make the place
 * cheaper, or a dear transaction could drive others out and then turn into a cheap one. For the same reason it takes every place of
 * the one that it replaces. null if it does all that.
 */
export function underpriced(
  transaction: VerifiedTransaction,
  rival: Waiting,
  chainOf: ChainOf,
): MempoolRefusal | null {
  const shared = placesOf(transaction).flatMap((place) => {
    const held = rival.places.find(
      ({ line, nonce }) =>
        line.chain.chain === place.chain &&
        line.sender === senderName(place.sender) &&
        nonce === place.nonce,
    );
    return held === undefined ? [] : [{ place, held }];
  });
  // A price that is too low first: with both prices raised, both ranks follow.
  for (const asks of [isCheap, isLow]) {
    for (const { place, held } of shared) {
      const { leg, chain, nonce } = place;
      const refusal = { code: "NONCE_TAKEN", chain, nonce, by: rival.idHex } as const;
      if (shared.length < rival.places.length) return refusal;
      if (!asks(transaction, place, held, chainOf)) continue;
      const price = replacingPrice(held.gasPrice);
      const forRank = gasPriceForRank(transaction, chainOf, replacingRank(held.rank), leg);
      if (forRank === null) return refusal;
      return { ...refusal, gasPrice: forRank > price ? forRank : price };
    }
  }
  return null;
}

type Question = (
  transaction: VerifiedTransaction,
  place: LegPlace,
  held: Place,
  chainOf: ChainOf,
) => boolean;

const isCheap: Question = (_, { leg }, held) =>
  (leg.payment?.gasPrice ?? 0n) < replacingPrice(held.gasPrice);

const isLow: Question = (transaction, { leg }, held, chainOf) =>
  feeRank(transaction, chainOf, leg) < replacingRank(held.rank);

/** MEMPOOL_FULL with the gas price that would get in, if one would. */
export function fullRefusal(
  transaction: VerifiedTransaction,
  { limit, place, rank }: NoRoom,
  chainOf: ChainOf,
): MempoolRefusal {
  const { chain } = place.line.chain;
  const refusal = { code: "MEMPOOL_FULL", chain, limit } as const;
  const leg = transaction.transaction.legs.find((one) => one.chain === chain);
  if (rank === null || leg === undefined) return refusal;
  const gasPrice = gasPriceForRank(transaction, chainOf, rank, leg);
  return gasPrice === null ? refusal : { ...refusal, gasPrice };
}
