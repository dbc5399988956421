// The keys of validators: loaded with the proofs (verify.ts), whose curve they need.
import { provePossession, publicKeyOf } from "../protocol/crypto/bls.ts";
import { secretFromBytes } from "../protocol/crypto/seat-secret.ts";
import { registrationDomain } from "../protocol/staking/registration.ts";

/** A BLS12-381 key of a validator: other than the key of its account. Whoever has the secret signs for its seats. */
export interface ValidatorKey {
  /** 32 bytes, to be kept: it is nowhere else. */
  readonly secret: Uint8Array;
  /** 96 bytes. */
  readonly publicKey: Uint8Array;
}

const RANDOM_BYTES = 48;

export const createKey = (): ValidatorKey =>
  keyOf(secretFromBytes(crypto.getRandomValues(new Uint8Array(RANDOM_BYTES))));

export const keyOf = (secret: Uint8Array): ValidatorKey => ({
  secret,
  publicKey: publicKeyOf(secret),
});

export const prove = (
  secret: Uint8Array,
  networkId: Uint8Array,
  validator: Uint8Array,
): Uint8Array => provePossession(secret, registrationDomain(networkId, validator));
