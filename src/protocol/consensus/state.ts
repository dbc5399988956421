// The data of the engine: what a voter is configured with, knows, is told and answers.
// Plain immutable values.
import type { Departures } from "./departures.ts";
import type { Equivocation } from "./equivocation.ts";
import type { Certificate, ConsensusMessage, Proposal, Value, ViewChange } from "./messages.ts";
import type { ConsensusRecord } from "./record.ts";
import type { SeatSet } from "./seats.ts";
import type { Instance } from "./signed-bytes.ts";
import type { Tally } from "./tally.ts";
import type { Verified } from "./verify-message.ts";

/** The first timeout. */
export const TIMEOUT_MS_BASE = 150;
/**
 * Timeouts double up to 2^6 * 150 ms = 9.6 s: enough for any round, short enough to heal
 * soon after an outage.
 */
const TIMEOUT_DOUBLINGS_MAX = 6;

export interface ConsensusConfig extends Instance {
  /** How many seats the set has. */
  readonly seats: number;
  /**
   * The co-hosted seats of this voter: they share a replica and vote alike. At least one, the same
   * through restarts.
   */
  readonly own: SeatSet;
  readonly proposerOf: (view: number) => number;
  /** The sum of the signatures of these own seats. Pure: the same bytes for the same question. */
  readonly sign: (seats: SeatSet, message: Uint8Array) => Uint8Array;
  /** The sum of signatures of disjoint seats over one message. */
  readonly aggregate: (signatures: readonly Uint8Array[]) => Uint8Array;
  readonly timeoutMsBase: number;
}

/** The proposal of the current view. */
export interface Candidate {
  readonly value: Value;
  /** What the own replica says. */
  readonly verdict: "pending" | "valid" | "invalid";
  /** Unknown after a restart, when only the vote for it is remembered. */
  readonly proposal: Proposal | null;
}

export interface ConsensusState {
  readonly record: ConsensusRecord;
  readonly started: boolean;
  readonly candidate: Candidate | null;
  /**
   * The justification under which this voter may propose in the current view; fixed before the
   * value is.
   */
  readonly mandate: readonly ViewChange[] | null;
  /** A quorum is known to be in this view or beyond: it may be left by timeout. */
  readonly attended: boolean;
  /** By seat: the view change to the highest view that it signed. */
  readonly departures: Departures;
  /** At most one for each (view, phase) near the current view. */
  readonly tallies: readonly Tally[];
  /**
   * The decision with every signer known: `record.decided` and the commit votes that came
   * later.
   */
  readonly certificate: Certificate | null;
  /** Seats of which evidence was put out, once each. */
  readonly accused: SeatSet;
}

export type ConsensusInput =
  /** Once after `initialState`, and once after each `restoredState`. */
  | { readonly kind: "start" }
  /** Answers `propose`: the replica made this value for this view. */
  | { readonly kind: "proposed"; readonly view: number; readonly value: Value }
  /** Answers `check`. */
  | {
      readonly kind: "checked";
      readonly view: number;
      readonly value: Value;
      readonly valid: boolean;
    }
  /** Answers `timer`. */
  | { readonly kind: "timeout"; readonly view: number }
  /** A peer's proposal, vote, view change or certificate. */
  | Verified<ConsensusMessage>;

export type ConsensusOutput =
  /**
   * Replaces the stored record, and is durable before any output after it is performed.
   * Always first.
   */
  | { readonly kind: "persist"; readonly record: ConsensusRecord }
  /** To all other seats. May be lost: repeated at timeouts. */
  | { readonly kind: "broadcast"; readonly message: ConsensusMessage }
  /** To the voters that hold these seats. May be lost. */
  | { readonly kind: "send"; readonly to: SeatSet; readonly message: ConsensusMessage }
  /** Answered by `proposed`, or not at all when there is no work. Asked again after a restart. */
  | { readonly kind: "propose"; readonly view: number }
  /** Answered by `checked`, also for a value that this voter proposed itself. */
  | { readonly kind: "check"; readonly view: number; readonly value: Value }
  /** Answered by `timeout` after so long. Replaces the timer before it: a voter has one. */
  | { readonly kind: "timer"; readonly view: number; readonly delayMs: number }
  /**
   * The instance is decided. Said once, and again after each restart. No timer is needed any more.
   */
  | { readonly kind: "decided"; readonly certificate: Certificate }
  /** For the MerkleChain. Once a seat. May be lost with a crash. */
  | { readonly kind: "equivocation"; readonly evidence: Equivocation };

export interface ConsensusStep {
  readonly state: ConsensusState;
  readonly outputs: readonly ConsensusOutput[];
}

export function timeoutMs(config: ConsensusConfig, view: number): number {
  return config.timeoutMsBase * 2 ** Math.min(view, TIMEOUT_DOUBLINGS_MAX);
}
