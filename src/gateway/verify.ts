// Bytes from users become verified transactions: each is decoded once, the same
// bytes are verified once, and a bounded number of signatures is under way at a time.
import { verifyTransaction } from "../crypto/verify-transactions.ts";
import { toHex } from "../protocol/encoding/bytes.ts";
import {
  decodeTransaction,
  type UnverifiedTransaction,
  type VerifiedTransaction,
} from "../protocol/ledger/unverified.ts";
import { KEY_PROOFS_MAX } from "../protocol/limits.ts";
import { type Result, refuse } from "../protocol/result.ts";
import { registrationOf } from "../protocol/staking/registration.ts";
import { VERIFICATIONS_AT_ONCE } from "./limits.ts";

/** One result for each of the batch, in its order. */
export async function verifyBatch(
  batch: readonly Uint8Array[],
  networkId: Uint8Array,
): Promise<Result<VerifiedTransaction>[]> {
  const decoded = batch.map((bytes) => decodeTransaction(bytes, networkId));
  const distinct = new Map<string, UnverifiedTransaction>();
  for (const one of decoded) if (one.ok) distinct.set(toHex(one.value.leaf), one.value);
  const verdicts = await verifyDistinct([...distinct]);
  return decoded.map((one) =>
    // Every decoded one has its verdict under its leaf.
    one.ok ? (verdicts.get(toHex(one.value.leaf)) as Result<VerifiedTransaction>) : one,
  );
}

const TOO_MANY: Result<VerifiedTransaction> = refuse({
  code: "TOO_MANY_KEY_PROOFS",
  max: KEY_PROOFS_MAX,
});

async function verifyDistinct(
  distinct: readonly (readonly [string, UnverifiedTransaction])[],
): Promise<Map<string, Result<VerifiedTransaction>>> {
  const verdicts = new Map<string, Result<VerifiedTransaction>>();
  // a batch full of keys to register would take a minute.
  const registering = distinct.filter(
    ([, { transaction }]) => registrationOf(transaction) !== null,
  );
  const late = new Set(registering.slice(KEY_PROOFS_MAX).map(([leaf]) => leaf));
  for (let from = 0; from < distinct.length; from += VERIFICATIONS_AT_ONCE) {
    const chunk = distinct.slice(from, from + VERIFICATIONS_AT_ONCE);
    await Promise.all(
      chunk.map(async ([leaf, transaction]) => {
        verdicts.set(leaf, late.has(leaf) ? TOO_MANY : await verifyTransaction(transaction));
      }),
    );
  }
  return verdicts;
}
