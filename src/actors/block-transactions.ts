// What a shard knows of the transactions in a certified block: those that it offered or that wait are verified; the signatures of
// any other are checked once, before the shard decides, and the verdicts kept until the round is decided.
import { toHex } from "../protocol/encoding/bytes.ts";
import type { UnverifiedTransaction, VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import { KnownTransactions } from "./known-transactions.ts";

export type Resolution =
  | { readonly kind: "verified"; readonly transactions: readonly VerifiedTransaction[] }
  /** `ask`: those to check now; empty while others are being checked. */
  | { readonly kind: "unverified"; readonly ask: readonly UnverifiedTransaction[] }
  | { readonly kind: "invalid" };

export class BlockTransactions {
  /** What the set was offered for the open round: its block holds the same bytes. */
  #offered = KnownTransactions.none;
  #candidates: readonly VerifiedTransaction[] = [];
  /** By leaf in hex; null for a signature that does not hold. */
  readonly #verdicts = new Map<string, VerifiedTransaction | null>();
  /** What is being checked. */
  #asked: { readonly round: number; readonly leaves: readonly string[] } | null = null;

  get offered(): KnownTransactions {
    return this.#offered;
  }

  /** The same, in their order. */
  get candidates(): readonly VerifiedTransaction[] {
    return this.#candidates;
  }

  offer(candidates: readonly VerifiedTransaction[]): void {
    this.#offered = new KnownTransactions(candidates);
    this.#candidates = candidates;
  }

  /** `waiting`: finds a transaction of the mempool with the same leaf. */
  resolve(
    round: number,
    transactions: readonly UnverifiedTransaction[],
    waiting: (transaction: UnverifiedTransaction) => VerifiedTransaction | undefined,
  ): Resolution {
    const verified: VerifiedTransaction[] = [];
    const unknown: UnverifiedTransaction[] = [];
    for (const transaction of transactions) {
      const known =
        this.#offered.find(transaction.bytes) ??
        waiting(transaction) ??
        this.#verdicts.get(toHex(transaction.leaf));
      if (known === null) return { kind: "invalid" };
      if (known === undefined) unknown.push(transaction);
      else verified.push(known);
    }
    if (unknown.length === 0) return { kind: "verified", transactions: verified };
    // One block's at a time, and each once.
    if (this.#asked !== null) return { kind: "unverified", ask: [] };
    this.#asked = { round, leaves: unknown.map(({ leaf }) => toHex(leaf)) };
    return { kind: "unverified", ask: unknown };
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
    this.#offered = KnownTransactions.none;
    this.#candidates = [];
    this.#verdicts.clear();
    this.#asked = null;
  }
}
