// The states of chains as far as an object has taken them over, in the tables of a replica. Each answer is taken over whole,
// after it was checked, or not at all: nothing is written before, and where the walk stands is written with it.
import { sha256 } from "../protocol/crypto/sha256.ts";
import { toHex } from "../protocol/encoding/bytes.ts";
import { MIB } from "../protocol/limits.ts";
import { type KnownHashes, knownHashes, readChunk } from "../protocol/merkle/state-chunk.ts";
import type { StateParts, StatePlace } from "../protocol/merkle/state-parts.ts";
import { applyChanges, applyChunk } from "../protocol/merkle/state-transfer.ts";
import { StateTree } from "../protocol/merkle/state-tree.ts";
import { readU32Key, u32Key } from "./keys.ts";
import { PageRows } from "./page-rows.ts";
import type { Table } from "./ports.ts";

// Of the pages of one chain, while an answer is taken over.
const CACHE_BYTES = 2 * MIB;
// What one answer may read of the taker's own entries: as much as the largest answer's pages make, read once.
const OWN_BYTES_MAX = 4 * MIB;
// A row of pages takes some 16 KiB.
const ROWS_DELETED_AT_ONCE = 64;

/** What the taker has: all before `from` as of `round`, and behind it whatever it had once. */
export interface Held {
  readonly chains: readonly number[] | null;
  readonly round: number;
  /** null: it has everything. */
  readonly from: StatePlace | null;
}

/** Up to where an answer was taken over. */
export interface Taken {
  readonly to: StatePlace | null;
  /** How many of the chains lie before that. */
  readonly passed: number;
}

export class SyncedStates {
  readonly #pages: Table;

  constructor(pages: Table) {
    this.#pages = pages;
  }

  root(chain: number): Uint8Array {
    return new StateTree(this.#rows(chain), 0).root();
  }

  known({ chain, place }: StatePlace): KnownHashes | null {
    return knownHashes(this.#rows(chain), place);
  }

  /**
   * Takes over what the source answered to somebody who holds this; `known`: the hashes it was told. Answers why not, or up to where
   * it did: before the answer's end if too much of the taker's own had to go. Call it inside a transaction.
   */
  take(held: Held, known: KnownHashes | null, answer: StateParts): string | Taken {
    const fault = orderFault(held, answer);
    if (fault !== null) return fault;
    const begin = beginningOf(answer);
    const isOn = comparePlaces(begin, held.from) === 0;
    const byChain = Map.groupBy(answer.changes, ({ chain }) => chain);
    const written: PageRows[] = [];
    const open = (chain: number) => {
      const rows = this.#rows(chain);
      written.push(rows);
      return { rows, tree: new StateTree(rows, CACHE_BYTES) };
    };
    for (const { chain, root } of answer.roots) {
      const { tree } = open(chain);
      if (!applyChanges(tree, root, byChain.get(chain) ?? []))
        return `chain ${chain}: another root`;
    }
    let taken: Taken = answer;
    let bytesMax = OWN_BYTES_MAX;
    for (const [i, { chain, chunk }] of answer.parts.entries()) {
      const read = readChunk(chunk, i === 0 && isOn ? known : null);
      if (!read.ok) return `chain ${chain}: ${JSON.stringify(read.refusal)}`;
      const { rows, tree } = open(chain);
      const changes = byChain.get(chain) ?? [];
      const applied = applyChunk(rows, tree, read.value, { changes, bytesMax });
      if (applied === null) {
        return `chain ${chain}: what lies before ${JSON.stringify(chunk.to)} has another root`;
      }
      bytesMax -= applied.bytes;
      if (applied.to !== null && applied.to !== chunk.to) {
        const untaken = answer.parts.slice(i).filter((part) => part.chunk.to === null);
        const passed = Math.max(0, answer.passed - untaken.length);
        taken = { to: { chain, place: applied.to }, passed };
        break;
      }
    }
    // Past this point nothing can refuse.
    for (const rows of written) rows.flush();
    return taken;
  }

  /** Deletes the pages of all other chains. */
  keepOnly(chains: readonly number[]): void {
    const kept = new Set(chains);
    for (let from: number | null = 0; from !== null; ) {
      const [row] = this.#pages.range({ from: u32Key(from), limit: 1 });
      if (row === undefined) return;
      const chain = readU32Key(row[0]);
      // The last id has none behind it.
      const next: number | null = chain < 0xffff_ffff ? chain + 1 : null;
      if (!kept.has(chain)) this.#delete(chain, next);
      from = next;
    }
  }

  #delete(chain: number, next: number | null): void {
    const to = next === null ? {} : { to: u32Key(next) };
    for (;;) {
      const rows = this.#pages.range({ from: u32Key(chain), ...to, limit: ROWS_DELETED_AT_ONCE });
      if (rows.length === 0) return;
      for (const [key] of rows) this.#pages.delete(key);
    }
  }

  #rows(chain: number): PageRows {
    return new PageRows(this.#pages, chain);
  }
}

/** Where an answer's parts begin. */
export function beginningOf({ parts }: StateParts): StatePlace | null {
  const [first] = parts;
  return first === undefined ? null : { chain: first.chain, place: first.chunk.from };
}

/** In order; null, the end, stands behind all others. */
export function comparePlaces(a: StatePlace | null, b: StatePlace | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a.chain - b.chain || (a.place < b.place ? -1 : Number(a.place > b.place));
}

/** What is wrong with an answer's form, whatever the states are; null if nothing is. */
function orderFault(held: Held, answer: StateParts): string | null {
  const { round, changes, roots, parts, to } = answer;
  const begin = beginningOf(answer);
  if (round < held.round) return `round ${round} is before ${held.round}`;
  if (comparePlaces(begin, held.from) > 0 && !isFirstChain(held, begin)) {
    return "it begins behind the place asked for";
  }
  if (round === held.round && changes.length > 0) return "nothing changed since";
  const places = changes.map(({ chain, key }) => ({ chain, place: toHex(sha256(key)) }));
  if (places.some((place, i) => i > 0 && comparePlaces(places[i - 1] ?? null, place) >= 0)) {
    return "its changes are not in order";
  }
  if (comparePlaces(places.at(-1) ?? { chain: 0, place: "" }, begin) > 0) {
    return "its changes go behind its beginning";
  }
  const { chains } = held;
  const named = [...changes, ...parts].map(({ chain }) => chain);
  if (chains !== null && named.some((chain) => !chains.includes(chain))) {
    return "it has a chain that was not asked for";
  }
  const whole = new Set(named.slice(0, changes.length));
  if (begin !== null) whole.delete(begin.chain);
  const rooted = roots.map(({ chain }) => chain);
  if (rooted.length !== whole.size || !rooted.every((chain) => whole.has(chain))) {
    return "it has not the roots of the chains that changed";
  }
  return partsFault(chains, parts, to);
}

/** Who asks for all chains does not know which there are. */
const isFirstChain = ({ chains, from }: Held, begin: StatePlace | null): boolean =>
  chains === null && from?.place === "" && begin?.place === "";

function partsFault(
  chains: readonly number[] | null,
  parts: StateParts["parts"],
  to: StatePlace | null,
): string | null {
  const next = (chain: number): number | undefined => chains?.find((one) => one > chain);
  for (const [i, { chain, chunk }] of parts.entries()) {
    const following = parts[i + 1];
    if (i > 0 && chunk.from !== "") return `chain ${chain} does not begin at its beginning`;
    const end = following === undefined ? to : { chain: following.chain, place: "" };
    if (chunk.to !== null) {
      if (comparePlaces(end, { chain, place: chunk.to }) === 0) continue;
      return `chain ${chain} goes on elsewhere`;
    }
    if (end === null ? next(chain) !== undefined : end.chain <= chain || end.place !== "") {
      return `chain ${chain} is not followed by the next one`;
    }
    if (end !== null && chains !== null && end.chain !== next(chain)) {
      return `chain ${chain} is not followed by the next one`;
    }
  }
  return parts.length > 0 || to === null ? null : "it has no part and goes on";
}
