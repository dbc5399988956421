// Counting equal votes of disjoint seats, in space that faulty seats cannot grow.
//
// Why a vote that overlaps counted ones can be dropped: honest seats sign only with their whole
// voter, so whatever others aggregate contains a voter's seats wholly or not at all. An honest vote
// therefore overlaps a counted one of its value only if that one contains it, and it never overlaps
// one of another value.
import { equalBytes } from "../encoding/bytes.ts";
import type { Certificate, Phase, Value, Vote } from "./messages.ts";
import {
  countSeats,
  disjointSeats,
  intersectSeats,
  noSeats,
  type SeatSet,
  unionSeats,
} from "./seats.ts";
import type { Instance } from "./signed-bytes.ts";

/**
 * The votes counted in one view and phase: disjoint, so at most one for each seat, whatever the
 * values.
 */
export interface Tally {
  readonly view: number;
  readonly phase: Phase;
  readonly votes: readonly Vote[];
}

/**
 * Votes this many views from the current one are counted; farther ones would only take space, and
 * are repeated.
 */
const VOTE_VIEWS_AROUND = 3;

/** Prepare votes of past views cannot be used any more; commit votes still decide. */
export const isCountable = (view: number, phase: Phase, currentView: number): boolean =>
  view <= currentView + VOTE_VIEWS_AROUND &&
  view >= currentView - (phase === "commit" ? VOTE_VIEWS_AROUND : 0);

export const tallyOf = (tallies: readonly Tally[], view: number, phase: Phase): Tally | undefined =>
  tallies.find((tally) => tally.view === view && tally.phase === phase);

export interface Counted {
  readonly tallies: readonly Tally[];
  /** A counted vote for another value by some of the same seats. */
  readonly contradicted: readonly Vote[];
}

/** Repeated votes change nothing. */
export function countVote(tallies: readonly Tally[], vote: Vote): Counted {
  const { view, phase } = vote;
  const tally = tallyOf(tallies, view, phase);
  if (tally === undefined) {
    return { tallies: [...tallies, { view, phase, votes: [vote] }], contradicted: [] };
  }
  const overlapping = tally.votes.filter((counted) => !disjointSeats(counted.seats, vote.seats));
  if (overlapping.length > 0) {
    const contradicted = overlapping.filter((counted) => !equalBytes(counted.value, vote.value));
    return { tallies, contradicted };
  }
  const wider: Tally = { ...tally, votes: [...tally.votes, vote] };
  return { tallies: tallies.map((other) => (other === tally ? wider : other)), contradicted: [] };
}

/** The votes of one value, when they are `required` seats or more. */
export function quorumVotes(
  tally: Tally | undefined,
  value: Value,
  required: number,
): readonly Vote[] | null {
  const votes = tally?.votes.filter((vote) => equalBytes(vote.value, value)) ?? [];
  const found = votes.reduce((sum, vote) => sum + countSeats(vote.seats), 0);
  return found >= required ? votes : null;
}

export function certify(
  { epoch, set, round }: Instance,
  seats: number,
  votes: readonly [Vote, ...Vote[]],
  aggregate: (signatures: readonly Uint8Array[]) => Uint8Array,
): Certificate {
  const [{ view, phase, value }] = votes;
  const signers = votes.reduce<SeatSet>((all, vote) => unionSeats(all, vote.seats), noSeats(seats));
  const signature = aggregate(votes.map((vote) => vote.signature));
  return { epoch, set, round, view, phase, value, seats: signers, signature };
}

export const seatsInBoth = (a: Vote, b: Vote): SeatSet => intersectSeats(a.seats, b.seats);
