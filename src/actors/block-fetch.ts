// Asks the other voters for a block that this one lacks, one after another, the proposer first: any of them may be faulty, silent
// or without it as well.
import type { ConsensusConfig } from "../protocol/consensus/state.ts";
import { equalBytes } from "../protocol/encoding/bytes.ts";
import type { Outbox } from "./actor.ts";
import type { OtherVoters } from "./other-voters.ts";
import type { ProposedBlockRequest } from "./peers.ts";
import type { Clock } from "./ports.ts";

// After so long the next one is asked, and after a whole turn in vain ever later.
const PATIENCE_MS = 100;
const PATIENCE_DOUBLINGS_MAX = 6;

class BlockFetch {
  readonly #others: OtherVoters;
  readonly #outbox: Outbox;
  readonly #request: ProposedBlockRequest;
  readonly #first: number;
  #askedMs = 0;
  #asked = 0;

  /** `first`: the place of whom to ask first. */
  constructor(others: OtherVoters, outbox: Outbox, request: ProposedBlockRequest, first: number) {
    this.#others = others;
    this.#outbox = outbox;
    this.#request = request;
    this.#first = Math.max(first, 0);
  }

  get value(): Uint8Array {
    return this.#request.value;
  }

  /** When to ask the next one. */
  get dueMs(): number {
    if (this.#asked === 0) return this.#askedMs;
    const turns = Math.floor((this.#asked - 1) / this.#others.count);
    return this.#askedMs + PATIENCE_MS * 2 ** Math.min(turns, PATIENCE_DOUBLINGS_MAX);
  }

  ask(nowMs: number): void {
    const peer = this.#others.peer(this.#first + this.#asked);
    if (peer === undefined) return;
    this.#asked += 1;
    this.#askedMs = nowMs;
    this.#outbox.call(peer, this.#request);
  }

  /** Who was asked does not have it: the next one may, without waiting while the turn lasts. */
  failed(nowMs: number): void {
    if (this.#asked % this.#others.count !== 0) this.ask(nowMs);
  }
}

export interface MissingBlockPorts {
  readonly clock: Clock;
  readonly outbox: Outbox;
  readonly others: OtherVoters;
}

/** The one block of a consensus instance that its voter needs and does not have, if there is one. */
export class MissingBlock {
  readonly #ports: MissingBlockPorts;
  readonly #config: ConsensusConfig;
  #fetch: BlockFetch | null = null;

  constructor(ports: MissingBlockPorts, config: ConsensusConfig) {
    this.#ports = ports;
    this.#config = config;
  }

  get dueMs(): number | undefined {
    return this.#fetch?.dueMs;
  }

  /** Asks for the block of this value from now on, the proposer of `view` first; null: nothing is missing. */
  want(value: Uint8Array | null, view: number): void {
    const { clock, others, outbox } = this.#ports;
    if (value === null || others.count === 0) {
      this.#fetch = null;
      return;
    }
    if (this.isWanted(value)) return;
    const { set, round, proposerOf } = this.#config;
    const request = { kind: "proposedBlock", set, round, value } as const;
    this.#fetch = new BlockFetch(others, outbox, request, others.holderOf(proposerOf(view)));
    this.#fetch.ask(clock.now());
  }

  isWanted(value: Uint8Array): boolean {
    return this.#fetch !== null && equalBytes(this.#fetch.value, value);
  }

  /** Who was asked does not have it. */
  failed(): void {
    this.#fetch?.failed(this.#ports.clock.now());
  }

  tick(nowMs: number): void {
    if (this.#fetch !== null && nowMs >= this.#fetch.dueMs) this.#fetch.ask(nowMs);
  }
}
