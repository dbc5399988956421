// What an actor acts under: up to the lease's last round no other epoch begins than those that it knows. The MerkleChain gives
// leases; an actor that is cut off from it stands still beyond its own, and so can never make a round that a later epoch makes.
import { utf8 } from "../protocol/encoding/bytes.ts";
import { verifyEpochProof } from "../protocol/proofs/epoch-proof.ts";
import type { Outbox } from "./actor.ts";
import { readU64Key, u64Key } from "./keys.ts";
import type { Network } from "./network.ts";
import { patienceMs } from "./patience.ts";
import type { PeerAnswer } from "./peers.ts";
import type { Clock, Log, Store, Table } from "./ports.ts";

export interface LeasePorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly network: Network;
  readonly outbox: Outbox;
}

const KEY = utf8("lease");
// Of the tries that lengthen patience, where the MerkleChain does answer: two rounds.
const ANSWERED_TRIES_MAX = 3;

export class Lease {
  readonly #ports: LeasePorts;
  readonly #meta: Table;
  #lastRound: number;
  /** What somebody is to act in, and the lease does not reach. */
  #wanted = 0;
  /** An epoch that somebody spoke of and that is not known. */
  #heardEpoch = 0;
  #askedMs = Number.NEGATIVE_INFINITY;
  /** Requests since the last answer. */
  #unanswered = 0;

  constructor(ports: LeasePorts) {
    this.#ports = ports;
    this.#meta = ports.store.table("meta");
    const stored = this.#meta.get(KEY);
    this.#lastRound = stored === undefined ? 0 : readU64Key(stored);
  }

  /** The last round that it reaches. No epoch can be announced before it has begun: its first rounds need no asking. */
  get lastRound(): number {
    const { activationRound, leaseRounds } = this.#ports.network.epoch;
    return Math.max(this.#lastRound, activationRound + leaseRounds);
  }

  covers(round: number): boolean {
    return round <= this.lastRound;
  }

  /** Somebody is to act in this round: asks for a lease that reaches it, and while half of one is left, for the next. */
  need(round: number): void {
    const { leaseRounds } = this.#ports.network.epoch;
    if (!this.covers(round)) this.#wanted = round;
    if (this.lastRound - round < leaseRounds / 2) this.#ask();
  }

  /** Somebody acts in an epoch that is not known here; one answer shows whether there is any such. */
  heardOf(epoch: number): void {
    if (epoch <= this.#ports.network.epoch.epoch) return;
    this.#heardEpoch = epoch;
    this.#ask();
  }

  /** Asks again where nothing came of it. Call it at every tick. */
  drive(): void {
    if (this.#isWanted) this.#ask();
  }

  /** When to ask again; null if nobody waits for it. */
  nextMs(): number | null {
    if (!this.#isWanted) return null;
    const now = this.#ports.clock.now();
    return now < this.#askedMs ? now : this.#dueMs;
  }

  /** Takes the answer to a `lease`. Whether it changes anything. */
  answered(answer: PeerAnswer | null): boolean {
    if (answer?.kind !== "leased") return false;
    // Where an epoch is announced an answer brings nothing for some rounds.
    this.#unanswered = Math.min(this.#unanswered, ANSWERED_TRIES_MAX);
    const { network } = this.#ports;
    const before = network.epoch.epoch;
    if (!this.follow(answer.proofs)) return false;
    this.#heardEpoch = 0;
    const isNews = answer.lastRound > this.lastRound || network.epoch.epoch > before;
    if (isNews) this.#unanswered = 0;
    if (answer.epoch > network.epoch.epoch) {
      // More epochs than one answer shows.
      if (network.epoch.epoch > before) this.#askedMs = Number.NEGATIVE_INFINITY;
      this.#ask();
    } else if (answer.lastRound > this.#lastRound) {
      this.#lastRound = answer.lastRound;
      this.#meta.put(KEY, u64Key(answer.lastRound));
    }
    return isNews;
  }

  /** takes epochs over that follow from those known. Whether all of them hold. */
  follow(proofs: readonly Uint8Array[]): boolean {
    const { network, log } = this.#ports;
    for (const proof of proofs) {
      const shown = verifyEpochProof(network, proof);
      if (shown.ok) network.follow(shown.value.record, shown.value.seats);
      // An answer that is late, or repeated, shows what is known.
      else if (shown.refusal.code !== "EPOCH_PROOF_NOT_NEXT") {
        log.write("epoch refused", { refusal: shown.refusal });
        return false;
      }
    }
    return true;
  }

  get #isWanted(): boolean {
    return !this.covers(this.#wanted) || this.#heardEpoch > this.#ports.network.epoch.epoch;
  }

  get #dueMs(): number {
    return this.#askedMs + patienceMs(this.#ports.network, Math.max(this.#unanswered - 1, 0));
  }

  #ask(): void {
    const { clock, network, outbox } = this.#ports;
    const now = clock.now();
    // A clock that was ahead when it asked has not asked yet.
    if (now < this.#dueMs && now >= this.#askedMs) return;
    this.#askedMs = now;
    this.#unanswered += 1;
    outbox.call({ kind: "merkleChain" }, { kind: "lease", epoch: network.epoch.epoch });
  }
}
