// Addresses as texts, with errors that say what is wrong with one.
import { addressOf, formatAddress, parseAddress } from "../protocol/crypto/address.ts";

export { addressOf, formatAddress };

/** Prefix, separator, 20 bytes in 5-bit letters, checksum. */
const CHARACTERS = 3 + 1 + 32 + 6;
const LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/**
 * The 20 bytes behind `ygg1...`. Throws TypeError, quoting the text and saying what is wrong with
 * it.
 */
export function addressBytes(text: string): Uint8Array {
  const parsed = parseAddress(text);
  if (parsed.ok) return parsed.value;
  throw new TypeError(`Invalid address: ${JSON.stringify(text)} ${faultOf(text)}`);
}

export const isAddress = (text: string): boolean => parseAddress(text).ok;

/** Of texts that are no address: the first fault that a person can find by looking. */
function faultOf(text: string): string {
  const lower = text.toLowerCase();
  if (text !== lower && text !== text.toUpperCase()) return "mixes capitals and small letters";
  if (!lower.startsWith("ygg1")) return 'does not begin with "ygg1": it is of another ledger';
  if (text.length !== CHARACTERS) {
    return `has ${text.length} characters, expected ${CHARACTERS}: it was cut or run together`;
  }
  const strange = [...lower].findIndex((letter, i) => i > 3 && !LETTERS.includes(letter));
  if (strange >= 0) {
    return `has ${JSON.stringify(text[strange])} at place ${strange + 1}, which no address has`;
  }
  return "has a checksum that does not hold: a character is mistyped or two are swapped";
}
