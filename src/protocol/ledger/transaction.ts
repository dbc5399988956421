// A transaction as canonical bytes: version, network, legs, one payload, validUntil, authorisations, signatures.

import { sha256 } from "../crypto/sha256.ts";
import { concatBytes } from "../encoding/bytes.ts";
import {
  type BcsType,
  codec,
  fixedBytes,
  hash32,
  list,
  optional,
  safeU64,
  struct,
  taggedUnion,
  u8,
  u32,
  u64,
  u128,
} from "../encoding/codec.ts";
import { MessageKind, messagePrefix } from "../encoding/domain.ts";
import { TRANSACTION_BYTES_MAX } from "../limits.ts";
import { type Payload, payloadType } from "./payload.ts";

export const TRANSACTION_VERSION = 1;

/** a place in the payer's sequence on the chain, or the number of a maker's offer. */
export type Sequence =
  | { readonly kind: "nonce"; readonly nonce: number }
  | { readonly kind: "offer"; readonly offer: bigint };

export interface LegPayment {
  /** The only account that the payload may lower on this chain, and the one that pays. */
  readonly payer: Uint8Array;
  readonly sequence: Sequence;
  /** Base units of the chain's token per unit of gas. */
  readonly gasPrice: bigint;
}

export interface Leg {
  readonly chain: number;
  readonly gasLimit: number;
  /**
   * null for a leg that only receives. It pays no fee, nor does one with an offer number: the other leg's fee covers its gas
   * and its gas price is 0.
   */
  readonly payment: LegPayment | null;
}

/** an account's signed word that `delegate` may spend from it on one chain. */
export interface Authorisation {
  readonly publicKey: Uint8Array;
  readonly chain: number;
  readonly nonce: number;
  readonly delegate: Uint8Array;
  readonly allowance: bigint;
  readonly lastRound: number;
  readonly signature: Uint8Array;
}

export interface TransactionSignature {
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
}

export interface UnsignedTransaction {
  readonly version: number;
  /** SHA-256 of the genesis record. */
  readonly networkId: Uint8Array;
  /** Ascending by chain. */
  readonly legs: readonly Leg[];
  readonly payload: Payload;
  readonly validUntil: number;
  readonly authorisations: readonly Authorisation[];
}

export interface Transaction extends UnsignedTransaction {
  /** One per distinct payer, in the order of the legs. */
  readonly signatures: readonly TransactionSignature[];
}

const legType = struct<Leg>("Leg", {
  chain: u32,
  gasLimit: safeU64,
  payment: optional(
    struct<LegPayment>("LegPayment", {
      payer: fixedBytes(20),
      sequence: taggedUnion<Sequence>("Sequence", {
        nonce: { tag: 0, fields: struct<{ nonce: number }>("Nonce", { nonce: safeU64 }) },
        offer: { tag: 1, fields: struct<{ offer: bigint }>("Offer", { offer: u64 }) },
      }),
      gasPrice: u128,
    }),
  ),
});

const authorisationFields = {
  publicKey: fixedBytes(32),
  chain: u32,
  nonce: safeU64,
  delegate: fixedBytes(20),
  allowance: u128,
  lastRound: safeU64,
};

const authorisationType = struct<Authorisation>("Authorisation", {
  ...authorisationFields,
  signature: fixedBytes(64),
});

const unsignedAuthorisationType = struct<Omit<Authorisation, "signature">>(
  "UnsignedAuthorisation",
  authorisationFields,
);

const unsignedFields = {
  version: u8,
  networkId: hash32,
  legs: list(legType),
  payload: payloadType,
  validUntil: safeU64,
  authorisations: list(authorisationType),
};

const signaturesType: BcsType<readonly TransactionSignature[]> = list(
  struct<TransactionSignature>("TransactionSignature", {
    publicKey: fixedBytes(32),
    signature: fixedBytes(64),
  }),
);

export const unsignedTransactionCodec = codec<UnsignedTransaction>(
  "unsigned transaction",
  struct<UnsignedTransaction>("UnsignedTransaction", unsignedFields),
  TRANSACTION_BYTES_MAX,
);

export const transactionCodec = codec<Transaction>(
  "transaction",
  struct<Transaction>("Transaction", { ...unsignedFields, signatures: signaturesType }),
  TRANSACTION_BYTES_MAX,
  true,
);

const SIGNATURE_BYTES = 96;

/** Signatures come last, so the bytes split without encoding anything again: [unsigned, signatures]. */
export function splitSignatures(
  bytes: Uint8Array,
  signatures: number,
): readonly [Uint8Array, Uint8Array] {
  // The list's length takes one byte: no transaction has more than two payers.
  const cut = bytes.length - 1 - SIGNATURE_BYTES * signatures;
  return [bytes.subarray(0, cut), bytes.subarray(cut)];
}

/** id = SHA-256(domain, bytes without signatures). */
export function transactionId(networkId: Uint8Array, unsignedBytes: Uint8Array): Uint8Array {
  return sha256(messagePrefix(networkId, 0, MessageKind.transaction), unsignedBytes);
}

/** What a payer signs: the domain and the id, which commits to every byte but the signatures. */
export function transactionMessage(networkId: Uint8Array, id: Uint8Array): Uint8Array {
  return concatBytes(messagePrefix(networkId, 0, MessageKind.transaction), id);
}

/** What the owner of an account signs to authorise a delegate; the network is in the domain. */
export function authorisationMessage(
  networkId: Uint8Array,
  authorisation: Omit<Authorisation, "signature">,
): Uint8Array {
  return concatBytes(
    messagePrefix(networkId, 0, MessageKind.authorisation),
    unsignedAuthorisationType.serialize(authorisation),
  );
}
