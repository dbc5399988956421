// The committed rounds of a replica that wait for their execution: decoded as they were judged, or read back after a restart.
import { invariant } from "../protocol/assert.ts";
import type { FormedShardBlock } from "../protocol/blocks/build-shard-block.ts";
import { jointHeaderHash } from "../protocol/blocks/joint-header.ts";
import { totalOrder } from "../protocol/blocks/shard-block.ts";
import { storedTransaction } from "../protocol/ledger/unverified.ts";
import type { RoundInclusions } from "../protocol/reserve/window.ts";
import type { BlockStore } from "./block-store.ts";

/** A committed round that is next to be executed and has cross-shard transactions. */
export interface CrossRound {
  readonly round: number;
  /** Of the joint header. */
  readonly headerHash: Uint8Array;
  /** The set that made the block, and certifies the result. */
  readonly set: number;
  /** The other shard. */
  readonly partner: number;
  /** In joint order, with the verdicts of of this shard's legs; those of the partner's are its own business. */
  readonly transactions: FormedShardBlock["placed"];
}

export interface Unexecuted {
  readonly placed: FormedShardBlock["placed"];
  /** How many of them touch the partner shard, too: the first ones. */
  readonly crossShard: number;
}

export interface UnexecutedRound extends Unexecuted {
  readonly round: number;
}

export class UnexecutedRounds {
  readonly #networkId: Uint8Array;
  readonly #shard: number;
  readonly #blocks: BlockStore;
  readonly #rounds = new Map<number, Unexecuted>();
  /** What was asked for last. */
  #cross: CrossRound | null = null;

  constructor(networkId: Uint8Array, shard: number, blocks: BlockStore) {
    this.#networkId = networkId;
    this.#shard = shard;
    this.#blocks = blocks;
  }

  committed(round: number, { placed, shardBlock }: FormedShardBlock): void {
    this.#rounds.set(round, { placed, crossShard: shardBlock.crossShard.length });
  }

  executed(round: number): void {
    this.#rounds.delete(round);
    this.#cross = null;
  }

  /** `inclusions`: of the round, with its legs. */
  get(round: number, inclusions: RoundInclusions): Unexecuted {
    const known = this.#rounds.get(round) ?? this.#load(round, inclusions);
    this.#rounds.set(round, known);
    return known;
  }

  /** Of the rounds of `history` those behind `executed`. */
  after(executed: number, history: readonly RoundInclusions[]): UnexecutedRound[] {
    return history
      .filter(({ round }) => round > executed)
      .map((included) => ({ round: included.round, ...this.get(included.round, included) }));
  }

  /** null if the round touches no other shard. */
  crossRound(round: number, inclusions: RoundInclusions): CrossRound | null {
    if (this.#cross?.round === round) return this.#cross;
    const { placed, crossShard } = this.get(round, inclusions);
    if (crossShard === 0) return null;
    const header = this.#blocks.header(round)?.header;
    const partner = header?.halves.find(({ shard }) => shard !== this.#shard)?.shard;
    invariant(
      header !== undefined && partner !== undefined,
      "R-3.6 Cross-shard transactions in a half alone",
      { round },
    );
    const transactions = placed.slice(0, crossShard);
    const headerHash = jointHeaderHash(header);
    this.#cross = { round, headerHash, set: header.set, partner, transactions };
    return this.#cross;
  }

  #load(round: number, inclusions: RoundInclusions): Unexecuted {
    const block = this.#blocks
      .block(round)
      ?.block.shardBlocks.find(({ shard }) => shard === this.#shard);
    invariant(block !== undefined, "A committed round without its block", { round });
    const emptying = new Map<string, boolean>();
    for (const { chain, legs } of inclusions.chains) {
      for (const leg of legs) emptying.set(`${leg.transaction}:${chain}`, leg.possiblyEmptying);
    }
    const placed = [...totalOrder(block)].map((bytes) => {
      const transaction = storedTransaction(bytes, this.#networkId);
      const possiblyEmptying = transaction.transaction.legs.map(
        ({ chain }) => emptying.get(`${transaction.idHex}:${chain}`) ?? false,
      );
      return { transaction, possiblyEmptying };
    });
    return { placed, crossShard: block.crossShard.length };
  }
}
