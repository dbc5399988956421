// What a shard, or the MerkleChain, makes of its part of a certified block, and how patiently a voter asks: it hands the block over and
// asks what the round came to, again and again until that is answered, but ever less often. An instance ends with the settlements of
// all its parties.
import type { ConsensusInstance } from "./consensus-instance.ts";
import type { Network } from "./network.ts";
import type { Party } from "./party.ts";
import { patienceMs } from "./patience.ts";
import type { Clock } from "./ports.ts";

/** A shard that waits for its partner is asked so much sooner than one that cannot say. */
const ACCEPTED_PARTS = 8;

export class Settlement {
  readonly party: Party;
  /** It has decided its part, and if it committed it, the replica has it. */
  isOver = false;
  /** It committed the round's block, and this replica has yet to follow. */
  isCommitted = false;
  readonly #clock: Clock;
  readonly #network: Network;
  readonly #instance: ConsensusInstance;
  /** When it was last handed the certified block, or asked what the round came to, and how often. */
  #sentMs = 0;
  #sent = 0;
  /** How often the shard has said that it waits for its partner only. */
  #accepted = 0;

  constructor(
    { clock, network }: { readonly clock: Clock; readonly network: Network },
    party: Party,
    instance: ConsensusInstance,
  ) {
    this.#clock = clock;
    this.#network = network;
    this.party = party;
    this.#instance = instance;
  }

  get wasSent(): boolean {
    return this.#sent > 0;
  }

  askDecision(): void {
    this.#mark();
    this.party.call({ kind: "decision", round: this.#instance.round });
  }

  /** Whether there is a certified part for it: else all that can be done is to ask what the round came to. */
  get hasPart(): boolean {
    return this.party.partIn(this.#instance.certifiedParts) !== null;
  }

  /** nothing if the certificate or its block is not here; who has no part in it is asked. */
  handOver(): void {
    if (this.#instance.certified === null) return;
    if (!this.hasPart) {
      this.askDecision();
      return;
    }
    this.#mark();
    this.party.handOver(this.#instance.certifiedParts);
  }

  /** the partner's word takes the shard a moment; only a silent partner takes longer. */
  accepted(): void {
    this.#accepted += 1;
  }

  /** Another hands it over first: this voter asks later. */
  wait(): void {
    if (this.#sent === 0) this.#sentMs = this.#clock.now();
  }

  /** When to speak to it about the round: until it has decided, if it is certified, or a later one waits, or overdue. */
  dueMs(isNextWaiting: boolean): number {
    if (this.#accepted > 0) {
      const soonMs = patienceMs(this.#network, this.#accepted - 1) / ACCEPTED_PARTS;
      return this.#sentMs + soonMs;
    }
    const retryMs = this.#sentMs + patienceMs(this.#network, this.#sent);
    if (this.#instance.certificate !== null || isNextWaiting) return retryMs;
    // by then the shard has closed it.
    return Math.max(retryMs, this.#network.epochs.roundCloseMs(this.#instance.round));
  }

  #mark(): void {
    this.#sentMs = this.#clock.now();
    this.#sent += 1;
  }
}
