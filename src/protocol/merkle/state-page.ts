// A page of a stored state tree: one nibble of the path, so four binary levels, with 16 slots that
// are each empty, hold entries inline, or stand for a child page. Its bytes:
// - three masks of the slots (u16, little-endian): occupied, child page, several entries;
// - the hashes of the inner nodes, from the page's root down and left to right;
// - slot by slot: a child page's hash, or one entry, or count (u8), hash and several entries.
// Inner hashes are stored because an update then hashes four of them instead of fifteen: measured,
// 47 us an account for 86. A decoded page is its bytes and where their parts begin.
import { equalBytes } from "../encoding/bytes.ts";
import { CorruptBytesError } from "../encoding/codec.ts";
import { HASH_BYTES, innerHash } from "./node-hash.ts";
import { readEntries, skipEntry, slotPrefix, standInOrder, staysInline } from "./state-bucket.ts";
import { EMPTY_HASH, type StateLeaf, stateLeaf, subtreeHash } from "./state-subtree.ts";

export const SLOTS = 16;
export const HEADER_BYTES = 6;

export interface StatePage {
  readonly bytes: Uint8Array;
  /** One bit a slot, slot 0 the lowest. */
  readonly occupied: number;
  readonly children: number;
  readonly several: number;
  /**
   * Where the hash of a node begins, 0 if it is empty. Nodes count as in a heap: 1, its halves 2
   * and 3, and so on to the slots, 16..31.
   */
  readonly nodes: readonly number[];
  /** Where each slot begins, and where the last ends. */
  readonly slots: readonly number[];
  /** The entries inline, and their bytes. */
  readonly entryCount: number;
  readonly entryBytes: number;
}

/** The masks of the slots, which tell the kind of every node. */
export type SlotMasks = Pick<StatePage, "occupied" | "children" | "several">;

/** Whether more than one entry lies under a node of a page, so that its hash is an inner one. */
export function isInner(node: number, { occupied, children, several }: SlotMasks): boolean {
  const level = 31 - Math.clz32(node);
  const width = SLOTS >> level;
  const under = ((1 << width) - 1) << ((node - (1 << level)) * width);
  const used = occupied & under;
  return (used & (used - 1)) !== 0 || ((children | several) & under) !== 0;
}

export const isOccupied = (page: SlotMasks, slot: number): boolean =>
  ((page.occupied >> slot) & 1) === 1;
export const isChild = (page: SlotMasks, slot: number): boolean =>
  ((page.children >> slot) & 1) === 1;

/** The hash of a node of a page. A view of the page's bytes. */
export function nodeHash(page: StatePage, node: number): Uint8Array {
  const at = page.nodes[node] as number;
  return at === 0 ? EMPTY_HASH : page.bytes.subarray(at, at + HASH_BYTES);
}

export const pageHash = (page: StatePage): Uint8Array => nodeHash(page, 1);

/** Where the entries of a slot begin and end. */
export function entriesRange(page: StatePage, slot: number): readonly [number, number] {
  const skipped = ((page.several >> slot) & 1) === 1 ? 1 + HASH_BYTES : 0;
  return [(page.slots[slot] as number) + skipped, page.slots[slot + 1] as number];
}

/** The entries of a slot that stands for no child page. */
export function slotLeaves(page: StatePage, prefix: string, slot: number): StateLeaf[] {
  const leaves = readEntries(page.bytes, ...entriesRange(page, slot));
  if (!standInOrder(leaves, slotPrefix(prefix, slot))) throw corrupt(page.bytes);
  return leaves;
}

/** Whether the content of a page is little enough to lie in its parent's slot instead. */
export const fitsInSlot = (page: StatePage): boolean =>
  page.children === 0 && staysInline(page.entryCount, page.entryBytes);

const corrupt = (bytes: Uint8Array): CorruptBytesError =>
  new CorruptBytesError("state page", bytes.length);

/** Reads the one form of a stored page, without hashing; `checkPage` does the rest. */
export function decodePage(prefix: string, bytes: Uint8Array): StatePage {
  const page = layOut(bytes);
  if (prefix !== "" && fitsInSlot(page)) throw corrupt(bytes);
  return page;
}

/** Finds the parts of a page's bytes. */
export function layOut(bytes: Uint8Array): StatePage {
  const mask = (at: number): number => (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
  const masks = { occupied: mask(0), children: mask(2), several: mask(4) };
  const { occupied, children, several } = masks;
  const filled = children | several;
  if (occupied === 0 || (filled & ~occupied) !== 0 || (children & several) !== 0) {
    throw corrupt(bytes);
  }
  const nodes: number[] = new Array(2 * SLOTS).fill(0);
  let at = HEADER_BYTES;
  for (let node = 1; node < SLOTS; node++) {
    if (!isInner(node, masks)) continue;
    nodes[node] = at;
    at += HASH_BYTES;
  }
  const slots: number[] = [];
  let entryCount = 0;
  let entryBytes = 0;
  for (let slot = 0; slot < SLOTS; slot++) {
    slots.push(at);
    if (!isOccupied(masks, slot)) continue;
    const hasSeveral = ((several >> slot) & 1) === 1;
    const count = isChild(masks, slot) ? 0 : hasSeveral ? (bytes[at++] ?? 0) : 1;
    nodes[SLOTS + slot] = at;
    if (count !== 1) at += HASH_BYTES;
    const start = at;
    for (let i = 0; i < count && at <= bytes.length; i++) at = skipEntry(bytes, at);
    if (hasSeveral && (count < 2 || !staysInline(count, at - start))) throw corrupt(bytes);
    entryCount += count;
    entryBytes += at - start;
  }
  if (at !== bytes.length) throw corrupt(bytes);
  slots.push(at);
  // What has no inner hash of its own has at most one half, and that half's hash.
  for (let node = SLOTS - 1; node > 0; node--) {
    if (nodes[node] === 0) nodes[node] = (nodes[2 * node] || nodes[2 * node + 1]) as number;
  }
  return { bytes, ...masks, nodes, slots, entryCount, entryBytes };
}

/**
 * Hashes all of a page again: decoding shows that its form is right, only this that it is true. Answers the entries inline, in order
 * of their paths.
 */
export function checkPage(prefix: string, page: StatePage): readonly StateLeaf[] {
  const level = 4 * (prefix.length + 1);
  const inline: StateLeaf[] = [];
  for (let slot = 0; slot < SLOTS; slot++) {
    if (!isOccupied(page, slot) || isChild(page, slot)) continue;
    const leaves = slotLeaves(page, prefix, slot).map((stored) => {
      const leaf = stateLeaf(stored.key, stored.value, stored.path);
      if (!equalBytes(leaf.hash, stored.hash)) throw corrupt(page.bytes);
      return leaf;
    });
    const hash = subtreeHash(leaves, level);
    if (!equalBytes(hash, nodeHash(page, SLOTS + slot))) throw corrupt(page.bytes);
    inline.push(...leaves);
  }
  for (let node = 1; node < SLOTS; node++) {
    if (!isInner(node, page)) continue;
    const hash = innerHash(nodeHash(page, 2 * node), nodeHash(page, 2 * node + 1));
    if (!equalBytes(hash, nodeHash(page, node))) throw corrupt(page.bytes);
  }
  return inline;
}
