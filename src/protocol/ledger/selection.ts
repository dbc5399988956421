// Which waiting transactions a block takes, in the order of: first those over two chains, then each chain's own; of each kind
// chains in turn, on each the best first, a sender's in the order of its nonces. Ranks of two chains do not compare: anybody can
// make a token whose minimum fee is nothing, and would fill the shard with it.
import type { BlockAssembler } from "../blocks/assembler.ts";
import type { Refusal } from "../refusal.ts";
import { Heap } from "./heap.ts";
import type { PairShare } from "./pair-share.ts";
import type { VerifiedTransaction } from "./unverified.ts";
import { goesBefore, type Place, type Waiting } from "./waiting.ts";
import type { ChainLines, Line } from "./waiting-line.ts";

export interface Selection {
  readonly chosen: readonly VerifiedTransaction[];
  /** One reason for each sender that was looked at and has to wait. */
  readonly refused: ReadonlyMap<Waiting, Refusal>;
}

// Transactions passed over on a chain whose part of the block is nearly full: a smaller one may still fit.
const MISFITS_MAX = 1_024;

/** The heads of a chain in their order, and behind each what can come next of its sender. Leaves the heap as it is. */
class Walk {
  readonly chain: ChainLines;
  readonly #heads: Heap<Line>;
  /** What was as large as this did not fit any more. */
  #bytesBelow = Number.POSITIVE_INFINITY;
  #misfits = 0;
  #areKeyProofsOver = false;
  /** `at`: the line's place in the heap of heads, -1 for a transaction behind a head. */
  readonly #open = new Heap<{ readonly place: Place; readonly at: number }>((a, b) =>
    goesBefore(a.place, b.place),
  );

  constructor(chain: ChainLines, heads: Heap<Line>) {
    this.chain = chain;
    this.#heads = heads;
    this.#reach(0);
  }

  next(): Place | undefined {
    for (; this.#misfits < MISFITS_MAX; this.#misfits++) {
      const best = this.#open.pop();
      if (best === undefined) return undefined;
      if (best.at >= 0) {
        this.#reach(2 * best.at + 1);
        this.#reach(2 * best.at + 2);
      }
      const { bytes, hasKeyProof } = best.place.waiting;
      // None of these counts as a misfit: else who sends many would keep all others of the chain out.
      if (hasKeyProof && this.#areKeyProofsOver) this.#misfits -= 1;
      else if (bytes < this.#bytesBelow) return best.place;
    }
    return undefined;
  }

  /** The block has no room for another proof of possession: the chain's others go on. */
  keyProofsOver(): void {
    this.#areKeyProofsOver = true;
  }

  /** The chain's part of the block has no room for this one. */
  misfit({ bytes }: Waiting): void {
    this.#bytesBelow = bytes;
  }

  /** Another chain's part has none: others of this chain may still fit. */
  passOver(): void {
    this.#misfits += 1;
  }

  push(place: Place): void {
    this.#open.push({ place, at: -1 });
  }

  #reach(at: number): void {
    const line = this.#heads.at(at);
    if (line !== undefined) this.#open.push({ place: line.first, at });
  }
}

type Load = (waiting: Waiting) => VerifiedTransaction;

/** One selection under way. */
class Selecting {
  readonly chosen: VerifiedTransaction[] = [];
  readonly refused = new Map<Waiting, Refusal>();
  /** First in their lines, and no block can take them now. */
  readonly idle: Waiting[] = [];
  readonly #assembler: BlockAssembler;
  readonly #load: Load;
  /** Places before which the block or history has used all nonces that wait. */
  readonly #reached = new Set<Place>();
  readonly #looked = new Set<Waiting>();
  readonly #pairWalks = new Map<ChainLines, Walk>();
  /** Walks that have got something more in this turn: they may be done already, or not have begun. */
  readonly #grown = new Set<Walk>();
  /** By chain: the chain's own behind transactions over two chains. */
  readonly #behindPairs = new Map<ChainLines, Place[]>();

  constructor(assembler: BlockAssembler, load: Load) {
    this.#assembler = assembler;
    this.#load = load;
  }

  /** Transactions over two chains, as far as their share of the block goes; answers the chains that had their last turn then. */
  takePairs(chains: Iterable<ChainLines>, share: PairShare): ChainLines[] {
    return takeTurns(this.#walksOfPairs(chains), this.#grown, (walk) => {
      let place = walk.next();
      // One with two places stands on both of its chains.
      while (place !== undefined && this.#looked.has(place.waiting)) place = walk.next();
      if (place === undefined) return "done";
      const { waiting } = place;
      this.#looked.add(waiting);
      const transaction = this.#load(waiting);
      const refusal = share.full(transaction) ?? this.#add(transaction);
      if (refusal === null) {
        share.take(transaction);
        for (const own of waiting.places) this.#reach(own.line.chain, nextOf(own));
        return "served";
      }
      this.refused.set(waiting, refusal);
      if (refusal.code === "BLOCK_FULL") {
        walk.passOver();
        return refusal.limit === "chain bytes" ? "served" : "full";
      }
      if (refusal.code === "NONCE_TOO_LOW") {
        for (const own of waiting.places) {
          const { chain } = own.line;
          if (chain.chain === refusal.chain) this.#reach(chain, behindUsed(own));
        }
      } else if (waiting.isFront) this.idle.push(waiting);
      return "served";
    });
  }

  /** Each chain's own, until the block is full; answers the chains that had their last turn then. */
  takeSingles(chains: Iterable<ChainLines>): ChainLines[] {
    return takeTurns(this.#walksOfSingles(chains), new Set(), (walk) => {
      const place = walk.next();
      if (place === undefined) return "done";
      const { waiting } = place;
      const refusal = this.#add(this.#load(waiting));
      if (refusal === null) {
        follow(walk, nextOf(place));
        return "served";
      }
      this.refused.set(waiting, refusal);
      if (refusal.code === "BLOCK_FULL") {
        if (refusal.limit === "key proofs") walk.keyProofsOver();
        else if (refusal.limit === "chain bytes") walk.misfit(waiting);
        else return "full";
      } else if (refusal.code === "NONCE_TOO_LOW") follow(walk, behindUsed(place));
      else if (waiting.isFront) this.idle.push(waiting);
      return "served";
    });
  }

  #add(transaction: VerifiedTransaction): Refusal | null {
    const added = this.#assembler.add(transaction);
    if (!added.ok) return added.refusal;
    this.chosen.push(transaction);
    return null;
  }

  /** The sender's next on the chain can come now, if nothing is missing before it in its other line. */
  #reach(chain: ChainLines, next: Place | undefined): void {
    if (next === undefined) return;
    this.#reached.add(next);
    if (next.waiting.isPair) {
      if (!next.waiting.places.every((own) => this.#isNext(own))) return;
      const walk = this.#pairWalk(chain);
      walk.push(next);
      this.#grown.add(walk);
      return;
    }
    const behind = this.#behindPairs.get(chain);
    if (behind === undefined) this.#behindPairs.set(chain, [next]);
    else behind.push(next);
  }

  #isNext(place: Place): boolean {
    return place.line.first === place || this.#reached.has(place);
  }

  #pairWalk(chain: ChainLines): Walk {
    const walk = this.#pairWalks.get(chain) ?? new Walk(chain, chain.pairHeads);
    this.#pairWalks.set(chain, walk);
    return walk;
  }

  /** Made as they are asked for: a full block touches no more chains than it has transactions. */
  *#walksOfPairs(chains: Iterable<ChainLines>): Iterable<Walk> {
    for (const chain of chains) yield this.#pairWalk(chain);
  }

  *#walksOfSingles(chains: Iterable<ChainLines>): Iterable<Walk> {
    for (const chain of chains) {
      const walk = new Walk(chain, chain.heads);
      for (const place of this.#behindPairs.get(chain) ?? []) walk.push(place);
      yield walk;
    }
  }
}

const nextOf = ({ line, nonce }: Place): Place | undefined => line.at(nonce + 1);

/** The sender has used the nonce, and maybe more: whatever waits next can be the one that comes now. */
const behindUsed = ({ line, nonce }: Place): Place | undefined => line.after(nonce);

/** What is the chain's own behind another of the sender's. */
function follow(walk: Walk, next: Place | undefined): void {
  if (next !== undefined && !next.waiting.isPair) walk.push(next);
}

/** Walks in turn until all are done or the block is full; then the chains that had their last turn. Those grown join the next turn. */
function takeTurns(
  walks: Iterable<Walk>,
  grown: Set<Walk>,
  take: (walk: Walk) => "served" | "done" | "full",
): ChainLines[] {
  let turn = walks;
  for (;;) {
    const served = new Set<Walk>();
    for (const walk of turn) {
      const taken = take(walk);
      if (taken !== "done") served.add(walk);
      if (taken === "full") return [...served].map(({ chain }) => chain);
    }
    for (const walk of grown) served.add(walk);
    grown.clear();
    if (served.size === 0) return [];
    turn = served;
  }
}

export interface Waiters {
  /** In the order of their turns. */
  readonly pairChains: Iterable<ChainLines>;
  readonly chains: Iterable<ChainLines>;
  readonly share: PairShare;
}

/** `idle`: those whose line has to sleep. `cutOff...`: the chains that had their last turn when there was no room any more. */
export function selectFrom(
  { pairChains, chains, share }: Waiters,
  assembler: BlockAssembler,
  load: Load,
): {
  readonly selection: Selection;
  readonly idle: readonly Waiting[];
  readonly cutOffPairs: readonly ChainLines[];
  readonly cutOff: readonly ChainLines[];
} {
  const selecting = new Selecting(assembler, load);
  const cutOffPairs = selecting.takePairs(pairChains, share);
  const cutOff = selecting.takeSingles(chains);
  const { chosen, refused, idle } = selecting;
  return { selection: { chosen, refused }, idle, cutOffPairs, cutOff };
}
