// Bytes from outside become an `UnverifiedTransaction` (decoded, well-formed, id known), and only `verified` below turns
// that into a `VerifiedTransaction`, which is all that the core accepts. Checks stand in the order of their refusals.
import { addressOf } from "../crypto/address.ts";
import { isWellFormedSignature } from "../crypto/ed25519-validity.ts";
import { equalBytes, toHex } from "../encoding/bytes.ts";
import { CorruptBytesError, U128_MAX } from "../encoding/codec.ts";
import {
  AUTHORISATIONS_MAX,
  DECIMALS_MAX,
  GAS_LIMIT_MAX,
  LEGS_MAX,
  NONCE_MAX,
  SYMBOL_PATTERN,
  TOKEN_NAME_BYTES_MAX,
} from "../limits.ts";
import { transactionLeafHash } from "../merkle/transaction-tree.ts";
import type { Refusal } from "../refusal.ts";
import { accept, type Result, refuse } from "../result.ts";
import { ROOT_CHAIN } from "./chain-id.ts";
import { gasRequired } from "./gas.ts";
import { legFee, legsRequired } from "./leg-facts.ts";
import type { Payload } from "./payload.ts";
import {
  authorisationMessage,
  splitSignatures,
  TRANSACTION_VERSION,
  type Transaction,
  transactionCodec,
  transactionId,
  transactionMessage,
} from "./transaction.ts";

/** One Ed25519 check that somebody must make before the transaction counts as verified. */
export interface SignatureCheck {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

export interface UnverifiedTransaction {
  readonly bytes: Uint8Array;
  readonly id: Uint8Array;
  /** Lower-case hex of `id`. */
  readonly idHex: string;
  /** SHA-256(0x00, id, signatures), what a chain block's root is made of. */
  readonly leaf: Uint8Array;
  readonly transaction: Transaction;
}

declare const verifiedBrand: unique symbol;
export type VerifiedTransaction = UnverifiedTransaction & { readonly [verifiedBrand]: true };

/** Decodes and checks all that bytes alone can show; what chains and accounts say comes later. */
export function decodeTransaction(
  bytes: Uint8Array,
  networkId: Uint8Array,
): Result<UnverifiedTransaction> {
  const decoded = transactionCodec.decode(bytes);
  if (!decoded.ok) return decoded;
  const transaction = decoded.value;
  const refusal = illFormed(transaction, networkId);
  if (refusal !== null) return refuse(refusal);
  const [unsignedBytes, signatureBytes] = splitSignatures(bytes, transaction.signatures.length);
  const id = transactionId(networkId, unsignedBytes);
  const leaf = transactionLeafHash(id, signatureBytes);
  return accept({ bytes, id, idHex: toHex(id), leaf, transaction });
}

/** What somebody must check: the payers' signatures, then the authorisations'. */
export function signatureChecks({ id, transaction }: UnverifiedTransaction): SignatureCheck[] {
  const { networkId, signatures, authorisations } = transaction;
  const message = transactionMessage(networkId, id);
  return [
    ...signatures.map(({ publicKey, signature }) => ({ publicKey, message, signature })),
    ...authorisations.map((authorisation) => ({
      publicKey: authorisation.publicKey,
      message: authorisationMessage(networkId, authorisation),
      signature: authorisation.signature,
    })),
  ];
}

/**
 * The only way to a verified transaction: one verdict per signature check, in their order.
 * Refuses INVALID_SIGNATURE and INVALID_AUTHORISATION.
 */
export function verified(
  unverified: UnverifiedTransaction,
  verdicts: readonly boolean[],
): Result<VerifiedTransaction> {
  const { signatures, authorisations } = unverified.transaction;
  for (const [index, check] of [...signatures, ...authorisations].entries()) {
    const valid =
      verdicts[index] === true && isWellFormedSignature(check.publicKey, check.signature);
    if (valid) continue;
    if (index < signatures.length) return refuse({ code: "INVALID_SIGNATURE", signer: index });
    return refuse({ code: "INVALID_AUTHORISATION", authorisation: index - signatures.length });
  }
  if (verdicts.length !== signatures.length + authorisations.length) {
    return refuse({ code: "INVALID_SIGNATURE", signer: signatures.length });
  }
  return accept(unverified as VerifiedTransaction);
}

/**
 * A transaction whose signatures another part of this deployment has checked: the gateway before it hands bytes to a shard, an
 * actor before it stores them. Never for what a peer or a user sent.
 */
export function trustedTransaction(
  bytes: Uint8Array,
  networkId: Uint8Array,
): Result<VerifiedTransaction> {
  return decodeTransaction(bytes, networkId) as Result<VerifiedTransaction>;
}

/** The same for stored bytes: any that no longer decode are a corrupt database. */
export function storedTransaction(bytes: Uint8Array, networkId: Uint8Array): VerifiedTransaction {
  const decoded = trustedTransaction(bytes, networkId);
  if (!decoded.ok) throw new CorruptBytesError("transaction", bytes.length);
  return decoded.value;
}

function illFormed(transaction: Transaction, networkId: Uint8Array): Refusal | null {
  if (transaction.version !== TRANSACTION_VERSION) {
    return { code: "UNSUPPORTED_VERSION", version: transaction.version };
  }
  if (!equalBytes(transaction.networkId, networkId)) {
    return { code: "WRONG_NETWORK", networkId: toHex(transaction.networkId) };
  }
  return (
    wrongLegs(transaction) ??
    wrongPayload(transaction.payload) ??
    wrongAuthorisationCount(transaction) ??
    wrongGas(transaction) ??
    wrongSigners(transaction) ??
    wrongAuthorisation(transaction)
  );
}

function wrongLegs({ legs, payload }: Transaction): Refusal | null {
  const { kind } = payload;
  const required = legsRequired(kind);
  if (legs.length !== required || legs.length > LEGS_MAX) {
    return { code: "WRONG_LEGS", payload: kind, legs: legs.length, required };
  }
  for (const leg of legs) {
    // All payloads of one leg lower or name their payer; a leg without one belongs to a two-chain payload.
    if (leg.payment === null) return { code: "MISSING_PAYER", chain: leg.chain };
    const { sequence } = leg.payment;
    if (sequence.kind !== "nonce") return { code: "NOT_AN_OFFER", chain: leg.chain };
    if (sequence.nonce > NONCE_MAX) return { code: "NONCE_OUT_OF_RANGE", chain: leg.chain };
    if (kind === "createToken" && leg.chain !== ROOT_CHAIN) {
      return { code: "WRONG_CHAIN", payload: kind, chain: leg.chain, required: ROOT_CHAIN };
    }
  }
  return null;
}

function wrongPayload(payload: Payload): Refusal | null {
  switch (payload.kind) {
    case "createToken":
      if (!SYMBOL_PATTERN.test(payload.symbol)) return { code: "INVALID_TOKEN", field: "symbol" };
      if (
        payload.name.length === 0 ||
        new TextEncoder().encode(payload.name).length > TOKEN_NAME_BYTES_MAX
      ) {
        return { code: "INVALID_TOKEN", field: "name" };
      }
      if (payload.decimals > DECIMALS_MAX) return { code: "INVALID_TOKEN", field: "decimals" };
      if (payload.supply === 0n) return { code: "INVALID_TOKEN", field: "supply" };
      return null;
    case "transfer":
    case "delegate":
    case "revoke":
    case "spendFrom":
    case "setReserve":
      return null;
  }
}

function wrongAuthorisationCount({ authorisations, payload }: Transaction): Refusal | null {
  if (authorisations.length > AUTHORISATIONS_MAX) {
    return {
      code: "TOO_MANY_AUTHORISATIONS",
      authorisations: authorisations.length,
      max: AUTHORISATIONS_MAX,
    };
  }
  if (payload.kind === "delegate" && authorisations.length === 0) {
    return { code: "MISSING_AUTHORISATION" };
  }
  return null;
}

function wrongAuthorisation({ authorisations, legs }: Transaction): Refusal | null {
  for (const [authorisation, { chain, nonce, publicKey, delegate }] of authorisations.entries()) {
    const touched = legs.some((leg) => leg.chain === chain);
    const self = equalBytes(addressOf(publicKey), delegate);
    if (!touched || self || nonce > NONCE_MAX)
      return { code: "INVALID_AUTHORISATION", authorisation };
  }
  return null;
}

function wrongGas(transaction: Transaction): Refusal | null {
  for (const leg of transaction.legs) {
    const { chain, gasLimit } = leg;
    const authorisations = transaction.authorisations.filter((one) => one.chain === chain).length;
    const required = gasRequired(transaction.payload.kind, authorisations);
    if (gasLimit < required) return { code: "GAS_LIMIT_TOO_LOW", chain, gasLimit, required };
    if (gasLimit > GAS_LIMIT_MAX) {
      return { code: "GAS_LIMIT_TOO_HIGH", chain, gasLimit, max: GAS_LIMIT_MAX };
    }
    if (legFee(leg) > U128_MAX) return { code: "FEE_OVERFLOW", chain };
  }
  return null;
}

/** The signers are the distinct payers in the order of the legs: one list for one meaning. */
function wrongSigners({ legs, signatures }: Transaction): Refusal | null {
  const payers: Uint8Array[] = [];
  for (const { payment } of legs) {
    const payer = payment?.payer;
    if (payer !== undefined && !payers.some((known) => equalBytes(known, payer)))
      payers.push(payer);
  }
  if (signatures.length !== payers.length) {
    return { code: "WRONG_SIGNERS", signatures: signatures.length, required: payers.length };
  }
  for (const [signer, { publicKey }] of signatures.entries()) {
    if (!equalBytes(addressOf(publicKey), payers[signer] as Uint8Array)) {
      return { code: "INVALID_SIGNATURE", signer };
    }
  }
  return null;
}
