// the offer numbers that a maker has used up on a chain, by a trade or a cancellation, each remembered until its offer has
// ended. One entry of the chain's state a maker, bounded, and rid of what has ended whenever it is written.
import { codec, decodeStored, list, safeU64, struct, u64 } from "../encoding/codec.ts";
import { OFFERS_USED_MAX } from "../limits.ts";

export interface UsedOffer {
  readonly offer: bigint;
  /** The last round in which an offer with the number may be taken that this one stands against. */
  readonly until: number;
}

const ENTRY_BYTES = 16;
export const USED_OFFERS_BYTES_MAX: number = OFFERS_USED_MAX * ENTRY_BYTES + 2;

/** Ascending by number. */
export const usedOffersCodec = codec<readonly UsedOffer[]>(
  "used offers",
  list(struct<UsedOffer>("UsedOffer", { offer: u64, until: safeU64 }), OFFERS_USED_MAX),
  USED_OFFERS_BYTES_MAX,
);

/** Those of an entry that still stand in `round`; null for no entry. */
export function usedOffers(entry: Uint8Array | null, round: number): readonly UsedOffer[] {
  if (entry === null) return [];
  return decodeStored(usedOffersCodec, entry).filter(({ until }) => until >= round);
}

/** The round until which the number is used up; null if it is not. */
export const usedUntil = (used: readonly UsedOffer[], offer: bigint): number | null =>
  used.find((one) => one.offer === offer)?.until ?? null;

/** With one more, or one that stands longer; the entry to write. */
export function withUsedOffer(used: readonly UsedOffer[], added: UsedOffer): Uint8Array {
  const others = used.filter(({ offer }) => offer !== added.offer);
  const place = others.findIndex(({ offer }) => offer > added.offer);
  return usedOffersCodec.encode(others.toSpliced(place === -1 ? others.length : place, 0, added));
}

/** When the first of them ends; of none, never. */
export const firstToEnd = (used: readonly UsedOffer[]): number =>
  used.reduce((least, { until }) => Math.min(least, until), Number.MAX_SAFE_INTEGER);
