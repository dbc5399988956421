// Byte strings: joining, comparing and printing. Everything hot in the core is a Uint8Array.
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";

export const EMPTY_BYTES: Uint8Array = new Uint8Array(0);

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Lexicographic order, a shorter prefix first. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

// An engine without its own gets one that makes a flat string: one joined digit by digit stays a chain of its parts, thirty times
// the memory in a map's key.
const HAS_TO_HEX = "toHex" in Uint8Array.prototype;
const FLAT_BYTES_MAX = 1_024;
const DIGITS = Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));

/** Lower-case hex without a prefix: the key form of hashes and addresses in maps. */
export function toHex(bytes: Uint8Array): string {
  if (HAS_TO_HEX || bytes.length > FLAT_BYTES_MAX) return bytesToHex(bytes);
  const codes: number[] = [];
  for (const byte of bytes) codes.push(DIGITS[byte >> 4] as number, DIGITS[byte & 15] as number);
  return String.fromCharCode(...codes);
}
export const fromHex = (hex: string): Uint8Array => hexToBytes(hex);

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
