// Decoded state pages over the port that stores them, the least recently used leaving first
// . Pages never change in place, so what leaves the cache is lost to nobody who holds it.
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
export const PAGE_OVERHEAD_BYTES = 1_200;

export class StatePageCache {
  readonly #store: PageStore;
  readonly #bytesMax: number;
  /** In order of use, the latest last. */
  readonly #pages = new Map<string, StatePage>();
  #bytes = 0;

  constructor(store: PageStore, bytesMax: number) {
    this.#store = store;
    this.#bytesMax = bytesMax;
  }

  /** What the cached pages take in memory, at most the bound. */
  get bytes(): number {
    return this.#bytes;
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
    this.#pages.clear();
    this.#bytes = 0;
  }

  #touch(prefix: string): StatePage | undefined {
    const page = this.#pages.get(prefix);
    if (page === undefined) return undefined;
    this.#pages.delete(prefix);
    this.#pages.set(prefix, page);
    return page;
  }

  #forget(prefix: string): void {
    const page = this.#pages.get(prefix);
    if (page === undefined) return;
    this.#pages.delete(prefix);
    this.#bytes -= sizeOf(page);
  }

  #keep(prefix: string, page: StatePage): StatePage {
    this.#pages.set(prefix, page);
    this.#bytes += sizeOf(page);
    for (const oldest of this.#pages.keys()) {
      if (this.#bytes <= this.#bytesMax) break;
      this.#forget(oldest);
    }
    return page;
  }
}

const sizeOf = (page: StatePage): number => page.bytes.length + PAGE_OVERHEAD_BYTES;
