// The Merkle tree of an ordered list (RFC 6962, section 2.1): the transactions of a chain block,
// the chain headers of a shard block. The caller hashes the leaves, so that each list says what its
// leaf is; a transaction's is.
import { sha256 } from "../crypto/sha256.ts";
import { EMPTY_BYTES, equalBytes } from "../encoding/bytes.ts";
import { HASH_BYTES, innerHash, LEAF_PREFIX } from "./node-hash.ts";

const LEAF = Uint8Array.of(LEAF_PREFIX);
const ROOT_OF_NONE = sha256(EMPTY_BYTES);

/** The leaf of a transaction: other signatures under the same id are another leaf. */
export function transactionLeafHash(id: Uint8Array, signatures: Uint8Array): Uint8Array {
  if (id.length !== HASH_BYTES) throw new TypeError(`Invalid transaction id: ${id.length} bytes`);
  return sha256(LEAF, id, signatures);
}

/** The leaf of any other list: SHA-256(0x00, item), as RFC 6962 has it. */
export const listLeafHash = (item: Uint8Array): Uint8Array => sha256(LEAF, item);

/** The root over the leaf hashes in order; of none, the hash of the empty string. */
export function merkleRoot(leafHashes: readonly Uint8Array[]): Uint8Array {
  return leafHashes.length === 0
    ? ROOT_OF_NONE.slice()
    : rangeRoot(leafHashes, 0, leafHashes.length);
}

/** The hashes beside the way from leaf `index` to the root, lowest first. */
export function merkleProof(leafHashes: readonly Uint8Array[], index: number): Uint8Array[] {
  if (!Number.isInteger(index) || index < 0 || index >= leafHashes.length) {
    throw new RangeError(`Invalid leaf index: ${index} of ${leafHashes.length}`);
  }
  const fromTheRoot: Uint8Array[] = [];
  let start = 0;
  let end = leafHashes.length;
  while (end - start > 1) {
    const middle = start + splitOf(end - start);
    if (index < middle) {
      fromTheRoot.push(rangeRoot(leafHashes, middle, end));
      end = middle;
    } else {
      fromTheRoot.push(rangeRoot(leafHashes, start, middle));
      start = middle;
    }
  }
  return fromTheRoot.reverse();
}

/**
 * Whether `leafHash` is leaf `index` of the `count` under `root`. A proof of another length than
 * that leaf's way is refused, so that no inner node passes for a leaf.
 */
export function verifyMerkleProof(
  root: Uint8Array,
  leafHash: Uint8Array,
  index: number,
  count: number,
  proof: readonly Uint8Array[],
): boolean {
  if (!Number.isSafeInteger(count) || !Number.isSafeInteger(index)) return false;
  if (index < 0 || index >= count) return false;
  if (![leafHash, ...proof].every((hash) => hash.length === HASH_BYTES)) return false;
  const turns = turnsTo(index, count);
  if (proof.length !== turns.length) return false;
  const folded = proof.reduce(
    (hash, sibling, i) =>
      turns[i] === "left" ? innerHash(hash, sibling) : innerHash(sibling, hash),
    leafHash,
  );
  return equalBytes(folded, root);
}

/** The side of each node on the way from leaf `index` up to the root. */
function turnsTo(index: number, count: number): ("left" | "right")[] {
  const turns: ("left" | "right")[] = [];
  let rest = index;
  for (let size = count; size > 1; ) {
    const split = splitOf(size);
    const left = rest < split;
    turns.push(left ? "left" : "right");
    if (!left) rest -= split;
    size = left ? split : size - split;
  }
  return turns.reverse();
}

function rangeRoot(leafHashes: readonly Uint8Array[], start: number, end: number): Uint8Array {
  if (end - start === 1) return leafHashes[start] as Uint8Array;
  const middle = start + splitOf(end - start);
  return innerHash(rangeRoot(leafHashes, start, middle), rangeRoot(leafHashes, middle, end));
}

/** The largest power of two below `count`, which is at least 2. */
function splitOf(count: number): number {
  let split = 1;
  while (split * 2 < count) split *= 2;
  return split;
}
