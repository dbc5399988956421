// The hash of a state subtree: a binary sparse Merkle tree over path = SHA-256(key),
// collapsed as in Diem's Jellyfish tree. No entry: 32 zero bytes. One entry: its leaf hash,
// whatever the depth. More: the inner hash of the two halves. So the root depends on the content
// alone.
import { sha256 } from "../crypto/sha256.ts";
import { HASH_BYTES, innerHash, LEAF_PREFIX } from "./node-hash.ts";

export const PATH_BITS = 256;

/** Frozen by convention: the hash of the subtree without entries. */
export const EMPTY_HASH: Uint8Array = new Uint8Array(HASH_BYTES);

export interface StateEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  /** SHA-256(key). */
  readonly path: Uint8Array;
}

/** An entry with its leaf hash, so that no step hashes it twice. */
export interface StateLeaf extends StateEntry {
  readonly hash: Uint8Array;
}

const leaf = new Uint8Array(1 + 2 * HASH_BYTES);
leaf[0] = LEAF_PREFIX;

export function leafHash(path: Uint8Array, valueHash: Uint8Array): Uint8Array {
  leaf.set(path, 1);
  leaf.set(valueHash, 1 + HASH_BYTES);
  return sha256(leaf);
}

export const stateLeaf = (key: Uint8Array, value: Uint8Array, path = sha256(key)): StateLeaf => ({
  key,
  value,
  path,
  hash: leafHash(path, sha256(value)),
});

/** The bit of a path at a level, the root's being 0: 0 goes left, 1 right. */
export const bitAt = (path: Uint8Array, level: number): 0 | 1 =>
  (((path[level >> 3] as number) >> (7 - (level & 7))) & 1) as 0 | 1;

/** The hash of leaves[start, end), sorted by path and equal in their first `level` bits. */
export function subtreeHash(
  leaves: readonly StateLeaf[],
  level: number,
  start = 0,
  end: number = leaves.length,
): Uint8Array {
  if (start === end) return EMPTY_HASH;
  if (end - start === 1) return (leaves[start] as StateLeaf).hash;
  const middle = splitAt(leaves, level, start, end);
  return innerHash(
    subtreeHash(leaves, level + 1, start, middle),
    subtreeHash(leaves, level + 1, middle, end),
  );
}

/** Where the right half of leaves[start, end) begins at this level. */
export function splitAt(
  leaves: readonly StateEntry[],
  level: number,
  start: number,
  end: number,
): number {
  let middle = start;
  while (middle < end && bitAt((leaves[middle] as StateEntry).path, level) === 0) middle++;
  return middle;
}
