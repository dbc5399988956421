// Bytes from outside become an `UnverifiedTransaction` (decoded, well-formed, id known), and only `verified` (verified.ts) turns
// that into a `VerifiedTransaction`, which is all that the core accepts. Checks stand in the order of their refusals.
import { addressOf } from "../crypto/address.ts";
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
import { wrongStaking } from "../staking/form.ts";
import { ROOT_CHAIN } from "./chain-id.ts";
import { gasRequired } from "./gas.ts";
import { legFee, legsRequired, legValue, paysFee } from "./leg-facts.ts";
import { offerMessage, offerOf } from "./offer.ts";
import type { CreateToken, MakerConsent, PayloadKind, Trade } from "./payload.ts";
import {
  authorisationMessage,
  type LegPayment,
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

/** What somebody must check: the payers' signatures, then the authorisations', then the maker's of an offer. */
export function signatureChecks({ id, transaction }: UnverifiedTransaction): SignatureCheck[] {
  const { networkId, signatures, authorisations } = transaction;
  const message = transactionMessage(networkId, id);
  const offer = offerOf(transaction);
  const consent = consentOf(transaction);
  return [
    ...signatures.map(({ publicKey, signature }) => ({ publicKey, message, signature })),
    ...authorisations.map((authorisation) => ({
      publicKey: authorisation.publicKey,
      message: authorisationMessage(networkId, authorisation),
      signature: authorisation.signature,
    })),
    ...(offer === null || consent === null
      ? []
      : [{ ...consent, message: offerMessage(networkId, offer) }]),
  ];
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

/** The maker's word that is to be checked with the signatures; null for none. */
export const consentOf = ({ payload }: Transaction): MakerConsent | null =>
  payload.kind === "trade" ? payload.offer : null;

function illFormed(transaction: Transaction, networkId: Uint8Array): Refusal | null {
  if (transaction.version !== TRANSACTION_VERSION) {
    return { code: "UNSUPPORTED_VERSION", version: transaction.version };
  }
  if (!equalBytes(transaction.networkId, networkId)) {
    return { code: "WRONG_NETWORK", networkId: toHex(transaction.networkId) };
  }
  return (
    wrongLegs(transaction) ??
    wrongPayload(transaction) ??
    wrongAuthorisationCount(transaction) ??
    wrongGas(transaction) ??
    wrongSigners(transaction) ??
    wrongAuthorisation(transaction)
  );
}

const ROOT_CHAIN_ONLY: ReadonlySet<PayloadKind> = new Set([
  "createToken",
  "bond",
  "unbond",
  "delegateStake",
  "undelegateStake",
]);

function wrongLegs({ legs, payload }: Transaction): Refusal | null {
  const { kind } = payload;
  const required = legsRequired(kind);
  if (legs.length !== required || legs.length > LEGS_MAX) {
    return { code: "WRONG_LEGS", payload: kind, legs: legs.length, required };
  }
  for (const [place, leg] of legs.entries()) {
    const { chain, payment } = leg;
    const before = legs[place - 1]?.chain ?? -1;
    if (before === chain) return { code: "SAME_CHAIN", chain };
    if (before > chain) return { code: "LEGS_OUT_OF_ORDER", chain };
    // Every payload so far lowers or names the payer of each of its legs.
    if (payment === null) return { code: "MISSING_PAYER", chain };
    const { sequence } = payment;
    const mayOffer = payload.kind === "trade" && payload.offer !== null;
    if (sequence.kind === "offer" && !mayOffer) return { code: "NOT_AN_OFFER", chain };
    if (sequence.kind === "nonce" && sequence.nonce > NONCE_MAX) {
      return { code: "NONCE_OUT_OF_RANGE", chain };
    }
    if (ROOT_CHAIN_ONLY.has(kind) && chain !== ROOT_CHAIN) {
      return { code: "WRONG_CHAIN", payload: kind, chain, required: ROOT_CHAIN };
    }
  }
  return null;
}

function wrongPayload(transaction: Transaction): Refusal | null {
  const { payload, validUntil } = transaction;
  switch (payload.kind) {
    case "createToken":
      return wrongToken(payload);
    case "trade":
      return wrongTrade(transaction, payload);
    case "cancelOffer":
      return endsFirst(validUntil, payload.validUntil);
    case "bond":
    case "unbond":
    case "delegateStake":
    case "undelegateStake":
      return wrongStaking(transaction, payload);
    case "transfer":
    case "delegate":
    case "revoke":
    case "spendFrom":
    case "setReserve":
      return null;
  }
}

function wrongToken({ symbol, name, decimals, supply }: CreateToken): Refusal | null {
  if (!SYMBOL_PATTERN.test(symbol)) return { code: "INVALID_TOKEN", field: "symbol" };
  if (name.length === 0 || new TextEncoder().encode(name).length > TOKEN_NAME_BYTES_MAX) {
    return { code: "INVALID_TOKEN", field: "name" };
  }
  if (decimals > DECIMALS_MAX) return { code: "INVALID_TOKEN", field: "decimals" };
  if (supply === 0n) return { code: "INVALID_TOKEN", field: "supply" };
  return null;
}

function wrongTrade(transaction: Transaction, { offer }: Trade): Refusal | null {
  const { legs, validUntil } = transaction;
  const offered = legs.filter((leg) => !paysFee(leg));
  if (offer !== null && offered.length !== 1) {
    return { code: "WRONG_OFFER_LEGS", offers: offered.length };
  }
  for (const { chain, payment } of offered) {
    const { gasPrice } = payment as LegPayment;
    if (gasPrice > 0n) return { code: "PRICE_ON_OFFER", chain, gasPrice };
    const isMaker =
      offer !== null && equalBytes(addressOf(offer.publicKey), (payment as LegPayment).payer);
    if (!isMaker) return { code: "INVALID_OFFER", chain };
  }
  const [first, second] = legs.map(({ payment }) => (payment as LegPayment).payer);
  if (first !== undefined && second !== undefined && equalBytes(first, second)) {
    return { code: "SELF_TRADE" };
  }
  const empty = legs.find((leg) => legValue(transaction, leg) === 0n);
  if (empty !== undefined) return { code: "ZERO_AMOUNT", chain: empty.chain };
  return offer === null ? null : endsFirst(validUntil, offer.validUntil);
}

/** a number is forgotten when its offer ends, so nothing about the offer may come later. */
const endsFirst = (validUntil: number, offerValidUntil: number): Refusal | null =>
  validUntil > offerValidUntil ? { code: "OFFER_ENDS_FIRST", validUntil, offerValidUntil } : null;

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
    if (legFee(transaction, leg) > U128_MAX) return { code: "FEE_OVERFLOW", chain };
  }
  return null;
}

/**
 * The signers are the distinct payers in the order of the legs: one list for one meaning. A maker has signed its offer instead.
 */
function wrongSigners({ legs, signatures }: Transaction): Refusal | null {
  const payers: Uint8Array[] = [];
  for (const leg of legs) {
    const payer = paysFee(leg) ? leg.payment?.payer : undefined;
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
