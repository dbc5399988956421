// Decoded state pages over the port that stores them. The least recently used leave first,
// but those with child pages after the others: every path goes through them, and among a million
// accounts one round's reads would push them out, so that each read took two searches for one.
// Pages never change in place, so what leaves the cache is lost to nobody who holds it.
import { equalBytes } from "../encoding/bytes.ts";
import { CorruptBytesError } from "../encoding/codec.ts";
import { decodePage, pageHash, type StatePage } from "./state-page.ts";

/** Where pages lie: by the nibbles of their path prefix in hex, "" for the root page. */
export interface PageStore {
  get(prefix: string): Uint8Array | undefined;
  /** The bytes are never changed afterwards, by either side. */
  put(prefix: string, page: Uint8Array): void;
  delete(prefix: string): void;
}

/** Of the 24 MB that an object may hold. */
export const PAGE_CACHE_BYTES_MAX = 8 * 1024 * 1024;

/** An upper estimate beside a page's bytes: offsets, the objects around them, the map's entry. */
export const PAGE_OVERHEAD_BYTES = 900;

/** What pages without children may keep when those with children want all. */
const LEAF_SHARE = 0.2;

export class StatePageCache {
  readonly #store: PageStore;
  readonly #bytesMax: number;
  /** In order of use, the latest last. */
  readonly #inner = new Map<string, StatePage>();
  readonly #leaves = new Map<string, StatePage>();
  #innerBytes = 0;
  #leafBytes = 0;

  constructor(store: PageStore, bytesMax: number) {
    this.#store = store;
    this.#bytesMax = bytesMax;
  }

  /** What the cached pages take in memory, at most the bound. */
  get bytes(): number {
    return this.#innerBytes + this.#leafBytes;
  }

  /** The root page; undefined while the state is empty. */
  root(): StatePage | undefined {
    const cached = this.#touch("");
    if (cached !== undefined) return cached;
    const bytes = this.#store.get("");
    return bytes === undefined ? undefined : this.#keep("", decodePage("", bytes));
  }

  /** The child page that its parent knows by this hash; another in its place is corrupt storage. */
  child(prefix: string, hash: Uint8Array): StatePage {
    const cached = this.#touch(prefix);
    if (cached !== undefined) return cached;
    const bytes = this.#store.get(prefix);
    if (bytes === undefined) throw new CorruptBytesError("state page", 0);
    const page = decodePage(prefix, bytes);
    if (!equalBytes(pageHash(page), hash)) throw new CorruptBytesError("state page", bytes.length);
    return this.#keep(prefix, page);
  }

  put(prefix: string, page: StatePage): void {
    this.#store.put(prefix, page.bytes);
    this.#forget(prefix);
    this.#keep(prefix, page);
  }

  delete(prefix: string): void {
    this.#store.delete(prefix);
    this.#forget(prefix);
  }

  clear(): void {
    this.#inner.clear();
    this.#leaves.clear();
    this.#innerBytes = 0;
    this.#leafBytes = 0;
  }

  #touch(prefix: string): StatePage | undefined {
    return use(this.#inner, prefix) ?? use(this.#leaves, prefix);
  }

  #forget(prefix: string): void {
    const inner = this.#inner.get(prefix);
    if (inner !== undefined) {
      this.#inner.delete(prefix);
      this.#innerBytes -= sizeOf(inner);
    }
    const leaf = this.#leaves.get(prefix);
    if (leaf !== undefined) {
      this.#leaves.delete(prefix);
      this.#leafBytes -= sizeOf(leaf);
    }
  }

  #keep(prefix: string, page: StatePage): StatePage {
    if (page.children !== 0) {
      this.#inner.set(prefix, page);
      this.#innerBytes += sizeOf(page);
    } else {
      this.#leaves.set(prefix, page);
      this.#leafBytes += sizeOf(page);
    }
    while (this.bytes > this.#bytesMax) {
      const leavesFirst = this.#leafBytes > this.#bytesMax * LEAF_SHARE || this.#inner.size === 0;
      const [oldest] = (leavesFirst ? this.#leaves : this.#inner).keys();
      this.#forget(oldest as string);
    }
    return page;
  }
}

function use(pages: Map<string, StatePage>, prefix: string): StatePage | undefined {
  const page = pages.get(prefix);
  if (page === undefined) return undefined;
  pages.delete(prefix);
  pages.set(prefix, page);
  return page;
}

const sizeOf = (page: StatePage): number => page.bytes.length + PAGE_OVERHEAD_BYTES;
