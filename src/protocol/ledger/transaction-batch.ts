// Many encoded transactions in one value: a list of byte strings. What is in them is
// decoded one by one, so that each has its own answer.
import { byteString, codec, list } from "../encoding/codec.ts";
import { BATCH_BYTES_MAX } from "../limits.ts";

export const transactionBatchCodec = codec<readonly Uint8Array[]>(
  "transaction batch",
  list(byteString),
  BATCH_BYTES_MAX,
);
