// What the parties of a consensus instance say of its round: with what each opened it, and what each makes of its part.
import { isCross } from "../protocol/blocks/reach.ts";
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import type { ConsensusInstance } from "./consensus-instance.ts";
import type { Network } from "./network.ts";
import type { Party } from "./party.ts";
import type { OpenPartRequest, OpenRequest } from "./peers.ts";
import type { Clock } from "./ports.ts";
import { Settlement } from "./settlement.ts";
import { Side } from "./side.ts";

/** A shard that opened the round. */
export interface Opened {
  /** What it opened the round with; null if a crash interrupted the instance: nothing new is proposed for it. */
  readonly request: OpenRequest | null;
  /** The candidates whose signatures hold; null until they are checked. */
  candidates: readonly VerifiedTransaction[] | null;
  verifying: boolean;
}

export class InstanceParties {
  readonly #ports: { readonly clock: Clock; readonly network: Network };
  readonly #instance: ConsensusInstance;
  readonly #opened = new Map<Side, Opened>();
  #part: OpenPartRequest | null = null;
  #sinceMs: number | null = null;
  readonly #settlements = new Map<Party, Settlement>();

  constructor(
    ports: { readonly clock: Clock; readonly network: Network },
    instance: ConsensusInstance,
  ) {
    this.#ports = ports;
    this.#instance = instance;
  }

  /** Takes the opening in, the first of each party; null: one from before a crash. */
  opens(party: Party, request: OpenRequest | OpenPartRequest | null): void {
    if (party instanceof Side && request?.kind !== "openPart") {
      if (this.#opened.has(party)) return;
      const candidates = request === null ? [] : null;
      this.#opened.set(party, { request, candidates, verifying: false });
      this.#sinceMs ??= this.#ports.clock.now();
    } else if (request?.kind === "openPart") this.#part ??= request;
    this.settle(party);
  }

  openedBy(side: Side): Opened | undefined {
    return this.#opened.get(side);
  }

  /** With what the MerkleChain opened the round; null if it did not, or a crash came between. */
  get part(): OpenPartRequest | null {
    return this.#part;
  }

  /** All that are checked. */
  candidates(): VerifiedTransaction[] {
    return [...this.#opened.values()].flatMap((opened) => opened.candidates ?? []);
  }

  /** Whether one of the shards offers what the other must be there for. */
  get isForPair(): boolean {
    return [...this.#opened].some(([{ replica }, { candidates }]) =>
      candidates?.some((one) => isCross(replica.places, one)),
    );
  }

  /** When the first shard opened the round, by this voter's clock; null before. */
  get sinceMs(): number | null {
    return this.#sinceMs;
  }

  /** The party's word is needed: it opened the round, or has a part in a block that this voter has of it. */
  settle(party: Party): void {
    if (this.#settlements.has(party)) return;
    this.#settlements.set(party, new Settlement(this.#ports, party, this.#instance));
  }

  get isEmpty(): boolean {
    return this.#settlements.size === 0;
  }

  get settlements(): readonly Settlement[] {
    return [...this.#settlements.values()];
  }

  settlementOf(party: Party): Settlement | undefined {
    return this.#settlements.get(party);
  }

  get unsettled(): readonly Settlement[] {
    return this.settlements.filter(({ isOver }) => !isOver);
  }

  /** whether every party has decided it. */
  get isSettled(): boolean {
    return this.unsettled.length === 0;
  }
}
