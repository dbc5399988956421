// Moves a chain's map into another store while it goes on changing. What the target holds before a place is, after every
// chunk, exactly what the source had there after one round: a chunk comes with what later rounds changed before its beginning, as a log
// of redone writes does in a live migration, and the hashes on its way to the root show that nothing of it is missing. So one walk over
// the map ends with the source's root, however much changes meanwhile, and there is nothing to be healed behind it.
// A target that was away for longer than the source remembers begins the walk again over what it has. Then it tells hashes of that, and
// what is still the same does not come again: some 32 bytes a page for that, and else the pages that changed.

import { sha256 } from "../crypto/sha256.ts";
import { equalBytes, toHex } from "../encoding/bytes.ts";
import type { ReadChunk } from "./state-chunk.ts";
import type { PageStore } from "./state-page-cache.ts";
import { StatePageCache } from "./state-page-cache.ts";
import type { StateChange, StateTree } from "./state-tree.ts";
import { leavesBetween, liesBetween, subtreeHashAt } from "./state-walk.ts";

// The way from the root to where a chunk begins.
const CHECK_CACHE_BYTES = 64 * 1024;

/** How much of a chunk was taken in. */
export interface AppliedChunk {
  /** The chunk's end, or a place before it: up to there the target now holds what the source has. */
  readonly to: string | null;
  /** About what had to be read of the target's own entries. */
  readonly bytes: number;
}

/**
 * Takes a chunk into the tree over this store, after the changes of what lies before it. Null if the tree then holds anything else
 * before the chunk's end than the chunk's root says; what was written is to be taken back, and the tree reset. An old copy of a map
 * may have any number of entries where the source has none any more: once `bytesMax` of them were read the chunk is taken in up to
 * there only, which is always a step forward.
 */
export function applyChunk(
  store: PageStore,
  tree: StateTree,
  chunk: ReadChunk,
  { changes, bytesMax }: { readonly changes: readonly StateChange[]; readonly bytesMax: number },
): AppliedChunk | null {
  const { root, from, leaves, same, before } = chunk;
  if (changes.some(({ key }) => toHex(sha256(key)) >= from)) return null;
  const range = { from, to: chunk.to, bytesMax };
  const { leaves: own, to, bytes } = leavesBetween(store, range, (prefix) => same.has(prefix));
  const coming = to === chunk.to ? leaves : leaves.filter((leaf) => liesBetween(leaf, from, to));
  const arrived = new Set(coming.map(({ path }) => toHex(path)));
  const gone = own
    .filter(({ path }) => !arrived.has(toHex(path)))
    .map(({ key }) => ({ key, value: null }));
  tree.update([...changes, ...gone, ...coming]);
  if (to === null && !equalBytes(tree.root(), root)) return null;
  const pages = new StatePageCache(store, CHECK_CACHE_BYTES);
  const isExact = before.every(({ prefix, hash }) =>
    equalBytes(subtreeHashAt(pages, prefix), hash),
  );
  return isExact ? { to, bytes } : null;
}

/** The same for a map that the target has to the end. */
export function applyChanges(
  tree: StateTree,
  root: Uint8Array,
  changes: readonly StateChange[],
): boolean {
  return equalBytes(changes.length === 0 ? tree.root() : tree.update(changes), root);
}
