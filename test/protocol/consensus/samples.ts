// Signed messages of an instance with four seats, made without the engine.
import type {
  Certificate,
  Phase,
  Proposal,
  ViewChange,
  Vote,
} from "../../../src/protocol/consensus/messages.ts";
import { seatSet } from "../../../src/protocol/consensus/seats.ts";
import {
  proposalBytes,
  viewChangeBytes,
  voteBytes,
} from "../../../src/protocol/consensus/signed-bytes.ts";
import { INSTANCE } from "./setup.ts";
import { tag } from "./tags.ts";

export const SEATS = 4;

export function voteOf(phase: Phase, view: number, value: Uint8Array, seats: number[]): Vote {
  const signature = tag(seats, voteBytes(INSTANCE, phase, view, value));
  return { phase, view, value, seats: seatSet(SEATS, seats), signature };
}

export function certificateOf(
  phase: Phase,
  view: number,
  value: Uint8Array,
  seats: number[],
): Certificate {
  const { epoch, set, round } = INSTANCE;
  return { epoch, set, round, ...voteOf(phase, view, value, seats) };
}

export function viewChangeOf(
  newView: number,
  seats: number[],
  lock: Certificate | null = null,
): ViewChange {
  const signature = tag(seats, viewChangeBytes(INSTANCE, newView, lock));
  return { newView, seats: seatSet(SEATS, seats), lock, signature };
}

/** The proposer of a view is the seat of its number. */
export function proposalOf(
  view: number,
  value: Uint8Array,
  justification: readonly ViewChange[] = [],
): Proposal {
  const seat = view % SEATS;
  const signature = tag([seat], proposalBytes(INSTANCE, view, value));
  return { view, value, seat, justification, signature };
}
