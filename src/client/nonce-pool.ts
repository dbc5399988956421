// The nonces of one account on one chain: which is next, which came back unused, and what was
// accepted under those that are not executed yet.
import type { SignedTransaction } from "./build-transaction.ts";

/** Accepted transactions that are kept to be sent again, should the network have lost them. */
const KEPT_MAX = 4_000;

export class NoncePool {
  /** Null until the network was asked. */
  #next: number | null = null;
  /** Below `next`, carried by nothing that the network has accepted. */
  readonly #free = new Set<number>();
  readonly #kept = new Map<number, SignedTransaction>();

  /** The least free nonce. */
  take(): number {
    if (this.#next === null) throw new Error("Cannot choose a nonce before the network was asked");
    if (this.#free.size > 0) {
      const least = Math.min(...this.#free);
      this.#free.delete(least);
      return least;
    }
    const nonce = this.#next;
    this.#next += 1;
    return nonce;
  }

  giveBack(nonce: number): void {
    this.#free.add(nonce);
    // The last ones are simply not given out yet.
    while (this.#next !== null && this.#free.delete(this.#next - 1)) this.#next -= 1;
  }

  /** Accepted, or in the place of an accepted one. */
  keep(transaction: SignedTransaction): void {
    this.#kept.set(transaction.nonce, transaction);
    const oldest = this.#kept.keys().next().value;
    if (this.#kept.size > KEPT_MAX && oldest !== undefined) this.#kept.delete(oldest);
  }

  /** Whether something accepted waits for a nonce that nobody has. */
  hasGap(): boolean {
    return this.#free.size > 0;
  }

  /**
   * What the network says: `nonce` is the first that is not executed, `nextNonce` the first behind
   * the unbroken run of what is included and waiting. `held`: under way right now. Returns what was
   * accepted and is missing there.
   */
  update(
    nonce: number,
    nextNonce: number,
    held: ReadonlySet<number | undefined>,
  ): SignedTransaction[] {
    for (const kept of this.#kept.keys()) if (kept < nonce) this.#kept.delete(kept);
    for (const free of this.#free) if (free < nextNonce) this.#free.delete(free);
    if (this.#next === null || this.#next <= nextNonce) {
      // Others have used the key too, or nothing is under way.
      this.#next = nextNonce;
      return [];
    }
    const lost: SignedTransaction[] = [];
    for (let missing = nextNonce; missing < this.#next; missing++) {
      if (held.has(missing) || this.#free.has(missing)) continue;
      const kept = this.#kept.get(missing);
      if (kept === undefined) this.giveBack(missing);
      else lost.push(kept);
    }
    return lost;
  }
}
