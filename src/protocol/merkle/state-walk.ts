// Walks over the pages of a state tree in order of the paths of what lies below them, from any place on: what moves a state between
// objects is made of them (`state-chunk.ts`). A place is a string of up to 64 nibbles in hex: the entries before it are those whose
// paths are less than it as strings.
import { toHex } from "../encoding/bytes.ts";
import { nibbleAt, slotPrefix } from "./state-bucket.ts";
import {
  isChild,
  isOccupied,
  nodeHash,
  pageHash,
  SLOTS,
  type StatePage,
  slotLeaves,
} from "./state-page.ts";
import { type PageStore, StatePageCache } from "./state-page-cache.ts";
import { EMPTY_HASH, type StateLeaf, subtreeHash } from "./state-subtree.ts";

export interface PageSource {
  root(): StatePage | undefined;
  /** The page that its parent knows by this hash; "skip" for one to be left out, "stop" for one before which the walk ends. */
  child(prefix: string, hash: Uint8Array): StatePage | "skip" | "stop";
}

/** Whether all that can lie under a prefix lies before the place. */
export const isBefore = (prefix: string, place: string): boolean =>
  prefix < place.slice(0, prefix.length);

/** Visits pages, each before its children; answers the prefix of the page before which it ended, null at the end of the tree. */
export function walkPages(
  source: PageSource,
  from: string,
  visit: (prefix: string, page: StatePage) => void,
): string | null {
  const root = source.root();
  return root === undefined ? null : walkPage(source, "", root, from, visit);
}

function walkPage(
  source: PageSource,
  prefix: string,
  page: StatePage,
  from: string,
  visit: (prefix: string, page: StatePage) => void,
): string | null {
  visit(prefix, page);
  for (let slot = 0; slot < SLOTS; slot++) {
    const below = slotPrefix(prefix, slot);
    if (!isChild(page, slot) || isBefore(below, from)) continue;
    const child = source.child(below, nodeHash(page, SLOTS + slot));
    if (child === "skip") continue;
    const end = child === "stop" ? below : walkPage(source, below, child, from, visit);
    if (end !== null) return end;
  }
  return null;
}

/** Visits all entries, a page's together, one page in memory at a time. Not in order, and without hashing them again. */
export function visitEntries(
  store: PageStore,
  visit: (entries: readonly StateLeaf[]) => void,
): void {
  const pages = new StatePageCache(store, 0);
  walkPages(pages, "", (prefix, page) => {
    for (let slot = 0; slot < SLOTS; slot++) {
      if (isOccupied(page, slot) && !isChild(page, slot)) visit(slotLeaves(page, prefix, slot));
    }
  });
}

/** What a store has in a range of places, as far as a bound allows. */
export interface FoundLeaves {
  /** All from the range's beginning up to `to`. */
  readonly leaves: readonly StateLeaf[];
  /** The range's end, or where reading stopped before it: behind the range's beginning. */
  readonly to: string | null;
  /** About what the pages that were read take in memory. */
  readonly bytes: number;
}

/**
 * Entries between two places, `to` null for the end. `isSame`: of child pages to be left out with all below them. Stops before the
 * first page behind `from` once as many bytes were read.
 */
export function leavesBetween(
  store: PageStore,
  {
    from,
    to,
    bytesMax,
  }: { readonly from: string; readonly to: string | null; readonly bytesMax: number },
  isSame: (prefix: string) => boolean,
): FoundLeaves {
  // No page is met twice.
  const pages = new StatePageCache(store, 0);
  const found: StateLeaf[] = [];
  let bytes = 0;
  let stopped: string | null = null;
  const source: PageSource = {
    root: () => pages.root(),
    child(prefix, hash) {
      if (to !== null && prefix >= to) return "stop";
      if (isSame(prefix)) return "skip";
      if (bytes >= bytesMax && prefix > from && !from.startsWith(prefix)) {
        stopped = prefix;
        return "stop";
      }
      return pages.child(prefix, hash);
    },
  };
  walkPages(source, from, (prefix, page) => {
    bytes += page.bytes.length + page.entryCount * LEAF_OVERHEAD_BYTES;
    for (let slot = 0; slot < SLOTS; slot++) {
      const below = slotPrefix(prefix, slot);
      if (!isOccupied(page, slot) || isChild(page, slot) || isBefore(below, from)) continue;
      if (to === null || below < to) {
        found.push(...slotLeaves(page, prefix, slot).filter((leaf) => liesBetween(leaf, from, to)));
      }
    }
  });
  const end = stopped ?? to;
  return { leaves: found.filter((leaf) => liesBetween(leaf, from, end)), to: end, bytes };
}

// The objects and views around an entry.
const LEAF_OVERHEAD_BYTES = 400;

export function liesBetween(
  { path }: { readonly path: Uint8Array },
  from: string,
  to: string | null,
): boolean {
  if (from === "" && to === null) return true;
  const hex = toHex(path);
  return hex >= from && (to === null || hex < to);
}

/** The hash of the subtree under a prefix, however its entries lie. */
export function subtreeHashAt(pages: StatePageCache, prefix: string): Uint8Array {
  let page = pages.root();
  for (let at = ""; page !== undefined && at.length < prefix.length; ) {
    const slot = Number.parseInt(prefix[at.length] as string, SLOTS);
    if (!isOccupied(page, slot)) return EMPTY_HASH;
    const below = slotPrefix(at, slot);
    if (!isChild(page, slot)) {
      if (below === prefix) return nodeHash(page, SLOTS + slot);
      const leaves = slotLeaves(page, at, slot);
      const under = leaves.filter(({ path }) => toHex(path).startsWith(prefix));
      return subtreeHash(under, 4 * prefix.length);
    }
    page = pages.child(below, nodeHash(page, SLOTS + slot));
    at = below;
  }
  return page === undefined ? EMPTY_HASH : pageHash(page);
}

/** How deep the page lies that holds what is nearest to a place. */
export function pageDepthAt(pages: StatePageCache, place: string): number {
  let page = pages.root();
  let at = "";
  while (page !== undefined && at.length < place.length) {
    const slot = Number.parseInt(place[at.length] as string, SLOTS);
    if (!isChild(page, slot)) break;
    const below = slotPrefix(at, slot);
    page = pages.child(below, nodeHash(page, SLOTS + slot));
    at = below;
  }
  return at.length;
}

/** The prefix of the slot that an entry of a page lies in. */
export const slotOf = (prefix: string, { path }: { readonly path: Uint8Array }): string =>
  slotPrefix(prefix, nibbleAt(path, prefix.length));
