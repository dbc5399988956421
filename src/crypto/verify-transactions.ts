// Turns decoded transactions into verified ones: every Ed25519 signature in them is checked natively.
import {
  signatureChecks,
  type UnverifiedTransaction,
  type VerifiedTransaction,
} from "../protocol/ledger/unverified.ts";
import { verified } from "../protocol/ledger/verified.ts";
import type { Result } from "../protocol/result.ts";
import { verifyEd25519 } from "./ed25519.ts";

/** Refuses INVALID_SIGNATURE or INVALID_AUTHORISATION. */
export async function verifyTransaction(
  unverified: UnverifiedTransaction,
): Promise<Result<VerifiedTransaction>> {
  const verdicts = await Promise.all(
    signatureChecks(unverified).map(({ publicKey, message, signature }) =>
      verifyEd25519(publicKey, message, signature),
    ),
  );
  return verified(unverified, verdicts);
}

/** Those of the transactions whose signatures all hold, in order. */
export async function verifyTransactions(
  unverified: readonly UnverifiedTransaction[],
): Promise<VerifiedTransaction[]> {
  const results = await Promise.all(unverified.map(verifyTransaction));
  return results.flatMap((result) => (result.ok ? [result.value] : []));
}
