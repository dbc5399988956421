// How many executed transactions are final, without asking about each: those that were executed at a time are in no later
// round than their shard had executed by then, and are final with that round.
import type { ShardFacts } from "./load-api.ts";

interface Executed {
  readonly chain: string;
  readonly atMs: number;
  readonly count: number;
  /** Null until the shard was asked after `atMs`. */
  round: number | null;
}

export class Finality {
  #waiting: Executed[] = [];

  /** `atMs`: when it was known that so many transactions of the chain are executed. */
  executed(chain: string, count: number, atMs: number): void {
    this.#waiting.push({ chain, count, atMs, round: null });
  }

  /** How many of them have become final, by what the shards say that were asked at `askedMs`. */
  update(
    shards: readonly ShardFacts[],
    shardOf: (chain: string) => string,
    askedMs: number,
  ): number {
    const facts = new Map(shards.map((shard) => [shard.id, shard]));
    let final = 0;
    this.#waiting = this.#waiting.filter((one) => {
      const shard = facts.get(shardOf(one.chain));
      if (shard === undefined) return true;
      const { headRound, executedRound, finalRound, nextTick } = shard;
      if (one.atMs > askedMs && one.round === null) return true;
      one.round ??= Math.min(headRound, executedRound);
      // The last head may have no transactions, and then is never final itself.
      if (one.round > finalRound && nextTick !== null) return true;
      final += one.count;
      return false;
    });
    return final;
  }

  get isDone(): boolean {
    return this.#waiting.length === 0;
  }
}
