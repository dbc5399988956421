// One of the shards that a validator set covers, as a voter of the set has it: its own replica of the shard, and how that follows.
import type { FormedShardBlock } from "../protocol/blocks/build-shard-block.ts";
import type { CertifiedBlock } from "../protocol/blocks/shard-block.ts";
import type { CrossResult } from "../protocol/ledger/cross-result.ts";
import type { CertifiedParts } from "./certified-parts.ts";
import type { ConsensusInstance } from "./consensus-instance.ts";
import type { Findings } from "./findings.ts";
import { followedBlock } from "./followed-block.ts";
import { Party, type PartyPorts } from "./party.ts";
import type { Log, Store } from "./ports.ts";
import { Replica } from "./replica.ts";
import { PAGE_CACHE_BYTES } from "./replica-state.ts";

export interface SidePorts extends PartyPorts {
  readonly store: Store;
  readonly log: Log;
  readonly findings: Findings;
}

export class Side extends Party {
  readonly shard: number;
  readonly replica: Replica;
  readonly #ports: SidePorts;
  readonly #set: number;
  readonly #execute: () => boolean;

  /** `sides`: how many the set has; they share the memory for pages. `execute`: what can be, on all of them. */
  constructor(ports: SidePorts, set: number, shard: number, sides: number, execute: () => boolean) {
    super(ports, { kind: "shard", shard });
    this.#ports = ports;
    this.#set = set;
    this.shard = shard;
    this.#execute = execute;
    this.replica = new Replica(ports.store, ports.network, shard, PAGE_CACHE_BYTES / sides);
  }

  override get headRound(): number {
    return this.replica.head.round;
  }

  /** A shard opens no round beyond its lease. */
  override isLapse(): boolean {
    return false;
  }

  override get dutyShard(): number {
    return this.shard;
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

  override partIn(parts: CertifiedParts): Uint8Array | null {
    return parts.encodedFor(this.shard);
  }

  override handOver(parts: CertifiedParts): void {
    const certifiedBlock = this.partIn(parts);
    if (certifiedBlock === null) return;
    const partnerBlock = parts.partnerOf(this.shard);
    this.call({ kind: "commit", set: this.#set, certifiedBlock, partnerBlock });
  }

  override commit(instance: ConsensusInstance, value: Uint8Array): boolean {
    const committed = instance.toCommit(this, value);
    if (committed === null) return false;
    const encoded = this.partIn(instance.certifiedParts) ?? undefined;
    this.#extend(committed.certified, committed.formed, encoded);
    this.#ports.outbox.work();
    return true;
  }

  protected override follow(bytes: Uint8Array): boolean {
    const { replica } = this;
    const ports = { ...this.#ports, replica, execute: this.#execute };
    const followed = followedBlock(ports, bytes);
    if (typeof followed === "string") return followed === "known";
    this.#extend(followed.certified, followed.formed, bytes);
    return true;
  }

  /** Makes a checked block the replica's head. */
  #extend(certified: CertifiedBlock, formed: FormedShardBlock, encoded?: Uint8Array): void {
    const before = this.replica.head.round;
    this.replica.commit(certified, formed, encoded);
    const moved = this.replica.head.round > before;
    if (moved && before > 0 && before <= this.replica.executedRound)
      this.replica.blocks.prune(before);
  }
}
