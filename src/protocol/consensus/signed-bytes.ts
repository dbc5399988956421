// The exact bytes that seats sign: prefix, then BCS of the content with set and
// round, but without the seats, so that equal statements of different seats are one message and
// their signatures aggregate.
import { concatBytes } from "../encoding/bytes.ts";
import { hash32, optional, safeU64, struct, u32 } from "../encoding/codec.ts";
import { MessageKind, messagePrefix } from "../encoding/domain.ts";
import type { Certificate, Phase, Value } from "./messages.ts";

/** The one consensus instance that a statement belongs to. */
export interface Instance {
  readonly networkId: Uint8Array;
  readonly epoch: number;
  readonly set: number;
  readonly round: number;
}

interface Ballot {
  readonly set: number;
  readonly round: number;
  readonly view: number;
  readonly value: Value;
}

const ballotType = struct<Ballot>("ballot", {
  set: u32,
  round: safeU64,
  view: u32,
  value: hash32,
});

interface Lock {
  readonly view: number;
  readonly value: Value;
}

interface Departure {
  readonly set: number;
  readonly round: number;
  readonly newView: number;
  readonly lock: Lock | null;
}

const departureType = struct<Departure>("departure", {
  set: u32,
  round: safeU64,
  newView: u32,
  lock: optional(struct<Lock>("lock", { view: u32, value: hash32 })),
});

function ballotBytes(
  instance: Instance,
  kind: MessageKind,
  view: number,
  value: Value,
): Uint8Array {
  const { networkId, epoch, set, round } = instance;
  return concatBytes(
    messagePrefix(networkId, epoch, kind),
    ballotType.serialize({ set, round, view, value }),
  );
}

export const voteBytes = (
  instance: Instance,
  phase: Phase,
  view: number,
  value: Value,
): Uint8Array =>
  ballotBytes(
    instance,
    phase === "prepare" ? MessageKind.prepareVote : MessageKind.commitVote,
    view,
    value,
  );

/** `value` is the hash of the result of the round's cross-shard transactions. There are no views: execution has one outcome. */
export const resultVoteBytes = (instance: Instance, value: Value): Uint8Array =>
  ballotBytes(instance, MessageKind.resultVote, 0, value);

/**
 * The justification is left out: it is signed by those who made it, and any quorum of them serves.
 */
export const proposalBytes = (instance: Instance, view: number, value: Value): Uint8Array =>
  ballotBytes(instance, MessageKind.proposal, view, value);

/**
 * Of the lock only view and value: its certificate proves itself, and two voters whose certificates
 * for one value were made from different votes still say the same.
 */
export function viewChangeBytes(
  instance: Instance,
  newView: number,
  lock: Certificate | null,
): Uint8Array {
  const { networkId, epoch, set, round } = instance;
  return concatBytes(
    messagePrefix(networkId, epoch, MessageKind.viewChange),
    departureType.serialize({
      set,
      round,
      newView,
      lock: lock === null ? null : { view: lock.view, value: lock.value },
    }),
  );
}
