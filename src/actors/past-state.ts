// A chain's state as it was some rounds ago, to prove against: the present pages with later changes taken back, in
// memory, nothing written. Taking back hashes every changed entry again, so it is done once for all questions about one root,
// and of what it makes only the upper pages are kept; the few pages on a key's way below them are made again for each question.
// So memory stays below a few hundred kB beside the packed changes, whatever the state.
import type { PageStore } from "../protocol/merkle/state-page-cache.ts";
import { type StateChange, StateTree } from "../protocol/merkle/state-tree.ts";
import { PART_NIBBLES, type PackedChanges, partOf } from "./packed-changes.ts";

// An update meets each page once: caching more would only hold memory.
const CACHE_BYTES = 64 * 1024;
// Parts whose changes are unpacked at once: a sixteenth of the state.
const PARTS_AT_ONCE = 16 ** (PART_NIBBLES - 1);

type Pages = Map<string, Uint8Array | null>;

export class PastState {
  readonly root: Uint8Array;
  readonly #present: PageStore;
  readonly #changes: PackedChanges;
  /** Pages above the parts that differ from the present ones; null for one that was not there. */
  readonly #upper: Pages = new Map();

  /** `changes` take the present state back; of several for one key the last counts. */
  constructor(present: PageStore, changes: PackedChanges) {
    this.#present = present;
    this.#changes = changes;
    const tree = new StateTree(overlay(present, this.#upper, isUpper), CACHE_BYTES);
    const parts = changes.parts();
    for (let next = 0; next < parts.length; ) {
      const before = next;
      const slice = Math.floor((parts[before] as number) / PARTS_AT_ONCE);
      while (next < parts.length && Math.floor((parts[next] as number) / PARTS_AT_ONCE) === slice) {
        next++;
      }
      tree.update(parts.slice(before, next).flatMap((part) => this.#changes.of(part)));
    }
    this.root = tree.root();
  }

  /** The state around one key: good for that key alone, and to be read only. */
  around(key: Uint8Array): StateTree {
    const lower: Pages = new Map();
    const own: readonly StateChange[] = this.#changes.of(partOf(key));
    const isLower = (prefix: string): boolean => !isUpper(prefix);
    new StateTree(overlay(this.#present, lower, isLower), CACHE_BYTES).update(own);
    const nobody = (): boolean => false;
    const both = overlay(overlay(this.#present, this.#upper, nobody), lower, nobody);
    return new StateTree(both, CACHE_BYTES);
  }
}

const isUpper = (prefix: string): boolean => prefix.length < PART_NIBBLES;

/** Pages over others, which are not touched: those written are kept if `keeps` wants them. */
function overlay(below: PageStore, pages: Pages, keeps: (prefix: string) => boolean): PageStore {
  const keep = (prefix: string, page: Uint8Array | null): void => {
    if (keeps(prefix)) pages.set(prefix, page);
  };
  return {
    get(prefix) {
      const page = pages.get(prefix);
      return page === undefined ? below.get(prefix) : (page ?? undefined);
    },
    put: keep,
    delete: (prefix) => keep(prefix, null),
  };
}
