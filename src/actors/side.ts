// One of the shards that a validator set covers, as a voter of the set has it: its own replica of the shard, how the replica follows,
// and what it says to the shard.
import type { FormedShardBlock } from "../protocol/blocks/build-shard-block.ts";
import type { CertifiedBlock } from "../protocol/blocks/shard-block.ts";
import type { CrossResult } from "../protocol/ledger/cross-result.ts";
import type { Outbox } from "./actor.ts";
import { CatchUp } from "./catch-up.ts";
import type { Findings } from "./findings.ts";
import type { Network } from "./network.ts";
import type { PeerAnswer, PeerRequest } from "./peers.ts";
import type { Clock, Log, Store } from "./ports.ts";
import { Replica } from "./replica.ts";
import { PAGE_CACHE_BYTES } from "./replica-state.ts";

// The first patience is half a round; each try doubles it.
const RETRY_DOUBLINGS_MAX = 5;

/**
 * What everybody waits for within the round, a result or its certificate, is asked for so often in one round before patience begins.
 * What is late by a round at each set on its way is late by more than k rounds in the end, and rounds are lost.
 */
const PROMPT_TRIES = 8;

export interface SidePorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly findings: Findings;
  readonly network: Network;
  readonly outbox: Outbox;
}

/** How long to wait for a shard after so many tries, in ms. */
export const patienceMs = ({ epoch }: Network, times: number): number =>
  (epoch.roundMs / 2) * 2 ** Math.min(times, RETRY_DOUBLINGS_MAX);

/** How long to wait, in ms, for something that is due within the round, after so many tries. */
export const promptMs = (network: Network, times: number): number =>
  times < PROMPT_TRIES
    ? network.epoch.roundMs / PROMPT_TRIES
    : patienceMs(network, times - PROMPT_TRIES);

export class Side {
  readonly shard: number;
  readonly replica: Replica;
  readonly #ports: SidePorts;
  readonly #set: number;
  readonly #catchUp: CatchUp;
  /** The newest round that the shard says to have committed; the replica is to follow up to there. */
  #announced = 0;
  /** Whether the shard had a round of this set that the voter had no part in: what became of it is to be asked. */
  #hasPassed = false;

  /** `sides`: how many the set has; they share the memory for pages. `execute`: what can be, on all of them. */
  constructor(ports: SidePorts, set: number, shard: number, sides: number, execute: () => boolean) {
    this.#ports = ports;
    this.#set = set;
    this.shard = shard;
    const { store, network } = ports;
    this.replica = new Replica(store, network, shard, PAGE_CACHE_BYTES / sides);
    this.#catchUp = new CatchUp({
      ...ports,
      replica: this.replica,
      execute: () => execute(),
      extend: (certified, formed, encoded) => this.extend(certified, formed, encoded),
    });
  }

  /** Whether the shard has blocks that the replica does not have, as the shard itself said, or may have. */
  get isBehind(): boolean {
    return this.replica.head.round < this.#announced || this.#hasPassed;
  }

  /** the shard counts its set's voters as those who have its block, and tells them nothing. This one may not have it. */
  passed(): void {
    this.#hasPassed = true;
    this.askBlocks();
  }

  /** Whether the shard has not said so before. */
  isNews(round: number): boolean {
    return round > this.#announced;
  }

  /** The shard has committed blocks up to this round. */
  announced(round: number): void {
    if (round <= this.#announced) return;
    this.#announced = round;
    if (this.isBehind) this.askBlocks();
  }

  /** For blocks beyond the replica's head. */
  askBlocks(): void {
    const { clock, network } = this.#ports;
    const request = this.#catchUp.ask(clock.now(), patienceMs(network, 0));
    if (request !== null) this.call(request);
  }

  /** When to ask for blocks again; whatever else is heard meanwhile does not put it off. */
  get blocksDueMs(): number {
    const { askedMs, unanswered } = this.#catchUp;
    return askedMs + patienceMs(this.#ports.network, unanswered);
  }

  /** Whether the replica got further. */
  blocksAnswered(answer: PeerAnswer | null): boolean {
    if (answer?.kind === "blocks") this.#hasPassed = false;
    const moved = this.#catchUp.answered(answer);
    if (moved && this.isBehind) this.askBlocks();
    return moved;
  }

  /**
   * Executes one round; whether there was one that could be. `cross`: the result that a `crossRound` needs. The shard keeps bodies for
   * everybody (section 15); this replica needs its head's only.
   */
  execute(cross: CrossResult | null = null): boolean {
    const executed = this.replica.executeNext(cross);
    if (executed !== null && executed.round < this.replica.head.round) {
      this.replica.blocks.prune(executed.round);
    }
    return executed !== null;
  }

  /** Makes a checked block the replica's head. */
  extend(certified: CertifiedBlock, formed: FormedShardBlock, encoded?: Uint8Array): void {
    const before = this.replica.head.round;
    this.replica.commit(certified, formed, encoded);
    const moved = this.replica.head.round > before;
    if (moved && before > 0 && before <= this.replica.executedRound)
      this.replica.blocks.prune(before);
  }

  call(request: PeerRequest): void {
    this.#ports.outbox.call({ kind: "shard", shard: this.shard }, request);
  }

  /** `partnerBlock`: the same block with the partner's body, where the two share transactions. */
  handOver(certifiedBlock: Uint8Array, partnerBlock: Uint8Array | null): void {
    this.call({ kind: "commit", set: this.#set, certifiedBlock, partnerBlock });
  }
}
