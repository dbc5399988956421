// What an object asks for and gets while it takes chains' maps over. The maps stand one behind the other by their chains' ids:
// a place is one in all of them together. What lies before it the asker has, as of one round.
import {
  type BcsType,
  boundedBytes,
  byteString,
  type Codec,
  codec,
  hash32,
  list,
  optional,
  safeU64,
  struct,
  u32,
} from "../encoding/codec.ts";
import { KIB, MIB } from "../limits.ts";
import { KEY_BYTES_MAX } from "./state-bucket.ts";
import {
  type KnownHashes,
  knownHashesType,
  placeType,
  STATE_CHUNK_BYTES_MAX,
  type StateChunk,
  stateChunkType,
} from "./state-chunk.ts";

/** Chains that can be asked for by name. */
export const CHAINS_ASKED_MAX = 4_096;
/** More than a chunk's bytes hold: decoded, an entry takes some hundred bytes. */
export const CHANGES_MAX = 32_768;

export interface StatePlace {
  readonly chain: number;
  readonly place: string;
}

export interface StateQuery {
  /** Ascending; null for all of the shard's. */
  readonly chains: readonly number[] | null;
  /** As of this round the asker has what lies before `from`; 0 at the start. */
  readonly round: number;
  /** null: it has everything. */
  readonly from: StatePlace | null;
  readonly known: KnownHashes | null;
  /** Of what comes back, about: one page of a map may lie above it. */
  readonly bytesMax: number;
}

export interface ChainChange {
  readonly chain: number;
  readonly key: Uint8Array;
  /** null: there is no such entry any more. */
  readonly value: Uint8Array | null;
}

export interface StateParts {
  /** The newest executed one of the source: everything here is as of it. */
  readonly round: number;
  /** How many of the chains lie before `to`, and how many there are: to tell progress by, nothing else. */
  readonly passed: number;
  readonly total: number;
  /** What rounds behind the asker's changed before the first part, each entry once. */
  readonly changes: readonly ChainChange[];
  /** Of the chains before the first part that the changes touch, ascending. */
  readonly roots: readonly { readonly chain: number; readonly root: Uint8Array }[];
  /**
   * Ascending. They begin where the asker stands, or before that where the source cannot tell all that changed there; from then on the
   * asker has nothing as of any round.
   */
  readonly parts: readonly { readonly chain: number; readonly chunk: StateChunk }[];
  /** Where to go on; null: nowhere. */
  readonly to: StatePlace | null;
}

export const statePlaceType: BcsType<StatePlace> = struct<StatePlace>("StatePlace", {
  chain: u32,
  place: placeType,
});

/** All chains that can be asked for, and all hashes that can be told. */
export const STATE_QUERY_BYTES_MAX: number = 64 * KIB;

export const stateQueryCodec: Codec<StateQuery> = codec<StateQuery>(
  "state query",
  struct<StateQuery>("StateQuery", {
    chains: optional(list(u32, CHAINS_ASKED_MAX)),
    round: safeU64,
    from: optional(statePlaceType),
    known: optional(knownHashesType),
    bytesMax: u32,
  }),
  STATE_QUERY_BYTES_MAX,
);

/** Beside the pages or the changes that fill a chunk there may be one page more, of the longest entries. */
const STATE_PARTS_BYTES_MAX: number = STATE_CHUNK_BYTES_MAX + 2 * MIB;

export const statePartsCodec: Codec<StateParts> = codec<StateParts>(
  "state parts",
  struct<StateParts>("StateParts", {
    round: safeU64,
    passed: u32,
    total: u32,
    changes: list(
      struct<ChainChange>("ChainChange", {
        chain: u32,
        key: boundedBytes(1, KEY_BYTES_MAX),
        value: optional(byteString),
      }),
      CHANGES_MAX,
    ),
    roots: list(
      struct<StateParts["roots"][number]>("ChainRoot", { chain: u32, root: hash32 }),
      CHANGES_MAX,
    ),
    parts: list(
      struct<StateParts["parts"][number]>("ChainPart", { chain: u32, chunk: stateChunkType }),
      CHAINS_ASKED_MAX,
    ),
    to: optional(statePlaceType),
  }),
  STATE_PARTS_BYTES_MAX,
  true,
);
