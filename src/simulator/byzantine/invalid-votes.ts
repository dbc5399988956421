// Beside its good votes sends bad ones: with other signatures, with the seats of others, of no seats, from other instances, for views
// that are far away, joined with votes of others.
import type { Vote } from "../../protocol/consensus/messages.ts";
import {
  allSeats,
  disjointSeats,
  noSeats,
  type SeatSet,
  unionSeats,
  withoutSeats,
} from "../../protocol/consensus/seats.ts";
import type { Behaviour, Means } from "./behaviour.ts";
import { messageOf } from "./speech.ts";

type Spoil = (vote: Vote, round: number, means: Means) => Vote | null;

const flipped = (bytes: Uint8Array): Uint8Array =>
  bytes.map((byte, i) => (i === bytes.length >> 1 ? byte ^ 1 : byte));

const withSeats = (vote: Vote, seats: SeatSet): Vote => ({ ...vote, seats });

/** A vote of another voter for the same, both under one signature: true, but of nobody who is one voter. */
function joined(vote: Vote, round: number, { memory, network }: Means): Vote | null {
  for (const said of memory.said) {
    if (said.round !== round || said.message.kind !== "vote") continue;
    const { vote: heard } = said.message;
    if (heard.phase !== vote.phase || heard.view !== vote.view) continue;
    if (Buffer.compare(heard.value, vote.value) !== 0) continue;
    if (heard.seats.length !== vote.seats.length || !disjointSeats(heard.seats, vote.seats))
      continue;
    const signature = network.scheme.aggregate([vote.signature, heard.signature]);
    return { ...vote, seats: unionSeats(vote.seats, heard.seats), signature };
  }
  return null;
}

export const SPOILT_VOTES: readonly Spoil[] = [
  (vote) => ({ ...vote, signature: flipped(vote.signature) }),
  (vote) => ({ ...vote, value: flipped(vote.value) }),
  (vote, _, { speech }) => withSeats(vote, allSeats(speech.seats)),
  (vote, _, { speech }) => withSeats(vote, withoutSeats(allSeats(speech.seats), speech.own)),
  // In another voter's name: for the same, and for what it never voted for.
  (vote, _, { others, random }) => withSeats(vote, random.pick(others)?.seats ?? vote.seats),
  (vote, round, { others, random, speech }) => {
    const forged = speech.vote(round, vote.phase, vote.view, flipped(vote.value));
    return withSeats(forged, random.pick(others)?.seats ?? vote.seats);
  },
  (vote, _, { speech }) => withSeats(vote, noSeats(speech.seats)),
  (vote) => withSeats(vote, new Uint8Array([...vote.seats, 0])),
  (vote) =>
    withSeats(
      vote,
      vote.seats.map((byte, i) => (i === vote.seats.length - 1 ? byte | 0x80 : byte)),
    ),
  // Signed for another round, or for the other phase, and sent as this.
  (vote, round, { speech }) => ({ ...speech.vote(round - 1, vote.phase, vote.view, vote.value) }),
  (vote, round, { speech }) => ({
    ...vote,
    signature: speech.vote(round, "prepare", vote.view + 1, vote.value).signature,
  }),
  // Rightly signed, for what nobody proposed or for views in which nobody is.
  (vote, round, { speech }) => speech.vote(round, vote.phase, vote.view + 2, vote.value),
  (vote, round, { speech }) => speech.vote(round, "commit", 0xffff_ffff, vote.value),
  (vote, round, { speech }) => speech.vote(round, vote.phase, vote.view, flipped(vote.value)),
  joined,
];

export const invalidVotes: Behaviour = (means) => {
  const { random, speech, act } = means;
  return {
    sends(sent) {
      const message = messageOf(sent.request);
      if (sent.request.kind !== "consensus" || message?.kind !== "vote") return [sent];
      const { round } = sent.request;
      const spoil = random.pick(SPOILT_VOTES);
      const vote = spoil?.(message.vote, round, means) ?? null;
      if (vote === null) return [sent];
      act();
      const bad = { ...sent, request: speech.request(round, { kind: "vote", vote }) };
      // The bad one instead of the good one, or before it, so that the good one must still count.
      return random.chance(0.3) ? [bad] : [bad, sent];
    },
  };
};
