// What one sender has waiting on one chain, in the order of its nonces, and one chain's lines in the orders that the
// mempool asks for: who is next, and who leaves first when there is no room. A transaction over two chains can have a place in two
// lines; what a change of one line means for the other costs a heap move each.
import { Heap } from "./heap.ts";
import { goesBefore, type Place, type Waiting } from "./waiting.ts";

/**
 * Sorted by nonce: what is asked of it costs the logarithm of its length. An entry into the middle, which takes a sender that
 * fills a gap, moves at most the pointers that the cap per sender allows.
 */
export class Line {
  readonly chain: ChainLines;
  readonly sender: string;
  #places: Place[] = [];
  /** The sums of their fees and of their costs. */
  fees = 0n;
  costs = 0n;
  /** Its chain's heap of those that a block can begin with, if it is in one, and where in that and in the tails; -1 outside. */
  heads: Heap<Line> | null = null;
  headAt = -1;
  tailAt = -1;

  constructor(chain: ChainLines, sender: string) {
    this.chain = chain;
    this.sender = sender;
  }

  get length(): number {
    return this.#places.length;
  }

  get first(): Place {
    return this.#places[0] as Place;
  }

  get last(): Place {
    return this.#places.at(-1) as Place;
  }

  /** Whether the last block could not take its first: it waits outside the order of heads for another look. */
  get isAsleep(): boolean {
    return this.first.waiting.isAsleep;
  }

  /**
   * Whether its last cannot be included now: its first is asleep or waits behind another in its other line, or a nonce in between
   * is missing.
   */
  get isStuck(): boolean {
    const { waiting } = this.first;
    const isGapped = this.last.nonce - this.first.nonce !== this.length - 1;
    return isGapped || waiting.isAsleep || !waiting.isFront;
  }

  at(nonce: number): Place | undefined {
    const found = this.#places[this.#place(nonce)];
    return found?.nonce === nonce ? found : undefined;
  }

  /** Those with lower nonces, in their order. */
  ahead(nonce: number): readonly Place[] {
    return this.#places.slice(0, this.#place(nonce));
  }

  /** The nonce after the last of an unbroken run that starts at `nonce`. */
  runEnd(nonce: number): number {
    const places = this.#places;
    const start = this.#place(nonce);
    // Nonces are distinct and ascending: up to the first gap, and never again, they grow as their places do.
    const inRun = (place: number): boolean => places[place]?.nonce === nonce + place - start;
    return nonce + firstPlace(start, places.length, (place) => !inRun(place)) - start;
  }

  insert(one: Place): void {
    const places = this.#places;
    const place = this.#place(one.nonce);
    // Most lines have one, and a list that grows by `push` makes room for seventeen.
    if (places.length === 0) this.#places = [one];
    else if (place === places.length) places.push(one);
    else places.splice(place, 0, one);
    const isAlone = this.length === 1;
    this.fees = isAlone ? one.fee : this.fees + one.fee;
    this.costs = isAlone ? one.cost : this.costs + one.cost;
  }

  delete(one: Place): void {
    const places = this.#places;
    const place = this.#place(one.nonce);
    if (place === 0) places.shift();
    else if (place === places.length - 1) places.pop();
    else places.splice(place, 1);
    this.fees -= one.fee;
    this.costs -= one.cost;
  }

  /** The first place whose nonce is not below. */
  #place(nonce: number): number {
    const places = this.#places;
    return firstPlace(0, places.length, (place) => (places[place] as Place).nonce >= nonce);
  }
}

/** The first place in from..to for which it holds; once it holds it holds for all later ones. */
function firstPlace(from: number, to: number, holds: (place: number) => boolean): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * What no block can take now leaves first; then those that nothing waits behind in another line; then the worst rank, of equals
 * who came last.
 */
function leavesBefore(a: Line, b: Line): boolean {
  const stuck = a.isStuck;
  if (stuck !== b.isStuck) return stuck;
  const ends = a.last.waiting.isEnd;
  if (!stuck && ends !== b.last.waiting.isEnd) return ends;
  return goesBefore(b.last, a.last);
}

/** What a mempool keeps over all its chains. */
export interface LineLists {
  /** Asleep, who was looked at longest ago first. */
  readonly asleep: Set<Waiting>;
  /** The chains with lines that a block's two-chain transactions can begin with, who waits longest for its turn first. */
  readonly pairChains: Map<number, ChainLines>;
}

/** The lines of one chain. */
export class ChainLines {
  readonly chain: number;
  readonly lines: Map<string, Line> = new Map();
  /** Whose first is the chain's own, the best at the top; lines that are asleep are not in it. */
  readonly heads: Heap<Line> = headsHeap();
  /** The same of those whose first is over two chains and the first in all its lines. */
  readonly pairHeads: Heap<Line> = headsHeap();
  /** By their last, the first to leave at the top. */
  readonly tails: Heap<Line> = new Heap<Line>(leavesBefore, (line, at) => {
    line.tailAt = at;
  });
  transactions = 0;
  bytes = 0;
  /** Of them over two chains. */
  pairBytes = 0;
  /** Its place in the mempool's heap of chains. */
  loadAt = -1;
  readonly #lists: LineLists;

  constructor(chain: number, lists: LineLists) {
    this.chain = chain;
    this.#lists = lists;
  }

  insert(one: Place): void {
    const { line, waiting } = one;
    const [first, last] = [line.first, line.last];
    line.insert(one);
    this.#count(waiting, 1);
    if (line.length === 1) {
      this.lines.set(line.sender, line);
      this.tails.push(line);
    }
    this.#changed(line, first, last);
  }

  delete(one: Place): void {
    const { line, waiting } = one;
    const [first, last] = [line.first, line.last];
    line.delete(one);
    this.#count(waiting, -1);
    this.#changed(line, first, last);
  }

  /** No block can take it now, though it is first in its lines. */
  sleep(waiting: Waiting): void {
    waiting.isAsleep = true;
    this.#lists.asleep.add(waiting);
    for (const { line } of waiting.places) line.chain.#settle(line);
  }

  /** It is to be looked at again. */
  wake(waiting: Waiting): void {
    if (!this.#rouse(waiting)) return;
    for (const { line } of waiting.places) line.chain.#settle(line);
  }

  /** Who leaves first, another than this line. */
  firstToLeave(except: Line | null): Line | undefined {
    const top = this.tails.peek();
    if (top === undefined || top !== except) return top;
    const [left, right] = [this.tails.at(1), this.tails.at(2)];
    if (left === undefined || right === undefined) return left;
    return leavesBefore(right, left) ? right : left;
  }

  #count(waiting: Waiting, sign: 1 | -1): void {
    this.transactions += sign;
    this.bytes += sign * waiting.bytes;
    if (waiting.isPair) this.pairBytes += sign * waiting.bytes;
  }

  #rouse(waiting: Waiting): boolean {
    waiting.isAsleep = false;
    return this.#lists.asleep.delete(waiting);
  }

  /** A line has got other ends, perhaps: what they belong to stands differently in its other line, too. */
  #changed(line: Line, first: Place | undefined, last: Place | undefined): void {
    // Another first is another question to the next block.
    if (first !== undefined && line.first !== first) this.#rouse(first.waiting);
    const lines = new Set([line]);
    for (const end of new Set([first, last, line.first, line.last])) {
      for (const place of end?.waiting.places ?? []) lines.add(place.line);
    }
    for (const one of lines) one.chain.#settle(one);
  }

  /** Puts the line where it belongs now. */
  #settle(line: Line): void {
    // Not in yet, or gone already.
    if (line.tailAt === -1) return;
    const heads = line.length === 0 ? null : this.#headsOf(line.first.waiting);
    if (line.heads !== heads) {
      line.heads?.remove(line.headAt);
      line.heads = heads;
      heads?.push(line);
    } else heads?.moved(line.headAt);
    if (line.length > 0) this.tails.moved(line.tailAt);
    else {
      this.tails.remove(line.tailAt);
      this.lines.delete(line.sender);
    }
    const { pairChains } = this.#lists;
    if (this.pairHeads.size === 0) pairChains.delete(this.chain);
    else if (!pairChains.has(this.chain)) pairChains.set(this.chain, this);
  }

  /** Where a line with this first stands. */
  #headsOf(first: Waiting): Heap<Line> | null {
    if (first.isAsleep) return null;
    if (!first.isPair) return this.heads;
    return first.isFront ? this.pairHeads : null;
  }
}

function headsHeap(): Heap<Line> {
  return new Heap<Line>(
    (a, b) => goesBefore(a.first, b.first),
    (line, at) => {
      line.headAt = at;
    },
  );
}
