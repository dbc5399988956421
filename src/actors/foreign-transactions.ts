// Transactions of a certified block that the shard never admitted: their signatures are checked once, and the verdicts kept
// until the round is decided.
import { toHex } from "../protocol/encoding/bytes.ts";
import type { UnverifiedTransaction, VerifiedTransaction } from "../protocol/ledger/unverified.ts";

export class ForeignTransactions {
  /** By leaf in hex; null for a signature that does not hold. */
  readonly #verdicts = new Map<string, VerifiedTransaction | null>();
  /** What is being checked. */
  #asked: { readonly round: number; readonly leaves: readonly string[] } | null = null;

  /** undefined until the transaction is checked. */
  verdict({ leaf }: UnverifiedTransaction): VerifiedTransaction | null | undefined {
    return this.#verdicts.get(toHex(leaf));
  }

  /** Whether these shall be checked now: one block's at a time, and each once. */
  ask(round: number, transactions: readonly UnverifiedTransaction[]): boolean {
    if (this.#asked !== null) return false;
    this.#asked = { round, leaves: transactions.map(({ leaf }) => toHex(leaf)) };
    return true;
  }

  /** What came back of the check: those that hold. */
  checked(round: number, transactions: readonly VerifiedTransaction[]): void {
    if (this.#asked?.round !== round) return;
    for (const leaf of this.#asked.leaves) this.#verdicts.set(leaf, null);
    for (const transaction of transactions) {
      this.#verdicts.set(toHex(transaction.leaf), transaction);
    }
    this.#asked = null;
  }

  /** The round is decided. */
  clear(): void {
    this.#verdicts.clear();
    this.#asked = null;
  }
}
