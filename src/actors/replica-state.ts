// The state of a shard's chains on disk, as of the last executed round, with the few rounds before it that consensus still
// looks at: "the state after round n-k" is the present state with the changes of later rounds taken back.

import { equalBytes, toHex } from "../protocol/encoding/bytes.ts";
import {
  byteString,
  codec,
  decodeStored,
  hash32,
  list,
  optional,
  safeU64,
  struct,
  u32,
} from "../protocol/encoding/codec.ts";
import { type Account, accountCodec, EMPTY_ACCOUNT } from "../protocol/ledger/account.ts";
import { amountOf, type EntryWrite } from "../protocol/ledger/chain-state.ts";
import { MIB } from "../protocol/limits.ts";
import { accountKey, unattributedFeesKey } from "../protocol/merkle/state-key.ts";
import type { PageStore } from "../protocol/merkle/state-page-cache.ts";
import type { StateProof } from "../protocol/merkle/state-proof.ts";
import { EMPTY_HASH } from "../protocol/merkle/state-subtree.ts";
import { type StateChange, StateTree } from "../protocol/merkle/state-tree.ts";
import { ChainProgressTable } from "./chain-progress.ts";
import { deleteChunked, getChunked, putChunked } from "./chunked.ts";
import { readU64Key, u64Key } from "./keys.ts";
import { PageRows } from "./page-rows.ts";
import { type PastPages, upperPages } from "./past-state.ts";
import { PastValues } from "./past-values.ts";
import { CorruptStorageError, type Store, type Table } from "./ports.ts";
import { ValidatorIndex } from "./validator-index.ts";

/** What one executed round changed, enough to answer for the state before it. */
interface RoundUndo {
  readonly round: number;
  /** The newest round whose record was gone once this one was written. */
  readonly dropped: number;
  readonly entries: readonly {
    readonly chain: number;
    readonly key: Uint8Array;
    readonly before: Uint8Array | null;
  }[];
  readonly roots: readonly { readonly chain: number; readonly before: Uint8Array }[];
}

const undoCodec = codec<RoundUndo>(
  "round undo",
  struct<RoundUndo>("RoundUndo", {
    round: safeU64,
    dropped: safeU64,
    entries: list(
      struct<RoundUndo["entries"][number]>("UndoEntry", {
        chain: u32,
        key: byteString,
        before: optional(byteString),
      }),
    ),
    roots: list(struct<RoundUndo["roots"][number]>("UndoRoot", { chain: u32, before: hash32 })),
  }),
  32 * MIB,
);

/** How to take a round back on one chain, and the root before it. */
export interface TakenBack {
  readonly rootBefore: Uint8Array;
  readonly changes: readonly StateChange[];
  /** The pages that a past state begins with, if they are still known. */
  readonly upperBefore: PastPages | null;
}

/** Of each chain that a round changed much, its upper pages before: a proof need not hash all that changed again. */
type UpperPages = ReadonlyMap<number, PastPages>;

// Below this, taking a round back costs some 10 ms; above, 19 kB a round and chain save it.
const UPPER_KEPT_CHANGES_MIN = 256;

interface LoadedUndo {
  readonly round: number;
  readonly upper: UpperPages;
  readonly entries: PastValues;
  readonly roots: ReadonlyMap<number, Uint8Array>;
}

// leaves 24 MB an object; the cached pages of all chains together take less than a third of it.
export const PAGE_CACHE_BYTES: number = 7 * MIB;
// Entries read of late, some 200 bytes each: a payer is looked at when its transaction comes in, when it is chosen, when its
// block is checked, and when it is executed.
const RECENT_MAX = 4_096;
// An open tree without pages costs little, but a shard can hold thousands of chains.
/** The MerkleChain opens the round behind a header, and its block is there within the next one. */
const NOTARISATION_ROUNDS = 2;
const OPEN_TREES_MAX = 64;

interface OpenTree {
  readonly tree: StateTree;
  readonly rows: PageRows;
}

const bytesOf = ({ tree, rows }: OpenTree): number => tree.cacheBytes + rows.bytes;

export class ReplicaState {
  readonly #pages: Table;
  readonly #undoTable: Table;
  readonly #chains: ChainProgressTable;
  /** Of T0: empty elsewhere. */
  readonly validators: ValidatorIndex;
  /** Least recently used first. */
  readonly #trees = new Map<number, OpenTree>();
  /** Entries as they are, null for one that is not there; the first read first. */
  readonly #recent = new Map<string, Uint8Array | null>();
  /** Ascending by round. */
  #undo: LoadedUndo[] = [];
  /** Rounds before those, whose rows still lie on disk for proofs. */
  #older: Pick<LoadedUndo, "round" | "upper">[] = [];
  /** The newest round that changed something and whose record is gone. */
  #dropped = 0;

  readonly #cacheBytes: number;

  /** `rounds`: how many can be taken back, k; a proof can take back twice as many. `cacheBytes`: of pages in memory, at most. */
  constructor(store: Store, rounds: number, cacheBytes: number = PAGE_CACHE_BYTES) {
    this.#cacheBytes = cacheBytes;
    this.#pages = store.table("pages");
    this.#undoTable = store.table("undo");
    this.#chains = new ChainProgressTable(store);
    this.validators = new ValidatorIndex(store);
    this.#loadUndo(rounds);
  }

  #loadUndo(rounds: number): void {
    const heads = new Set<number>();
    for (const [key] of this.#undoTable.range({ limit: 1000 })) heads.add(readU64Key(key));
    const newest = Math.max(...heads);
    for (const round of heads) {
      if (round <= newest - rounds) {
        this.#older.push({ round, upper: new Map() });
        continue;
      }
      const bytes = getChunked(this.#undoTable, u64Key(round));
      if (bytes === undefined) continue;
      const undo = decodeStored(undoCodec, bytes);
      this.#undo.push(loadUndo(undo, new Map()));
      this.#dropped = undo.dropped;
    }
  }

  get(chain: number, key: Uint8Array): Uint8Array | undefined {
    const name = entryName(chain, key);
    const known = this.#recent.get(name);
    if (known !== undefined) return known ?? undefined;
    const value = this.#tree(chain).get(key)?.slice();
    if (this.#recent.size >= RECENT_MAX)
      this.#recent.delete(this.#recent.keys().next().value ?? "");
    this.#recent.set(name, value ?? null);
    return value;
  }

  /** After all executed rounds. */
  account(chain: number, address: Uint8Array): Account {
    const bytes = this.get(chain, accountKey(address));
    return bytes === undefined ? EMPTY_ACCOUNT : decodeStored(accountCodec, bytes);
  }

  /** after all executed rounds. */
  unattributedFees(chain: number): bigint {
    return amountOf(this.get(chain, unattributedFeesKey()) ?? null);
  }

  /** After the newest executed round at or before `round`, which must be among the last 2k. */
  accountAfter(chain: number, address: Uint8Array, round: number): Account {
    const bytes = this.getAfter(chain, accountKey(address), round);
    return bytes === null ? EMPTY_ACCOUNT : decodeStored(accountCodec, bytes);
  }

  /** An entry then; null if it was not there. */
  getAfter(chain: number, key: Uint8Array, round: number): Uint8Array | null {
    const name = entryName(chain, key);
    for (const undo of this.#undo) {
      if (undo.round <= round) continue;
      const before = undo.entries.get(name);
      if (before !== undefined) return before;
    }
    return this.get(chain, key) ?? null;
  }

  root(chain: number): Uint8Array {
    return this.#tree(chain).root();
  }

  rootAfter(chain: number, round: number): Uint8Array {
    for (const undo of this.#undo) {
      if (undo.round <= round) continue;
      const before = undo.roots.get(chain);
      if (before !== undefined) return before;
    }
    return this.root(chain);
  }

  /** The chains that the executed rounds which can be taken back have changed. */
  changedChains(): Set<number> {
    return new Set(this.#undo.flatMap(({ roots }) => [...roots.keys()]));
  }

  prove(chain: number, key: Uint8Array): StateProof {
    return this.#tree(chain).prove(key);
  }

  /** The stored pages of a chain. */
  pages(chain: number): PageStore {
    return this.#open(chain).rows;
  }

  /**
   * What the rounds after `round` changed on the chain, the newest first: enough to take them back, if they are not forgotten.
   * One round is in memory at a time.
   */
  *changesAfter(chain: number, round: number): Generator<TakenBack> {
    const later = [...this.#older, ...this.#undo].filter((one) => one.round > round);
    for (const undo of later.reverse()) {
      const bytes = getChunked(this.#undoTable, u64Key(undo.round));
      if (bytes === undefined) return;
      const { entries, roots } = decodeStored(undoCodec, bytes);
      const before = roots.find((one) => one.chain === chain)?.before;
      if (before === undefined) continue;
      const own = entries.filter((entry) => entry.chain === chain);
      yield {
        rootBefore: before,
        changes: own.map(({ key, before: value }) => ({ key, value })),
        upperBefore: undo.upper.get(chain) ?? null,
      };
    }
  }

  /**
   * the entries that rounds after `round` changed, each once; null where that is forgotten, or more than `max`. One round's
   * values are in memory at a time.
   */
  changedAfter(round: number, max: number): { chain: number; key: Uint8Array }[] | null {
    const rounds = [...this.#older, ...this.#undo].map((one) => one.round);
    if (round < this.#dropped) return null;
    const changed = new Map<string, { chain: number; key: Uint8Array }>();
    for (const later of rounds.filter((one) => one > round)) {
      const bytes = getChunked(this.#undoTable, u64Key(later));
      if (bytes === undefined) return null;
      for (const { chain, key } of decodeStored(undoCodec, bytes).entries) {
        changed.set(entryName(chain, key), { chain, key: key.slice() });
      }
      if (changed.size > max) return null;
    }
    return [...changed.values()];
  }

  /** Begins with a state that came from elsewhere, as of `round`: nothing before can be taken back, and headers carry its roots. */
  begin(round: number): void {
    const undo: RoundUndo = { round, dropped: round, entries: [], roots: [] };
    putChunked(this.#undoTable, u64Key(round), undoCodec.encode(undo));
    this.#dropped = round;
    this.#undo = [loadUndo(undo, new Map())];
  }

  /**
   * Writes what a round changed and forgets how to take back rounds up to `forgetUpTo`; their rows stay on disk for as many
   * rounds again and a few, so that proofs can wait for the notarisation of the header that carries their root.
   */
  apply(round: number, writes: readonly EntryWrite[], forgetUpTo: number): void {
    const upper = new Map<number, PastPages>();
    const roots = this.#update(writes, upper);
    this.validators.apply(writes);
    const entries = writes.map(({ chain, key, before }) => ({ chain, key, before }));
    const forgotten = this.#undo.filter((one) => one.round <= forgetUpTo);
    this.#older.push(...forgotten.map((one) => ({ round: one.round, upper: one.upper })));
    this.#undo = this.#undo.filter((one) => one.round > forgetUpTo);
    const dropUpTo = 2 * forgetUpTo - round - NOTARISATION_ROUNDS;
    for (const old of this.#older.filter((one) => one.round <= dropUpTo)) {
      deleteChunked(this.#undoTable, u64Key(old.round));
      this.#dropped = old.round;
    }
    this.#older = this.#older.filter((one) => one.round > dropUpTo);
    const undo: RoundUndo = { round, dropped: this.#dropped, entries, roots };
    putChunked(this.#undoTable, u64Key(round), undoCodec.encode(undo));
    this.#undo.push(loadUndo(undo, upper));
  }

  /** The state of the genesis record: before every round, never taken back. */
  applyGenesis(writes: readonly Omit<EntryWrite, "before">[]): void {
    this.#update(writes);
    this.validators.apply(writes.map((write) => ({ ...write, before: null })));
  }

  /** `upper`: where to keep the upper pages before. */
  #update(
    writes: readonly Omit<EntryWrite, "before">[],
    upper: Map<number, PastPages> | null = null,
  ): { chain: number; before: Uint8Array }[] {
    const byChain = new Map<number, StateChange[]>();
    for (const { chain, key, value } of writes) {
      const name = entryName(chain, key);
      if (this.#recent.has(name)) this.#recent.set(name, value);
      const changes = byChain.get(chain);
      if (changes === undefined) byChain.set(chain, [{ key, value }]);
      else changes.push({ key, value });
    }
    return [...byChain]
      .sort(([a], [b]) => a - b)
      .map(([chain, changes]) => {
        const { tree, rows } = this.#open(chain);
        const before = tree.root();
        if (changes.length >= UPPER_KEPT_CHANGES_MIN) upper?.set(chain, upperPages(rows));
        tree.update(changes);
        rows.flush();
        return { chain, before };
      });
  }

  #tree(chain: number): StateTree {
    return this.#open(chain).tree;
  }

  #open(chain: number): OpenTree {
    const open = this.#trees.get(chain) ?? this.#openTree(chain);
    this.#trees.delete(chain);
    this.#trees.set(chain, open);
    this.#evict(chain);
    return open;
  }

  /** Other pages are missed by the page above; the root by the root that a header carried. */
  #openTree(chain: number): OpenTree {
    const rows = new PageRows(this.#pages, chain);
    const open = { rows, tree: new StateTree(rows, this.#cacheBytes) };
    if (!equalBytes(open.tree.root(), EMPTY_HASH)) return open;
    const carried = this.#chains.has(chain) ? this.#chains.get(chain).carriedRoot : EMPTY_HASH;
    if (equalBytes(carried, EMPTY_HASH)) return open;
    throw new CorruptStorageError(`Cannot read table pages: the root of chain ${chain} is gone`);
  }

  /** Drops the trees that were used longest ago until the rest fit; never the one in use. */
  #evict(inUse: number): void {
    let bytes = 0;
    for (const open of this.#trees.values()) bytes += bytesOf(open);
    for (const [chain, open] of this.#trees) {
      if (bytes <= this.#cacheBytes && this.#trees.size <= OPEN_TREES_MAX) return;
      if (chain === inUse) return;
      bytes -= bytesOf(open);
      this.#trees.delete(chain);
    }
  }
}

/** An entry's name among those of all chains. */
export const entryName = (chain: number, key: Uint8Array): string => `${chain}:${toHex(key)}`;

function loadUndo({ round, entries, roots }: RoundUndo, upper: UpperPages): LoadedUndo {
  return {
    round,
    upper,
    entries: new PastValues(
      entries.map(({ chain, key, before }) => [entryName(chain, key), before]),
    ),
    roots: new Map(roots.map(({ chain, before }) => [chain, before])),
  };
}
