// The shard: its chains' mempool, blocks, accounts and receipts. It opens rounds, hands candidates to the set on duty, commits
// what that set has certified and its own replica has checked, and executes off the consensus path.
import type { FormedShardBlock } from "../protocol/blocks/build-shard-block.ts";
import type { CertifiedBlock } from "../protocol/blocks/shard-block.ts";
import type { MempoolLimits } from "../protocol/ledger/mempool.ts";
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import type { Refusal } from "../protocol/refusal.ts";
import { type Actor, type Effect, Outbox } from "./actor.ts";
import { type Admission, admitOne } from "./admission.ts";
import { BlockTransactions } from "./block-transactions.ts";
import { CrossExchange } from "./cross-exchange.ts";
import { Lease } from "./lease.ts";
import { LeftElsewhere } from "./left-elsewhere.ts";
import type { Network } from "./network.ts";
import { Notariser } from "./notariser.ts";
import { PartnerProgress } from "./partner-progress.ts";
import type {
  EpochsRequest,
  NotarisedRequest,
  NothingRequest,
  PeerAnswer,
  PeerId,
  PeerRequest,
} from "./peers.ts";
import type { Clock, Log, Store } from "./ports.ts";
import { Replica } from "./replica.ts";
import { RoundOpening } from "./round-opening.ts";
import { ShardCommits } from "./shard-commits.ts";
import { ShardLog } from "./shard-log.ts";
import { StoredProgress } from "./shard-progress.ts";
import { StateSource } from "./state-source.ts";
import { SUSPECTS_PURPOSE, Suspects } from "./suspects.ts";
import { VoidHeaders } from "./void-headers.ts";
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

export class Shard implements Actor {
  readonly shard: number;
  readonly replica: Replica;
  readonly log: ShardLog;
  readonly room: WaitingRoom;
  readonly #ports: ShardPorts;
  readonly #progress: StoredProgress;
  readonly #notariser: Notariser;
  readonly #watchers: Watchers;
  readonly #source: StateSource;
  readonly #exchange: CrossExchange;
  readonly #commits: ShardCommits;
  /** how far the shards are that share transactions with this one. */
  readonly partners: PartnerProgress;
  readonly #left: LeftElsewhere;
  readonly #outbox = new Outbox();
  readonly #transactions = new BlockTransactions();
  readonly #suspects: Suspects;
  readonly #rounds: RoundOpening;
  readonly #lease: Lease;
  readonly #voided: VoidHeaders;

  constructor(ports: ShardPorts, shard: number) {
    this.#ports = ports;
    this.shard = shard;
    this.replica = new Replica(ports.store, ports.network, shard);
    this.log = new ShardLog(ports.store);
    const { store, network, mempoolLimits } = ports;
    this.room = new WaitingRoom(store, network, this.replica, this.log, mempoolLimits);
    this.#suspects = new Suspects(this.room, ports.network.id, this.#outbox);
    this.#progress = new StoredProgress(ports.store, ports.network.genesis.chains.length);
    this.#voided = new VoidHeaders(network);
    this.#notariser = new Notariser(network, this.replica, this.#progress, this.#voided);
    this.#lease = new Lease({ ...ports, outbox: this.#outbox });
    const { watchedRound } = this.#progress.value;
    const watched = {
      network,
      outbox: this.#outbox,
      of: shard,
      headRound: () => this.replica.head.round,
      firstAfter: (round: number) => this.replica.blocks.roundsAfter(round, 1)[0] ?? 0,
      store: (round: number) => this.#progress.update({ watchedRound: round }),
    };
    this.#watchers = new Watchers(watched, watchedRound);
    this.#source = new StateSource(this);
    const parts = { ...ports, outbox: this.#outbox, replica: this.replica, room: this.room };
    const lease = this.#lease;
    const rounds = { ...parts, lease, progress: this.#progress, transactions: this.#transactions };
    this.#rounds = new RoundOpening(rounds);
    this.#left = new LeftElsewhere(rounds, this.log);
    this.#exchange = new CrossExchange(parts, this.replica);
    this.partners = new PartnerProgress(parts, shard);
    this.#commits = new ShardCommits({
      ...rounds,
      close: (round, why) => this.#close(round, why),
      voided: (certified, isChecked) => this.#isVoid(certified, isChecked),
      accepted: () => {
        this.#rounds.taken();
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
    const { version } = this.partners;
    return `${head.round} ${executedRound} ${finalRound} ${nextArrival} ${this.room.pool.size} ${version}`;
  }

  takeEffects(): readonly Effect[] {
    return this.#outbox.take();
  }

  /** Bytes whose signatures the gateway has checked. Durable when the step is; a known id is accepted again. */
  admit(batch: readonly Uint8Array[]): Admission[] {
    const round = this.nextRound();
    const certainRound = Math.min(round, this.#lease.lastRound + 1);
    this.#rounds.expire();
    let { nextArrival } = this.progress;
    const first = nextArrival;
    const admissions = batch.map((bytes) => {
      const place = { round, certainRound, arrival: nextArrival };
      const [admission, isNew] = admitOne(this.room, this.network.id, bytes, place);
      if (isNew) nextArrival += 1;
      return admission;
    });
    if (nextArrival > first) {
      this.room.store();
      this.#progress.update({ nextArrival });
      this.#rounds.lookAgain();
      this.#rounds.pause.end();
    }
    return admissions;
  }

  /** what another shard has refused is in no block: it leaves, unless an open round may hold it. */
  withdraw(refused: readonly { readonly id: string; readonly refusal: Refusal }[]): void {
    for (const { id, refusal } of refused) this.#left.withdraw(id, "DROPPED", refusal);
  }

  /** The round of the clock. */
  currentRound(): number {
    return this.#ports.network.epochs.roundAt(this.#ports.clock.now());
  }

  /** The first round whose block is not decided yet. */
  nextRound(): number {
    const { network, clock } = this.#ports;
    const openable = network.epochs.openableRound(clock.now());
    return Math.max(openable, this.progress.round + 1, this.replica.head.round + 1);
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
      case "state":
      case "stateHead":
      case "stateHeaders":
        return this.#source.answer(request);
      case "accepted":
        return this.#commits.partnerAccepted(request);
      case "progress":
        this.partners.heard(request);
        return { kind: "progress", shard: this.shard, ...this.#reached() };
      case "left":
        return this.#left.answer(request);
      case "exchange":
        return this.#exchange.receive(request);
      case "result":
        return this.#exchange.resultFor(request.round);
      case "notarised":
        this.#notarised(request);
        return { kind: "noted" };
      case "epochs":
        return this.#epochs(request);
      case "suspects":
        return this.#suspects.named(request);
      case "nothing":
        this.#closeVain(request);
        return this.#commits.decision(request.round);
      case "decision":
        return this.#commits.decision(request.round);
      default:
        return { kind: "refused", why: `A shard does not take ${request.kind}` };
    }
  }

  answered(to: PeerId, request: PeerRequest, answer: PeerAnswer | null): void {
    if (request.kind === "open") {
      if (answer?.kind === "opened") this.#rounds.taken(request.round);
      if (answer?.kind === "over") this.#missed(request.round);
    } else if (request.kind === "accepted") {
      this.#commits.partnerAnswered(request, answer);
    } else if (request.kind === "exchange" || request.kind === "result") {
      if (this.#exchange.answered(to, request, answer)) this.#outbox.work();
    } else if (request.kind === "progress") {
      if (answer?.kind === "progress") this.partners.heard(answer);
    } else if (request.kind === "left") {
      this.#left.answered(answer);
      this.#rounds.lookAgain();
    } else if (request.kind === "follow") {
      if (to.kind === "validatorSet" && answer?.kind === "following")
        this.#watchers.has(to.set, answer.round);
    } else if (request.kind === "notarise") {
      const now = this.#ports.clock.now();
      if (this.#notariser.answered(now, request, answer)) this.#notarise(now);
      this.partners.drive(this.#reached());
    } else if (request.kind === "lease") {
      if (!this.#lease.answered(answer)) return;
      this.#rounds.expire();
      this.#rounds.drive();
    }
  }

  verified(purpose: number, transactions: readonly VerifiedTransaction[]): void {
    if (purpose !== SUSPECTS_PURPOSE) {
      this.#transactions.checked(purpose, transactions);
      return;
    }
    this.#suspects.checked(transactions);
    this.#rounds.lookAgain();
  }

  tick(): void {
    const now = this.#ports.clock.now();
    this.#closeOverdue(now);
    this.#lease.drive();
    this.#rounds.expire();
    if (this.replica.hasUnexecuted) this.#outbox.work();
    this.#exchange.drive();
    this.#commits.drive();
    this.partners.drive(this.#reached());
    this.#rounds.drive();
    this.#notarise(now);
    this.#watchers.tell(now);
  }

  work(): void {
    const shared = this.replica.crossRound;
    const executed = this.replica.executeNext(this.#exchange.result());
    if (executed === null) {
      this.#exchange.drive();
      return;
    }
    const { round, receipts, placed } = executed;
    this.#exchange.executed(round, shared !== null);
    if (shared !== null) this.partners.shared(shared.partner, round);
    this.partners.drive(this.#reached());
    const payers = placed.map(({ transaction }) =>
      transaction.transaction.legs.flatMap(({ payment }) =>
        payment === null ? [] : [payment.payer],
      ),
    );
    this.log.executed(round, receipts, payers);
    this.#notariser.executed();
    this.#rounds.lookAgain();
    this.#exchange.drive();
    if (this.replica.hasUnexecuted) this.#outbox.work();
  }

  nextTickMs(): number | null {
    const { epochs } = this.#ports.network;
    const now = this.#ports.clock.now();
    const times: number[] = [];
    const { round, state } = this.progress;
    if (state === "open") {
      times.push(epochs.roundCloseMs(round));
      const retry = this.#rounds.retryMs();
      if (retry !== null) times.push(retry);
    } else if (state === "accepted") {
      times.push(this.#commits.nextMs() ?? now);
    } else {
      times.push(...this.#rounds.dueMs(now));
    }
    // Execution is under way, unless a crash cut it off.
    if (this.replica.hasUnexecuted) times.push(epochs.roundStartMs(this.currentRound() + 1));
    const waits = [this.#watchers, this.#exchange, this.partners, this.#lease];
    const waitsMs = [...waits.map((one) => one.nextMs()), this.#notariser.nextMs(now)];
    times.push(...waitsMs.filter((time) => time !== null));
    if (times.length === 0) return null;
    // Clocks and alarms count whole milliseconds; parts of a round need not be any.
    return Math.max(Math.ceil(Math.min(...times)), now);
  }

  /** a round still open one roundMs after its end is closed, durably and for ever. */
  #closeOverdue(now: number): void {
    const { round } = this.progress;
    if (!this.#isOpen(round) || now < this.#ports.network.epochs.roundCloseMs(round)) return;
    if (this.#transactions.offered.all.length > 0) this.#voided.overdue(round);
    this.#close(round, "not certified in time");
  }

  /** `wasLate`: the shard came too late to it. */
  #close(round: number, why: string, wasLate = false): void {
    this.#progress.update({ round, state: "closed" });
    this.#left.decided(round, this.#transactions.candidates);
    this.#transactions.clear();
    this.#rounds.taken();
    this.#rounds.lookAgain();
    this.#rounds.pause.closed(wasLate);
    this.#ports.log.write("round closed", { shard: this.shard, round, why });
  }

  /** opened too late for its set, it is closed at once: to wait for it would cost the round behind it, too. */
  #missed(round: number): void {
    if (this.#isOpen(round)) this.#close(round, "opened too late", true);
  }

  /** The same where the set has nothing of what it was offered in a block. */
  #closeVain({ set, round }: NothingRequest): void {
    const isOnDuty = this.#ports.network.dutyOf(this.shard, round).set === set;
    if (isOnDuty && this.#isOpen(round)) this.#close(round, "nothing of it can be in a block");
  }

  #isOpen(round: number): boolean {
    const { round: last, state } = this.progress;
    return round === last && state === "open";
  }

  #notarise(now: number): void {
    const request = this.#notariser.ask(now);
    if (request !== null) this.#outbox.call({ kind: "merkleChain" }, request);
  }

  #notarised(request: NotarisedRequest): void {
    if (!this.#notariser.notarised(request)) return;
    this.partners.drive(this.#reached());
    this.#notarise(this.#ports.clock.now());
  }

  /** an epoch has been activated. */
  #epochs({ proofs }: EpochsRequest): PeerAnswer {
    if (this.#lease.follow(proofs)) this.#rounds.drive();
    return { kind: "epoch", epoch: this.#ports.network.epoch.epoch };
  }

  #isVoid({ block: { header }, certificate }: CertifiedBlock, isChecked: boolean): void {
    if (!this.#voided.found({ header, certificate }, isChecked)) return;
    this.#notariser.hasNews();
    this.#notarise(this.#ports.clock.now());
  }

  #reached() {
    const { executedRound } = this.replica;
    return { executedRound, finalRound: this.progress.finalRound };
  }

  /** Past this point nothing can refuse. */
  #committed(round: number, set: number, { placed }: FormedShardBlock): void {
    // The voters of its set end the round by the shard's word, and have the block by then.
    this.#watchers.has(set, round);
    this.#rounds.pause.committed();
    this.room.included(
      round,
      placed.map(({ transaction }) => transaction),
    );
    this.#left.decided(round, this.#transactions.candidates);
    this.#transactions.clear();
    this.#rounds.taken();
    this.#rounds.lookAgain();
    this.#outbox.work();
    this.#notariser.hasNews();
    this.#notarise(this.#ports.clock.now());
  }
}
