// Builds and signs transactions: canonical bytes that the API takes as they are.
import { toHex } from "../protocol/encoding/bytes.ts";
import { formatChainId, parseChainId } from "../protocol/ledger/chain-id.ts";
import { gasRequired } from "../protocol/ledger/gas.ts";
import type { Payload } from "../protocol/ledger/payload.ts";
import {
  type Authorisation,
  authorisationMessage,
  type Leg,
  TRANSACTION_VERSION,
  type Transaction,
  type TransactionSignature,
  transactionCodec,
  transactionId,
  transactionMessage,
  type UnsignedTransaction,
  unsignedTransactionCodec,
} from "../protocol/ledger/transaction.ts";
import { transactionBatchCodec } from "../protocol/ledger/transaction-batch.ts";
import { decodeTransaction } from "../protocol/ledger/unverified.ts";
import { formatAddress } from "./address.ts";
import { RefusedError } from "./errors.ts";
import type { InclusionPromise } from "./facts.ts";
import { type AddressLike, toAddressBytes } from "./payloads.ts";
import type { Signer } from "./signer.ts";

/** A signed transaction: what to send, and what it says. */
export interface SignedTransaction {
  /** 0x and 64 hex digits. */
  readonly id: string;
  /** Canonical bytes: what is sent, as often as needed. */
  readonly bytes: Uint8Array;
  /** Of a trade, the chain on which its sender pays. */
  readonly chain: string;
  /** Of the payer there. */
  readonly address: string;
  readonly nonce: number;
  readonly gasLimit: number;
  readonly gasPrice: bigint;
  readonly validUntil: number;
  readonly payload: Payload;
  readonly authorisations: readonly Authorisation[];
}

/** A signed transaction that the network has stored. */
export interface SentTransaction extends SignedTransaction {
  /** Null if the network had it already when it was asked: the answer to an earlier attempt was lost. */
  readonly promise: InclusionPromise | null;
}

export interface TransactionOptions {
  /** 32 bytes: the network's id, the SHA-256 of its genesis record. */
  readonly networkId: Uint8Array;
  /** "T0", "T1", ... */
  readonly chain: string;
  readonly signer: Signer;
  /** The account's next nonce on the chain. */
  readonly nonce: number;
  /** Base units per unit of gas; the chain's minimum is enough when blocks are not full. */
  readonly gasPrice: bigint;
  /** The last round in which it may be included. */
  readonly validUntil: number;
  readonly payload: Payload;
  readonly authorisations?: readonly Authorisation[] | undefined;
  /** The gas that the payload needs, if left out. */
  readonly gasLimit?: number | undefined;
}

/** Throws TypeError for a chain that is none, RangeError for numbers that the format cannot hold. */
export async function signTransaction(options: TransactionOptions): Promise<SignedTransaction> {
  const { networkId, signer, chain, nonce, gasPrice, validUntil, payload } = options;
  const authorisations = options.authorisations ?? [];
  const gasLimit = options.gasLimit ?? gasOf(chain, payload, authorisations);
  const sequence = { kind: "nonce", nonce } as const;
  const payment = { payer: signer.addressBytes, sequence, gasPrice };
  const transaction = {
    version: TRANSACTION_VERSION,
    networkId,
    legs: [{ chain: chainOf(chain), gasLimit, payment }],
    payload,
    validUntil,
    authorisations,
  };
  const signature = await signatureOf(transaction, signer);
  return summary({ ...transaction, signatures: [signature] }, signer.address);
}

/** The signer's word for the transaction as it is. */
export async function signatureOf(
  transaction: UnsignedTransaction,
  signer: Signer,
): Promise<TransactionSignature> {
  const unsigned = unsignedTransactionCodec.encode(transaction);
  const id = transactionId(transaction.networkId, unsigned);
  const signature = await signer.sign(transactionMessage(transaction.networkId, id), unsigned);
  return { publicKey: signer.publicKey, signature };
}

/** What to send, with the facts of the leg that this account pays; of the first leg if it pays none. */
export function summary(transaction: Transaction, address: string): SignedTransaction {
  const {
    networkId,
    legs,
    validUntil,
    payload,
    authorisations,
    signatures: _,
    ...rest
  } = transaction;
  const isOwn = ({ payment }: Leg) =>
    payment?.sequence.kind === "nonce" && formatAddress(payment.payer) === address;
  const leg = legs.find(isOwn) ?? legs[0];
  const sequence = leg?.payment?.sequence;
  const unsigned = { networkId, legs, validUntil, payload, authorisations, ...rest };
  const id = transactionId(networkId, unsignedTransactionCodec.encode(unsigned));
  return {
    id: `0x${toHex(id)}`,
    bytes: transactionCodec.encode(transaction),
    chain: formatChainId(leg?.chain ?? 0),
    address,
    nonce: sequence?.kind === "nonce" ? sequence.nonce : 0,
    gasLimit: leg?.gasLimit ?? 0,
    gasPrice: leg?.payment?.gasPrice ?? 0n,
    validUntil,
    payload,
    authorisations,
  };
}

/** The least gas limit that the payload with these authorisations needs on the chain. */
function gasOf(chain: string, payload: Payload, authorisations: readonly Authorisation[]): number {
  const number = chainOf(chain);
  return gasRequired(payload.kind, authorisations.filter((one) => one.chain === number).length);
}

export interface AuthorisationOptions {
  readonly networkId: Uint8Array;
  readonly chain: string;
  /** The account that lets the delegate spend. */
  readonly signer: Signer;
  /** At least the account's authorisation nonce on the chain. */
  readonly nonce: number;
  readonly delegate: AddressLike;
  /** Base units. */
  readonly allowance: bigint;
  /** The last round in which the delegate may spend. */
  readonly lastRound: number;
}

/**
 * an authorisation to put into any transaction that touches the chain, its own or another's.
 * Throws as `signTransaction` does.
 */
export async function signAuthorisation(options: AuthorisationOptions): Promise<Authorisation> {
  const { networkId, signer, nonce, allowance, lastRound } = options;
  const unsigned = {
    publicKey: signer.publicKey,
    chain: chainOf(options.chain),
    nonce,
    delegate: toAddressBytes(options.delegate),
    allowance,
    lastRound,
  };
  const signature = await signer.sign(authorisationMessage(networkId, unsigned));
  return { ...unsigned, signature };
}

/** Refuses, before anything is sent, what the network would refuse for the bytes alone. */
export function checkForm({ bytes }: SignedTransaction, networkId: Uint8Array): void {
  const decoded = decodeTransaction(bytes, networkId);
  if (decoded.ok) return;
  const { code, ...values } = decoded.refusal;
  const details = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, String(value)]),
  );
  const message = `Cannot send the transaction: ${code} ${JSON.stringify(details)}`;
  throw new RefusedError({ code, message, retryable: false, details });
}

/** Signed bytes as the one value that the API's `submitBatch` takes. */
export const encodeBatch = (transactions: readonly Uint8Array[]): Uint8Array =>
  transactionBatchCodec.encode(transactions);

/** The number of a chain. Throws TypeError for a text that names none. */
export function chainOf(text: string): number {
  const chain = parseChainId(text);
  if (chain === null)
    throw new TypeError(`Invalid chain: ${JSON.stringify(text)} is not T0, T1, ...`);
  return chain;
}
