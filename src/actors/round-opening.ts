// How a shard opens rounds: when the one before is decided and there is work, it picks what its block can hold, records the
// round as open, and calls the set on duty until that has taken it up.
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import { openableRound, roundAt } from "../protocol/rounds/epoch.ts";
import type { Outbox } from "./actor.ts";
import type { BlockTransactions } from "./block-transactions.ts";
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
    this.pause = new OpeningPause(ports.network.epoch);
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
    const round = roundAt(network.epoch, now);
    const { round: last, state } = progress.value;
    if (state === "open") {
      // A shard that restarted does not know whether the set heard of the round: it says so again.
      const isLost = this.#opening === null && this.#openedInThisLife !== last;
      if (isLost || (this.#opening !== null && now >= this.#retryAtMs())) this.#send(last);
      return;
    }
    // what was accepted is undecided until the partner has answered.
    if (state === "accepted") return;
    if (round <= last || round <= replica.head.round || round < openableRound(network.epoch, now))
      return;
    if (this.pause.next(round) > round) return;
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

  /** The next round to look for candidates in; null with nothing that could come in. `round`: the present one. */
  nextLookRound(round: number): number | null {
    if (this.#ports.room.pool.size === 0 || this.#lookAgain === null) return null;
    return this.#lookAgain === "now" ? round : this.#lookAgain;
  }

  #retryAtMs(): number {
    return (this.#opening?.sentMs ?? 0) + this.#ports.network.epoch.roundMs / 2;
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
    const { set } = network.timetable.dutyOf(shard, round);
    outbox.call(
      { kind: "validatorSet", set },
      {
        kind: "open",
        shard,
        epoch: network.epoch.epoch,
        round,
        headRound: head.round,
        headHash: head.hash,
        candidates: candidates.map(({ bytes }) => bytes),
      },
    );
  }
}
