// Evidence that seats said two things where the protocol lets them say one:
// self-contained, so that the MerkleChain can check it alone with the keys of the set. Only seats
// that signed both messages are accused.
import type { BcsType, Codec, StructType } from "../encoding/codec.ts";
import { codec, safeU64, struct, taggedUnion, u32 } from "../encoding/codec.ts";
import {
  PROPOSAL_BYTES_MAX,
  type Proposal,
  proposalType,
  VOTE_BYTES_MAX,
  type Vote,
  voteType,
} from "./messages.ts";
import { intersectSeats, type SeatSet, seatSet } from "./seats.ts";
import type { Instance } from "./signed-bytes.ts";

interface Contradiction<T> {
  readonly epoch: number;
  readonly set: number;
  readonly round: number;
  readonly first: T;
  readonly second: T;
}

export type Equivocation =
  | ({ readonly kind: "votes" } & Contradiction<Vote>)
  | ({ readonly kind: "proposals" } & Contradiction<Proposal>);

const contradiction = <T>(name: string, type: BcsType<T>): StructType<Contradiction<T>> =>
  struct<Contradiction<T>>(name, {
    epoch: safeU64,
    set: u32,
    round: safeU64,
    first: type,
    second: type,
  } as {
    readonly [K in keyof Contradiction<T>]-?: BcsType<Contradiction<T>[K]>;
  });

export const equivocationCodec: Codec<Equivocation> = codec(
  "equivocation",
  taggedUnion<Equivocation>("equivocation", {
    votes: { tag: 0, fields: contradiction("votes", voteType) },
    proposals: { tag: 1, fields: contradiction("proposals", proposalType) },
  }),
  1 + 20 + 2 * Math.max(VOTE_BYTES_MAX, PROPOSAL_BYTES_MAX),
);

export const contradictingVotes = (
  { epoch, set, round }: Instance,
  first: Vote,
  second: Vote,
): Equivocation => ({ kind: "votes", epoch, set, round, first, second });

/** Without their justifications, which are not signed and prove nothing here. */
export const contradictingProposals = (
  { epoch, set, round }: Instance,
  first: Proposal,
  second: Proposal,
): Equivocation => ({
  kind: "proposals",
  epoch,
  set,
  round,
  first: { ...first, justification: [] },
  second: { ...second, justification: [] },
});

/**
 * Who signed both. An aggregate may name seats that signed only one of the two: those are not
 * accused.
 */
export function accusedSeats(evidence: Equivocation, seats: number): SeatSet {
  return evidence.kind === "votes"
    ? intersectSeats(evidence.first.seats, evidence.second.seats)
    : seatSet(seats, [evidence.first.seat]);
}
