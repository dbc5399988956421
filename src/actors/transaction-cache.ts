// Waiting transactions in their decoded form, as many as a full block has: decoding costs tens of microseconds, and a decoded one
// more than ten times the memory of its bytes.
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import { KIB } from "../protocol/limits.ts";

/** 2,500 transfers. */
const CACHE_BYTES_MAX = 640 * KIB;

export class TransactionCache {
  /** Who was chosen longest ago, or never, first. */
  readonly #kept = new Map<string, VerifiedTransaction>();
  #bytes = 0;

  get(idHex: string): VerifiedTransaction | undefined {
    return this.#kept.get(idHex);
  }

  /** Of a newcomer: only if there is room. When more waits than fits, those that came before it are chosen before it. */
  offer(transaction: VerifiedTransaction): void {
    if (this.#bytes + transaction.bytes.length <= CACHE_BYTES_MAX) this.keep(transaction);
  }

  /** Of one that is chosen: the block that holds it comes soon. */
  keep(transaction: VerifiedTransaction): void {
    this.forget(transaction.idHex);
    this.#kept.set(transaction.idHex, transaction);
    this.#bytes += transaction.bytes.length;
    for (const idHex of this.#kept.keys()) {
      if (this.#bytes <= CACHE_BYTES_MAX) return;
      this.forget(idHex);
    }
  }

  forget(idHex: string): void {
    const kept = this.#kept.get(idHex);
    if (kept === undefined) return;
    this.#kept.delete(idHex);
    this.#bytes -= kept.bytes.length;
  }
}
