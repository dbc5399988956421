// Trades and offers on their way between two parties: texts, for a message or a web page. They hold no secret, and nobody can
// change what a signature in them is about.
import { toHex } from "../protocol/encoding/bytes.ts";
import { formatChainId } from "../protocol/ledger/chain-id.ts";
import { type SignedOffer, signedOfferCodec } from "../protocol/ledger/offer.ts";
import type { Trade } from "../protocol/ledger/payload.ts";
import { type Transaction, transactionCodec } from "../protocol/ledger/transaction.ts";
import { addressOf, formatAddress } from "./address.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";

/** An amount in base units of a chain's token. */
export interface TokenAmount {
  /** "T0", "T1", ... */
  readonly chain: string;
  readonly amount: bigint;
}

/** A trade that both parties sign, as one of them reads it. */
export interface TradeFacts {
  /** Of the network that it is for: 0x and 64 hex digits. */
  readonly networkId: string;
  /** In the order of the chains. */
  readonly sides: readonly TradeSide[];
  /** The last round in which it can be included. */
  readonly validUntil: number;
}

/** One party: it gives this amount, and gets that of the other side. */
export interface TradeSide {
  readonly address: string;
  readonly gives: TokenAmount;
  readonly nonce: number;
  readonly gasLimit: number;
  readonly gasPrice: bigint;
  /** Whether its signature is there. It is not checked here: the network does. */
  readonly isSigned: boolean;
}

/** An offer as a taker reads it. */
export interface OfferFacts {
  readonly networkId: string;
  readonly maker: string;
  readonly gives: TokenAmount;
  readonly wants: TokenAmount;
  /** Who may take it; null for anybody. */
  readonly taker: string | null;
  /** The maker's number for it on the chain of what it gives. */
  readonly number: bigint;
  /** The last round in which it can be taken. */
  readonly validUntil: number;
}

const TRADE_PREFIX = "yggtrade1:";
const OFFER_PREFIX = "yggoffer1:";

export const tradeText = (trade: Transaction): string =>
  TRADE_PREFIX + encodeBase64(transactionCodec.encode(trade));

export const offerText = (offer: SignedOffer): string =>
  OFFER_PREFIX + encodeBase64(signedOfferCodec.encode(offer));

/** Throws TypeError for a text that is no trade, without quoting it. */
export function parseTrade(text: string): Transaction & { readonly payload: Trade } {
  const decoded = transactionCodec.decode(bytesOf(text, TRADE_PREFIX) ?? new Uint8Array());
  if (!decoded.ok || decoded.value.payload.kind !== "trade" || decoded.value.legs.length !== 2) {
    throw new TypeError("Invalid trade: expected the text of one");
  }
  return decoded.value as Transaction & { readonly payload: Trade };
}

/** Throws TypeError for a text that is no offer, without quoting it. */
export function parseOffer(text: string): SignedOffer {
  const decoded = signedOfferCodec.decode(bytesOf(text, OFFER_PREFIX) ?? new Uint8Array());
  if (!decoded.ok) throw new TypeError("Invalid offer: expected the text of one");
  return decoded.value;
}

/** What a trade says, to show it before it is signed. Throws TypeError. */
export function readTrade(text: string): TradeFacts {
  const { networkId, legs, payload, validUntil, signatures } = parseTrade(text);
  const signed = signatures.map(({ publicKey }) => formatAddress(addressOf(publicKey)));
  const amounts = [payload.firstAmount, payload.secondAmount];
  const sides = legs.map(({ chain, payment, gasLimit }, i): TradeSide => {
    if (payment?.sequence.kind !== "nonce") {
      throw new TypeError("Invalid trade: a side has no nonce");
    }
    const address = formatAddress(payment.payer);
    return {
      address,
      gives: { chain: formatChainId(chain), amount: amounts[i] as bigint },
      nonce: payment.sequence.nonce,
      gasLimit,
      gasPrice: payment.gasPrice,
      isSigned: signed.includes(address),
    };
  });
  return { networkId: `0x${toHex(networkId)}`, sides, validUntil };
}

/** What an offer says, to show it before it is taken. Throws TypeError. */
export function readOffer(text: string): OfferFacts {
  const offer = parseOffer(text);
  return {
    networkId: `0x${toHex(offer.networkId)}`,
    maker: formatAddress(offer.maker),
    gives: { chain: formatChainId(offer.chain), amount: offer.amount },
    wants: { chain: formatChainId(offer.takerChain), amount: offer.wanted },
    taker: offer.taker === null ? null : formatAddress(offer.taker),
    number: offer.offer,
    validUntil: offer.validUntil,
  };
}

function bytesOf(text: string, prefix: string): Uint8Array | null {
  return text.startsWith(prefix) ? decodeBase64(text.slice(prefix.length)) : null;
}
