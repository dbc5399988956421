// What a transaction can do in this version of the protocol, with addresses as texts or
// bytes and amounts in base units.
import type {
  CreateToken,
  Delegate,
  Payload,
  Revoke,
  SetReserve,
  SpendFrom,
  Transfer,
} from "../protocol/ledger/payload.ts";
import { addressBytes } from "./address.ts";

/** `ygg1...` or its 20 bytes. */
export type AddressLike = string | Uint8Array;

export function toAddressBytes(address: AddressLike): Uint8Array {
  return typeof address === "string" ? addressBytes(address) : address;
}

/** Moves `amount` base units of the chain's token to `to`. */
export const transfer = (to: AddressLike, amount: bigint): Transfer => ({
  kind: "transfer",
  to: toAddressBytes(to),
  amount,
});

export interface TokenOptions {
  /** 1 to 12 capitals and digits, a capital first. Not unique: a token's identity is its chain. */
  readonly symbol: string;
  /** 1 to 64 bytes. */
  readonly name: string;
  /** 0 to 18; 18 if left out. */
  readonly decimals?: number;
  /** Base units, all of them credited to the payer on the new chain. */
  readonly supply: bigint;
  /** Reserve of accounts without a setting of their own; 10 tokens if left out. */
  readonly reserveDefault?: bigint;
  /** Base units of the new token per unit of gas; 10^-6 tokens, at least 1, if left out. */
  readonly gasPriceMin?: bigint;
}

const DECIMALS_DEFAULT = 18;
const RESERVE_TOKENS_DEFAULT = 10n;
const GAS_PRICE_DIVISOR = 1_000_000n;

/** a new token with its own chain. On T0 only. */
export function createToken(options: TokenOptions): CreateToken {
  const { symbol, name, supply, decimals = DECIMALS_DEFAULT } = options;
  const oneToken = 10n ** BigInt(decimals);
  const gasPriceMin = oneToken / GAS_PRICE_DIVISOR;
  return {
    kind: "createToken",
    symbol,
    name,
    decimals,
    supply,
    reserveDefault: options.reserveDefault ?? RESERVE_TOKENS_DEFAULT * oneToken,
    gasPriceMin: options.gasPriceMin ?? (gasPriceMin === 0n ? 1n : gasPriceMin),
  };
}

/** Only carries authorisations (`signAuthorisation`), for whose owners the payer pays. */
export const delegate = (): Delegate => ({ kind: "delegate" });

/** Ends the payer's delegation on the chain. */
export const revoke = (): Revoke => ({ kind: "revoke" });

/** By a delegate: moves `amount` base units from `owner`, who authorised the payer, to `to`. */
export const spendFrom = (owner: AddressLike, to: AddressLike, amount: bigint): SpendFrom => ({
  kind: "spendFrom",
  owner: toAddressBytes(owner),
  to: toAddressBytes(to),
  amount,
});

/** the payer's own reserve on the chain in base units; null for the chain's default. */
export const setReserve = (reserve: bigint | null): SetReserve => ({ kind: "setReserve", reserve });

export type { Payload };
