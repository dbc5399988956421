// A chain's state as it was some rounds ago, to prove against: the present pages with later changes taken back, in
// memory, nothing written. Of what taking back makes, only the 17 upper pages are kept; the few pages on a key's way below them
// are made again for each question. The upper pages cost hashing every changed entry again, so they are made once for all
// questions about a root, or taken from those who kept them. Measured for 15,000 changed entries of 100,000 accounts in node:
// 600 ms to make them, 3 ms a question. Memory stays at some 20 kB beside the packed changes.
import type { PageStore } from "../protocol/merkle/state-page-cache.ts";
import { StateTree } from "../protocol/merkle/state-tree.ts";
import { PART_NIBBLES, type PackedChanges, partOf } from "./packed-changes.ts";

// An update meets each page once: caching more would only hold memory.
const CACHE_BYTES = 64 * 1024;
// Parts whose changes are unpacked at once: a sixteenth of the state.
const PARTS_AT_ONCE = 16 ** (PART_NIBBLES - 1);

/** Pages by their prefix; null for one that is not there. */
export type PastPages = ReadonlyMap<string, Uint8Array | null>;
type Pages = Map<string, Uint8Array | null>;

export class PastState {
  readonly root: Uint8Array;
  readonly #present: PageStore;
  readonly #changes: PackedChanges;
  readonly #upper: PastPages;

  /**
   * `changes` take the present state back; of several for one key the last counts. `upper`: the upper pages of that state, if
   * somebody kept them.
   */
  constructor(present: PageStore, changes: PackedChanges, upper: PastPages | null = null) {
    this.#present = present;
    this.#changes = changes;
    this.#upper = upper ?? takeBackUpper(present, changes);
    this.root = new StateTree(over(present, this.#upper), CACHE_BYTES).root();
  }

  /** The state around one key: good for that key alone, and to be read only. */
  around(key: Uint8Array): StateTree {
    const lower: Pages = new Map();
    const isLower = (prefix: string): boolean => !isUpper(prefix);
    const tree = new StateTree(over(this.#present, lower, keep(lower, isLower)), CACHE_BYTES);
    tree.update(this.#changes.of(partOf(key)));
    return new StateTree(over(over(this.#present, this.#upper), lower), CACHE_BYTES);
  }
}

const isUpper = (prefix: string): boolean => prefix.length < PART_NIBBLES;

/** The root page and the sixteen below it. */
export function upperPages(pages: PageStore): PastPages {
  const slots = Array.from({ length: 16 }, (_, slot) => slot.toString(16));
  return new Map(["", ...slots].map((prefix) => [prefix, pages.get(prefix) ?? null]));
}

function takeBackUpper(present: PageStore, changes: PackedChanges): PastPages {
  const upper: Pages = new Map();
  const tree = new StateTree(over(present, upper, keep(upper, isUpper)), CACHE_BYTES);
  const parts = changes.parts();
  for (let next = 0; next < parts.length; ) {
    const start = next;
    const sliceOf = (at: number): number => Math.floor((parts[at] as number) / PARTS_AT_ONCE);
    while (next < parts.length && sliceOf(next) === sliceOf(start)) next++;
    tree.update(parts.slice(start, next).flatMap((part) => changes.of(part)));
  }
  return upper;
}

type Write = (prefix: string, page: Uint8Array | null) => void;

const refuseWrite: Write = (prefix) => {
  throw new TypeError(`A past state is read only: page ${JSON.stringify(prefix)}`);
};

const keep =
  (pages: Pages, keeps: (prefix: string) => boolean): Write =>
  (prefix, page) => {
    if (keeps(prefix)) pages.set(prefix, page);
  };

/** Pages that stand before others, which are never written. */
function over(below: PageStore, pages: PastPages, write: Write = refuseWrite): PageStore {
  return {
    get(prefix) {
      const page = pages.get(prefix);
      return page === undefined ? below.get(prefix) : (page ?? undefined);
    },
    put: write,
    delete: (prefix) => write(prefix, null),
  };
}
