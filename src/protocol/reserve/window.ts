// What was included on the chains of a shard in the rounds that a judgement looks back on. A round's record
// keeps each leg's verdict, which is why k-1 earlier rounds are enough where the rule looks back 2k-2: the verdict on the
// first of I was reached with the state and window of its own round.

import { fromHex, toHex } from "../encoding/bytes.ts";
import {
  bool,
  codec,
  fixedBytes,
  hash32,
  list,
  optional,
  safeU64,
  struct,
  u32,
  u64,
  u128,
} from "../encoding/codec.ts";
import { addInflight, type IncludedLeg, type Inflight, NO_INFLIGHT } from "./inclusion.ts";

/** What one round included on one chain, in block order. */
export interface ChainInclusions {
  readonly chain: number;
  readonly legs: readonly IncludedLeg[];
  /** Hex addresses named by the included authorisations for this chain, overtaken ones too. */
  readonly authorised: readonly string[];
}

export interface RoundInclusions {
  readonly round: number;
  readonly chains: readonly ChainInclusions[];
}

/** A round that no window reaches any more: which chains it touched. A full one's legs take most of a megabyte. */
/**
 * the chains that rounds up to `round` - k touched, and no block since the head could say with which root: also where that is the
 * one before, as after a trade that failed and cost the offer's maker nothing.
 */
export const dueChains = (
  recent: readonly RoundInclusions[],
  {
    round,
    headRound,
    k,
  }: { readonly round: number; readonly headRound: number; readonly k: number },
): number[] =>
  recent
    .filter((one) => one.round + k <= round && headRound < one.round + k)
    .flatMap(({ chains }) => chains.map(({ chain }) => chain));

export const withoutLegs = ({ round, chains }: RoundInclusions): RoundInclusions => ({
  round,
  chains: chains.map(({ chain }) => ({ chain, legs: [], authorised: [] })),
});

/** one chain's window, as far as it is filled. */
export interface ChainWindow {
  /** By sender in hex. */
  readonly inflight: ReadonlyMap<string, Inflight>;
  readonly authorised: ReadonlySet<string>;
  /** the offers taken, by `takeName`, each with the transaction that takes it. */
  readonly takes: ReadonlyMap<string, string>;
}

const emptyWindow = () => ({
  inflight: new Map<string, Inflight>(),
  authorised: new Set<string>(),
  takes: new Map<string, string>(),
});
export const EMPTY_WINDOW: ChainWindow = emptyWindow();

/** An offer among those of its maker's chain. `maker`: in hex. */
export const takeName = (maker: string, offer: bigint): string => `${maker}:${offer}`;

/**
 * The windows of round n by chain: rounds n-k+1 .. n-1 of `history`. Missing rounds were empty: a round that did
 * nothing leaves no trace. Cost: legs in the window.
 */
export function chainWindows(
  history: readonly RoundInclusions[],
  round: number,
  k: number,
): (chain: number) => ChainWindow {
  const windows = new Map<number, ReturnType<typeof emptyWindow>>();
  for (const included of history) {
    if (included.round <= round - k || included.round >= round) continue;
    for (const { chain, legs, authorised } of included.chains) {
      let window = windows.get(chain);
      if (window === undefined) {
        window = emptyWindow();
        windows.set(chain, window);
      }
      for (const leg of legs) {
        const before = window.inflight.get(leg.sender) ?? NO_INFLIGHT;
        window.inflight.set(leg.sender, addInflight(before, leg));
        if (leg.offer !== null) {
          window.takes.set(takeName(leg.sender, leg.offer), leg.transaction);
        }
      }
      for (const account of authorised) window.authorised.add(account);
    }
  }
  return (chain) => windows.get(chain) ?? EMPTY_WINDOW;
}

const address = fixedBytes(20).transform("address", fromHex, toHex);
const id = hash32.transform("transaction id", fromHex, toHex);

const ROUND_INCLUSIONS_BYTES_MAX = 2 * 1024 * 1024;

export const roundInclusionsCodec = codec<RoundInclusions>(
  "round inclusions",
  struct<RoundInclusions>("RoundInclusions", {
    round: safeU64,
    chains: list(
      struct<ChainInclusions>("ChainInclusions", {
        chain: u32,
        legs: list(
          struct<IncludedLeg>("IncludedLeg", {
            sender: address,
            value: u128,
            fee: u128,
            offer: optional(u64),
            possiblyEmptying: bool,
            transaction: id,
          }),
        ),
        authorised: list(address),
      }),
    ),
  }),
  ROUND_INCLUSIONS_BYTES_MAX,
);
