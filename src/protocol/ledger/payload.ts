// The closed table of payloads. Numbers are for ever: those of later kinds are reserved here, so that their bytes
// mean nothing until their rules exist and a decoder refuses them.
import type { BcsType } from "../encoding/codec.ts";
import { fixedBytes, optional, struct, taggedUnion, text, u8, u128 } from "../encoding/codec.ts";

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

export type Payload = Transfer | CreateToken | Delegate | Revoke | SpendFrom | SetReserve;
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
});
