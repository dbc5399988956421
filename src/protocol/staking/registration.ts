// which transactions register a key, and what the key's proof of possession is bound to.
import { sha256 } from "../crypto/sha256.ts";
import type { Registration } from "../ledger/payload.ts";
import type { UnsignedTransaction } from "../ledger/transaction.ts";

/**
 * Stands where a network's id stands in the proof of a key of the genesis record. With the validator's address in it nobody who
 * sees a registration on its way can register the key as its own first.
 */
export const registrationDomain = (networkId: Uint8Array, validator: Uint8Array): Uint8Array =>
  sha256(networkId, validator);

/** The key that the transaction registers, whose proof has to be checked; null for none. */
export const registrationOf = ({ payload }: UnsignedTransaction): Registration | null =>
  payload.kind === "bond" ? payload.registration : null;

export const countRegistrations = (
  transactions: readonly { readonly transaction: UnsignedTransaction }[],
): number => transactions.filter(({ transaction }) => registrationOf(transaction) !== null).length;
