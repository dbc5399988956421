// What a replica goes on with once it has its shard's state as of a round (R-12.4): the shard's head, R-6.3's verdicts on what the
// rounds before that included, whose blocks come certified, and how far headers have carried each chain's root.
import {
  type BcsType,
  boundedBytes,
  type Codec,
  codec,
  list,
  safeU64,
  struct,
  u32,
} from "../protocol/encoding/codec.ts";
import { LEGS_MAX, MIB, SHARD_BLOCK_TRANSACTIONS_MAX } from "../protocol/limits.ts";
import { type ChainProgress, chainProgressFields } from "./chain-progress.ts";

/** What a shard hands over in one answer: some 13,000 chains, at 77 bytes each. The states of more chains cannot be handed over all together. */
export const STATE_HEAD_BYTES_MAX: number = MIB;

export interface HeadRound {
  readonly round: number;
  /** A byte for each leg of each transaction, in total order: 1 if it is possibly emptying. */
  readonly emptying: Uint8Array;
}

export interface StateHead {
  /** As of it the state is. */
  readonly round: number;
  /** The last committed one. */
  readonly headRound: number;
  /** Those with blocks that are not executed in the state, or within k rounds of the head; the head's is the last. */
  readonly rounds: readonly HeadRound[];
  /** All of the shard's, ascending. */
  readonly chains: readonly ({ readonly chain: number } & ChainProgress)[];
}

/** The blocks of a head are all those behind this round. */
export const firstHeadRound = (
  { round, headRound }: Pick<StateHead, "round" | "headRound">,
  k: number,
): number => Math.max(0, Math.min(round, headRound - k));

/** Which round's state a header carries the roots of, as far as a head's blocks tell. */
export type VouchedHead = Pick<StateHead, "round" | "headRound" | "rounds">;

/**
 * The newest of a head's blocks whose header has the roots of its state: what lies between the state after that block's round - k and the
 * one after the head's `round` has no transactions, so that both are the same. Null if there is none; round 0 needs none.
 */
export function vouchingRound({ round, headRound, rounds }: VouchedHead, k: number): number | null {
  const first = firstHeadRound({ round, headRound }, k);
  const found = rounds.findLast((one) => {
    const after = one.round - k;
    return after >= first && !hasLegsBetween(rounds, after, round);
  });
  return found?.round ?? null;
}

/** Whether a block behind the one of these two rounds and up to the other has transactions. */
export const hasLegsBetween = (rounds: readonly HeadRound[], a: number, b: number): boolean =>
  rounds.some(
    ({ round, emptying }) =>
      emptying.length > 0 && round > Math.min(a, b) && round <= Math.max(a, b),
  );

/** A block has no more legs. */
const EMPTYING_MAX = LEGS_MAX * SHARD_BLOCK_TRANSACTIONS_MAX;
/** Far more than the 2k that a shard remembers. */
const ROUNDS_MAX = 64;

const headRoundType: BcsType<HeadRound> = struct<HeadRound>("HeadRound", {
  round: safeU64,
  emptying: boundedBytes(0, EMPTYING_MAX),
});

export const stateHeadCodec: Codec<StateHead> = codec<StateHead>(
  "state head",
  struct<StateHead>("StateHead", {
    round: safeU64,
    headRound: safeU64,
    rounds: list(headRoundType, ROUNDS_MAX),
    chains: list(
      struct<StateHead["chains"][number]>("ChainHead", { chain: u32, ...chainProgressFields }),
    ),
  }),
  STATE_HEAD_BYTES_MAX,
);
