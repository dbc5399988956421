// What the one or two shards of a consensus instance say of its round: with what each opened it, and what each makes of its half.
import { isCross } from "../protocol/blocks/reach.ts";
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import type { ConsensusInstance } from "./consensus-instance.ts";
import type { Network } from "./network.ts";
import type { OpenRequest } from "./peers.ts";
import type { Clock } from "./ports.ts";
import { Settlement } from "./settlement.ts";
import type { Side } from "./side.ts";

/** A shard that opened the round. */
export interface Opened {
  /** What it opened the round with; null if a crash interrupted the instance: nothing new is proposed for it. */
  readonly request: OpenRequest | null;
  /** The candidates whose signatures hold; null until they are checked. */
  candidates: readonly VerifiedTransaction[] | null;
  verifying: boolean;
}

export class InstanceShards {
  readonly #ports: { readonly clock: Clock; readonly network: Network };
  readonly #instance: ConsensusInstance;
  readonly #opened = new Map<Side, Opened>();
  readonly #settlements = new Map<Side, Settlement>();

  constructor(
    ports: { readonly clock: Clock; readonly network: Network },
    instance: ConsensusInstance,
  ) {
    this.#ports = ports;
    this.#instance = instance;
  }

  /** Takes the opening in, the first of each side. */
  opens(side: Side, request: OpenRequest | null): void {
    if (this.#opened.has(side)) return;
    const candidates = request === null ? [] : null;
    this.#opened.set(side, { request, candidates, verifying: false });
    this.settle(side);
  }

  openedBy(side: Side): Opened | undefined {
    return this.#opened.get(side);
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

  /** The shard's word is needed: it opened the round, or stands in a block that this voter has of it. */
  settle(side: Side): void {
    if (this.#settlements.has(side)) return;
    this.#settlements.set(side, new Settlement(this.#ports, side, this.#instance));
  }

  get isEmpty(): boolean {
    return this.#settlements.size === 0;
  }

  get settlements(): readonly Settlement[] {
    return [...this.#settlements.values()];
  }

  settlementOf(side: Side): Settlement | undefined {
    return this.#settlements.get(side);
  }

  get unsettled(): readonly Settlement[] {
    return this.settlements.filter(({ isOver }) => !isOver);
  }

  /** whether every shard has decided it. */
  get isSettled(): boolean {
    return this.unsettled.length === 0;
  }
}
