// What users of a world trade. Drawn from a stream of its own: worlds without trades are those that their seeds drew before.
import type { Random } from "./random.ts";

export const TRADE_KINDS = [
  /** Both sign, and both are paid for as they should. */
  "bilateral",
  /** Behind what its parties have waiting, or in the place of it. */
  "crossedNonces",
  "overspendingTrade",
  /** To one taker. */
  "offer",
  "openOffer",
  /** An offer that was taken, or that others take too. */
  "reusedOffer",
  "cancelOffer",
  "cancelledOffer",
  "invalidTrade",
] as const;
export type TradeKind = (typeof TRADE_KINDS)[number];

export interface TradeOptions {
  /** Sent in a round on average, by all clients together; 0 for none. */
  readonly perRound: number;
  readonly mix: Readonly<Record<TradeKind, number>>;
}

const none = (): Record<TradeKind, number> =>
  Object.fromEntries(TRADE_KINDS.map((kind) => [kind, 0])) as Record<TradeKind, number>;

export const NO_TRADES: TradeOptions = { perRound: 0, mix: none() };

/** The share of worlds with trades. */
const TRADING = 0.5;

export function drawTrades(random: Random, realCrypto: boolean): TradeOptions {
  if (!random.chance(TRADING)) return NO_TRADES;
  const mix = none();
  for (const kind of TRADE_KINDS) mix[kind] = random.chance(0.7) ? random.between(1, 10) : 0;
  mix.bilateral = Math.max(mix.bilateral, 1);
  // Nobody takes again, or back, what was never offered.
  if (mix.reusedOffer + mix.cancelOffer + mix.cancelledOffer > 0) {
    mix.openOffer = Math.max(mix.openOffer, 3);
  }
  return { perRound: realCrypto ? 0.2 : random.pick([0.3, 1, 2, 4]), mix };
}
