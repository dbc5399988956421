// The only maker of Verified<T>: the engine takes nothing else from a peer. Checks shape before
// signatures, the cheap before the dear, in the order in which refusals.ts declares the codes.
import { assertNever } from "../assert.ts";
import { equalBytes } from "../encoding/bytes.ts";
import type { Result } from "../result.ts";
import { accusedSeats, type Equivocation } from "./equivocation.ts";
import { bindingLock } from "./justification.ts";
import type { Certificate, ConsensusMessage, Proposal, ViewChange, Vote } from "./messages.ts";
import { quorum } from "./quorum.ts";
import type { ConsensusPart, ConsensusRefusal } from "./refusals.ts";
import { countSeats, isSeatSet, noSeats, type SeatSet, seatSet, unionSeats } from "./seats.ts";
import { type Instance, proposalBytes, viewChangeBytes, voteBytes } from "./signed-bytes.ts";

declare const verified: unique symbol;
/** A value whose every signature, also of its parts, was checked here. */
export type Verified<T> = T & { readonly [verified]: true };

/** The public keys of the set's seats in this epoch, each proven to be possessed. */
export interface SeatVerifier {
  /** Whether exactly these seats signed the message; `signature` is the sum of theirs. */
  verify(seats: SeatSet, message: Uint8Array, signature: Uint8Array): boolean;
}

/** All that a certificate or evidence is checked against, also outside of the set. */
export interface SetContext extends Instance {
  /** How many seats the set has. */
  readonly seats: number;
  readonly keys: SeatVerifier;
}

export interface VerifyContext extends SetContext {
  readonly proposerOf: (view: number) => number;
}

type Check = ConsensusRefusal | null;

export function verifyMessage(
  context: VerifyContext,
  message: ConsensusMessage,
): Result<Verified<ConsensusMessage>, ConsensusRefusal> {
  return verdict(message, checkMessage(context, message));
}

export function verifyCertificate(
  context: SetContext,
  certificate: Certificate,
): Result<Verified<Certificate>, ConsensusRefusal> {
  return verdict(certificate, checkCertificate(context, certificate));
}

/** Accepts evidence that accuses at least one seat; `accusedSeats` then says whom. */
export function verifyEquivocation(
  context: SetContext,
  evidence: Equivocation,
): Result<Verified<Equivocation>, ConsensusRefusal> {
  return verdict(evidence, checkEquivocation(context, evidence));
}

function verdict<T>(value: T, refusal: Check): Result<Verified<T>, ConsensusRefusal> {
  return refusal === null ? { ok: true, value: value as Verified<T> } : { ok: false, refusal };
}

function checkMessage(context: VerifyContext, message: ConsensusMessage): Check {
  switch (message.kind) {
    case "proposal":
      return checkProposal(context, message.proposal);
    case "vote":
      return checkVote(context, message.vote);
    case "viewChange":
      return checkViewChange(context, message.viewChange, new KnownLocks());
    case "certificate":
      return checkCertificate(context, message.certificate);
    default:
      return assertNever(message);
  }
}

function checkVote(context: SetContext, vote: Vote): Check {
  const { phase, view, value, seats, signature } = vote;
  return (
    checkSeats(context, seats) ??
    checkSignature(context, "vote", seats, voteBytes(context, phase, view, value), signature)
  );
}

function checkCertificate(context: SetContext, certificate: Certificate): Check {
  const { phase, view, value, seats, signature } = certificate;
  const message = (): Uint8Array => voteBytes(context, phase, view, value);
  return (
    checkInstance(context, certificate) ??
    checkSeats(context, seats) ??
    checkQuorum(context, seats) ??
    checkSignature(context, "certificate", seats, message(), signature)
  );
}

function checkViewChange(context: SetContext, change: ViewChange, known: KnownLocks): Check {
  const { newView, seats, lock, signature } = change;
  return (
    checkSeats(context, seats) ??
    checkLock(newView, lock) ??
    (lock === null ? null : known.check(context, lock)) ??
    checkSignature(context, "viewChange", seats, viewChangeBytes(context, newView, lock), signature)
  );
}

function checkProposal(context: VerifyContext, proposal: Proposal): Check {
  const { view, value, seat, signature } = proposal;
  const required = context.proposerOf(view);
  if (seat !== required) {
    return { code: "CONSENSUS_WRONG_PROPOSER", view, found: seat, required };
  }
  const proposer = seatSet(context.seats, [seat]);
  return (
    checkSignature(context, "proposal", proposer, proposalBytes(context, view, value), signature) ??
    checkJustification(context, proposal)
  );
}

/** from view 1 a quorum of view changes; the newest lock among them binds the value. */
function checkJustification(context: SetContext, proposal: Proposal): Check {
  const { view, value, justification } = proposal;
  const refused: Check = { code: "CONSENSUS_NOT_JUSTIFIED", view };
  if (view === 0) return justification.length === 0 ? null : refused;
  if (justification.length > context.seats) return refused;
  if (justification.some((change) => change.newView !== view)) return refused;
  // One lock is usually in all parts: its signature is checked once.
  const known = new KnownLocks();
  let seats = noSeats(context.seats);
  for (const change of justification) {
    const refusal = checkViewChange(context, change, known);
    if (refusal !== null) return refusal;
    seats = unionSeats(seats, change.seats);
  }
  const lock = bindingLock(justification);
  if (lock !== null && !equalBytes(lock.value, value)) return refused;
  return checkQuorum(context, seats);
}

function checkLock(newView: number, lock: Certificate | null): Check {
  const possible = lock === null || (lock.phase === "prepare" && lock.view < newView);
  return newView > 0 && possible ? null : { code: "CONSENSUS_BAD_LOCK", newView };
}

/** Locks accepted within one message, so that the same one costs one check. */
class KnownLocks {
  readonly #accepted: Certificate[] = [];

  check(context: SetContext, lock: Certificate): Check {
    if (this.#accepted.some((known) => sameCertificate(known, lock))) return null;
    const refusal = checkCertificate(context, lock);
    if (refusal === null) this.#accepted.push(lock);
    return refusal;
  }
}

function sameCertificate(a: Certificate, b: Certificate): boolean {
  const sameInstance = a.epoch === b.epoch && a.set === b.set && a.round === b.round;
  const sameBallot = a.view === b.view && a.phase === b.phase && equalBytes(a.value, b.value);
  return (
    sameInstance &&
    sameBallot &&
    equalBytes(a.seats, b.seats) &&
    equalBytes(a.signature, b.signature)
  );
}

function checkEquivocation(context: SetContext, evidence: Equivocation): Check {
  const wrong = checkInstance(context, evidence);
  if (wrong !== null) return wrong;
  const refused: Check = { code: "CONSENSUS_NO_CONTRADICTION" };
  const { first, second } = evidence;
  if (first.view !== second.view || equalBytes(first.value, second.value)) return refused;
  switch (evidence.kind) {
    case "votes": {
      if (evidence.first.phase !== evidence.second.phase) return refused;
      const refusal = checkVote(context, evidence.first) ?? checkVote(context, evidence.second);
      if (refusal !== null) return refusal;
      const accused = countSeats(accusedSeats(evidence, context.seats));
      return accused > 0 ? null : refused;
    }
    case "proposals": {
      const { seat } = evidence.first;
      if (seat !== evidence.second.seat || seat >= context.seats) return refused;
      return checkProposer(context, evidence.first) ?? checkProposer(context, evidence.second);
    }
    default:
      return assertNever(evidence);
  }
}

/** Whether or not it was this seat's turn: to sign two proposals is wrong for anybody. */
function checkProposer(context: SetContext, { view, value, seat, signature }: Proposal): Check {
  const proposer = seatSet(context.seats, [seat]);
  const message = proposalBytes(context, view, value);
  return checkSignature(context, "proposal", proposer, message, signature);
}

function checkInstance(
  context: SetContext,
  { epoch, set, round }: Pick<Certificate, "epoch" | "set" | "round">,
): Check {
  const same = epoch === context.epoch && set === context.set && round === context.round;
  return same ? null : { code: "CONSENSUS_WRONG_INSTANCE", epoch, set, round };
}

function checkSeats(context: SetContext, seats: SeatSet): Check {
  if (isSeatSet(seats, context.seats) && countSeats(seats) > 0) return null;
  return { code: "CONSENSUS_BAD_SEATS", seats: context.seats, bytes: seats.length };
}

function checkQuorum(context: SetContext, seats: SeatSet): Check {
  const found = countSeats(seats);
  const required = quorum(context.seats);
  return found >= required ? null : { code: "CONSENSUS_NO_QUORUM", found, required };
}

function checkSignature(
  { keys }: SetContext,
  part: ConsensusPart,
  seats: SeatSet,
  message: Uint8Array,
  signature: Uint8Array,
): Check {
  if (keys.verify(seats, message, signature)) return null;
  return { code: "CONSENSUS_BAD_SIGNATURE", part };
}
