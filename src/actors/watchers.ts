// Which of the sets that cover a shard have its blocks. The shard tells those that are behind, at the latest k rounds after a
// block, and again until they have fetched it, but ever less often. A set that nobody can reach holds up nobody.
import type { Outbox } from "./actor.ts";
import type { Network } from "./network.ts";
import { patienceMs } from "./side.ts";

interface Watcher {
  readonly set: number;
  /** The newest round whose block it has, as far as the shard knows. */
  round: number;
  askedMs: number;
  /** Times that it was told since it got further. */
  asked: number;
}

export class Watchers {
  readonly #network: Network;
  readonly #outbox: Outbox;
  readonly #shard: number;
  readonly #watchers: readonly Watcher[];

  /** `round`: all had the blocks up to there when that was stored. */
  constructor(network: Network, outbox: Outbox, shard: number, round: number) {
    this.#network = network;
    this.#outbox = outbox;
    this.#shard = shard;
    this.#watchers = network
      .setsOf([shard])
      .map(({ set }) => ({ set, round, askedMs: 0, asked: 0 }));
  }

  /** Everybody has the blocks up to here. */
  get round(): number {
    return Math.min(...this.#watchers.map(({ round }) => round));
  }

  /** The set has the block of this round, and with it those before. */
  has(set: number, round: number): void {
    const watcher = this.#watchers.find((one) => one.set === set);
    if (watcher === undefined || round <= watcher.round) return;
    watcher.round = round;
    watcher.asked = 0;
  }

  /** When to tell somebody next; null if all have the head. `dueMs`: when to tell for the first time. */
  nextMs(headRound: number, dueMs: number): number | null {
    // Asked behind every step of a shard, with N-1 of them.
    let next: number | null = null;
    for (const watcher of this.#watchers) {
      if (watcher.round >= headRound) continue;
      const atMs = this.#dueMs(watcher, dueMs);
      if (next === null || atMs < next) next = atMs;
    }
    return next;
  }

  /** Tells those that are behind, each in its time. */
  tell(nowMs: number, headRound: number, dueMs: number): void {
    for (const watcher of this.#watchers) {
      if (watcher.round >= headRound || nowMs < this.#dueMs(watcher, dueMs)) continue;
      watcher.asked += 1;
      watcher.askedMs = nowMs;
      const request = { kind: "follow", shard: this.#shard, round: headRound } as const;
      this.#outbox.call({ kind: "validatorSet", set: watcher.set }, request);
    }
  }

  #dueMs({ asked, askedMs }: Watcher, firstMs: number): number {
    return asked === 0 ? firstMs : askedMs + patienceMs(this.#network, asked);
  }
}
