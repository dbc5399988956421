// What voters send each other, and how it is written. Which set and round a message belongs
// to is named by the link that carries it and covered by its signature; only a certificate, which
// travels on its own, names both itself.
import {
  type BcsType,
  byteString,
  type Codec,
  codec,
  fixedBytes,
  hash32,
  list,
  optional,
  safeU64,
  struct,
  taggedUnion,
  u8,
  u32,
} from "../encoding/codec.ts";
import { SEAT_BYTES_MAX, SEATS_MAX, type SeatSet } from "./seats.ts";

export type Phase = "prepare" | "commit";

/** A value is the hash of a joint header. */
export type Value = Uint8Array;

/** The co-hosted seats of one voter (or, aggregated, of several) for a value. */
export interface Vote {
  readonly phase: Phase;
  readonly view: number;
  readonly value: Value;
  readonly seats: SeatSet;
  readonly signature: Uint8Array;
}

/** A quorum of equal votes. Of prepare votes it is a lock, of commit votes a decision. */
export interface Certificate {
  readonly epoch: number;
  readonly set: number;
  readonly round: number;
  readonly view: number;
  readonly phase: Phase;
  readonly value: Value;
  readonly seats: SeatSet;
  readonly signature: Uint8Array;
}

/** These seats vote no more below `newView`, and this is their newest lock. */
export interface ViewChange {
  readonly newView: number;
  readonly seats: SeatSet;
  readonly lock: Certificate | null;
  readonly signature: Uint8Array;
}

export interface Proposal {
  readonly view: number;
  readonly value: Value;
  readonly seat: number;
  /** A quorum of view changes to `view`; empty in view 0. Not signed: it proves itself. */
  readonly justification: readonly ViewChange[];
  readonly signature: Uint8Array;
}

export type ConsensusMessage =
  | { readonly kind: "proposal"; readonly proposal: Proposal }
  | { readonly kind: "vote"; readonly vote: Vote }
  | { readonly kind: "viewChange"; readonly viewChange: ViewChange }
  | { readonly kind: "certificate"; readonly certificate: Certificate };

/** A compressed point of G1. */
export const SIGNATURE_BYTES = 48;

const phaseNumbers: Readonly<Record<Phase, number>> = { prepare: 1, commit: 2 };

const phaseType = u8.transform<Phase>(
  "phase",
  (phase) => phaseNumbers[phase],
  (number) => {
    if (number === phaseNumbers.prepare) return "prepare";
    if (number === phaseNumbers.commit) return "commit";
    throw new TypeError(`Unknown phase ${number}`);
  },
);

const signatureType = fixedBytes(SIGNATURE_BYTES);

export const voteType: BcsType<Vote> = struct<Vote>("vote", {
  phase: phaseType,
  view: u32,
  value: hash32,
  seats: byteString,
  signature: signatureType,
});

export const certificateType: BcsType<Certificate> = struct<Certificate>("certificate", {
  epoch: safeU64,
  set: u32,
  round: safeU64,
  view: u32,
  phase: phaseType,
  value: hash32,
  seats: byteString,
  signature: signatureType,
});

export const viewChangeType: BcsType<ViewChange> = struct<ViewChange>("view change", {
  newView: u32,
  seats: byteString,
  lock: optional(certificateType),
  signature: signatureType,
});

export const proposalType: BcsType<Proposal> = struct<Proposal>("proposal", {
  view: u32,
  value: hash32,
  seat: u8,
  justification: list(viewChangeType),
  signature: signatureType,
});

const messageType = taggedUnion<ConsensusMessage>("consensus message", {
  proposal: { tag: 0, fields: struct("proposal", { proposal: proposalType }) },
  vote: { tag: 1, fields: struct("vote", { vote: voteType }) },
  viewChange: { tag: 2, fields: struct("viewChange", { viewChange: viewChangeType }) },
  certificate: { tag: 3, fields: struct("certificate", { certificate: certificateType }) },
});

// The longest of each: every field fixed but the bitmap (one length byte before it), and a proposal
// justified by a view change, with a lock, of every seat.
const SEATS_FIELD_MAX = 1 + SEAT_BYTES_MAX;
export const VOTE_BYTES_MAX: number = 1 + 4 + 32 + SEATS_FIELD_MAX + SIGNATURE_BYTES;
export const CERTIFICATE_BYTES_MAX: number = 8 + 4 + 8 + VOTE_BYTES_MAX;
export const VIEW_CHANGE_BYTES_MAX: number =
  4 + SEATS_FIELD_MAX + 1 + CERTIFICATE_BYTES_MAX + SIGNATURE_BYTES;
export const PROPOSAL_BYTES_MAX: number =
  4 + 32 + 1 + 1 + SEATS_MAX * VIEW_CHANGE_BYTES_MAX + SIGNATURE_BYTES;

export const voteCodec: Codec<Vote> = codec("vote", voteType, VOTE_BYTES_MAX);
export const certificateCodec: Codec<Certificate> = codec(
  "certificate",
  certificateType,
  CERTIFICATE_BYTES_MAX,
);
export const viewChangeCodec: Codec<ViewChange> = codec(
  "view change",
  viewChangeType,
  VIEW_CHANGE_BYTES_MAX,
);
export const proposalCodec: Codec<Proposal> = codec("proposal", proposalType, PROPOSAL_BYTES_MAX);
export const consensusMessageCodec: Codec<ConsensusMessage> = codec(
  "consensus message",
  messageType,
  1 + PROPOSAL_BYTES_MAX,
);
