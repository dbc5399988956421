// The keys of validators: apart, so that only who makes one loads the curve.
import { provePossession, publicKeyOf } from "../protocol/crypto/bls.ts";
import { secretFromBytes } from "../protocol/crypto/seat-secret.ts";
import { registrationDomain } from "../protocol/staking/registration.ts";
import type { ValidatorKey } from "./staking.ts";

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
