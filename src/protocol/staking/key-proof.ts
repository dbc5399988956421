// whether somebody who registers a key has its secret.
import { verifyPossession } from "../crypto/bls.ts";
import { BoundedCache } from "../crypto/bounded-cache.ts";
import { sha256 } from "../crypto/sha256.ts";
import { toHex } from "../encoding/bytes.ts";
import type { UnsignedTransaction } from "../ledger/transaction.ts";
import { registrationDomain, registrationOf } from "./registration.ts";

// A gateway, the shard's set and its other voters look at one proof, often in one isolate.
const VERDICTS_MAX = 256;
const verdicts = new BoundedCache<{ readonly holds: boolean }>(VERDICTS_MAX);

/** Costs a pairing, some 20 ms. True of a transaction that registers no key. */
export function keyProofHolds(transaction: UnsignedTransaction): boolean {
  const registration = registrationOf(transaction);
  const payer = transaction.legs[0]?.payment?.payer;
  if (registration === null || payer === undefined) return registration === null;
  const { publicKey, proofOfPossession } = registration;
  const domain = registrationDomain(transaction.networkId, payer);
  const question = toHex(sha256(domain, publicKey, proofOfPossession));
  return verdicts.getOrMake(question, () => ({
    holds: verifyPossession(publicKey, domain, proofOfPossession),
  })).holds;
}
