// Inner nodes of both Merkle trees: SHA-256(0x01, left, right), as RFC 6962 separates them from
// leaves, which begin with 0x00.
import { sha256 } from "../crypto/sha256.ts";

export const HASH_BYTES = 32;
export const LEAF_PREFIX = 0x00;
export const INNER_PREFIX = 0x01;

// One buffer for all calls: hashing is synchronous and keeps no reference to its input.
const pair = new Uint8Array(1 + 2 * HASH_BYTES);
pair[0] = INNER_PREFIX;

export function innerHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  pair.set(left, 1);
  pair.set(right, 1 + HASH_BYTES);
  return sha256(pair);
}
