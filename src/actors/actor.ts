// The shape of an actor: synchronous steps over a store, and effects that the runner performs once the step is durable.
import type { UnverifiedTransaction, VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import type { PeerAnswer, PeerId, PeerRequest } from "./peers.ts";

export type Effect =
  /** Sends a request. May be lost. Comes back as `answered`, with null for no answer in time. */
  | { readonly kind: "call"; readonly to: PeerId; readonly request: PeerRequest }
  /** Checks signatures natively. Not lost while the actor lives. Comes back as `verified`, bad ones left out. */
  | {
      readonly kind: "verify";
      readonly purpose: number;
      readonly transactions: readonly UnverifiedTransaction[];
    }
  /** Runs `work` soon, off the caller's path. May be lost: a tick finds the same work. */
  | { readonly kind: "work" };

export interface Actor {
  /** A peer's request, answered within the step. */
  receive(request: PeerRequest): PeerAnswer;
  /** What came back of a call; null if nothing did in time. */
  answered(to: PeerId, request: PeerRequest, answer: PeerAnswer | null): void;
  verified(purpose: number, transactions: readonly VerifiedTransaction[]): void;
  /** The only driver in time. Safe to call at any moment, any number of times. */
  tick(): void;
  work(): void;
  /** When the next tick is due, in ms since 1970; null with no work. */
  nextTickMs(): number | null;
  /** The effects of the steps since the last call. */
  takeEffects(): readonly Effect[];
}

/** Collects effects between steps. */
export class Outbox {
  #effects: Effect[] = [];

  call(to: PeerId, request: PeerRequest): void {
    this.#effects.push({ kind: "call", to, request });
  }

  verify(purpose: number, transactions: readonly UnverifiedTransaction[]): void {
    this.#effects.push({ kind: "verify", purpose, transactions });
  }

  work(): void {
    if (!this.#effects.some(({ kind }) => kind === "work")) this.#effects.push({ kind: "work" });
  }

  take(): readonly Effect[] {
    const effects = this.#effects;
    this.#effects = [];
    return effects;
  }
}
