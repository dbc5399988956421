// The entries that a page stores inline in one slot, sorted by path: leaf hash (32), key length
// (u8), key, value length (u16, little-endian), value. The leaf hash is stored because it takes
// four blocks of hashing. The path takes one and is not stored: storing it measured no faster, for
// 32 bytes each, and hashed on opening it shows whether an entry stands where it belongs.
import { sha256 } from "../crypto/sha256.ts";
import { compareBytes } from "../encoding/bytes.ts";
import { HASH_BYTES } from "./node-hash.ts";
import type { StateLeaf } from "./state-subtree.ts";

/** What the length byte holds. Keys are a kind and an id, far below it. */
export const KEY_BYTES_MAX = 255;
/** What the two length bytes hold: 16 such entries in one page stay below the 2 MB of a row. */
export const VALUE_BYTES_MAX = 65_535;
/**
 * Several entries stay in one slot while they take no more than this together, about five accounts;
 * beyond it they move to a child page. More would spare pages, but an update writes whole pages:
 * of a million accounts in batches of 2,000, 4.6 kB an account with twice this. And a page of
 * 16 child pages is small only if no slot beside them holds entries; then all of them are cached.
 */
export const INLINE_BYTES_MAX = 512;

export const entryBytes = (key: Uint8Array, value: Uint8Array): number =>
  HASH_BYTES + 1 + key.length + 2 + value.length;

/** Whether so many entries of so many bytes stay in one slot: a lone one always does. */
export const staysInline = (count: number, bytes: number): boolean =>
  count === 1 || bytes <= INLINE_BYTES_MAX;

export function writeEntry(target: Uint8Array, at: number, leaf: StateLeaf): number {
  const { key, value, hash } = leaf;
  let next = at;
  target.set(hash, next);
  next += HASH_BYTES;
  target[next++] = key.length;
  target.set(key, next);
  next += key.length;
  target[next++] = value.length & 0xff;
  target[next++] = value.length >> 8;
  target.set(value, next);
  return next + value.length;
}

/** The offset behind the entry at `at`; beyond the end of the bytes if they are cut short. */
export function skipEntry(bytes: Uint8Array, at: number): number {
  const keyEnd = at + HASH_BYTES + 1 + (bytes[at + HASH_BYTES] ?? 0);
  const valueLength = (bytes[keyEnd] ?? 0) | ((bytes[keyEnd + 1] ?? 0) << 8);
  return keyEnd + 2 + valueLength;
}

/** The value under `key` among the entries in [start, end), without hashing; a view of `bytes`. */
export function findValue(
  bytes: Uint8Array,
  start: number,
  end: number,
  key: Uint8Array,
): Uint8Array | undefined {
  for (let at = start; at < end; ) {
    const next = skipEntry(bytes, at);
    const keyStart = at + HASH_BYTES + 1;
    if (bytes[keyStart - 1] === key.length && holds(bytes, keyStart, key)) {
      return bytes.subarray(keyStart + key.length + 2, next);
    }
    at = next;
  }
  return undefined;
}

function holds(bytes: Uint8Array, at: number, part: Uint8Array): boolean {
  for (let i = 0; i < part.length; i++) if (bytes[at + i] !== part[i]) return false;
  return true;
}

/** The entries in [start, end) with their paths. Views are of `bytes`. */
export function readEntries(bytes: Uint8Array, start: number, end: number): StateLeaf[] {
  const leaves: StateLeaf[] = [];
  for (let at = start; at < end; ) {
    const next = skipEntry(bytes, at);
    const keyStart = at + HASH_BYTES + 1;
    const keyEnd = keyStart + (bytes[keyStart - 1] as number);
    const key = bytes.subarray(keyStart, keyEnd);
    leaves.push({
      key,
      value: bytes.subarray(keyEnd + 2, next),
      path: sha256(key),
      hash: bytes.subarray(at, at + HASH_BYTES),
    });
    at = next;
  }
  return leaves;
}

/** Whether the leaves ascend strictly by path and all begin with the nibbles of `prefix`. */
export function standInOrder(leaves: readonly StateLeaf[], prefix: string): boolean {
  return leaves.every((leaf, i) => {
    const before = leaves[i - 1];
    if (before !== undefined && compareBytes(before.path, leaf.path) >= 0) return false;
    return beginsWith(leaf.path, prefix);
  });
}

function beginsWith(path: Uint8Array, prefix: string): boolean {
  for (let depth = 0; depth < prefix.length; depth++) {
    if (HEX[nibbleAt(path, depth)] !== prefix[depth]) return false;
  }
  return true;
}

const HEX = "0123456789abcdef";

/** The four bits of a path that a page at this depth divides by. */
export const nibbleAt = (path: Uint8Array, depth: number): number =>
  depth % 2 === 0 ? (path[depth >> 1] as number) >> 4 : (path[depth >> 1] as number) & 15;

/** The prefix of what lies in a page's slot. */
export const slotPrefix = (prefix: string, slot: number): string => prefix + (HEX[slot] as string);
