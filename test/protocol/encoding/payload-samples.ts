// A value of every payload, and an offer: see samples.ts.
import type { SignedOffer } from "../../../src/protocol/ledger/offer.ts";
import type { Payload } from "../../../src/protocol/ledger/payload.ts";

export const bytes = (size: number, fill: number): Uint8Array => new Uint8Array(size).fill(fill);

export const NETWORK_ID: Uint8Array = bytes(32, 0x11);

export const PAYLOADS: readonly Payload[] = [
  { kind: "transfer", to: bytes(20, 0xa1), amount: 123_456_789_012_345_678_901_234_567n },
  {
    kind: "createToken",
    symbol: "GOLD2",
    name: "Gelbes Gold \u00e4\u{1f947}",
    decimals: 18,
    supply: (1n << 128n) - 1n,
    reserveDefault: 10n ** 19n,
    gasPriceMin: 7n,
  },
  { kind: "delegate" },
  { kind: "revoke" },
  { kind: "spendFrom", owner: bytes(20, 0xa2), to: bytes(20, 0xa3), amount: 0n },
  { kind: "setReserve", reserve: 5_000n },
  { kind: "setReserve", reserve: null },
  { kind: "trade", firstAmount: 5n, secondAmount: 1n << 127n, offer: null },
  {
    kind: "trade",
    firstAmount: 6n,
    secondAmount: 7n,
    offer: {
      openTaker: true,
      validUntil: 12_345,
      publicKey: bytes(32, 0xa6),
      signature: bytes(64, 0xa7),
    },
  },
  { kind: "cancelOffer", offer: (1n << 64n) - 1n, validUntil: 12_345 },
  {
    kind: "bond",
    amount: 10n ** 24n,
    registration: {
      publicKey: bytes(96, 0xa8),
      proofOfPossession: bytes(48, 0xa9),
      commission: 10_000,
    },
  },
  { kind: "bond", amount: 1n, registration: null },
  { kind: "unbond", amount: 258n },
  { kind: "delegateStake", validator: bytes(20, 0xaa), amount: 259n },
  { kind: "undelegateStake", validator: bytes(20, 0xab), amount: 260n },
];

/** What tells the second of a kind from the first, by place in the list. */
export const VARIANTS: Readonly<Record<number, string>> = {
  6: " default",
  8: " with an offer",
  11: " of more",
};

export const OFFER: SignedOffer = {
  networkId: NETWORK_ID,
  maker: bytes(20, 0xe1),
  offer: 259n,
  chain: 7,
  amount: 1_000n,
  takerChain: 0,
  wanted: 2_000n,
  taker: bytes(20, 0xe2),
  validUntil: 12_345,
  publicKey: bytes(32, 0xe3),
  signature: bytes(64, 0xe4),
};
