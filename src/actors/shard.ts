// The shard: its chains' mempool, blocks, accounts and receipts. It opens rounds, hands candidates to the set on duty, commits
// what that set has certified and its own replica has checked, and executes off the consensus path.
import { BlockAssembler } from "../protocol/blocks/assembler.ts";
import type { FormedShardBlock } from "../protocol/blocks/build-shard-block.ts";
import { jointHeaderHash } from "../protocol/blocks/joint-header.ts";
import { type CertifiedBlock, certifiedBlockCodec } from "../protocol/blocks/shard-block.ts";
import { equalBytes } from "../protocol/encoding/bytes.ts";
import type { MempoolLimits } from "../protocol/ledger/mempool.ts";
import type { UnverifiedTransaction, VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import { roundAt, roundCloseMs, roundStartMs } from "../protocol/rounds/epoch.ts";
import { setOnDuty } from "../protocol/rounds/timetable.ts";
import { type Actor, type Effect, Outbox } from "./actor.ts";
import { type Admission, admitOne } from "./admission.ts";
import { BlockTransactions } from "./block-transactions.ts";
import { certifiedBody } from "./certified-body.ts";
import { judgeCertified } from "./judge-certified.ts";
import type { Network } from "./network.ts";
import { Notariser } from "./notariser.ts";
import type { CommitRequest, PeerAnswer, PeerId, PeerRequest } from "./peers.ts";
import type { Clock, Log, Store } from "./ports.ts";
import { Replica } from "./replica.ts";
import { type RoundDecision, roundDecision } from "./round-decision.ts";
import { reasonJson, ShardLog } from "./shard-log.ts";
import { StoredProgress } from "./shard-progress.ts";
import { SUSPECTS_PURPOSE, Suspects } from "./suspects.ts";
import { WaitingRoom } from "./waiting-room.ts";
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
// The longest pause after rounds that no set certified; a new transaction ends any pause.
const OPENING_PAUSE_MS_MAX = 60_000;

export class Shard implements Actor {
  readonly shard: number;
  readonly replica: Replica;
  readonly log: ShardLog;
  readonly room: WaitingRoom;
  readonly transactions: BlockTransactions = new BlockTransactions();
  readonly #ports: ShardPorts;
  readonly #progress: StoredProgress;
  readonly #notariser: Notariser;
  readonly #outbox = new Outbox();
  /** The open request that the set has not taken up yet, and since when. */
  #opening: { readonly round: number; readonly sentMs: number } | null = null;
  /** Whether anything happened that could let a waiting transaction in; else the next look is due in this round. */
  #lookAgain: "now" | number | null = "now";
  readonly #suspects: Suspects;
  /** Rounds closed since the last that committed, and until when no other is opened: a silent set is not asked for ever. */
  #closedInARow = 0;
  #openNotBeforeMs = 0;

  constructor(ports: ShardPorts, shard: number) {
    this.#ports = ports;
    this.shard = shard;
    this.replica = new Replica(ports.store, ports.network, shard);
    this.log = new ShardLog(ports.store);
    const { store, network, mempoolLimits } = ports;
    this.room = new WaitingRoom(store, network, this.replica, this.log, mempoolLimits);
    this.#suspects = new Suspects(this.room, ports.network.id, this.#outbox);
    this.#progress = new StoredProgress(ports.store, ports.network.genesis.chains.length);
    this.#notariser = new Notariser(ports.network, this.replica, this.#progress);
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
      this.#openNotBeforeMs = 0;
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
    return state === "open" ? Math.min(round, this.currentRound()) : this.currentRound();
  }

  receive(request: PeerRequest): PeerAnswer {
    if (!isWellFormed(request)) return { kind: "refused", why: "Malformed request" };
    switch (request.kind) {
      case "commit":
        return this.#commit(request);
      case "blocks":
        return {
          kind: "blocks",
          certifiedBlocks: this.replica.blocks
            .roundsAfter(request.afterRound, BLOCKS_A_CALL)
            .flatMap((round) => this.replica.blocks.bytes(round) ?? []),
        };
      case "suspects":
        return this.#suspects.named(request);
      case "decision":
        return this.#decision(request.round);
      default:
        return { kind: "refused", why: `A shard does not take ${request.kind}` };
    }
  }

  answered(_to: PeerId, request: PeerRequest, answer: PeerAnswer | null): void {
    if (request.kind === "open") {
      if (answer?.kind === "opened" && this.#opening?.round === request.round) this.#opening = null;
    } else if (request.kind === "notarise") {
      const now = this.#ports.clock.now();
      if (this.#notariser.answered(now, answer)) this.#notarise(now);
    }
  }

  verified(purpose: number, transactions: readonly VerifiedTransaction[]): void {
    if (purpose !== SUSPECTS_PURPOSE) {
      this.transactions.checked(purpose, transactions);
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
    this.#openRound(now);
    this.#notarise(now);
  }

  work(): void {
    const executed = this.replica.executeNext();
    if (executed === null) return;
    const { round, receipts, placed } = executed;
    const payers = placed.map(({ transaction }) =>
      transaction.transaction.legs.flatMap(({ payment }) =>
        payment === null ? [] : [payment.payer],
      ),
    );
    this.log.executed(round, receipts, payers);
    this.#notariser.executed();
    this.#lookAgain = "now";
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
    } else {
      // Before execution has caught up no round can be opened: its own tick is below.
      const canJudge = this.replica.canJudge(this.currentRound());
      const due = canJudge ? this.replica.nextRootDue() : null;
      if (due !== null) times.push(this.#openingMs(Math.max(due, round + 1)));
      const look = canJudge ? this.#nextLookRound() : null;
      if (look !== null) times.push(this.#openingMs(Math.max(look, round + 1)));
      // While a round is open nothing expires: its block may hold what else would.
      const expiry = this.room.pool.earliestExpiry();
      if (expiry !== null) times.push(roundStartMs(epoch, expiry + 1));
    }
    // Execution is under way, unless a crash cut it off.
    if (this.replica.hasUnexecuted) times.push(roundStartMs(epoch, this.currentRound() + 1));
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
    if (round <= last || round <= this.replica.head.round || now < this.#openNotBeforeMs) return;
    // a shard that is behind with execution gives no candidates.
    if (!this.replica.canJudge(round)) return;
    const chosen = this.#candidates(round);
    if (chosen.length === 0 && !this.replica.hasUncarriedRoot(round)) return;
    this.#progress.update({ round, state: "open" });
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
    this.transactions.offer(candidates);
    const { set } = setOnDuty(epoch, this.shard, round);
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
    this.transactions.clear();
    this.#opening = null;
    this.#lookAgain = "now";
    const pauseMs = this.#ports.network.epoch.roundMs * (2 ** this.#closedInARow - 1);
    this.#openNotBeforeMs = this.#ports.clock.now() + Math.min(pauseMs, OPENING_PAUSE_MS_MAX);
    this.#closedInARow += 1;
    this.#ports.log.write("round closed", { shard: this.shard, round, why });
  }

  #openingMs(round: number): number {
    return Math.max(roundStartMs(this.#ports.network.epoch, round), this.#openNotBeforeMs);
  }

  #notarise(now: number): void {
    const request = this.#notariser.ask(now);
    if (request !== null) this.#outbox.call({ kind: "merkleChain" }, request);
  }

  #retryMs(): number {
    return this.#ports.network.epoch.roundMs / 2;
  }

  /** a round that was over before anybody opened it never will be. A set may have heard of it from a faulty voter. */
  #decided(round: number): RoundDecision | null {
    const isOver = this.#ports.clock.now() >= roundCloseMs(this.#ports.network.epoch, round);
    if (isOver) this.#progress.closeUnopened(round);
    return roundDecision(this.replica, this.progress, round);
  }

  #decision(round: number): PeerAnswer {
    const decision = this.#decided(round);
    return decision === null
      ? { kind: "undecided", round }
      : { kind: "decided", round, ...decision };
  }

  #commit({ set, certifiedBlock }: CommitRequest): PeerAnswer {
    const decoded = certifiedBlockCodec.decode(certifiedBlock);
    if (!decoded.ok) return { kind: "refused", why: decoded.refusal.code };
    const certified = decoded.value;
    const { header } = certified.block;
    const { round } = header;
    const hash = jointHeaderHash(header);
    const decision = this.#decided(round);
    if (decision !== null) {
      return decision.hash !== null && equalBytes(decision.hash, hash)
        ? { kind: "committed", round }
        : { kind: "closed", round, why: "the round is decided" };
    }
    if (round > this.progress.round) {
      return { kind: "refused", why: "The shard has not opened this round" };
    }
    if (header.set !== set || setOnDuty(this.#ports.network.epoch, this.shard, round).set !== set) {
      return { kind: "refused", why: "Another set is on duty" };
    }
    if (!this.#ports.network.certifies(certified.certificate, header, hash)) {
      return { kind: "refused", why: "The certificate does not hold" };
    }
    if (!this.replica.canJudge(round)) return { kind: "undecided", round };
    return this.#decide(certified, certifiedBlock);
  }

  #decide(certified: CertifiedBlock, encoded: Uint8Array): PeerAnswer {
    const { round } = certified.block.header;
    const body = certifiedBody(
      this.#ports.network,
      certified.block,
      this.shard,
      this.transactions.offered,
    );
    if (body === null) return { kind: "refused", why: "The body is not the certified one" };
    const resolved = this.transactions.resolve(round, body.transactions, (one) =>
      this.#waiting(one),
    );
    if (resolved.kind === "invalid") return this.#refuseBlock(round, "a signature does not hold");
    if (resolved.kind === "unverified") {
      if (resolved.ask.length > 0) this.#outbox.verify(round, resolved.ask);
      return { kind: "undecided", round };
    }
    const { transactions } = resolved;
    const formed = judgeCertified(this.network, this.replica, certified, body, transactions);
    if (!formed.ok) return this.#refuseBlock(round, reasonJson(formed.refusal));
    this.#accept(certified, formed.value, encoded);
    return { kind: "committed", round };
  }

  #refuseBlock(round: number, why: string): PeerAnswer {
    this.#close(round, why);
    return { kind: "closed", round, why };
  }

  #waiting({ idHex, leaf }: UnverifiedTransaction): VerifiedTransaction | undefined {
    const waiting = this.room.transaction(idHex);
    return waiting !== undefined && equalBytes(waiting.leaf, leaf) ? waiting : undefined;
  }

  /** Past this point nothing can refuse. */
  #accept(certified: CertifiedBlock, formed: FormedShardBlock, encoded: Uint8Array): void {
    const { round } = certified.block.header;
    this.replica.commit(certified, formed, encoded);
    this.#progress.update({ round, state: "accepted" });
    this.#closedInARow = 0;
    this.room.included(
      round,
      formed.placed.map(({ transaction }) => transaction),
    );
    this.transactions.clear();
    this.#opening = null;
    this.#lookAgain = "now";
    this.#outbox.work();
    this.#notarise(this.#ports.clock.now());
  }
}
