// Addresses: the first 20 bytes of SHA-256 of an Ed25519 public key, written in bech32m
// (BIP 350) with prefix `ygg`.
import { bech32m } from "@scure/base";
import type { Result } from "../result.ts";
import type { CryptoRefusal } from "./refusals.ts";
import { sha256 } from "./sha256.ts";

/**
 * 20 bytes: 160 bits of second-preimage resistance; two keys with one address harm only who made
 * both.
 */
export type Address = Uint8Array;

export const ADDRESS_BYTES = 20;
const PUBLIC_KEY_BYTES = 32;
const PREFIX = "ygg";

export function addressOf(publicKey: Uint8Array): Address {
  if (publicKey.length !== PUBLIC_KEY_BYTES) {
    throw new TypeError(`Invalid public key: expected 32 bytes, found ${publicKey.length}`);
  }
  return sha256(publicKey).slice(0, ADDRESS_BYTES);
}

export function formatAddress(address: Address): string {
  if (address.length !== ADDRESS_BYTES) {
    throw new TypeError(`Invalid address: expected 20 bytes, found ${address.length}`);
  }
  return bech32m.encode(PREFIX, bech32m.toWords(address));
}

/**
 * Reads what a user typed. All capitals are accepted, as BIP 350 demands (QR codes are shorter so);
 * 20 bytes are whole 5-bit words, so that there are no padding bits in which a second form could
 * hide.
 */
export function parseAddress(text: string): Result<Address, CryptoRefusal> {
  const decoded = bech32m.decodeUnsafe(text);
  if (decoded === undefined) return invalid("FORM");
  if (decoded.prefix !== PREFIX) return invalid("PREFIX");
  const bytes = bech32m.fromWordsUnsafe(decoded.words);
  if (!(bytes instanceof Uint8Array) || bytes.length !== ADDRESS_BYTES) return invalid("LENGTH");
  return { ok: true, value: bytes };
}

function invalid(reason: Extract<CryptoRefusal, { code: "INVALID_ADDRESS" }>["reason"]) {
  return { ok: false, refusal: { code: "INVALID_ADDRESS", reason } } as const;
}
