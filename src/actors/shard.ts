// The shard: its chains' mempool, blocks, accounts and receipts. It opens rounds, hands candidates to the set on duty, commits
// what that set has certified and its own replica has checked, and executes off the consensus path.
import { BlockAssembler } from "../protocol/blocks/assembler.ts";
import type { FormedShardBlock } from "../protocol/blocks/build-shard-block.ts";
import type { MempoolLimits } from "../protocol/ledger/mempool.ts";
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import { roundAt, roundCloseMs, roundStartMs } from "../protocol/rounds/epoch.ts";
import { type Actor, type Effect, Outbox } from "./actor.ts";
import { type Admission, admitOne } from "./admission.ts";
import { BlockTransactions } from "./block-transactions.ts";
import { CrossExchange } from "./cross-exchange.ts";
import type { Network } from "./network.ts";
import { Notariser } from "./notariser.ts";
import { OpeningPause } from "./opening-pause.ts";
import type { PeerAnswer, PeerId, PeerRequest } from "./peers.ts";
import type { Clock, Log, Store } from "./ports.ts";
import { Replica } from "./replica.ts";
import { ShardCommits } from "./shard-commits.ts";
import { ShardLog } from "./shard-log.ts";
import { StoredProgress } from "./shard-progress.ts";
import { SUSPECTS_PURPOSE, Suspects } from "./suspects.ts";
import { WaitingRoom } from "./waiting-room.ts";
import { Watchers } from "./watchers.ts";
import { isWellFormed } from "./well-formed.ts";

export interface ShardPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly network: Network;
  /** Other caps of the mempool than the network's: for tests. */
  readonly mempoolLimits?: MempoolLimits;
}

// Blocks handed out at once to a replica that is behind: keeps the call small.
const BLOCKS_A_CALL = 4;

export class Shard implements Actor {
  readonly shard: number;
  readonly replica: Replica;
  readonly log: ShardLog;
  readonly room: WaitingRoom;
  readonly #ports: ShardPorts;
  readonly #progress: StoredProgress;
  readonly #notariser: Notariser;
  readonly #watchers: Watchers;
  readonly #exchange: CrossExchange;
  readonly #commits: ShardCommits;
  readonly #outbox = new Outbox();
  /** The open request that the set has not taken up yet, and since when. */
  #opening: { readonly round: number; readonly sentMs: number } | null = null;
  /** Whether anything happened that could let a waiting transaction in; else the next look is due in this round. */
  #lookAgain: "now" | number | null = "now";
  readonly #transactions = new BlockTransactions();
  readonly #suspects: Suspects;
  readonly #pause: OpeningPause;

  constructor(ports: ShardPorts, shard: number) {
    this.#ports = ports;
    this.shard = shard;
    this.replica = new Replica(ports.store, ports.network, shard);
    this.log = new ShardLog(ports.store);
    const { store, network, mempoolLimits } = ports;
    this.room = new WaitingRoom(store, network, this.replica, this.log, mempoolLimits);
    this.#suspects = new Suspects(this.room, ports.network.id, this.#outbox);
    this.#pause = new OpeningPause(network.epoch);
    this.#progress = new StoredProgress(ports.store, ports.network.genesis.chains.length);
    this.#notariser = new Notariser(ports.network, this.replica, this.#progress);
    const { watchedRound } = this.#progress.value;
    this.#watchers = new Watchers(ports.network, this.#outbox, shard, watchedRound);
    const parts = { ...ports, outbox: this.#outbox, replica: this.replica, room: this.room };
    this.#exchange = new CrossExchange(parts, this.replica);
    this.#commits = new ShardCommits({
      ...parts,
      progress: this.#progress,
      transactions: this.#transactions,
      close: (round, why) => this.#close(round, why),
      accepted: () => {
        this.#opening = null;
      },
      committed: (round, set, formed) => this.#committed(round, set, formed),
    });
  }

  get replicas(): readonly Replica[] {
    return [this.replica];
  }

  get progress(): StoredProgress["value"] {
    return this.#progress.value;
  }

  get network(): Network {
    return this.#ports.network;
  }

  /** Changes whenever a subscriber could have something to see. */
  get version(): string {
    const { nextArrival, finalRound } = this.progress;
    const { head, executedRound } = this.replica;
    return `${head.round} ${executedRound} ${finalRound} ${nextArrival} ${this.room.pool.size}`;
  }

  takeEffects(): readonly Effect[] {
    return this.#outbox.take();
  }

  /** Bytes whose signatures the gateway has checked. Durable when the step is; a known id is accepted again. */
  admit(batch: readonly Uint8Array[]): Admission[] {
    const round = this.nextRound();
    this.room.expire(this.#firstUndecided());
    let { nextArrival } = this.progress;
    const first = nextArrival;
    const admissions = batch.map((bytes) => {
      const place = { round, arrival: nextArrival };
      const [admission, isNew] = admitOne(this.room, this.network.id, bytes, place);
      if (isNew) nextArrival += 1;
      return admission;
    });
    if (nextArrival > first) {
      this.room.store();
      this.#progress.update({ nextArrival });
      this.#lookAgain = "now";
      this.#pause.end();
    }
    return admissions;
  }

  /** The round of the clock. */
  currentRound(): number {
    return roundAt(this.#ports.network.epoch, this.#ports.clock.now());
  }

  /** The first round whose block is not decided yet. */
  nextRound(): number {
    return Math.max(this.currentRound(), this.progress.round + 1, this.replica.head.round + 1);
  }

  /** what is valid until before this round can be in no block any more; the open round's may still come. */
  #firstUndecided(): number {
    const { round, state } = this.progress;
    const isUndecided = state === "open" || state === "accepted";
    return isUndecided ? Math.min(round, this.currentRound()) : this.currentRound();
  }

  /** What the block of a round under way holds, as far as the shard knows: the accepted half, or all that was offered for it. */
  get underWay(): {
    readonly round: number;
    readonly transactions: readonly VerifiedTransaction[];
  } | null {
    const { round, state } = this.progress;
    if (state === "open") return { round, transactions: this.#transactions.offered.all };
    const accepted = state === "accepted" ? this.#commits.accepted() : null;
    return accepted === null ? null : { round, transactions: accepted };
  }

  receive(request: PeerRequest): PeerAnswer {
    if (!isWellFormed(request)) return { kind: "refused", why: "Malformed request" };
    switch (request.kind) {
      case "commit":
        return this.#commits.commit(request);
      case "blocks":
        return {
          kind: "blocks",
          certifiedBlocks: this.replica.blocks
            .roundsAfter(request.afterRound, BLOCKS_A_CALL)
            .flatMap((round) => this.replica.blocks.bytes(round) ?? []),
        };
      case "accepted":
        return this.#commits.partnerAccepted(request);
      case "exchange":
        return this.#exchange.receive(request);
      case "result":
        return this.#exchange.resultFor(request.round);
      case "suspects":
        return this.#suspects.named(request);
      case "decision":
        return this.#commits.decision(request.round);
      default:
        return { kind: "refused", why: `A shard does not take ${request.kind}` };
    }
  }

  answered(to: PeerId, request: PeerRequest, answer: PeerAnswer | null): void {
    if (request.kind === "open") {
      if (answer?.kind === "opened" && this.#opening?.round === request.round) this.#opening = null;
    } else if (request.kind === "accepted") {
      this.#commits.partnerAnswered(request, answer);
    } else if (request.kind === "exchange" || request.kind === "result") {
      if (this.#exchange.answered(to, request, answer)) this.#outbox.work();
    } else if (request.kind === "follow") {
      if (to.kind === "validatorSet" && answer?.kind === "following")
        this.#watched(to.set, answer.round);
    } else if (request.kind === "notarise") {
      const now = this.#ports.clock.now();
      if (this.#notariser.answered(now, answer)) this.#notarise(now);
    }
  }

  verified(purpose: number, transactions: readonly VerifiedTransaction[]): void {
    if (purpose !== SUSPECTS_PURPOSE) {
      this.#transactions.checked(purpose, transactions);
      return;
    }
    this.#suspects.checked(transactions);
    this.#lookAgain = "now";
  }

  tick(): void {
    const now = this.#ports.clock.now();
    this.#closeOverdue(now);
    this.room.expire(this.#firstUndecided());
    if (this.replica.hasUnexecuted) this.#outbox.work();
    this.#exchange.drive();
    this.#commits.drive();
    this.#openRound(now);
    this.#notarise(now);
    const { round } = this.replica.head;
    this.#watchers.tell(now, round, this.#followDueMs());
  }

  work(): void {
    const cross = this.#exchange.result();
    const executed = this.replica.executeNext(cross);
    if (executed === null) {
      this.#exchange.drive();
      return;
    }
    const { round, receipts, placed } = executed;
    this.#exchange.executed(round, cross !== null);
    const payers = placed.map(({ transaction }) =>
      transaction.transaction.legs.flatMap(({ payment }) =>
        payment === null ? [] : [payment.payer],
      ),
    );
    this.log.executed(round, receipts, payers);
    this.#notariser.executed();
    this.#lookAgain = "now";
    this.#exchange.drive();
    if (this.replica.hasUnexecuted) this.#outbox.work();
  }

  nextTickMs(): number | null {
    const { epoch } = this.#ports.network;
    const now = this.#ports.clock.now();
    const times: number[] = [];
    const { round, state } = this.progress;
    if (state === "open") {
      times.push(roundCloseMs(epoch, round));
      if (this.#opening !== null) times.push(this.#opening.sentMs + this.#retryMs());
    } else if (state === "accepted") {
      times.push(this.#commits.nextMs() ?? now);
    } else {
      // Before execution has caught up no round can be opened: its own tick is below.
      const canJudge = this.replica.canJudge(this.currentRound());
      const due = canJudge ? this.replica.nextRootDue() : null;
      if (due !== null) times.push(this.#pause.nextMs(Math.max(due, round + 1)));
      const look = canJudge ? this.#nextLookRound() : null;
      if (look !== null) times.push(this.#pause.nextMs(Math.max(look, round + 1)));
      // While a round is open nothing expires: its block may hold what else would.
      const expiry = this.room.pool.earliestExpiry();
      if (expiry !== null) times.push(roundStartMs(epoch, expiry + 1));
    }
    // Execution is under way, unless a crash cut it off.
    if (this.replica.hasUnexecuted) times.push(roundStartMs(epoch, this.currentRound() + 1));
    const follow = this.#watchers.nextMs(this.replica.head.round, this.#followDueMs());
    if (follow !== null) times.push(follow);
    const exchange = this.#exchange.nextMs();
    if (exchange !== null) times.push(exchange);
    const notarise = this.#notariser.nextMs(now);
    if (notarise !== null) times.push(notarise);
    if (times.length === 0) return null;
    return Math.max(Math.min(...times), now);
  }

  /** a round is opened when the one before is decided: and when there is work in it. */
  #openRound(now: number): void {
    const { network } = this.#ports;
    const round = roundAt(network.epoch, now);
    const { round: last, state } = this.progress;
    if (state === "open") {
      if (this.#opening === null || now >= this.#opening.sentMs + this.#retryMs()) {
        if (this.#opening !== null || this.#isLostOpening(last)) this.#sendOpen(last, now);
      }
      return;
    }
    // what was accepted is undecided until the partner has answered.
    if (state === "accepted") return;
    if (round <= last || round <= this.replica.head.round) return;
    if (this.#pause.next(round) > round) return;
    // a shard that is behind with execution gives no candidates.
    if (!this.replica.canJudge(round)) return;
    const chosen = this.#candidates(round);
    if (chosen.length === 0 && !this.replica.hasUncarriedRoot(round)) return;
    this.#progress.update({ round, state: "open" });
    this.#pause.opened();
    this.#sendOpen(round, now, chosen);
  }

  /** A shard that restarted does not know whether the set heard of the round that it had opened: it says so again. */
  #isLostOpening(round: number): boolean {
    return this.#openedInThisLife !== round;
  }
  #openedInThisLife = 0;

  #candidates(round: number): readonly VerifiedTransaction[] {
    const chosen = this.room.select(new BlockAssembler(this.replica.roundView(round)), round);
    this.#lookAgain = chosen.length > 0 ? "now" : this.room.nextChance(round);
    return chosen;
  }

  #nextLookRound(): number | null {
    if (this.room.pool.size === 0 || this.#lookAgain === null) return null;
    return this.#lookAgain === "now" ? this.currentRound() : this.#lookAgain;
  }

  #sendOpen(round: number, now: number, chosen?: readonly VerifiedTransaction[]): void {
    const { epoch } = this.#ports.network;
    if (chosen === undefined && !this.replica.canJudge(round)) return;
    this.#opening = { round, sentMs: now };
    this.#openedInThisLife = round;
    const candidates = chosen ?? this.#candidates(round);
    this.#transactions.offer(candidates);
    const { set } = this.network.timetable.dutyOf(this.shard, round);
    this.#outbox.call(
      { kind: "validatorSet", set },
      {
        kind: "open",
        shard: this.shard,
        epoch: epoch.epoch,
        round,
        headRound: this.replica.head.round,
        headHash: this.replica.head.hash,
        candidates: candidates.map(({ bytes }) => bytes),
      },
    );
  }

  /** a round still open one roundMs after its end is closed, durably and for ever. */
  #closeOverdue(now: number): void {
    const { round, state } = this.progress;
    if (state === "open" && now >= roundCloseMs(this.#ports.network.epoch, round))
      this.#close(round, "not certified in time");
  }

  #close(round: number, why: string): void {
    this.#progress.update({ round, state: "closed" });
    this.#transactions.clear();
    this.#opening = null;
    this.#lookAgain = "now";
    this.#pause.closed();
    this.#ports.log.write("round closed", { shard: this.shard, round, why });
  }

  #notarise(now: number): void {
    const request = this.#notariser.ask(now);
    if (request !== null) this.#outbox.call({ kind: "merkleChain" }, request);
  }

  /** blocks are followed within k rounds, several at once where that is soon enough. */
  #followDueMs(): number {
    const { k, epoch } = this.#ports.network;
    const [first = 0] = this.replica.blocks.roundsAfter(this.#watchers.round, 1);
    return roundStartMs(epoch, first + k);
  }

  #watched(set: number, round: number): void {
    this.#watchers.has(set, Math.min(round, this.replica.head.round));
    const watchedRound = this.#watchers.round;
    if (watchedRound > this.progress.watchedRound) this.#progress.update({ watchedRound });
  }

  #retryMs(): number {
    return this.#ports.network.epoch.roundMs / 2;
  }

  /** Past this point nothing can refuse. */
  #committed(round: number, set: number, { placed }: FormedShardBlock): void {
    // The voters of its set end the round by the shard's word, and have the block by then.
    this.#watched(set, round);
    this.#pause.committed();
    this.room.included(
      round,
      placed.map(({ transaction }) => transaction),
    );
    this.#transactions.clear();
    this.#opening = null;
    this.#lookAgain = "now";
    this.#outbox.work();
    this.#notarise(this.#ports.clock.now());
  }
}
