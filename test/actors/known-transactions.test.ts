import { describe, expect, it } from "vitest";
import { KnownTransactions } from "../../src/actors/known-transactions.ts";
import type { VerifiedTransaction } from "../../src/protocol/ledger/unverified.ts";

// Only the bytes are looked at.
const withBytes = (bytes: Uint8Array): VerifiedTransaction =>
  ({ bytes }) as unknown as VerifiedTransaction;

describe("transactions found again by their bytes", () => {
  const bytes = Uint8Array.from({ length: 250 }, (_, i) => i);

  it("R-2.3 finds equal bytes, whichever array holds them", () => {
    const transaction = withBytes(bytes);
    const known = new KnownTransactions([transaction]);
    expect(known.find(bytes)).toBe(transaction);
    expect(known.find(bytes.slice())).toBe(transaction);
  });

  it("R-2.3 finds nothing for bytes that differ anywhere, or in length", () => {
    const known = new KnownTransactions([withBytes(bytes)]);
    for (let at = 0; at < bytes.length; at += 1) {
      const other = bytes.slice();
      other[at] = (other[at] as number) ^ 1;
      expect(known.find(other)).toBeUndefined();
    }
    expect(known.find(bytes.subarray(1))).toBeUndefined();
    expect(KnownTransactions.none.find(bytes)).toBeUndefined();
  });

  // A set that restarts finds its own block's transactions so: one that it missed would stop it for ever.
  it("R-4.4 finds each of many whose signatures end alike, as a signer can make them", () => {
    const alike = Array.from({ length: 50 }, (_, i) => {
      const own = bytes.slice();
      own[i] = (own[i] as number) ^ 1;
      return withBytes(own);
    });
    const known = new KnownTransactions(alike);
    for (const transaction of alike) expect(known.find(transaction.bytes)).toBe(transaction);
    expect(known.find(bytes)).toBeUndefined();
  });
});
