// What execution says of a transaction: a code, a reason, and its movements as double entries, so that every unit
// that leaves one holder arrives at another.
import {
  type BcsType,
  codec,
  fixedBytes,
  hash32,
  list,
  optional,
  struct,
  taggedUnion,
  u8,
  u32,
  u128,
} from "../encoding/codec.ts";

/** 2 executed, 1 included without effect but its fee. */
export const CODE_EXECUTED = 2;
export const CODE_REVERTED = 1;

/** Who can hold units of a chain's token. Numbers of later holders (pools, escrows, pots) follow. */
export type Holder =
  | { readonly kind: "account"; readonly address: Uint8Array }
  /** fees not yet attributed to a set's pot. */
  | { readonly kind: "unattributedFees" }
  /** Where a new token's supply comes from. */
  | { readonly kind: "issuance" };

export interface Movement {
  readonly chain: number;
  readonly from: Holder;
  readonly to: Holder;
  readonly amount: bigint;
}

/** Why a transaction was executed as it was; only `executed` goes with code 2. */
export const REASONS = {
  executed: 0,
  insufficientBalance: 1,
  senderDip: 2,
  ownerDip: 3,
  notDelegated: 4,
  balanceOverflow: 5,
  chainIdsExhausted: 6,
  offerUsed: 7,
  offersFull: 8,
} as const;
export type Reason = keyof typeof REASONS;

export interface Receipt {
  readonly id: Uint8Array;
  readonly code: number;
  readonly reason: Reason;
  /** The chain of the leg that failed; null if none did. */
  readonly failedChain: number | null;
  /** The fees first, then the payload's effects; a reverted transaction has only the fees. */
  readonly movements: readonly Movement[];
}

const reasonType: BcsType<Reason> = u8.transform<Reason>(
  "reason",
  (reason) => REASONS[reason],
  (number) => {
    const reason = (Object.keys(REASONS) as Reason[]).find((name) => REASONS[name] === number);
    if (reason === undefined) throw new TypeError(`Unknown reason ${number}`);
    return reason;
  },
);

const nothing = struct<object>("Nothing", {});
const holderType = taggedUnion<Holder>("Holder", {
  account: {
    tag: 0,
    fields: struct<{ address: Uint8Array }>("AccountHolder", { address: fixedBytes(20) }),
  },
  unattributedFees: { tag: 1, fields: nothing },
  issuance: { tag: 2, fields: nothing },
});

export const receiptType: BcsType<Receipt> = struct<Receipt>("Receipt", {
  id: hash32,
  code: u8,
  reason: reasonType,
  failedChain: optional(u32),
  movements: list(
    struct<Movement>("Movement", { chain: u32, from: holderType, to: holderType, amount: u128 }),
  ),
});

const RECEIPT_BYTES_MAX = 1024;
export const receiptCodec = codec<Receipt>("receipt", receiptType, RECEIPT_BYTES_MAX);
