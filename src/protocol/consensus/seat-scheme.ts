// How seats sign, as a port of the core: BLS12-381 in every network that anybody relies on. The simulator puts unforgeable
// tags in its place, which cost nothing: its worlds are about who says what, not about curves.
import { invariant } from "../assert.ts";
import { aggregateSignatures, verifyPossession } from "../crypto/bls.ts";
import { SeatKeys } from "../crypto/seat-keys.ts";
import type { SeatVerifier } from "./verify-message.ts";

export interface SeatScheme {
  /** The keys of one set's seats, in their order. Throws for bytes that are no key: an epoch has none such. */
  keys(publicKeys: readonly Uint8Array[]): SeatVerifier;
  /** The sum of verified signatures of disjoint seats over one message; of one, that one. */
  aggregate(signatures: readonly Uint8Array[]): Uint8Array;
  /** Whether the proof shows that whoever made it in this domain knows the key's secret. */
  provesPossession(publicKey: Uint8Array, domain: Uint8Array, proof: Uint8Array): boolean;
}

export const BLS_SEATS: SeatScheme = {
  keys(publicKeys) {
    const keys = SeatKeys.parse(publicKeys);
    invariant(keys.ok, "The epoch has a seat without a valid key");
    return keys.value;
  },
  aggregate(signatures) {
    const sum = signatures.length === 1 ? signatures[0] : aggregateSignatures(signatures);
    invariant(sum !== undefined, "Verified signatures do not aggregate");
    return sum;
  },
  provesPossession: verifyPossession,
};
