import { describe, expect, it } from "vitest";
import {
  claimedTransactions,
  transactionBatchCodec,
} from "../../../src/protocol/ledger/transaction-batch.ts";

describe("how many transactions a batch claims", () => {
  it.each([0, 1, 127, 128, 10_001, 1_000_000])("R-3.10 %i, without decoding one", (count) => {
    const batch = transactionBatchCodec.encode(Array(count).fill(new Uint8Array(0)));
    expect(claimedTransactions(batch)).toBe(count);
  });

  it("R-3.10 nothing for bytes that cannot be so many", () => {
    for (const bytes of [
      [],
      [2, 0],
      [0x80],
      [0xff, 0xff, 0xff, 0xff, 0x0f, 0],
      Array(9).fill(0xff),
    ]) {
      expect(claimedTransactions(Uint8Array.from(bytes))).toBeNull();
    }
  });
});
