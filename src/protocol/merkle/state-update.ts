// One batch of changes to a stored state tree: every page on the way is read, hashed and
// written once, however many entries below it change. The layout of pages is canonical as the root
// is: a slot holds its entries inline while they fit, so what has shrunk moves into its parent's
// slot and what has grown leaves it.
import { compareBytes, equalBytes } from "../encoding/bytes.ts";
import { entryBytes, nibbleAt, slotPrefix, staysInline } from "./state-bucket.ts";
import {
  fitsInSlot,
  isChild,
  isOccupied,
  nodeHash,
  pageHash,
  SLOTS,
  type StatePage,
  slotLeaves,
} from "./state-page.ts";
import { buildPage, type SlotContent } from "./state-page-build.ts";
import type { StatePageCache } from "./state-page-cache.ts";
import { type StateLeaf, subtreeHash } from "./state-subtree.ts";

/** What stands at a path from now on; null removes it. */
export interface LeafChange {
  readonly path: Uint8Array;
  readonly leaf: StateLeaf | null;
}

/** Applies changes that ascend strictly by path; returns the root page after them. */
export function updatePages(
  pages: StatePageCache,
  changes: readonly LeafChange[],
): StatePage | undefined {
  const before = pages.root();
  const after = updatePage(pages, "", before, changes);
  if (after === before) return after;
  if (after === undefined) pages.delete("");
  else pages.put("", after);
  return after;
}

/** The page after the changes: the same if they change nothing, undefined if nothing is left. */
function updatePage(
  pages: StatePageCache,
  prefix: string,
  before: StatePage | undefined,
  changes: readonly LeafChange[],
): StatePage | undefined {
  const edits: (SlotContent | undefined)[] = new Array(SLOTS).fill(undefined);
  let changed = false;
  for (let start = 0; start < changes.length; ) {
    const slot = nibbleAt((changes[start] as LeafChange).path, prefix.length);
    let end = start + 1;
    while (end < changes.length && slotOf(changes[end], prefix) === slot) end++;
    const edit = updateSlot(pages, prefix, before, slot, changes.slice(start, end));
    edits[slot] = edit;
    changed ||= edit !== undefined;
    start = end;
  }
  return changed ? buildPage(before, edits) : before;
}

const slotOf = (change: LeafChange | undefined, prefix: string): number =>
  nibbleAt((change as LeafChange).path, prefix.length);

/** What the slot holds after the changes, undefined if that is what it held. */
function updateSlot(
  pages: StatePageCache,
  prefix: string,
  page: StatePage | undefined,
  slot: number,
  changes: readonly LeafChange[],
): SlotContent | undefined {
  const below = slotPrefix(prefix, slot);
  if (page !== undefined && isChild(page, slot)) {
    const before = pages.child(below, nodeHash(page, SLOTS + slot));
    const after = updatePage(pages, below, before, changes);
    return after === before ? undefined : placePage(pages, below, before, after);
  }
  const occupied = page !== undefined && isOccupied(page, slot);
  const before = occupied ? slotLeaves(page, prefix, slot) : [];
  const after = applyToLeaves(before, changes);
  return after === before ? undefined : placeLeaves(pages, below, after);
}

/** Stores a child page that has changed, or takes what is left of it into the slot. */
function placePage(
  pages: StatePageCache,
  prefix: string,
  before: StatePage | undefined,
  after: StatePage | undefined,
): SlotContent {
  if (after !== undefined && !fitsInSlot(after)) {
    pages.put(prefix, after);
    return { kind: "child", hash: pageHash(after) };
  }
  if (before !== undefined) pages.delete(prefix);
  if (after === undefined) return { kind: "empty" };
  const leaves: StateLeaf[] = [];
  for (let slot = 0; slot < SLOTS; slot++) {
    if (isOccupied(after, slot)) leaves.push(...slotLeaves(after, prefix, slot));
  }
  return { kind: "entries", hash: pageHash(after), leaves };
}

/** Keeps entries inline while they fit, or begins a page for them. */
function placeLeaves(
  pages: StatePageCache,
  prefix: string,
  leaves: readonly StateLeaf[],
): SlotContent {
  if (leaves.length === 0) return { kind: "empty" };
  const bytes = leaves.reduce((sum, leaf) => sum + entryBytes(leaf.key, leaf.value), 0);
  if (staysInline(leaves.length, bytes)) {
    return { kind: "entries", hash: subtreeHash(leaves, 4 * prefix.length), leaves };
  }
  const changes = leaves.map((leaf) => ({ path: leaf.path, leaf }));
  return placePage(pages, prefix, undefined, updatePage(pages, prefix, undefined, changes));
}

/** The leaves after the changes, both sorted by path; the same array if they change nothing. */
function applyToLeaves(
  before: readonly StateLeaf[],
  changes: readonly LeafChange[],
): readonly StateLeaf[] {
  const after: StateLeaf[] = [];
  let changed = false;
  let next = 0;
  for (const { path, leaf } of changes) {
    for (; next < before.length; next++) {
      const other = before[next] as StateLeaf;
      if (compareBytes(other.path, path) >= 0) break;
      after.push(other);
    }
    const current = before[next];
    const held = current !== undefined && equalBytes(current.path, path) ? current : null;
    if (held !== null) next++;
    // The leaf hash covers the value, and comparing it is cheaper than a long value.
    changed ||= leaf === null ? held !== null : held === null || !equalBytes(leaf.hash, held.hash);
    if (leaf !== null) after.push(leaf);
  }
  after.push(...before.slice(next));
  return changed ? after : before;
}
