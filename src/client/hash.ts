// Hashes as the API writes them: 0x and lower-case hex.
import { sha256 } from "../protocol/crypto/sha256.ts";
import { fromHex, toHex } from "../protocol/encoding/bytes.ts";

export const hashOf = (bytes: Uint8Array): string => `0x${toHex(sha256(bytes))}`;

/** The bytes of a hash. Throws TypeError for any other text. */
export function hexBytes(text: string): Uint8Array {
  if (!/^0x[0-9a-f]{64}$/.test(text)) {
    throw new TypeError(`Invalid hash: ${JSON.stringify(text)} is not 0x and 64 hex digits`);
  }
  return fromHex(text.slice(2));
}
