// The closed table of payloads. Numbers are for ever: those of later kinds are reserved here, so that their bytes
// mean nothing until their rules exist and a decoder refuses them.
import type { BcsType } from "../encoding/codec.ts";
import {
  bool,
  fixedBytes,
  optional,
  safeU64,
  struct,
  taggedUnion,
  text,
  u8,
  u16,
  u64,
  u128,
} from "../encoding/codec.ts";

/** Moves `amount` of the leg's token from its payer to `to`. */
export interface Transfer {
  readonly kind: "transfer";
  readonly to: Uint8Array;
  readonly amount: bigint;
}
/** on T0: a new token with its own chain, its whole supply credited to the payer there. */
export interface CreateToken {
  readonly kind: "createToken";
  readonly symbol: string;
  readonly name: string;
  readonly decimals: number;
  readonly supply: bigint;
  readonly reserveDefault: bigint;
  readonly gasPriceMin: bigint;
}
/**
 * on each leg its payer gives the amount to the payer of the other leg; both or neither. With an offer one leg is its
 * maker's, by an offer number instead of a nonce, and the other leg is the taker's.
 */
export interface Trade {
  readonly kind: "trade";
  /** Base units of the first leg's token, above 0. */
  readonly firstAmount: bigint;
  /** Of the second leg's. */
  readonly secondAmount: bigint;
  readonly offer: MakerConsent | null;
}
/** The maker's word for its half. What else it signed follows from the legs: see `offerOf`. */
export interface MakerConsent {
  /** Whether anybody may take it; else it names the payer of the other leg. */
  readonly openTaker: boolean;
  /** The last round in which it may be taken. */
  readonly validUntil: number;
  readonly publicKey: Uint8Array;
  readonly signature: Uint8Array;
}
/** no trade takes the payer's offer with this number any more. */
export interface CancelOffer {
  readonly kind: "cancelOffer";
  readonly offer: bigint;
  /** The offer's own: until then the number is remembered. */
  readonly validUntil: number;
}
/** Does nothing itself: it carries authorisations for which its payer pays. */
export interface Delegate {
  readonly kind: "delegate";
}
/** Ends the payer's delegation on the leg's chain and uses up one authorisation nonce: the next one signed is void too. */
export interface Revoke {
  readonly kind: "revoke";
}
/** By the delegate (the leg's payer): moves `amount` from `owner` to `to` within the allowance. */
export interface SpendFrom {
  readonly kind: "spendFrom";
  readonly owner: Uint8Array;
  readonly to: Uint8Array;
  readonly amount: bigint;
}
/** the payer's own reserve on the leg's chain; null returns to the chain's default. */
export interface SetReserve {
  readonly kind: "setReserve";
  readonly reserve: bigint | null;
}

/** on T0: the payer, a validator's address, locks Rune as its own stake. The first bond registers it. */
export interface Bond {
  readonly kind: "bond";
  /** Base units, above 0. */
  readonly amount: bigint;
  /** Needed to register; later null, or the same once more. */
  readonly registration: Registration | null;
}
export interface Registration {
  /** A BLS12-381 key in G2. One validator only has it. */
  readonly publicKey: Uint8Array;
  /** by the key, over itself and the validator's address: see `registrationDomain`. */
  readonly proofOfPossession: Uint8Array;
  /** What the validator keeps of its delegators' rewards, in basis points. */
  readonly commission: number;
}
/** on T0: takes of the payer's own stake; it is paid back when the unbonding period is over. */
export interface Unbond {
  readonly kind: "unbond";
  readonly amount: bigint;
}
/** on T0: the payer locks Rune as stake of a validator. */
export interface DelegateStake {
  readonly kind: "delegateStake";
  readonly validator: Uint8Array;
  readonly amount: bigint;
}
/** on T0: takes of what the payer has delegated to the validator, as `Unbond` does. */
export interface UndelegateStake {
  readonly kind: "undelegateStake";
  readonly validator: Uint8Array;
  readonly amount: bigint;
}

export type Payload =
  | Transfer
  | CreateToken
  | Trade
  | CancelOffer
  | Delegate
  | Revoke
  | SpendFrom
  | SetReserve
  | StakingPayload;
/** What runs on T0 and moves stake. */
export type StakingPayload = Bond | Unbond | DelegateStake | UndelegateStake;
export type PayloadKind = Payload["kind"];

export const PAYLOAD_TAGS = {
  transfer: 0,
  createToken: 1,
  trade: 2,
  swap: 3,
  addLiquidity: 4,
  removeLiquidity: 5,
  placeOrder: 6,
  cancelOrder: 7,
  cancelOffer: 8,
  delegate: 9,
  revoke: 10,
  spendFrom: 11,
  setReserve: 12,
  bond: 13,
  unbond: 14,
  rejoin: 15,
  delegateStake: 16,
  undelegateStake: 17,
  claim: 18,
  registerName: 19,
  renewName: 20,
  transferName: 21,
  propose: 22,
  vote: 23,
  evidence: 24,
  report: 25,
} as const satisfies Record<PayloadKind, number> & Record<string, number>;

const address = fixedBytes(20);
const nothing = struct<object>("Nothing", {});

export const payloadType: BcsType<Payload> = taggedUnion<Payload>("Payload", {
  transfer: {
    tag: PAYLOAD_TAGS.transfer,
    fields: struct<Omit<Transfer, "kind">>("Transfer", { to: address, amount: u128 }),
  },
  createToken: {
    tag: PAYLOAD_TAGS.createToken,
    fields: struct<Omit<CreateToken, "kind">>("CreateToken", {
      symbol: text,
      name: text,
      decimals: u8,
      supply: u128,
      reserveDefault: u128,
      gasPriceMin: u128,
    }),
  },
  trade: {
    tag: PAYLOAD_TAGS.trade,
    fields: struct<Omit<Trade, "kind">>("Trade", {
      firstAmount: u128,
      secondAmount: u128,
      offer: optional(
        struct<MakerConsent>("MakerConsent", {
          openTaker: bool,
          validUntil: safeU64,
          publicKey: fixedBytes(32),
          signature: fixedBytes(64),
        }),
      ),
    }),
  },
  cancelOffer: {
    tag: PAYLOAD_TAGS.cancelOffer,
    fields: struct<Omit<CancelOffer, "kind">>("CancelOffer", { offer: u64, validUntil: safeU64 }),
  },
  delegate: { tag: PAYLOAD_TAGS.delegate, fields: nothing },
  revoke: { tag: PAYLOAD_TAGS.revoke, fields: nothing },
  spendFrom: {
    tag: PAYLOAD_TAGS.spendFrom,
    fields: struct<Omit<SpendFrom, "kind">>("SpendFrom", {
      owner: address,
      to: address,
      amount: u128,
    }),
  },
  setReserve: {
    tag: PAYLOAD_TAGS.setReserve,
    fields: struct<Omit<SetReserve, "kind">>("SetReserve", { reserve: optional(u128) }),
  },
  bond: {
    tag: PAYLOAD_TAGS.bond,
    fields: struct<Omit<Bond, "kind">>("Bond", {
      amount: u128,
      registration: optional(
        struct<Registration>("Registration", {
          publicKey: fixedBytes(96),
          proofOfPossession: fixedBytes(48),
          commission: u16,
        }),
      ),
    }),
  },
  unbond: {
    tag: PAYLOAD_TAGS.unbond,
    fields: struct<Omit<Unbond, "kind">>("Unbond", { amount: u128 }),
  },
  delegateStake: {
    tag: PAYLOAD_TAGS.delegateStake,
    fields: struct<Omit<DelegateStake, "kind">>("DelegateStake", {
      validator: address,
      amount: u128,
    }),
  },
  undelegateStake: {
    tag: PAYLOAD_TAGS.undelegateStake,
    fields: struct<Omit<UndelegateStake, "kind">>("UndelegateStake", {
      validator: address,
      amount: u128,
    }),
  },
});
