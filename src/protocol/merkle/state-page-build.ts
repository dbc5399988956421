// The next form of a state page: some slots replaced, the others copied, and only the inner hashes
// above a replaced slot computed again.
import { invariant } from "../assert.ts";
import { HASH_BYTES, innerHash } from "./node-hash.ts";
import { entryBytes, writeEntry } from "./state-bucket.ts";
import {
  HEADER_BYTES,
  isInner,
  layOut,
  nodeHash,
  SLOTS,
  type SlotMasks,
  type StatePage,
} from "./state-page.ts";
import { EMPTY_HASH, type StateLeaf } from "./state-subtree.ts";

/** What a slot holds from now on. */
export type SlotContent =
  | { readonly kind: "empty" }
  | { readonly kind: "child"; readonly hash: Uint8Array }
  /** At least one leaf, sorted by path; `hash` is that of the subtree. */
  | { readonly kind: "entries"; readonly hash: Uint8Array; readonly leaves: readonly StateLeaf[] };

/** One element a slot, undefined where it stays as it is. */
export type SlotEdits = readonly (SlotContent | undefined)[];

/** The page after the edits, undefined if nothing is left in it. */
export function buildPage(before: StatePage | undefined, edits: SlotEdits): StatePage | undefined {
  const masks = masksAfter(before, edits);
  if (masks.occupied === 0) return undefined;
  const hashes = hashesAfter(before, edits, masks);
  const bytes = new Uint8Array(HEADER_BYTES + lengthOf(before, edits, masks));
  [masks.occupied, masks.children, masks.several].forEach((mask, i) => {
    bytes[2 * i] = mask & 0xff;
    bytes[2 * i + 1] = mask >> 8;
  });
  let at = HEADER_BYTES;
  for (let node = 1; node < SLOTS; node++) {
    if (!isInner(node, masks)) continue;
    bytes.set(hashes[node] as Uint8Array, at);
    at += HASH_BYTES;
  }
  for (let slot = 0; slot < SLOTS; slot++) {
    const edit = edits[slot];
    if (edit !== undefined) {
      at = writeSlot(bytes, at, edit);
    } else if (before !== undefined) {
      const [start, end] = [before.slots[slot] as number, before.slots[slot + 1] as number];
      // Copying by subarray is one native copy; an empty slot has none.
      if (end > start) bytes.set(before.bytes.subarray(start, end), at);
      at += end - start;
    }
  }
  invariant(at === bytes.length, "A state page has another length than its parts", { at });
  return layOut(bytes);
}

function masksAfter(before: StatePage | undefined, edits: SlotEdits): SlotMasks {
  let occupied = before?.occupied ?? 0;
  let children = before?.children ?? 0;
  let several = before?.several ?? 0;
  edits.forEach((edit, slot) => {
    if (edit === undefined) return;
    const bit = 1 << slot;
    const set = (mask: number, on: boolean): number => (on ? mask | bit : mask & ~bit);
    occupied = set(occupied, edit.kind !== "empty");
    children = set(children, edit.kind === "child");
    several = set(several, edit.kind === "entries" && edit.leaves.length > 1);
  });
  return { occupied, children, several };
}

/** The hash of each node; inner ones are computed again only where an edit lies below. */
function hashesAfter(
  before: StatePage | undefined,
  edits: SlotEdits,
  masks: SlotMasks,
): readonly Uint8Array[] {
  const hashes: Uint8Array[] = new Array(2 * SLOTS).fill(EMPTY_HASH);
  const dirty: boolean[] = new Array(2 * SLOTS).fill(false);
  for (let slot = 0; slot < SLOTS; slot++) {
    const edit = edits[slot];
    const node = SLOTS + slot;
    dirty[node] = edit !== undefined;
    if (edit !== undefined) hashes[node] = edit.kind === "empty" ? EMPTY_HASH : edit.hash;
    else if (before !== undefined) hashes[node] = nodeHash(before, node);
  }
  for (let node = SLOTS - 1; node > 0; node--) {
    const [left, right] = [2 * node, 2 * node + 1];
    dirty[node] = dirty[left] === true || dirty[right] === true;
    if (!dirty[node] && before !== undefined) {
      hashes[node] = nodeHash(before, node);
    } else if (isInner(node, masks)) {
      hashes[node] = innerHash(hashes[left] as Uint8Array, hashes[right] as Uint8Array);
    } else {
      // A lone entry moves up with its leaf hash.
      hashes[node] = (hashes[left] === EMPTY_HASH ? hashes[right] : hashes[left]) as Uint8Array;
    }
  }
  return hashes;
}

function lengthOf(before: StatePage | undefined, edits: SlotEdits, masks: SlotMasks): number {
  let length = 0;
  for (let node = 1; node < SLOTS; node++) if (isInner(node, masks)) length += HASH_BYTES;
  for (let slot = 0; slot < SLOTS; slot++) {
    const edit = edits[slot];
    if (edit !== undefined) length += slotLength(edit);
    else if (before !== undefined) {
      length += (before.slots[slot + 1] as number) - (before.slots[slot] as number);
    }
  }
  return length;
}

function slotLength(content: SlotContent): number {
  if (content.kind === "empty") return 0;
  if (content.kind === "child") return HASH_BYTES;
  const entries = content.leaves.reduce((sum, leaf) => sum + entryBytes(leaf.key, leaf.value), 0);
  return content.leaves.length === 1 ? entries : 1 + HASH_BYTES + entries;
}

function writeSlot(bytes: Uint8Array, start: number, content: SlotContent): number {
  let at = start;
  if (content.kind === "empty") return at;
  const { leaves, hash } = content.kind === "child" ? { ...content, leaves: [] } : content;
  if (leaves.length > 1) bytes[at++] = leaves.length;
  if (leaves.length !== 1) {
    bytes.set(hash, at);
    at += HASH_BYTES;
  }
  for (const leaf of leaves) at = writeEntry(bytes, at, leaf);
  return at;
}
