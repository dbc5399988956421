// Which waiting transactions a block takes: chains in turn, on each the best first, a sender's in the order of its nonces. Ranks
// of two chains do not compare: anybody can make a token whose minimum fee is nothing, and would fill the shard with it.
import type { BlockAssembler } from "../blocks/assembler.ts";
import type { Refusal } from "../refusal.ts";
import { Heap } from "./heap.ts";
import type { VerifiedTransaction } from "./unverified.ts";
import { goesBefore, type Waiting } from "./waiting.ts";
import type { ChainLines, Line } from "./waiting-line.ts";

export interface Selection {
  readonly chosen: readonly VerifiedTransaction[];
  /** One reason for each sender that was looked at and has to wait. */
  readonly refused: ReadonlyMap<Waiting, Refusal>;
}

// Transactions passed over on a chain whose part of the block is nearly full: a smaller one may still fit.
const MISFITS_MAX = 1_024;

/** The heads of a chain in their order, and behind each that the block took the sender's next. Leaves the heap as it is. */
class Walk {
  readonly chain: ChainLines;
  /** What was as large as this did not fit any more. */
  #bytesBelow = Number.POSITIVE_INFINITY;
  #misfits = 0;
  /** `at`: the line's place in the chain's heap of heads, -1 for a transaction behind a head. */
  readonly #open = new Heap<{ readonly waiting: Waiting; readonly at: number }>((a, b) =>
    goesBefore(a.waiting, b.waiting),
  );

  constructor(chain: ChainLines) {
    this.chain = chain;
    this.#reach(0);
  }

  next(): Waiting | undefined {
    for (; this.#misfits < MISFITS_MAX; this.#misfits++) {
      const best = this.#open.pop();
      if (best === undefined) return undefined;
      if (best.at >= 0) {
        this.#reach(2 * best.at + 1);
        this.#reach(2 * best.at + 2);
      }
      if (best.waiting.bytes < this.#bytesBelow) return best.waiting;
    }
    return undefined;
  }

  /** The chain's part of the block has no room for this one. */
  misfit({ bytes }: Waiting): void {
    this.#bytesBelow = bytes;
  }

  /** The sender's next transaction can come now. */
  follow({ line, nonce }: Waiting): void {
    this.#reachBehind(line.at(nonce + 1));
  }

  /** The sender has used the nonce, and maybe more: whatever waits next can be the one that comes now. */
  pass({ line, nonce }: Waiting): void {
    this.#reachBehind(line.after(nonce));
  }

  #reachBehind(waiting: Waiting | undefined): void {
    if (waiting !== undefined) this.#open.push({ waiting, at: -1 });
  }

  #reach(at: number): void {
    const line = this.chain.heads.at(at);
    if (line !== undefined) this.#open.push({ waiting: line.first, at });
  }
}

/** `idle`: lines whose first no block can take now. `cutOff`: the chains that had their last turn when the block was full. */
export function selectFrom(
  chains: Iterable<ChainLines>,
  assembler: BlockAssembler,
  load: (waiting: Waiting) => VerifiedTransaction,
): { readonly selection: Selection; readonly idle: Line[]; readonly cutOff: ChainLines[] } {
  const chosen: VerifiedTransaction[] = [];
  const refused = new Map<Waiting, Refusal>();
  const idle: Line[] = [];
  let turn: Iterable<Walk> = walksOf(chains);
  for (;;) {
    const served: Walk[] = [];
    for (const walk of turn) {
      const waiting = walk.next();
      if (waiting === undefined) continue;
      const transaction = load(waiting);
      const added = assembler.add(transaction);
      served.push(walk);
      if (added.ok) {
        chosen.push(transaction);
        walk.follow(waiting);
        continue;
      }
      const { refusal } = added;
      refused.set(waiting, refusal);
      if (refusal.code === "BLOCK_FULL") {
        if (refusal.limit === "chain bytes") {
          walk.misfit(waiting);
          continue;
        }
        const cutOff = served.map(({ chain }) => chain);
        return { selection: { chosen, refused }, idle, cutOff };
      }
      if (refusal.code === "NONCE_TOO_LOW") walk.pass(waiting);
      else if (waiting.line.first === waiting) idle.push(waiting.line);
    }
    if (served.length === 0) return { selection: { chosen, refused }, idle, cutOff: [] };
    turn = served;
  }
}

/** Made as they are asked for: a full block touches no more chains than it has transactions. */
function* walksOf(chains: Iterable<ChainLines>): Iterable<Walk> {
  for (const chain of chains) yield new Walk(chain);
}
