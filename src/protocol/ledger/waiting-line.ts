// What one sender has waiting on one chain, in the order of its nonces, and one chain's lines in the two orders that the
// mempool asks for: who is next, and who leaves first when there is no room.
import { Heap } from "./heap.ts";
import { goesBefore, type Waiting } from "./waiting.ts";

/**
 * Sorted by nonce: what is asked of it costs the logarithm of its length. An entry into the middle, which takes a sender that
 * fills a gap, moves at most the pointers that the cap per sender allows.
 */
export class Line {
  readonly chain: ChainLines;
  readonly sender: string;
  #waiting: Waiting[] = [];
  /** The sums of their fees and of their costs. */
  fees = 0n;
  costs = 0n;
  /** Places in the chain's heaps; -1 outside. */
  headAt = -1;
  tailAt = -1;

  constructor(chain: ChainLines, sender: string) {
    this.chain = chain;
    this.sender = sender;
  }

  get length(): number {
    return this.#waiting.length;
  }

  get first(): Waiting {
    return this.#waiting[0] as Waiting;
  }

  get last(): Waiting {
    return this.#waiting.at(-1) as Waiting;
  }

  /** Whether the last block could not take its first: it waits outside the order of heads for another look. */
  get isAsleep(): boolean {
    return this.headAt === -1;
  }

  /** Whether its last cannot be included now: it is asleep, or a nonce in between is missing. */
  get isStuck(): boolean {
    return this.isAsleep || this.last.nonce - this.first.nonce !== this.length - 1;
  }

  at(nonce: number): Waiting | undefined {
    const found = this.#waiting[this.#place(nonce)];
    return found?.nonce === nonce ? found : undefined;
  }

  /** The one with the next higher nonce. */
  after(nonce: number): Waiting | undefined {
    return this.#waiting[this.#place(nonce + 1)];
  }

  /** Those with lower nonces, in their order. */
  ahead(nonce: number): readonly Waiting[] {
    return this.#waiting.slice(0, this.#place(nonce));
  }

  /** The nonce after the last of an unbroken run that starts at `nonce`. */
  runEnd(nonce: number): number {
    const waiting = this.#waiting;
    const start = this.#place(nonce);
    // Nonces are distinct and ascending: up to the first gap, and never again, they grow as their places do.
    const inRun = (place: number): boolean => waiting[place]?.nonce === nonce + place - start;
    return nonce + firstPlace(start, waiting.length, (place) => !inRun(place)) - start;
  }

  insert(one: Waiting): void {
    const waiting = this.#waiting;
    const place = this.#place(one.nonce);
    // Most lines have one, and a list that grows by `push` makes room for seventeen.
    if (waiting.length === 0) this.#waiting = [one];
    else if (place === waiting.length) waiting.push(one);
    else waiting.splice(place, 0, one);
    const isAlone = this.length === 1;
    this.fees = isAlone ? one.fee : this.fees + one.fee;
    this.costs = isAlone ? one.cost : this.costs + one.cost;
  }

  delete(one: Waiting): void {
    const waiting = this.#waiting;
    const place = this.#place(one.nonce);
    if (place === 0) waiting.shift();
    else if (place === waiting.length - 1) waiting.pop();
    else waiting.splice(place, 1);
    this.fees -= one.fee;
    this.costs -= one.cost;
  }

  /** The first place whose nonce is not below. */
  #place(nonce: number): number {
    const waiting = this.#waiting;
    return firstPlace(0, waiting.length, (place) => (waiting[place] as Waiting).nonce >= nonce);
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

/** What no block can take now leaves first, then the worst rank, of equals who came last. */
function leavesBefore(a: Line, b: Line): boolean {
  const stuck = a.isStuck;
  return stuck === b.isStuck ? goesBefore(b.last, a.last) : stuck;
}

/** The lines of one chain. */
export class ChainLines {
  readonly chain: number;
  readonly lines: Map<string, Line> = new Map();
  /** By their first, the best at the top; lines that are asleep are not in it. */
  readonly heads: Heap<Line> = new Heap<Line>(
    (a, b) => goesBefore(a.first, b.first),
    (line, at) => {
      line.headAt = at;
    },
  );
  /** By their last, the first to leave at the top. */
  readonly tails: Heap<Line> = new Heap<Line>(leavesBefore, (line, at) => {
    line.tailAt = at;
  });
  transactions = 0;
  bytes = 0;
  /** Its place in the mempool's heap of chains. */
  loadAt = -1;

  /** Lines asleep, of all chains, who was looked at longest ago first. */
  readonly #asleep: Set<Line>;

  constructor(chain: number, asleep: Set<Line>) {
    this.chain = chain;
    this.#asleep = asleep;
  }

  insert(line: Line, one: Waiting): void {
    const head = line.length === 0 ? null : line.first;
    line.insert(one);
    this.transactions += 1;
    this.bytes += one.bytes;
    if (head === null) {
      this.lines.set(line.sender, line);
      this.heads.push(line);
      this.tails.push(line);
      return;
    }
    // Another first is another question to the next block.
    if (line.first !== head) this.#wake(line);
    this.tails.moved(line.tailAt);
  }

  delete(one: Waiting): void {
    const { line } = one;
    const head = line.first;
    line.delete(one);
    this.transactions -= 1;
    this.bytes -= one.bytes;
    if (line.length === 0) {
      if (line.isAsleep) this.#asleep.delete(line);
      else this.heads.remove(line.headAt);
      this.tails.remove(line.tailAt);
      this.lines.delete(line.sender);
      return;
    }
    if (line.first !== head) this.#wake(line);
    this.tails.moved(line.tailAt);
  }

  /** No block can take the line's first now. */
  sleep(line: Line): void {
    if (line.isAsleep) return;
    this.heads.remove(line.headAt);
    this.#asleep.add(line);
    this.tails.moved(line.tailAt);
  }

  /** The line's first is to be looked at again. */
  wake(line: Line): void {
    this.#wake(line);
    this.tails.moved(line.tailAt);
  }

  /** Who leaves first, another than this line. */
  firstToLeave(except: Line | null): Line | undefined {
    const top = this.tails.peek();
    if (top === undefined || top !== except) return top;
    const [left, right] = [this.tails.at(1), this.tails.at(2)];
    if (left === undefined || right === undefined) return left;
    return leavesBefore(right, left) ? right : left;
  }

  #wake(line: Line): void {
    if (this.#asleep.delete(line)) this.heads.push(line);
    else this.heads.moved(line.headAt);
  }
}
