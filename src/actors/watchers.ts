// Which of the sets that cover a shard have its blocks (R-10.1), or those of T0's shard the MerkleChain's (R-7.1). Those that are behind are
// told, at the latest k rounds after a block, and again until they have fetched it, but ever less often. A set that nobody can reach
// holds up nobody.
import type { Outbox } from "./actor.ts";
import type { Network } from "./network.ts";
import { patienceMs } from "./patience.ts";
import type { PartyName } from "./peers.ts";

export interface WatchersPorts {
  readonly network: Network;
  readonly outbox: Outbox;
  /** Whose blocks they are. */
  readonly of: PartyName;
  readonly headRound: () => number;
  /** The first round with a block behind this one, which is before the head. */
  readonly firstAfter: (round: number) => number;
  /** Everybody has the blocks up to here: to be stored. */
  readonly store: (round: number) => void;
}

interface Watcher {
  readonly set: number;
  /** The newest round whose block it has, as far as is known. */
  round: number;
  askedMs: number;
  /** Times that it was told since it got further. */
  asked: number;
}

export class Watchers {
  readonly #ports: WatchersPorts;
  readonly #watchers: readonly Watcher[];
  /** Up to where everybody has the blocks. */
  #round: number;
  /** The first round with a block that somebody does not have, as of a head. */
  #unwatched = { after: 0, head: 0, first: 0 };

  /** `round`: everybody had the blocks up to there when that was stored. */
  constructor(ports: WatchersPorts, round: number) {
    this.#ports = ports;
    this.#round = round;
    const { network, of } = ports;
    this.#watchers = network
      .setsOf([of === "merkleChain" ? network.rootShard : of])
      .map(({ set }) => ({ set, round, askedMs: 0, asked: 0 }));
  }

  /** The set has the block of this round, and with it those before. */
  has(set: number, round: number): void {
    const watcher = this.#watchers.find((one) => one.set === set);
    const known = Math.min(round, this.#ports.headRound());
    if (watcher === undefined || known <= watcher.round) return;
    watcher.round = known;
    watcher.asked = 0;
    const all = Math.min(...this.#watchers.map((one) => one.round));
    if (all <= this.#round) return;
    this.#round = all;
    this.#ports.store(all);
  }

  /** When to tell somebody next; null if all have the head. */
  nextMs(): number | null {
    // Asked behind every step, with N-1 of them.
    const head = this.#ports.headRound();
    let next: number | null = null;
    for (const watcher of this.#watchers) {
      if (watcher.round >= head) continue;
      const atMs = this.#dueMs(watcher);
      if (next === null || atMs < next) next = atMs;
    }
    return next;
  }

  /** Tells those that are behind, each in its time. */
  tell(nowMs: number): void {
    const { headRound, of, outbox } = this.#ports;
    const round = headRound();
    for (const watcher of this.#watchers) {
      if (watcher.round >= round || nowMs < this.#dueMs(watcher)) continue;
      watcher.asked += 1;
      watcher.askedMs = nowMs;
      outbox.call({ kind: "validatorSet", set: watcher.set }, { kind: "follow", of, round });
    }
  }

  #dueMs({ asked, askedMs }: Watcher): number {
    return asked === 0 ? this.#firstMs() : askedMs + patienceMs(this.#ports.network, asked);
  }

  /** Within k rounds, several blocks at once where that is soon enough. */
  #firstMs(): number {
    const { network, headRound, firstAfter } = this.#ports;
    const [after, head] = [this.#round, headRound()];
    // What every set may ask of a shard must not cost a search each.
    if (this.#unwatched.after !== after || this.#unwatched.head !== head)
      this.#unwatched = { after, head, first: after < head ? firstAfter(after) : 0 };
    return network.epochs.roundStartMs(this.#unwatched.first + network.k);
  }
}
