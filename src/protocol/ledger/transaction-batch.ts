// Many encoded transactions in one value: a list of byte strings. What is in them is
// decoded one by one, so that each has its own answer.
import { byteString, codec, list } from "../encoding/codec.ts";
import { BATCH_BYTES_MAX } from "../limits.ts";

export const transactionBatchCodec = codec<readonly Uint8Array[]>(
  "transaction batch",
  list(byteString),
  BATCH_BYTES_MAX,
);

const COUNT_BYTES_MAX = 5;

/**
 * How many transactions the bytes claim to be, before any is decoded: a mebibyte can be a million
 * empty ones, and they take hundreds in memory. null if the bytes cannot be so many.
 */
export function claimedTransactions(batch: Uint8Array): number | null {
  let count = 0;
  for (const [i, byte] of batch.subarray(0, COUNT_BYTES_MAX).entries()) {
    count += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return count < batch.length ? count : null;
  }
  return null;
}
