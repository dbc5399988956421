// a maker's half of a trade, signed by itself before anybody is known who takes it. What the maker signs names everything
// that the trade may do to it; a trade repeats only what its legs and amounts do not already say, so that nothing can disagree.
import { invariant } from "../assert.ts";
import { concatBytes } from "../encoding/bytes.ts";
import { codec, fixedBytes, optional, safeU64, struct, u32, u64, u128 } from "../encoding/codec.ts";
import { MessageKind, messagePrefix } from "../encoding/domain.ts";
import { legValue } from "./leg-facts.ts";
import type { LegPayment, UnsignedTransaction } from "./transaction.ts";

/** What a maker signs. It pays no fee: the taker's leg covers its gas. */
export interface Offer {
  readonly maker: Uint8Array;
  /** The maker's number for it on its chain. */
  readonly offer: bigint;
  readonly chain: number;
  /** What the maker gives, in base units of its chain's token. */
  readonly amount: bigint;
  readonly takerChain: number;
  /** What it wants, in base units of the taker's chain's token. */
  readonly wanted: bigint;
  /** null: anybody may take it. */
  readonly taker: Uint8Array | null;
  /** The last round in which it may be taken. */
  readonly validUntil: number;
}

/** An offer on its way from its maker to a taker. */
export interface SignedOffer extends Offer {
  readonly networkId: Uint8Array;
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
}

const offerFields = {
  maker: fixedBytes(20),
  offer: u64,
  chain: u32,
  amount: u128,
  takerChain: u32,
  wanted: u128,
  taker: optional(fixedBytes(20)),
  validUntil: safeU64,
};
const offerType = struct<Offer>("Offer", offerFields);

const SIGNED_OFFER_BYTES_MAX = 512;
export const signedOfferCodec = codec<SignedOffer>(
  "signed offer",
  struct<SignedOffer>("SignedOffer", {
    networkId: fixedBytes(32),
    ...offerFields,
    publicKey: fixedBytes(32),
    signature: fixedBytes(64),
  }),
  SIGNED_OFFER_BYTES_MAX,
);

export const offerMessage = (networkId: Uint8Array, offer: Offer): Uint8Array =>
  concatBytes(messagePrefix(networkId, 0, MessageKind.offer), offerType.serialize(offer));

/** The offer that a well-formed trade takes; null if it takes none. */
export function offerOf(transaction: UnsignedTransaction): Offer | null {
  const { legs, payload } = transaction;
  if (payload.kind !== "trade" || payload.offer === null) return null;
  const make = legs.find(({ payment }) => payment?.sequence.kind === "offer");
  const take = legs.find((leg) => leg !== make);
  invariant(make?.payment?.sequence.kind === "offer" && take?.payment, "A take without its legs");
  const { openTaker, validUntil } = payload.offer;
  return {
    maker: make.payment.payer,
    offer: make.payment.sequence.offer,
    chain: make.chain,
    amount: legValue(transaction, make),
    takerChain: take.chain,
    wanted: legValue(transaction, take),
    taker: openTaker ? null : (take.payment as LegPayment).payer,
    validUntil,
  };
}
