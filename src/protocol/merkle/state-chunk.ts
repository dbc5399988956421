// A chunk of a chain's authenticated map: the pages over a range of places, each before its children, and those on the way
// from the root to where the range begins, so that a chunk is checked by itself against the state's root. Pages that the asker has
// already, by their hashes, are left out with all below them. What is cut off behind the range is a smaller range, and nothing else can
// be left out: a page names each of its children by hash.
// Cost of making and of reading one: its pages, those on the way, and the known hashes of the range.

import { equalBytes, toHex } from "../encoding/bytes.ts";
import {
  type BcsType,
  boundedBytes,
  type Codec,
  CorruptBytesError,
  codec,
  hash32,
  list,
  optional,
  struct,
  text,
  u8,
} from "../encoding/codec.ts";
import { MalformedError } from "../encoding/wire.ts";
import { MIB } from "../limits.ts";
import { accept, type Result, refuse } from "../result.ts";
import { innerHash } from "./node-hash.ts";
import { slotPrefix } from "./state-bucket.ts";
import {
  checkPage,
  decodePage,
  isChild,
  nodeHash,
  pageHash,
  SLOTS,
  slotLeaves,
} from "./state-page.ts";
import { type PageStore, StatePageCache } from "./state-page-cache.ts";
import { EMPTY_HASH, PATH_BITS, type StateLeaf, subtreeHash } from "./state-subtree.ts";
import {
  isBefore,
  liesBetween,
  type PageSource,
  pageDepthAt,
  slotOf,
  subtreeHashAt,
  walkPages,
} from "./state-walk.ts";

/** What the pages of a chunk take, at most; the first page of a range may be larger, and comes all the same. */
export const STATE_CHUNK_BYTES_MAX: number = MIB;
/** Pages of a large state hold some 2 kB: this many cover what a chunk of them could. */
const KNOWN_HASHES_MAX = 1_024;
// Beyond it prefixes are no small integers any more: a state of 16^7 pages.
const KNOWN_DEPTH_MAX = 7;
const PATH_NIBBLES = PATH_BITS / 4;
// Rounded up: a page, its length and its part of the walk.
const PAGE_FRAME_BYTES = 5;

export interface StateChunk {
  readonly root: Uint8Array;
  /** The range of places; `to` null for the end of the map. */
  readonly from: string;
  readonly to: string | null;
  /** In the order of the walk. */
  readonly pages: readonly Uint8Array[];
}

/** What the asker has at places from `from` on: the hashes of as many subtrees, one behind the other, with prefixes of one length. */
export interface KnownHashes {
  readonly depth: number;
  readonly hashes: readonly Uint8Array[];
}

export interface ChunkRequest {
  readonly from: string;
  readonly known: KnownHashes | null;
  /** Of pages. */
  readonly bytesMax: number;
}

/** `place`: where in the map. */
export interface ChunkRefusal {
  readonly code: "INVALID_STATE_CHUNK";
  readonly check: string;
  readonly place: string;
}

export const placeType: BcsType<string> = text.transform("place in a state", asPlace, asPlace);

function asPlace(place: string): string {
  if (place.length <= PATH_NIBBLES && /^[0-9a-f]*$/.test(place)) return place;
  throw new MalformedError(`No place in a state: ${JSON.stringify(place)}`);
}

export const knownHashesType: BcsType<KnownHashes> = struct<KnownHashes>("KnownHashes", {
  depth: u8,
  hashes: list(hash32, KNOWN_HASHES_MAX),
});

export const stateChunkType: BcsType<StateChunk> = struct<StateChunk>("StateChunk", {
  root: hash32,
  from: placeType,
  to: optional(placeType),
  pages: list(boundedBytes(1, 2 * MIB)),
});

/** With a first page as large as sixteen of the longest values make it. */
export const stateChunkCodec: Codec<StateChunk> = codec(
  "state chunk",
  stateChunkType,
  STATE_CHUNK_BYTES_MAX + 2 * MIB,
  true,
);

/** The chunk of a state from a place on, as large as it may be; never without a step forward. */
export function makeChunk(store: PageStore, { from, known, bytesMax }: ChunkRequest): StateChunk {
  const pages = new StatePageCache(store, 0);
  const found: Uint8Array[] = [];
  let bytes = 0;
  const source: PageSource = {
    root: () => pages.root(),
    child(prefix, hash) {
      const own = knownAt(known, from, prefix);
      if (own !== undefined && equalBytes(own, hash)) return "skip";
      // On the way to the first page of the range there is no end, and none before that page.
      const mayEnd = prefix > from && !from.startsWith(prefix);
      if (mayEnd && isBehindKnown(known, from, prefix)) return "stop";
      const page = pages.child(prefix, hash);
      return mayEnd && bytes + page.bytes.length + PAGE_FRAME_BYTES > bytesMax ? "stop" : page;
    },
  };
  const to = walkPages(source, from, (_, page) => {
    bytes += page.bytes.length + PAGE_FRAME_BYTES;
    found.push(page.bytes);
  });
  const root = pages.root();
  return { root: root === undefined ? EMPTY_HASH : pageHash(root), from, to, pages: found };
}

/** What a chunk says of its state, checked. */
export interface ReadChunk {
  readonly root: Uint8Array;
  readonly from: string;
  readonly to: string | null;
  /** All entries of the range but those of the same subtrees, in order of their paths. */
  readonly leaves: readonly StateLeaf[];
  /** Prefixes of subtrees in the range that are the asker's own. */
  readonly same: ReadonlySet<string>;
  /** The subtrees that together hold all before `from`, and nothing else. */
  readonly before: readonly { readonly prefix: string; readonly hash: Uint8Array }[];
}

/** Checks a chunk against its own root and the asker's `known` hashes. */
export function readChunk(
  chunk: StateChunk,
  known: KnownHashes | null,
): Result<ReadChunk, ChunkRefusal> {
  const { root, from, to } = chunk;
  const leaves: StateLeaf[] = [];
  const same = new Set<string>();
  const before: ReadChunk["before"][number][] = [];
  let next = 0;
  const take = (prefix: string, hash: Uint8Array) => {
    const bytes = chunk.pages[next];
    if (bytes === undefined) return "stop";
    next += 1;
    const page = decodePage(prefix, bytes);
    if (!equalBytes(pageHash(page), hash)) throw new CorruptBytesError("state page", bytes.length);
    return page;
  };
  const source: PageSource = {
    root() {
      const page = chunk.pages.length === 0 ? "stop" : take("", root);
      return page === "stop" ? undefined : page;
    },
    child(prefix, hash) {
      const own = knownAt(known, from, prefix);
      if (own === undefined || !equalBytes(own, hash)) return take(prefix, hash);
      same.add(prefix);
      return "skip";
    },
  };
  let place = "";
  try {
    const end = walkPages(source, from, (prefix, page) => {
      place = prefix;
      for (const leaf of checkPage(prefix, page)) {
        if (!isBefore(slotOf(prefix, leaf), from) && liesBetween(leaf, from, to)) leaves.push(leaf);
      }
      if (prefix.length >= from.length || !from.startsWith(prefix)) return;
      for (let slot = 0; slot < SLOTS; slot++) {
        const below = slotPrefix(prefix, slot);
        if (isBefore(below, from))
          before.push({ prefix: below, hash: nodeHash(page, SLOTS + slot) });
        else if (from.startsWith(below) && !isChild(page, slot)) {
          before.push(...subtreesBefore(from, below, slotLeaves(page, prefix, slot)));
        }
      }
    });
    if (end !== to) return invalid("it ends where it says", to ?? "");
    if (next === 0) before.push(...subtreesBefore(from, "", []));
  } catch (error) {
    if (error instanceof CorruptBytesError)
      return invalid("its pages are those of its root", place);
    throw error;
  }
  if (to !== null && to <= from) return invalid("it ends behind its beginning", to);
  if (next !== chunk.pages.length)
    return invalid("it has no page beside those of its range", place);
  if (next === 0 && !equalBytes(root, EMPTY_HASH)) return invalid("it has a root page", place);
  return accept({ root, from, to, leaves, same, before });
}

/** Of the entries below a prefix on the way to `from`, where no page parts them: those to the left of that way, nibble by nibble. */
function subtreesBefore(
  from: string,
  prefix: string,
  leaves: readonly StateLeaf[],
): ReadChunk["before"][number][] {
  const found: ReadChunk["before"][number][] = [];
  for (let depth = prefix.length; depth < from.length; depth++) {
    const way = from.slice(0, depth);
    for (let slot = 0; slot < Number.parseInt(from[depth] as string, SLOTS); slot++) {
      const below = slotPrefix(way, slot);
      const under = leaves.filter(({ path }) => toHex(path).startsWith(below));
      found.push({ prefix: below, hash: subtreeHash(under, 4 * below.length) });
    }
  }
  return found;
}

const invalid = (check: string, place: string) =>
  refuse<ChunkRefusal>({ code: "INVALID_STATE_CHUNK", check, place });

/** The hashes of what a state has at a place and behind it; null if it has too little there to tell of. */
export function knownHashes(store: PageStore, from: string): KnownHashes | null {
  const pages = new StatePageCache(store, KNOWN_CACHE_BYTES);
  const depth = Math.min(pageDepthAt(pages, from.padEnd(PATH_NIBBLES, "0")), KNOWN_DEPTH_MAX);
  if (depth === 0) return null;
  const first = firstKnown(depth, from);
  const count = Math.min(KNOWN_HASHES_MAX, SLOTS ** depth - first);
  const prefixes = Array.from({ length: count }, (_, i) => (first + i).toString(SLOTS));
  const hashes = prefixes.map((prefix) => subtreeHashAt(pages, prefix.padStart(depth, "0")));
  return { depth, hashes };
}

// The way down to one page, and what lies beside it.
const KNOWN_CACHE_BYTES = 64 * 1024;

const firstKnown = (depth: number, from: string): number =>
  Number.parseInt(from.slice(0, depth).padEnd(depth, "0"), SLOTS);

/** What the asker has under a prefix, as far as its hashes tell. */
function knownAt(known: KnownHashes | null, from: string, prefix: string): Uint8Array | undefined {
  if (known === null || prefix.length > known.depth || from.startsWith(prefix)) return undefined;
  if (prefix.length === known.depth) {
    return known.hashes[Number.parseInt(prefix, SLOTS) - firstKnown(known.depth, from)];
  }
  let nodes: Uint8Array[] = [];
  for (let slot = 0; slot < SLOTS; slot++) {
    const hash = knownAt(known, from, slotPrefix(prefix, slot));
    // Beside nothing a hash may be a lone entry's, which stands for more than one level.
    if (hash === undefined || equalBytes(hash, EMPTY_HASH)) return undefined;
    nodes.push(hash);
  }
  while (nodes.length > 1) {
    const below = nodes;
    nodes = below.flatMap((left, i) =>
      i % 2 === 0 ? [innerHash(left, below[i + 1] as Uint8Array)] : [],
    );
  }
  return nodes[0];
}

/** Whether nothing is known from this prefix on, though something is before it. */
function isBehindKnown(known: KnownHashes | null, from: string, prefix: string): boolean {
  if (known === null || known.hashes.length === 0 || prefix.length > known.depth) return false;
  const end = firstKnown(known.depth, from) + known.hashes.length;
  return Number.parseInt(prefix.padEnd(known.depth, "0"), SLOTS) >= end;
}
