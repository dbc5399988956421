// What waits before a transaction, as rounds to come take it in: each in the order of its lines, in the parts of a block.
import type { BlockPart } from "../protocol/blocks/block-order.ts";
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import { type LegPlace, placesOf, senderName } from "../protocol/ledger/waiting.ts";
import type { Refusal } from "../protocol/refusal.ts";
import type { ComingBlock } from "./coming-rounds.ts";
import { isForGood } from "./leaving.ts";

interface Queue {
  /** By nonce. */
  readonly entries: { readonly transaction: VerifiedTransaction; readonly nonce: number }[];
  /** How many of them are gone. */
  gone: number;
}

export interface Refused {
  readonly transaction: VerifiedTransaction;
  readonly refusal: Refusal;
}

/** A round costs what it takes in, and one look at each line. */
export class WaitingAhead {
  readonly #isOwn: (chain: number) => boolean;
  readonly #queues = new Map<string, Queue>();
  #size: number;

  /** `isOwn`: whether the chain is the shard's, so that places there are lines of its mempool. */
  constructor(ahead: readonly VerifiedTransaction[], isOwn: (chain: number) => boolean) {
    this.#isOwn = isOwn;
    this.#size = ahead.length;
    for (const transaction of ahead) {
      for (const place of this.#placesOf(transaction)) {
        const queue = this.#queues.get(nameOf(place)) ?? { entries: [], gone: 0 };
        this.#queues.set(nameOf(place), queue);
        queue.entries.push({ transaction, nonce: place.nonce });
      }
    }
    for (const { entries } of this.#queues.values()) entries.sort((a, b) => a.nonce - b.nonce);
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Puts into the part of the block all that can come next in it, and answers why others that have their turn cannot. What never
   * can makes way, as in a mempool.
   */
  fill(block: ComingBlock, part: BlockPart): Refused[] {
    const looked = new Map<VerifiedTransaction, Refusal>();
    const open = [...this.#queues.values()];
    for (const queue of open) {
      for (let next = frontOf(queue); next !== undefined; next = frontOf(queue)) {
        const { transaction } = next;
        const isDue = block.partOf(transaction) === part && this.behind(transaction) === null;
        if (!isDue || looked.has(transaction)) break;
        const refusal = block.add(transaction);
        if (refusal !== null && !isDead(refusal, transaction)) {
          looked.set(transaction, refusal);
          break;
        }
        this.#size -= 1;
        for (const own of this.#queuesOf(transaction)) {
          own.gone += 1;
          // What is behind it in its other line can have its turn, too.
          if (own !== queue) open.push(own);
        }
      }
    }
    return [...looked].map(([transaction, refusal]) => ({ transaction, refusal }));
  }

  /** NONCE_GAP with what still waits before the transaction; null if nothing does. */
  behind(transaction: VerifiedTransaction): Refusal | null {
    for (const place of this.#placesOf(transaction)) {
      const queue = this.#queues.get(nameOf(place));
      const front = queue === undefined ? undefined : frontOf(queue);
      const { chain, nonce } = place;
      if (front !== undefined && front.nonce < nonce)
        return { code: "NONCE_GAP", chain, nonce, next: front.nonce };
    }
    return null;
  }

  #placesOf(transaction: VerifiedTransaction): LegPlace[] {
    return placesOf(transaction).filter(({ chain }) => this.#isOwn(chain));
  }

  #queuesOf(transaction: VerifiedTransaction): Queue[] {
    return this.#placesOf(transaction).flatMap((place) => this.#queues.get(nameOf(place)) ?? []);
  }
}

/** It leaves the mempool, sooner or later, and what is behind it has its turn. */
export const isDead = (refusal: Refusal, { transaction }: VerifiedTransaction): boolean =>
  refusal.code === "VALID_UNTIL_PAST" || isForGood(refusal, transaction.validUntil);

const nameOf = ({ chain, sender }: LegPlace): string => `${chain} ${senderName(sender)}`;

const frontOf = ({ entries, gone }: Queue) => entries[gone];
