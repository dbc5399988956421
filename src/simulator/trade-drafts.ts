// Trades before they are signed, and how they become bytes and a record for the checkers (see drafts.ts).
import { concatBytes, toHex } from "../protocol/encoding/bytes.ts";
import { type Offer, offerMessage } from "../protocol/ledger/offer.ts";
import type { Trade } from "../protocol/ledger/payload.ts";
import {
  type Leg,
  TRANSACTION_VERSION,
  transactionCodec,
  transactionId,
  transactionMessage,
  type UnsignedTransaction,
  unsignedTransactionCodec,
} from "../protocol/ledger/transaction.ts";
import type { ObservedLeg } from "./checkers/observation.ts";
import type { Signed } from "./drafts.ts";
import type { User } from "./world-keys.ts";

export interface TradeSide {
  readonly chain: number;
  readonly user: User;
  readonly amount: bigint;
  readonly gasLimit: number;
}

export interface PayingSide extends TradeSide {
  readonly nonce: number;
  readonly gasPrice: bigint;
}

export interface OfferingSide extends TradeSide {
  readonly number: bigint;
  readonly openTaker: boolean;
  readonly offerValidUntil: number;
}

export interface TradeDraft {
  /** Of the taker, who sends it: where a client looks its balance up. */
  readonly chain: number;
  readonly payer: User;
  /** The one who does not send it: by its own signature, or by its offer. */
  readonly maker: PayingSide | OfferingSide;
  readonly taker: PayingSide;
  readonly validUntil: number;
}

/** A signature over this is no signature over the message. */
export const other = (message: Uint8Array): Uint8Array => concatBytes(message, Uint8Array.of(0));

const isOffering = (side: PayingSide | OfferingSide): side is OfferingSide => "number" in side;

/** `isForged`: the maker's signature, or if it offers nothing the taker's, is not its own. */
export async function signTrade(
  networkId: Uint8Array,
  draft: TradeDraft,
  isForged: boolean,
): Promise<Signed> {
  const { maker, taker, validUntil } = draft;
  const sides = [maker, taker].sort((a, b) => a.chain - b.chain) as [PayingSide, PayingSide];
  const consent = isOffering(maker) ? await consentOf(networkId, maker, taker, isForged) : null;
  const [firstAmount, secondAmount] = [sides[0].amount, sides[1].amount];
  const unsigned: UnsignedTransaction = {
    version: TRANSACTION_VERSION,
    networkId,
    legs: sides.map(legOf),
    payload: { kind: "trade", firstAmount, secondAmount, offer: consent },
    validUntil,
    authorisations: [],
  };
  const id = transactionId(networkId, unsignedTransactionCodec.encode(unsigned));
  const message = transactionMessage(networkId, id);
  const signers = sides.filter((side) => !isOffering(side));
  const signatures = await Promise.all(
    signers.map(async (side) => {
      const isWrong = isForged && consent === null && side === taker;
      const signature = await side.user.sign(isWrong ? other(message) : message);
      return { publicKey: side.user.publicKey, signature };
    }),
  );
  const offer = isOffering(maker)
    ? { number: maker.number, openTaker: maker.openTaker, validUntil: maker.offerValidUntil }
    : null;
  return {
    bytes: transactionCodec.encode({ ...unsigned, signatures }),
    id,
    observed: {
      id: toHex(id),
      legs: sides.map(observedLeg),
      payload: { kind: "trade", amounts: [firstAmount, secondAmount], offer },
      authorisations: [],
      validUntil,
      isSigned: !isForged,
    },
  };
}

async function consentOf(
  networkId: Uint8Array,
  maker: OfferingSide,
  taker: PayingSide,
  isForged: boolean,
): Promise<Trade["offer"]> {
  const { user, openTaker, offerValidUntil } = maker;
  const offer: Offer = {
    maker: user.address,
    offer: maker.number,
    chain: maker.chain,
    amount: maker.amount,
    takerChain: taker.chain,
    wanted: taker.amount,
    taker: openTaker ? null : taker.user.address,
    validUntil: offerValidUntil,
  };
  const message = offerMessage(networkId, offer);
  const signature = await user.sign(isForged ? other(message) : message);
  return { openTaker, validUntil: offerValidUntil, publicKey: user.publicKey, signature };
}

const legOf = (side: PayingSide | OfferingSide): Leg => ({
  chain: side.chain,
  gasLimit: side.gasLimit,
  payment: isOffering(side)
    ? {
        payer: side.user.address,
        sequence: { kind: "offer", offer: side.number },
        gasPrice: 0n,
      }
    : {
        payer: side.user.address,
        sequence: { kind: "nonce", nonce: side.nonce },
        gasPrice: side.gasPrice,
      },
});

const observedLeg = (side: PayingSide | OfferingSide): ObservedLeg => ({
  chain: side.chain,
  payer: side.user.addressHex,
  nonce: isOffering(side) ? null : side.nonce,
  gasLimit: side.gasLimit,
  gasPrice: isOffering(side) ? 0n : side.gasPrice,
});
