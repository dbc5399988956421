// From decoded to verified: the one place that makes a `VerifiedTransaction`. Apart from the decoding, which clients do,
// too, and who decodes needs no pairing.
import { isWellFormedSignature } from "../crypto/ed25519-validity.ts";
import { toHex } from "../encoding/bytes.ts";
import { accept, type Result, refuse } from "../result.ts";
import { keyProofHolds } from "../staking/key-proof.ts";
import { registrationOf } from "../staking/registration.ts";
import { offerOf } from "./offer.ts";
import { consentOf, type UnverifiedTransaction, type VerifiedTransaction } from "./unverified.ts";

/**
 * The only way to a verified transaction: one verdict per signature check, in their order. The proof of a key that it registers is
 * checked here, behind all of them. Refuses INVALID_SIGNATURE, INVALID_AUTHORISATION, INVALID_OFFER and INVALID_KEY_PROOF.
 */
export function verified(
  unverified: UnverifiedTransaction,
  verdicts: readonly boolean[],
): Result<VerifiedTransaction> {
  const { signatures, authorisations } = unverified.transaction;
  const offer = offerOf(unverified.transaction);
  const consent = consentOf(unverified.transaction);
  const checked = [...signatures, ...authorisations, ...(consent === null ? [] : [consent])];
  for (const [index, check] of checked.entries()) {
    const valid =
      verdicts[index] === true && isWellFormedSignature(check.publicKey, check.signature);
    if (valid) continue;
    if (index < signatures.length) return refuse({ code: "INVALID_SIGNATURE", signer: index });
    const authorisation = index - signatures.length;
    if (offer !== null && authorisation === authorisations.length) {
      return refuse({ code: "INVALID_OFFER", chain: offer.chain });
    }
    return refuse({ code: "INVALID_AUTHORISATION", authorisation });
  }
  if (verdicts.length !== checked.length) {
    return refuse({ code: "INVALID_SIGNATURE", signer: signatures.length });
  }
  const registration = registrationOf(unverified.transaction);
  if (registration !== null && !keyProofHolds(unverified.transaction)) {
    return refuse({ code: "INVALID_KEY_PROOF", publicKey: toHex(registration.publicKey) });
  }
  return accept(unverified as VerifiedTransaction);
}
