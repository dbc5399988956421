// Builds and signs transactions: canonical bytes that the API takes as they are.
import { parseAddress } from "../protocol/crypto/address.ts";
import { toHex } from "../protocol/encoding/bytes.ts";
import { parseChainId } from "../protocol/ledger/chain-id.ts";
import { gasRequired } from "../protocol/ledger/gas.ts";
import type { Payload } from "../protocol/ledger/payload.ts";
import {
  type Authorisation,
  authorisationMessage,
  TRANSACTION_VERSION,
  transactionCodec,
  transactionId,
  transactionMessage,
  type UnsignedTransaction,
  unsignedTransactionCodec,
} from "../protocol/ledger/transaction.ts";
import type { Signer } from "./signer.ts";

export interface SignedTransaction {
  /** 0x and 64 hex digits. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

export interface TransactionOptions {
  /** 32 bytes: the network's id, the SHA-256 of its genesis record. */
  readonly networkId: Uint8Array;
  /** "T0", "T1", ... */
  readonly chain: string;
  readonly signer: Signer;
  /** The account's next nonce on the chain. */
  readonly nonce: number;
  /** Base units per unit of gas; the chain's minimum is enough to be included when blocks are not full. */
  readonly gasPrice: bigint;
  /** The last round in which it may be included. */
  readonly validUntil: number;
  readonly payload: Payload;
  readonly authorisations?: readonly Authorisation[];
  /** The gas that the payload needs, if left out. */
  readonly gasLimit?: number;
}

/** Throws TypeError for a chain that is none, RangeError for numbers that the format cannot hold. */
export async function signTransaction(options: TransactionOptions): Promise<SignedTransaction> {
  const { networkId, signer } = options;
  const unsigned = unsignedTransaction(options);
  const id = transactionId(networkId, unsignedTransactionCodec.encode(unsigned));
  const signature = await signer.sign(transactionMessage(networkId, id));
  const signatures = [{ publicKey: signer.publicKey, signature }];
  return { id: `0x${toHex(id)}`, bytes: transactionCodec.encode({ ...unsigned, signatures }) };
}

function unsignedTransaction(options: TransactionOptions): UnsignedTransaction {
  const { networkId, signer, nonce, gasPrice, validUntil, payload } = options;
  const chain = chainOf(options.chain);
  const authorisations = options.authorisations ?? [];
  const own = authorisations.filter((one) => one.chain === chain).length;
  const gasLimit = options.gasLimit ?? gasRequired(payload.kind, own);
  const payment = {
    payer: signer.addressBytes,
    sequence: { kind: "nonce", nonce },
    gasPrice,
  } as const;
  return {
    version: TRANSACTION_VERSION,
    networkId,
    legs: [{ chain, gasLimit, payment }],
    payload,
    validUntil,
    authorisations,
  };
}

export interface AuthorisationOptions {
  readonly networkId: Uint8Array;
  readonly chain: string;
  /** The account that lets the delegate spend. */
  readonly signer: Signer;
  /** At least the account's authorisation nonce on the chain. */
  readonly nonce: number;
  readonly delegate: Uint8Array;
  readonly allowance: bigint;
  /** The last round in which the delegate may spend. */
  readonly lastRound: number;
}

/** an authorisation to put into any transaction that touches the chain, its own or another's. */
export async function signAuthorisation(options: AuthorisationOptions): Promise<Authorisation> {
  const { networkId, signer, nonce, delegate, allowance, lastRound } = options;
  const chain = chainOf(options.chain);
  const unsigned = { publicKey: signer.publicKey, chain, nonce, delegate, allowance, lastRound };
  const signature = await signer.sign(authorisationMessage(networkId, unsigned));
  return { ...unsigned, signature };
}

/** The 20 bytes behind `ygg1...`. Throws TypeError, quoting the text. */
export function addressBytes(text: string): Uint8Array {
  const parsed = parseAddress(text);
  if (!parsed.ok) throw new TypeError(`Invalid address: ${JSON.stringify(text)}`);
  return parsed.value;
}

function chainOf(text: string): number {
  const chain = parseChainId(text);
  if (chain === null)
    throw new TypeError(`Invalid chain: ${JSON.stringify(text)} is not T0, T1, ...`);
  return chain;
}
