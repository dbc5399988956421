// Transactions at hand, found again by their bytes: a block repeats what an actor has decoded, hashed and verified already, and
// comparing a few hundred bytes costs a fiftieth of doing that again.
import { equalBytes, toHex } from "../protocol/encoding/bytes.ts";
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";

export class KnownTransactions {
  static readonly none = new KnownTransactions([]);

  /** In the order given. */
  readonly all: readonly VerifiedTransaction[];
  /** By the last bytes, which are a signature's. */
  readonly #byTail = new Map<number, VerifiedTransaction>();
  /** By all bytes: those whose tail another has. By chance there are none, but a signer who tries some million times makes two. */
  readonly #byBytes = new Map<string, VerifiedTransaction>();

  constructor(transactions: readonly VerifiedTransaction[]) {
    this.all = transactions;
    for (const transaction of transactions) {
      const key = tail(transaction.bytes);
      if (!this.#byTail.has(key)) this.#byTail.set(key, transaction);
      else this.#byBytes.set(toHex(transaction.bytes), transaction);
    }
  }

  /** undefined for bytes that are none of them. */
  find(bytes: Uint8Array): VerifiedTransaction | undefined {
    const known = this.#byTail.get(tail(bytes));
    if (known === undefined || equalBytes(known.bytes, bytes)) return known;
    return this.#byBytes.size === 0 ? undefined : this.#byBytes.get(toHex(bytes));
  }
}

// A signature ends with the upper bytes of a number below 2^253: those before are as good as random.
const TAIL_SKIPPED = 4;
const TAIL_BYTES = 6;

function tail(bytes: Uint8Array): number {
  let number = 0;
  const end = bytes.length - TAIL_SKIPPED;
  for (let at = end - TAIL_BYTES; at < end; at++) number = number * 256 + (bytes[at] ?? 0);
  return number;
}
