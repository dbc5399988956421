// How a shard opens rounds: when the one before is decided and there is work, it picks what its block can hold, records the
// round as open, and calls the set on duty until that has taken it up.
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import type { Outbox } from "./actor.ts";
import type { BlockTransactions } from "./block-transactions.ts";
import type { Lease } from "./lease.ts";
import type { Network } from "./network.ts";
import { OpeningPause } from "./opening-pause.ts";
import type { Clock } from "./ports.ts";
import type { Replica } from "./replica.ts";
import type { StoredProgress } from "./shard-progress.ts";
import type { WaitingRoom } from "./waiting-room.ts";

export interface RoundOpeningPorts {
  readonly clock: Clock;
  readonly network: Network;
  readonly outbox: Outbox;
  readonly replica: Replica;
  readonly room: WaitingRoom;
  readonly progress: StoredProgress;
  readonly lease: Lease;
  readonly transactions: BlockTransactions;
}

export class RoundOpening {
  readonly pause: OpeningPause;
  readonly #ports: RoundOpeningPorts;
  /** The open request that the set has not taken up yet, and since when. */
  #opening: { readonly round: number; readonly sentMs: number } | null = null;
  /** Whether anything happened that could let a waiting transaction in; else the next look is due in this round. */
  #lookAgain: "now" | number | null = "now";
  #openedInThisLife = 0;

  constructor(ports: RoundOpeningPorts) {
    this.#ports = ports;
    this.pause = new OpeningPause(ports.network.epochs);
  }

  /** Something happened that could let a waiting transaction in. */
  lookAgain(): void {
    this.#lookAgain = "now";
  }

  /** The set has taken the round up, or it is decided: nobody has to be told any more. */
  taken(round?: number): void {
    if (round === undefined || this.#opening?.round === round) this.#opening = null;
  }

  /** Opens the present round if it can be, or says again which one is open. Call it at every tick. */
  drive(): void {
    const { clock, network, progress, replica } = this.#ports;
    const now = clock.now();
    const round = network.epochs.roundAt(now);
    const { round: last, state } = progress.value;
    if (state === "open") {
      // A shard that restarted does not know whether the set heard of the round: it says so again.
      const isLost = this.#opening === null && this.#openedInThisLife !== last;
      if (isLost || (this.#opening !== null && now >= this.#retryAtMs())) this.#send(last);
      return;
    }
    // what was accepted is undecided until the partner has answered.
    if (state === "accepted") return;
    if (round <= last || round <= replica.head.round || round < network.epochs.openableRound(now))
      return;
    if (this.pause.next(round) > round) return;
    if (!this.#isLeased(round)) return;
    // a shard that is behind with execution gives no candidates.
    if (!replica.canJudge(round)) return;
    const chosen = this.#candidates(round);
    if (chosen.length === 0 && !replica.hasUncarriedRoot(round)) return;
    progress.update({ round, state: "open" });
    this.pause.opened();
    this.#send(round, chosen);
  }

  /** When to say again which round is open; null once that is known. */
  retryMs(): number | null {
    return this.#opening === null ? null : this.#retryAtMs();
  }

  /** what can be in no block any more leaves the mempool. */
  expire(): void {
    const { clock, lease, network, room } = this.#ports;
    room.expire(this.#firstUndecided());
    const round = network.epochs.roundAt(clock.now());
    const expiry = room.pool.earliestExpiry();
    if (expiry !== null && expiry < round) lease.need(round);
  }

  /** While no round is open: when the next can be, and when what waits expires. */
  dueMs(nowMs: number): number[] {
    const { network, progress, replica, room } = this.#ports;
    const { epochs } = network;
    // Of rounds that are over none can be opened any more.
    const openable = epochs.openableRound(nowMs);
    const first = Math.max(progress.value.round + 1, openable);
    // Before execution has caught up no round can be opened.
    const canJudge = replica.canJudge(openable);
    const rounds = canJudge ? [replica.nextRootDue(), this.#nextLookRound(openable)] : [];
    const times = rounds.flatMap((round) =>
      round === null ? [] : [this.pause.nextMs(Math.max(round, first))],
    );
    // While a round is open nothing expires: its block may hold what else would.
    const expiry = room.pool.earliestExpiry();
    if (expiry !== null) times.push(epochs.roundStartMs(expiry + 1));
    return times.map((time) => this.#leasedMs(time, nowMs));
  }

  /**
   * what is valid until before this round can be in no block any more; the open round's may still come.: what round it is
   * beyond the lease, only the MerkleChain can say.
   */
  #firstUndecided(): number {
    const { clock, lease, network, progress } = this.#ports;
    const { round, state } = progress.value;
    const now = Math.min(network.epochs.roundAt(clock.now()), lease.lastRound + 1);
    return state === "open" || state === "accepted" ? Math.min(round, now) : now;
  }

  /** What is due at `time` needs a lease, and is asked for anew until there is one. */
  #leasedMs(time: number, nowMs: number): number {
    const { lease, network } = this.#ports;
    const isDue = time <= nowMs && !lease.covers(network.epochs.roundAt(nowMs));
    return isDue ? (lease.nextMs() ?? nowMs) : time;
  }

  /** The next round to look for candidates in; null with nothing that could come in. `round`: the present one. */
  #nextLookRound(round: number): number | null {
    if (this.#ports.room.pool.size === 0 || this.#lookAgain === null) return null;
    return this.#lookAgain === "now" ? round : this.#lookAgain;
  }

  /** with something to open a round for, a lease that does not reach it is renewed. */
  #isLeased(round: number): boolean {
    const { lease, replica, room } = this.#ports;
    if (room.pool.size > 0 || replica.hasUncarriedRoot(round)) lease.need(round);
    return lease.covers(round);
  }

  #retryAtMs(): number {
    return (this.#opening?.sentMs ?? 0) + this.#ports.network.roundMs / 2;
  }

  #candidates(round: number): readonly VerifiedTransaction[] {
    const { replica, room } = this.#ports;
    const chosen = room.select(replica.roundView(round));
    this.#lookAgain = chosen.length > 0 ? "now" : room.nextChance(round);
    return chosen;
  }

  #send(round: number, chosen?: readonly VerifiedTransaction[]): void {
    const { clock, network, outbox, replica, transactions } = this.#ports;
    if (chosen === undefined && !replica.canJudge(round)) return;
    this.#opening = { round, sentMs: clock.now() };
    this.#openedInThisLife = round;
    const candidates = chosen ?? this.#candidates(round);
    transactions.offer(candidates);
    const { shard, head } = replica;
    const { set } = network.dutyOf(shard, round);
    outbox.call(
      { kind: "validatorSet", set },
      {
        kind: "open",
        shard,
        epoch: network.epochAt(round),
        round,
        headRound: head.round,
        headHash: head.hash,
        candidates: candidates.map(({ bytes }) => bytes),
      },
    );
  }
}
