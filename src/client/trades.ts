// Builds trades: by both signatures, or by a maker's offer that a taker completes.

import { equalBytes } from "../protocol/encoding/bytes.ts";
import { gasRequired } from "../protocol/ledger/gas.ts";
import { type Offer, offerMessage } from "../protocol/ledger/offer.ts";
import type { CancelOffer } from "../protocol/ledger/payload.ts";
import { type Leg, TRANSACTION_VERSION, type Transaction } from "../protocol/ledger/transaction.ts";
import { addressOf, formatAddress } from "./address.ts";
import { chainOf, type SignedTransaction, signatureOf, summary } from "./build-transaction.ts";
import { type AddressLike, toAddressBytes } from "./payloads.ts";
import type { Signer } from "./signer.ts";
import { offerText, parseOffer, parseTrade, type TokenAmount, tradeText } from "./trade-text.ts";

/** What one party gives and pays. */
export interface TradeParty {
  readonly address: AddressLike;
  readonly gives: TokenAmount;
  /** The account's next nonce on the chain of what it gives. */
  readonly nonce: number;
  /** Base units per unit of gas, in the token that it gives. */
  readonly gasPrice: bigint;
  /** What a trade needs if left out. */
  readonly gasLimit?: number | undefined;
}

export interface TradeOptions {
  /** 32 bytes: the network's id. */
  readonly networkId: Uint8Array;
  /** On two chains. */
  readonly parties: readonly [TradeParty, TradeParty];
  /** The last round in which it may be included. */
  readonly validUntil: number;
}

/** A trade that nobody has signed yet, as a text for `signTrade`. Throws TypeError, RangeError. */
export function buildTrade({ networkId, parties, validUntil }: TradeOptions): string {
  const legs = parties.map(({ address, gives, nonce, gasPrice, gasLimit }) => ({
    amount: gives.amount,
    leg: {
      chain: chainOf(gives.chain),
      gasLimit: gasLimit ?? gasRequired("trade", 0),
      payment: {
        payer: toAddressBytes(address),
        sequence: { kind: "nonce", nonce } as const,
        gasPrice,
      },
    },
  }));
  return tradeText(tradeOf(networkId, legs, { validUntil, offer: null }));
}

/** The same with the signer's signature. Throws TypeError for a trade that the signer is no party of. */
export async function signTrade(text: string, signer: Signer): Promise<string> {
  const { signatures, ...unsigned } = parseTrade(text);
  const payers = unsigned.legs.flatMap(({ payment }) => payment?.payer ?? []);
  if (!payers.some((payer) => equalBytes(payer, signer.addressBytes))) {
    throw new TypeError(`Cannot sign the trade: ${signer.address} is not one of its parties`);
  }
  const own = await signatureOf(unsigned, signer);
  const all = [...signatures.filter(({ publicKey }) => !equalBytes(publicKey, own.publicKey)), own];
  const place = ({ publicKey }: typeof own) =>
    payers.findIndex((payer) => equalBytes(payer, addressOf(publicKey)));
  const inOrder = all.filter((one) => place(one) >= 0).sort((a, b) => place(a) - place(b));
  return tradeText({ ...unsigned, signatures: inOrder });
}

/** What to submit, once both have signed. Throws TypeError before. */
export function completedTrade(text: string): SignedTransaction {
  const trade = parseTrade(text);
  if (trade.signatures.length !== trade.legs.length) {
    throw new TypeError("Cannot complete the trade: a signature is missing");
  }
  const [first] = trade.legs;
  const payer = first?.payment?.payer ?? new Uint8Array(20);
  return summary(trade, formatAddress(payer));
}

export interface OfferOptions {
  readonly networkId: Uint8Array;
  readonly signer: Signer;
  readonly gives: TokenAmount;
  /** On another chain. */
  readonly wants: TokenAmount;
  /** Who may take it; anybody if left out. */
  readonly taker?: AddressLike | undefined;
  /** 64 bits, not in use for another offer on that chain; drawn at random if left out. */
  readonly number?: bigint | undefined;
  /** The last round in which it may be taken. */
  readonly validUntil: number;
}

/** A maker's half of a trade, signed, as a text for whoever may take it. Costs and sends nothing. */
export async function signOffer(options: OfferOptions): Promise<string> {
  const { networkId, signer, gives, wants, taker, validUntil } = options;
  const offer: Offer = {
    maker: signer.addressBytes,
    offer: options.number ?? randomNumber(),
    chain: chainOf(gives.chain),
    amount: gives.amount,
    takerChain: chainOf(wants.chain),
    wanted: wants.amount,
    taker: taker === undefined ? null : toAddressBytes(taker),
    validUntil,
  };
  const signature = await signer.sign(offerMessage(networkId, offer));
  return offerText({ ...offer, networkId, publicKey: signer.publicKey, signature });
}

export interface TakeOptions {
  readonly signer: Signer;
  readonly offer: string;
  /** The taker's next nonce on the chain of what the offer wants. */
  readonly nonce: number;
  /** Base units per unit of gas on that chain: it pays for both legs. */
  readonly gasPrice: bigint;
  /** At most the offer's, which it is if left out. */
  readonly validUntil?: number | undefined;
}

/** The whole trade, by the taker of an offer. Throws TypeError for a text that is no offer. */
export async function signTake(options: TakeOptions): Promise<SignedTransaction> {
  const { signer, nonce, gasPrice } = options;
  const offer = parseOffer(options.offer);
  const gasLimit = gasRequired("trade", 0);
  const legs = [
    {
      amount: offer.amount,
      leg: {
        chain: offer.chain,
        gasLimit,
        payment: {
          payer: offer.maker,
          sequence: { kind: "offer", offer: offer.offer } as const,
          gasPrice: 0n,
        },
      },
    },
    {
      amount: offer.wanted,
      leg: {
        chain: offer.takerChain,
        gasLimit,
        payment: {
          payer: signer.addressBytes,
          sequence: { kind: "nonce", nonce } as const,
          gasPrice,
        },
      },
    },
  ];
  const { publicKey, signature, validUntil } = offer;
  const consent = { openTaker: offer.taker === null, validUntil, publicKey, signature };
  const terms = { validUntil: options.validUntil ?? validUntil, offer: consent };
  const unsigned = tradeOf(offer.networkId, legs, terms);
  const signatures = [await signatureOf(unsigned, signer)];
  return summary({ ...unsigned, signatures }, signer.address);
}

/** The maker's payload that takes an offer back, on the chain of what it gives. */
export function cancelOffer(offer: string): CancelOffer {
  const { offer: number, validUntil } = parseOffer(offer);
  return { kind: "cancelOffer", offer: number, validUntil };
}

interface Given {
  readonly leg: Leg;
  readonly amount: bigint;
}

/** The legs in their one order, with no signatures yet. */
function tradeOf(
  networkId: Uint8Array,
  given: readonly Given[],
  { validUntil, offer }: Pick<Transaction, "validUntil"> & { readonly offer: Consent },
): Transaction {
  const [first, second] = given.toSorted((a, b) => a.leg.chain - b.leg.chain) as [Given, Given];
  return {
    version: TRANSACTION_VERSION,
    networkId,
    legs: [first.leg, second.leg],
    payload: {
      kind: "trade",
      firstAmount: first.amount,
      secondAmount: second.amount,
      offer,
    },
    validUntil,
    authorisations: [],
    signatures: [],
  };
}

type Consent = Extract<Transaction["payload"], { readonly kind: "trade" }>["offer"];

/** So many that two of one maker are never the same by chance. */
const randomNumber = (): bigint => crypto.getRandomValues(new BigUint64Array(1))[0] as bigint;
