// How the MerkleChain tells the shards of a new epoch: each of them until it says that it knows, so that also a shard that slept
// counts rounds as all others do. Once an epoch, as many calls as there are shards.
import { concatBytes, utf8 } from "../protocol/encoding/bytes.ts";
import type { Outbox } from "./actor.ts";
import { readU64Key, u32Key, u64Key } from "./keys.ts";
import type { Network } from "./network.ts";
import { patienceMs } from "./patience.ts";
import type { PeerAnswer } from "./peers.ts";
import type { Clock, Store, Table } from "./ports.ts";

export interface EpochNewsPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly network: Network;
  readonly outbox: Outbox;
  /** The number of the newest epoch that can be shown. */
  readonly newest: () => number;
  /** What shows the epochs behind this one, as many as one message takes. */
  readonly proofsAfter: (epoch: number) => readonly Uint8Array[];
}

const PREFIX = utf8("knows epoch ");

export class EpochNews {
  readonly #ports: EpochNewsPorts;
  readonly #meta: Table;
  /** By shard: the newest epoch that it is known to know. */
  readonly #known = new Map<number, number>();
  #toldMs = Number.NEGATIVE_INFINITY;
  #tries = 0;

  constructor(ports: EpochNewsPorts) {
    this.#ports = ports;
    this.#meta = ports.store.table("meta");
    for (const { shard } of ports.network.epoch.shards) {
      const stored = this.#meta.get(keyOf(shard));
      this.#known.set(shard, stored === undefined ? 0 : readU64Key(stored));
    }
  }

  /** There is a new epoch that can be shown. */
  begin(): void {
    this.#tries = 0;
    this.#tell();
  }

  /** Says it again to those that have not answered. Call it at every tick. */
  drive(): void {
    const due = this.nextMs();
    if (due !== null && this.#ports.clock.now() >= due) this.#tell();
  }

  nextMs(): number | null {
    if (this.#behind.length === 0) return null;
    return this.#toldMs + patienceMs(this.#ports.network, Math.max(this.#tries - 1, 0));
  }

  answered(shard: number, answer: PeerAnswer | null): void {
    if (answer?.kind !== "epoch") return;
    const known = Math.min(answer.epoch, this.#ports.newest());
    if (known <= (this.#known.get(shard) ?? known)) return;
    this.#known.set(shard, known);
    this.#meta.put(keyOf(shard), u64Key(known));
  }

  get #behind(): readonly number[] {
    const epoch = this.#ports.newest();
    return [...this.#known].flatMap(([shard, known]) => (known < epoch ? [shard] : []));
  }

  #tell(): void {
    const { clock, outbox, proofsAfter } = this.#ports;
    this.#toldMs = clock.now();
    this.#tries += 1;
    for (const shard of this.#behind) {
      const proofs = proofsAfter(this.#known.get(shard) ?? 0);
      outbox.call({ kind: "shard", shard }, { kind: "epochs", proofs });
    }
  }
}

const keyOf = (shard: number): Uint8Array => concatBytes(PREFIX, u32Key(shard));
