// The one place that hashes (FIPS 180-4), so that a faster implementation is a change of one file.
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "../encoding/bytes.ts";

/** SHA-256 of the parts joined, 32 bytes. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  return nobleSha256(parts.length === 1 && only !== undefined ? only : concatBytes(...parts));
}
