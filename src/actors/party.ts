// Who can have a part in a set's joint blocks, as a voter of the set has it: one of the set's shards, or on T0's duty the MerkleChain
// . The voter keeps a replica of each, follows it, hands it the certified blocks and hears from it what became of them.
import type { Outbox } from "./actor.ts";
import type { CertifiedParts } from "./certified-parts.ts";
import type { ConsensusInstance } from "./consensus-instance.ts";
import type { Lease } from "./lease.ts";
import type { Network } from "./network.ts";
import { patienceMs } from "./patience.ts";
import type { OpenPartRequest, PeerAnswer, PeerId, PeerRequest } from "./peers.ts";
import type { Clock } from "./ports.ts";

export interface PartyPorts {
  readonly clock: Clock;
  readonly network: Network;
  readonly outbox: Outbox;
  readonly lease: Lease;
}

export abstract class Party {
  readonly #ports: PartyPorts;
  readonly #peer: PeerId;
  /** The newest round that it says to have committed; the replica is to follow up to there. */
  #announced = 0;
  /**
   * Until when it may have decided a round of this set that the voter had no part in, in ms: what became of it is to be asked then; null
   * for none.
   */
  #passedMs: number | null = null;
  /** When it was asked for blocks last; 0 if it never was. */
  #askedMs = 0;
  #isAsking = false;
  /** Requests since it answered one. */
  #unanswered = 0;

  constructor(ports: PartyPorts, peer: PeerId) {
    this.#ports = ports;
    this.#peer = peer;
  }

  /** Of the replica. */
  abstract get headRound(): number;
  /** The shard by whose duty the set is on the party's: T0's for the MerkleChain (R-7.1). */
  abstract get dutyShard(): number;
  /** Takes one of the party's blocks over, after the checks that a vote for it would have needed. Whether the next may follow. */
  protected abstract follow(certifiedBlock: Uint8Array): boolean;
  /** whether what it opened the round with says that an announced epoch lapsed. */
  abstract isLapse(opening: OpenPartRequest): boolean;
  /** The certified block as the party gets it; null if it has no part in it. */
  abstract partIn(parts: CertifiedParts): Uint8Array | null;
  /** hands the certified block over. Nothing if the party has no part in it. */
  abstract handOver(parts: CertifiedParts): void;
  /** the party has committed the block of this value. False if this voter cannot take it over so, and has to follow. */
  abstract commit(instance: ConsensusInstance, value: Uint8Array): boolean;

  /** Whether it has blocks that the replica does not have, as it said itself, or may have. */
  get isBehind(): boolean {
    return this.headRound < this.#announced || this.#passedMs !== null;
  }

  /** who has a round with a set counts the set's voters as those who have its block, and tells them nothing. */
  passed(round: number): void {
    const closeMs = this.#ports.network.epochs.roundCloseMs(round);
    this.#passedMs = Math.max(this.#passedMs ?? closeMs, closeMs);
    this.askBlocks();
  }

  /** Whether it has not said so before. */
  isNews(round: number): boolean {
    return round > this.#announced;
  }

  /** It has committed blocks up to this round. */
  announced(round: number): void {
    if (round <= this.#announced) return;
    this.#announced = round;
    if (this.isBehind) this.askBlocks();
  }

  /** For blocks beyond the replica's head; not if that was asked a moment ago, and is not answered. */
  askBlocks(): void {
    const { clock, network } = this.#ports;
    const now = clock.now();
    if (this.#isAsking && now < this.#askedMs + patienceMs(network, 0)) return;
    this.#isAsking = true;
    this.#askedMs = now;
    this.#unanswered += 1;
    this.call({ kind: "blocks", afterRound: this.headRound });
  }

  /** When to ask for blocks again; whatever else is heard meanwhile does not put it off. */
  get blocksDueMs(): number {
    return this.#askedMs + patienceMs(this.#ports.network, this.#unanswered);
  }

  /** Whether the replica got further. */
  blocksAnswered(answer: PeerAnswer | null): boolean {
    this.#isAsking = false;
    if (answer?.kind !== "blocks") return false;
    // An answer from before it was decided says nothing of it.
    if (this.#passedMs !== null && this.#askedMs >= this.#passedMs) this.#passedMs = null;
    const before = this.headRound;
    answer.certifiedBlocks.every((one) => this.follow(one));
    // Only progress earns another question at once: useless answers are no better than none.
    const moved = this.headRound > before;
    if (!moved) return false;
    this.#unanswered = 0;
    if (this.isBehind) this.askBlocks();
    return true;
  }

  call(request: PeerRequest): void {
    this.#ports.outbox.call(this.#peer, request);
  }
}
