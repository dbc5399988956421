// What a voter says to its set's shard, and how patiently: it hands certified blocks over and asks what rounds came to, again and
// again until the shard has answered, but ever less often.
import { certifiedBlockCodec } from "../protocol/blocks/shard-block.ts";
import { roundCloseMs } from "../protocol/rounds/epoch.ts";
import type { Outbox } from "./actor.ts";
import type { CatchUp } from "./catch-up.ts";
import type { ConsensusInstance } from "./consensus-instance.ts";
import type { Network } from "./network.ts";
import type { PeerRequest } from "./peers.ts";
import type { Clock } from "./ports.ts";

// The first patience is half a round; each try doubles it.
const RETRY_DOUBLINGS_MAX = 5;

export interface ShardLinkPorts {
  readonly clock: Clock;
  readonly network: Network;
  readonly outbox: Outbox;
  readonly catchUp: CatchUp;
}

export class ShardLink {
  readonly #ports: ShardLinkPorts;
  readonly #set: number;
  readonly #shard: number;

  constructor(ports: ShardLinkPorts, set: number, shard: number) {
    this.#ports = ports;
    this.#set = set;
    this.#shard = shard;
  }

  /** For blocks beyond the replica's head. */
  askBlocks(): void {
    const { clock, catchUp } = this.#ports;
    const request = catchUp.ask(clock.now(), this.retryMs(0));
    if (request !== null) this.#call(request);
  }

  /** When to ask for blocks again; whatever else is heard meanwhile does not put it off. */
  get blocksDueMs(): number {
    const { askedMs, unanswered } = this.#ports.catchUp;
    return askedMs + this.retryMs(unanswered);
  }

  askDecision(instance: ConsensusInstance): void {
    this.#sent(instance);
    this.#call({ kind: "decision", round: instance.round });
  }

  /** nothing if the certificate or its block is not here. */
  handOver(instance: ConsensusInstance): void {
    const { certified } = instance;
    if (certified === null) return;
    instance.encoded ??= certifiedBlockCodec.encode(certified);
    this.#sent(instance);
    this.#call({ kind: "commit", set: this.#set, certifiedBlock: instance.encoded });
  }

  /** When to speak to the shard about the round: until it has decided, if it is certified, or a later one waits, or overdue. */
  settleMs(instance: ConsensusInstance, isNextWaiting: boolean): number {
    const { epoch } = this.#ports.network;
    const retryMs = instance.sentMs + this.retryMs(instance.sent);
    if (instance.certificate !== null || isNextWaiting) return retryMs;
    // by then the shard has closed it.
    return Math.max(retryMs, roundCloseMs(epoch, instance.round));
  }

  /** The patience after so many tries. */
  retryMs(times: number): number {
    return (this.#ports.network.epoch.roundMs / 2) * 2 ** Math.min(times, RETRY_DOUBLINGS_MAX);
  }

  #sent(instance: ConsensusInstance): void {
    instance.sentMs = this.#ports.clock.now();
    instance.sent += 1;
  }

  #call(request: PeerRequest): void {
    this.#ports.outbox.call({ kind: "shard", shard: this.#shard }, request);
  }
}
