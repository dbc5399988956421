// How much of a block transactions over two chains may take while others wait: they come first in it, and a flood of them
// between two tokens that cost nothing must not keep every payment out. Half of each limit, and all that the others leave.
import {
  CHAIN_BLOCK_BYTES_MAX,
  SHARD_BLOCK_BYTES_MAX,
  SHARD_BLOCK_TRANSACTIONS_MAX,
} from "../limits.ts";
import type { Refusal } from "../refusal.ts";
import type { VerifiedTransaction } from "./unverified.ts";

/** What waits that touches one chain only. */
export interface SinglesWaiting {
  readonly transactions: number;
  readonly bytes: number;
  chainBytes(chain: number): number;
}

const shareOf = (limit: number, others: number): number =>
  Math.max(Math.floor(limit / 2), limit - others);

export class PairShare {
  readonly #singles: SinglesWaiting;
  readonly #chainBytes = new Map<number, number>();
  #transactions: number;
  #bytes: number;

  constructor(singles: SinglesWaiting) {
    this.#singles = singles;
    this.#transactions = shareOf(SHARD_BLOCK_TRANSACTIONS_MAX, singles.transactions);
    this.#bytes = shareOf(SHARD_BLOCK_BYTES_MAX, singles.bytes);
  }

  /** BLOCK_FULL with the limit whose share has no room for it; null if all have. */
  full({ bytes, transaction }: VerifiedTransaction): Refusal | null {
    if (this.#transactions < 1) return { code: "BLOCK_FULL", limit: "shard transactions" };
    if (this.#bytes < bytes.length) return { code: "BLOCK_FULL", limit: "shard bytes" };
    const isFull = transaction.legs.some(({ chain }) => this.#left(chain) < bytes.length);
    return isFull ? { code: "BLOCK_FULL", limit: "chain bytes" } : null;
  }

  take({ bytes, transaction }: VerifiedTransaction): void {
    this.#transactions -= 1;
    this.#bytes -= bytes.length;
    for (const { chain } of transaction.legs) {
      this.#chainBytes.set(chain, this.#left(chain) - bytes.length);
    }
  }

  #left(chain: number): number {
    const known = this.#chainBytes.get(chain);
    if (known !== undefined) return known;
    const left = shareOf(CHAIN_BLOCK_BYTES_MAX, this.#singles.chainBytes(chain));
    this.#chainBytes.set(chain, left);
    return left;
  }
}
