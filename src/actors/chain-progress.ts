// What a replica remembers of each chain of its shard beside the state: its last header, and the root that headers carried.
import { invariant } from "../protocol/assert.ts";
import {
  codec,
  decodeStored,
  hash32,
  optional,
  safeU64,
  struct,
} from "../protocol/encoding/codec.ts";
import { readU32Key, u32Key } from "./keys.ts";
import type { Store, Table } from "./ports.ts";

export interface ChainProgress {
  /** The hash of its last header; null before its first. */
  readonly headerHash: Uint8Array | null;
  readonly headerRound: number;
  /** The root that the shard's headers carried last. */
  readonly carriedRoot: Uint8Array;
}

/** The fields of its encoding. */
export const chainProgressFields = {
  headerHash: optional(hash32),
  headerRound: safeU64,
  carriedRoot: hash32,
} as const;

const progressCodec = codec<ChainProgress>(
  "chain progress",
  struct<ChainProgress>("ChainProgress", chainProgressFields),
  128,
);

// Some 20 bytes each; a shard may have many more chains.
const KNOWN_MAX = 8_192;

export class ChainProgressTable {
  readonly #table: Table;
  /** Chains that are known to be the shard's: none ever leaves. Asked about with every entry that is read. */
  readonly #known = new Set<number>();

  constructor(store: Store) {
    this.#table = store.table("chains");
  }

  get(chain: number): ChainProgress {
    const bytes = this.#table.get(u32Key(chain));
    invariant(bytes !== undefined, "A chain of the shard without progress", { chain });
    return decodeStored(progressCodec, bytes);
  }

  has(chain: number): boolean {
    if (this.#known.has(chain)) return true;
    if (this.#table.get(u32Key(chain)) === undefined) return false;
    if (this.#known.size >= KNOWN_MAX) this.#known.clear();
    this.#known.add(chain);
    return true;
  }

  put(chain: number, progress: ChainProgress): void {
    this.#table.put(u32Key(chain), progressCodec.encode(progress));
  }

  /** A chain of the genesis record, whose first root everybody knows, or one that execution created, whose root is to come. */
  open(chain: number, carriedRoot: Uint8Array): void {
    this.put(chain, { headerHash: null, headerRound: 0, carriedRoot });
  }

  /** Ids of the shard's chains from `from` on, ascending; unborn ones too. */
  ids(from: number, limit: number): number[] {
    return this.#table.range({ from: u32Key(from), limit }).map(([key]) => readU32Key(key));
  }
}
