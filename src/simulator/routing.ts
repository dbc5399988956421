// Which shard a gateway asks about a chain: by the genesis record, and by what the MerkleChain's directory told since.
import type { Directory } from "../actors/rpc.ts";
import type { Genesis } from "../protocol/rounds/epoch.ts";

export class Routing {
  readonly #homes: Map<number, number>;
  readonly #shards: number;

  constructor({ chains, epoch }: Genesis) {
    this.#homes = new Map(chains.map(({ chain, shard }) => [chain, shard]));
    this.#shards = epoch.shards.length;
  }

  /** Of a chain that nobody has heard of any shard: it says so itself. */
  shardOf(chain: number): number {
    return this.#homes.get(chain) ?? chain % this.#shards;
  }

  heardDirectory({ chains }: Directory): void {
    for (const { chain, shard } of chains) this.#homes.set(chain, shard);
  }
}
