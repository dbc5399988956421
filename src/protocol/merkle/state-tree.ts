// The authenticated map of one chain: a collapsed binary sparse Merkle tree
// (`state-subtree.ts`), packed into pages of one nibble each (`state-page.ts`), so that a touched
// entry costs about one row written beside upper pages that a batch shares.
import { sha256 } from "../crypto/sha256.ts";
import { compareBytes, equalBytes } from "../encoding/bytes.ts";
import { findValue, KEY_BYTES_MAX, nibbleAt, slotPrefix, VALUE_BYTES_MAX } from "./state-bucket.ts";
import {
  checkPage,
  entriesRange,
  isChild,
  isInner,
  isOccupied,
  nodeHash,
  pageHash,
  SLOTS,
  type StatePage,
  slotLeaves,
} from "./state-page.ts";
import { PAGE_CACHE_BYTES_MAX, type PageStore, StatePageCache } from "./state-page-cache.ts";
import type { ProofTerminal, StateProof } from "./state-proof.ts";
import {
  bitAt,
  EMPTY_HASH,
  type StateEntry,
  type StateLeaf,
  splitAt,
  stateLeaf,
  subtreeHash,
} from "./state-subtree.ts";
import { type LeafChange, updatePages } from "./state-update.ts";

/** What a key holds from now on; null removes it. */
export interface StateChange {
  readonly key: Uint8Array;
  readonly value: Uint8Array | null;
}

export class StateTree {
  readonly #pages: StatePageCache;

  constructor(store: PageStore, cacheBytesMax: number = PAGE_CACHE_BYTES_MAX) {
    this.#pages = new StatePageCache(store, cacheBytesMax);
  }

  /** The memory that cached pages take. */
  get cacheBytes(): number {
    return this.#pages.bytes;
  }

  /** Drops the cache. Call it whenever the transaction around an update rolled back. */
  reset(): void {
    this.#pages.clear();
  }

  root(): Uint8Array {
    return rootOf(this.#pages.root());
  }

  /** The value under a key. A view of stored bytes: never to be changed, to be copied if kept. */
  get(key: Uint8Array): Uint8Array | undefined {
    const path = sha256(key);
    let prefix = "";
    let page = this.#pages.root();
    while (page !== undefined) {
      const slot = nibbleAt(path, prefix.length);
      if (!isOccupied(page, slot)) return undefined;
      if (!isChild(page, slot)) return findValue(page.bytes, ...entriesRange(page, slot), key);
      prefix = slotPrefix(prefix, slot);
      page = this.#pages.child(prefix, nodeHash(page, SLOTS + slot));
    }
    return undefined;
  }

  /** Applies a batch, of two changes to one key the later, and returns the new root. */
  update(changes: readonly StateChange[]): Uint8Array {
    const sorted = sortChanges(changes);
    try {
      return rootOf(updatePages(this.#pages, sorted));
    } catch (error) {
      // Pages are stored one by one: whoever rolls them back finds no trace of them here.
      this.reset();
      throw error;
    }
  }

  /** What proves a key's value, or that it has none, under the present root. */
  prove(key: Uint8Array): StateProof {
    const path = sha256(key);
    const siblings: (Uint8Array | null)[] = [];
    let prefix = "";
    let page = this.#pages.root();
    while (page !== undefined) {
      const slot = nibbleAt(path, prefix.length);
      let node = 1;
      for (let level = 4 * prefix.length; node < SLOTS && isInner(node, page); level++) {
        node = 2 * node + bitAt(path, level);
        siblings.push(siblingOf(nodeHash(page, node ^ 1)));
      }
      if ((page.nodes[node] as number) === 0) return { siblings, terminal: { kind: "empty" } };
      if (node < SLOTS) return { siblings, terminal: terminalOf(loneLeaf(page, prefix, node)) };
      if (!isChild(page, slot)) {
        const leaves = slotLeaves(page, prefix, slot);
        return { siblings, terminal: descend(leaves, path, 4 * (prefix.length + 1), siblings) };
      }
      prefix = slotPrefix(prefix, slot);
      page = this.#pages.child(prefix, nodeHash(page, node));
    }
    return { siblings, terminal: { kind: "empty" } };
  }

  /**
   * Up to `limit` entries in order of their paths, those behind `after` if given. For audits and
   * for handing a state on: hashes all that it reads again.
   */
  entries(after: Uint8Array | undefined, limit: number): StateEntry[] {
    const found: StateEntry[] = [];
    const root = this.#pages.root();
    if (root !== undefined) this.#collect("", root, after, limit, found);
    return found;
  }

  #collect(
    prefix: string,
    page: StatePage,
    after: Uint8Array | undefined,
    limit: number,
    found: StateEntry[],
  ): void {
    checkPage(prefix, page);
    const first = after === undefined ? 0 : nibbleAt(after, prefix.length);
    for (let slot = first; slot < SLOTS && found.length < limit; slot++) {
      if (!isOccupied(page, slot)) continue;
      // Behind the slot that `after` lies in, everything is behind `after`.
      const bound = slot === first ? after : undefined;
      if (isChild(page, slot)) {
        const below = slotPrefix(prefix, slot);
        const child = this.#pages.child(below, nodeHash(page, SLOTS + slot));
        this.#collect(below, child, bound, limit, found);
        continue;
      }
      for (const { key, value, path } of slotLeaves(page, prefix, slot)) {
        if (found.length === limit) return;
        if (bound === undefined || compareBytes(path, bound) > 0) found.push({ key, value, path });
      }
    }
  }
}

const rootOf = (page: StatePage | undefined): Uint8Array =>
  (page === undefined ? EMPTY_HASH : pageHash(page)).slice();

function sortChanges(changes: readonly StateChange[]): LeafChange[] {
  const sorted = changes
    .map(({ key, value }, index) => {
      if (key.length > KEY_BYTES_MAX) throw new TypeError(`Invalid key: ${key.length} bytes`);
      if (value !== null && value.length > VALUE_BYTES_MAX) {
        throw new TypeError(`Invalid value: ${value.length} bytes`);
      }
      return { key, value, path: sha256(key), index };
    })
    .sort((a, b) => compareBytes(a.path, b.path) || a.index - b.index);
  return sorted
    .filter(({ path }, i) => {
      const next = sorted[i + 1];
      return next === undefined || !equalBytes(path, next.path);
    })
    .map(({ key, value, path }) => ({
      path,
      leaf: value === null ? null : stateLeaf(key, value, path),
    }));
}

const siblingOf = (hash: Uint8Array): Uint8Array | null =>
  hash === EMPTY_HASH ? null : hash.slice();

const terminalOf = ({ path, value }: StateEntry): ProofTerminal => ({
  kind: "leaf",
  path,
  valueHash: sha256(value),
});

/** The only entry under a node of a page. */
function loneLeaf(page: StatePage, prefix: string, node: number): StateLeaf {
  let at = node;
  while (at < SLOTS) at = page.nodes[2 * at] === 0 ? 2 * at + 1 : 2 * at;
  return slotLeaves(page, prefix, at - SLOTS)[0] as StateLeaf;
}

/** Follows a path through the entries of one slot, adding the siblings that it passes. */
function descend(
  leaves: readonly StateLeaf[],
  path: Uint8Array,
  from: number,
  siblings: (Uint8Array | null)[],
): ProofTerminal {
  let start = 0;
  let end = leaves.length;
  for (let level = from; end - start > 1; level++) {
    const middle = splitAt(leaves, level, start, end);
    const goesRight = bitAt(path, level) === 1;
    const sibling = goesRight
      ? subtreeHash(leaves, level + 1, start, middle)
      : subtreeHash(leaves, level + 1, middle, end);
    siblings.push(siblingOf(sibling));
    if (goesRight) start = middle;
    else end = middle;
  }
  return start === end ? { kind: "empty" } : terminalOf(leaves[start] as StateLeaf);
}
