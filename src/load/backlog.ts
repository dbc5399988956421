// How much waits in each shard: as it said last, and what went there since. Where enough waits nothing more is sent, so that the
// load never fills a mempool, and what it measures is not its own queue.
import type { Flight, LoadChain } from "./lane.ts";
import type { ShardFacts } from "./load-api.ts";
import { add } from "./tally.ts";

/** Of the 10,000 that wait in one shard at most: more than the largest block takes. */
const WAITING_MAX = 4_000;

export class Backlog {
  #shardOf: ReadonlyMap<string, string> = new Map();
  #waiting = new Map<string, number>();
  #since = new Map<string, number>();

  /** Which shard has each chain now. */
  route(chains: readonly { readonly id: string; readonly shard: string }[]): void {
    this.#shardOf = new Map(chains.map(({ id, shard }) => [id, shard]));
  }

  /** Of the chain with this id. */
  shardOf(chain: string): string {
    return this.#shardOf.get(chain) ?? "?";
  }

  /** Each once. */
  shardsOf({ legs }: Flight): ReadonlySet<string> {
    return new Set(legs.map(({ lane }) => this.shardOf(lane.chain.id)));
  }

  isBehind(chain: LoadChain): boolean {
    const shard = this.shardOf(chain.id);
    return (this.#waiting.get(shard) ?? 0) + (this.#since.get(shard) ?? 0) >= WAITING_MAX;
  }

  sent(flight: Flight): void {
    for (const shard of this.shardsOf(flight)) add(this.#since, shard);
  }

  /** The shards are asked now: their answers will not know of what is sent from here on. */
  asking(): void {
    for (const [shard, count] of this.#since) add(this.#waiting, shard, count);
    this.#since = new Map();
  }

  answered(shards: readonly ShardFacts[]): void {
    this.#waiting = new Map(shards.map(({ id, waiting }) => [id, waiting]));
  }

  /** Those where nothing more is sent for now. */
  get behind(): readonly string[] {
    return [...this.#waiting].filter(([, count]) => count >= WAITING_MAX).map(([shard]) => shard);
  }
}
