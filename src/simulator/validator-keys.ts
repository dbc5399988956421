// Keys that users of a world register: real ones, whatever the world's signatures are, since the core itself checks their proofs.
import { provePossession, publicKeyOf } from "../protocol/crypto/bls.ts";
import { BoundedCache } from "../protocol/crypto/bounded-cache.ts";
import { secretFromBytes } from "../protocol/crypto/seat-secret.ts";
import { sha256 } from "../protocol/crypto/sha256.ts";
import { concatBytes, toHex, utf8 } from "../protocol/encoding/bytes.ts";
import type { Registration } from "../protocol/ledger/payload.ts";
import { registrationDomain } from "../protocol/staking/registration.ts";

// They take some 10 ms each, and each world runs twice.
const KEPT = 512;
const keys = new BoundedCache<{ readonly secret: Uint8Array; readonly publicKey: Uint8Array }>(
  KEPT,
);
const proofs = new BoundedCache<{ readonly proof: Uint8Array }>(KEPT);

export interface KeyTerms {
  readonly networkId: Uint8Array;
  readonly validator: Uint8Array;
  readonly commission: number;
  /** Proven by somebody who does not have the secret. */
  readonly isForged: boolean;
}

/** The same key for the same number. */
export function registrationOf(key: number, terms: KeyTerms): Registration {
  const { networkId, validator, commission, isForged } = terms;
  const { secret, publicKey } = keyOf(key);
  const domain = registrationDomain(networkId, validator);
  const signer = isForged ? keyOf(key + 1).secret : secret;
  const { proof } = proofs.getOrMake(`${toHex(domain)} ${key} ${isForged}`, () => ({
    proof: provePossession(signer, domain),
  }));
  return { publicKey, proofOfPossession: proof, commission };
}

const keyOf = (key: number) =>
  keys.getOrMake(`${key}`, () => {
    const seed = sha256(utf8(`validator's key ${key}`));
    const secret = secretFromBytes(concatBytes(seed, seed.subarray(0, 16)));
    return { secret, publicKey: publicKeyOf(secret) };
  });
