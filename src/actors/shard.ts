// The shard: its chains' mempool, blocks, accounts and receipts. It opens rounds, hands candidates to the set on duty, commits
// what that set has certified and its own replica has checked, and executes off the consensus path.
import { BlockAssembler } from "../protocol/blocks/assembler.ts";
import { checkShardBlock, type FormedShardBlock } from "../protocol/blocks/build-shard-block.ts";
import { jointHeaderCodec, jointHeaderHash } from "../protocol/blocks/joint-header.ts";
import { type CertifiedBlock, certifiedBlockCodec } from "../protocol/blocks/shard-block.ts";
import { certificateCodec } from "../protocol/consensus/messages.ts";
import { equalBytes } from "../protocol/encoding/bytes.ts";
import { ROOT_CHAIN } from "../protocol/ledger/chain-id.ts";
import {
  trustedTransaction,
  type UnverifiedTransaction,
  type VerifiedTransaction,
} from "../protocol/ledger/unverified.ts";
import type { Refusal } from "../protocol/refusal.ts";
import { roundAt, roundStartMs } from "../protocol/rounds/epoch.ts";
import { setOnDuty } from "../protocol/rounds/timetable.ts";
import { type Actor, type Effect, Outbox } from "./actor.ts";
import { certifiedBody } from "./certified-body.ts";
import { RegistryProofs } from "./created-chains.ts";
import { ForeignTransactions } from "./foreign-transactions.ts";
import type { Network } from "./network.ts";
import type {
  CommitRequest,
  CreatedChain,
  NotariseRequest,
  PeerAnswer,
  PeerId,
  PeerRequest,
} from "./peers.ts";
import type { Clock, Log, Store } from "./ports.ts";
import { Replica } from "./replica.ts";
import { ShardLog } from "./shard-log.ts";
import { StoredProgress } from "./shard-progress.ts";
import { delegationEnd, WaitingRoom } from "./waiting-room.ts";

/** One answer for each transaction handed in. */
export type Admission =
  | { readonly kind: "accepted"; readonly id: Uint8Array; readonly chains: readonly number[] }
  | { readonly kind: "refused"; readonly refusal: Refusal };

export interface ShardPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly network: Network;
}

// Blocks handed out at once to a replica that is behind, and headers notarised at once: both keep a call small.
const BLOCKS_A_CALL = 4;
const HEADERS_A_CALL = 32;

export class Shard implements Actor {
  readonly shard: number;
  readonly replica: Replica;
  readonly log: ShardLog;
  readonly room: WaitingRoom;
  readonly #ports: ShardPorts;
  readonly #progress: StoredProgress;
  readonly #registry: RegistryProofs;
  readonly #outbox = new Outbox();
  /** The open request that the set has not taken up yet, and since when. */
  #opening: { readonly round: number; readonly sentMs: number } | null = null;
  #notarisingSinceMs: number | null = null;
  /** Whether anything happened that could let a waiting transaction in; else the next look is due in this round. */
  #lookAgain: "now" | number | null = "now";
  readonly #foreign = new ForeignTransactions();

  constructor(ports: ShardPorts, shard: number) {
    this.#ports = ports;
    this.shard = shard;
    this.replica = new Replica(ports.store, ports.network, shard);
    this.log = new ShardLog(ports.store);
    this.room = new WaitingRoom(ports.store, ports.network, this.replica, this.log);
    this.#progress = new StoredProgress(ports.store, ports.network.genesis.chains.length);
    this.#registry = new RegistryProofs(this.replica, ports.network);
    this.#registry.capture(this.progress.directoryChains);
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
    return batch.map((bytes) => this.#admitOne(bytes, round));
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
    switch (request.kind) {
      case "commit":
        return this.#commit(request);
      case "blocks":
        return {
          kind: "blocks",
          certifiedBlocks: this.replica
            .roundsAfter(request.afterRound, BLOCKS_A_CALL)
            .flatMap((round) => this.replica.block(round) ?? [])
            .map((certified) => certifiedBlockCodec.encode(certified)),
        };
      case "open":
      case "notarise":
        return { kind: "refused", why: `A shard does not take ${request.kind}` };
    }
  }

  answered(_to: PeerId, request: PeerRequest, answer: PeerAnswer | null): void {
    if (request.kind === "open") {
      if (answer?.kind === "opened" && this.#opening?.round === request.round) this.#opening = null;
    } else if (request.kind === "notarise") {
      this.#notarisingSinceMs = null;
      if (answer?.kind === "notarised") this.#notarised(answer.round, answer.chains);
      else this.#notarisingSinceMs = this.#ports.clock.now();
    }
  }

  verified(purpose: number, transactions: readonly VerifiedTransaction[]): void {
    this.#foreign.checked(purpose, transactions);
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
    const { round, receipts } = executed;
    const transactions = this.#transactionsOf(round);
    const payers = transactions.map(({ transaction }) =>
      transaction.legs.flatMap(({ payment }) => (payment === null ? [] : [payment.payer])),
    );
    this.log.executed(round, receipts, payers);
    this.#registry.capture(this.progress.directoryChains);
    this.#lookAgain = "now";
    if (this.replica.hasUnexecuted) this.#outbox.work();
  }

  nextTickMs(): number | null {
    const { epoch } = this.#ports.network;
    const now = this.#ports.clock.now();
    const times: number[] = [];
    const { round, state } = this.progress;
    if (state === "open") {
      times.push(this.#closeTimeMs(round));
      if (this.#opening !== null) times.push(this.#opening.sentMs + this.#retryMs());
    } else {
      const due = this.replica.nextRootDue();
      if (due !== null) times.push(roundStartMs(epoch, Math.max(due, round + 1)));
      const look = this.#nextLookRound();
      if (look !== null) times.push(roundStartMs(epoch, Math.max(look, round + 1)));
      // While a round is open nothing expires: its block may hold what else would.
      const expiry = this.room.pool.earliestExpiry();
      if (expiry !== null) times.push(roundStartMs(epoch, expiry + 1));
    }
    // Execution is under way, unless a crash cut it off.
    if (this.replica.hasUnexecuted) times.push(roundStartMs(epoch, this.currentRound() + 1));
    if (this.#hasToNotarise()) {
      times.push(
        (this.#notarisingSinceMs ?? now) + (this.#notarisingSinceMs === null ? 0 : this.#retryMs()),
      );
    }
    if (times.length === 0) return null;
    return Math.max(Math.min(...times), now);
  }

  /** Headers of which the MerkleChain does not know, or tokens once a header carries their root. */
  #hasToNotarise(): boolean {
    if (this.replica.head.round > this.progress.notarisedRound) return true;
    return this.#registry.waiting && this.replica.nextRootDue() === null;
  }

  #admitOne(bytes: Uint8Array, round: number): Admission {
    const decoded = trustedTransaction(bytes, this.#ports.network.id);
    if (!decoded.ok) return { kind: "refused", refusal: decoded.refusal };
    const transaction = decoded.value;
    const accepted: Admission = {
      kind: "accepted",
      id: transaction.id,
      chains: transaction.transaction.legs.map(({ chain }) => chain),
    };
    if (this.room.pool.get(transaction.idHex) !== undefined) return accepted;
    if (this.log.place(transaction.id)?.kind === "included") return accepted;
    const { nextArrival } = this.progress;
    const admitted = this.room.admit(transaction, round, nextArrival);
    if (!admitted.ok) return { kind: "refused", refusal: admitted.refusal };
    this.#progress.update({ nextArrival: nextArrival + 1 });
    this.#lookAgain = "now";
    return accepted;
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
    if (round <= last || round <= this.replica.head.round) return;
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
    const { chosen, refused } = this.room.select(new BlockAssembler(this.replica.roundView(round)));
    this.#lookAgain = chosen.length > 0 ? "now" : this.#nextChance(round, refused);
    return chosen;
  }

  /** When a look at the mempool can turn out differently though nothing new happens: windows slide, delegations end. */
  #nextChance(round: number, refused: ReadonlyMap<string, Refusal>): number | null {
    const { k } = this.#ports.network;
    if (this.room.pool.size === 0) return null;
    if (round <= this.replica.head.round + 2 * k) return round + 1;
    let next: number | null = null;
    for (const idHex of refused.keys()) {
      const waiting = this.room.pool.get(idHex);
      const end = waiting === undefined ? null : delegationEnd(this.replica, waiting.transaction);
      if (end !== null && end + k > round && (next === null || end + k < next)) next = end + k;
    }
    return next;
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
        candidates: (chosen ?? this.#candidates(round)).map(({ bytes }) => bytes),
      },
    );
  }

  /** a round still open one roundMs after its end is closed, durably and for ever. */
  #closeOverdue(now: number): void {
    const { round, state } = this.progress;
    if (state === "open" && now >= this.#closeTimeMs(round))
      this.#close(round, "not certified in time");
  }

  #close(round: number, why: string): void {
    this.#progress.update({ round, state: "closed" });
    this.#foreign.clear();
    this.#opening = null;
    this.#lookAgain = "now";
    this.#ports.log.write("round closed", { shard: this.shard, round, why });
  }

  #closeTimeMs(round: number): number {
    const { epoch } = this.#ports.network;
    return roundStartMs(epoch, round + 1) + epoch.roundMs;
  }

  #retryMs(): number {
    return this.#ports.network.epoch.roundMs / 2;
  }

  #commit({ set, certifiedBlock }: CommitRequest): PeerAnswer {
    const decoded = certifiedBlockCodec.decode(certifiedBlock);
    if (!decoded.ok) return { kind: "refused", why: decoded.refusal.code };
    const certified = decoded.value;
    const { header } = certified.block;
    const { round } = header;
    const hash = jointHeaderHash(header);
    if (equalBytes(hash, this.replica.head.hash)) return { kind: "committed", round };
    const { round: last, state } = this.progress;
    if (round < last || (round === last && state !== "open") || round <= this.replica.head.round) {
      const before = this.replica.block(round);
      const same = before !== undefined && equalBytes(jointHeaderHash(before.block.header), hash);
      return same
        ? { kind: "committed", round }
        : { kind: "closed", round, why: "the round is decided" };
    }
    if (round > last) return { kind: "refused", why: "The shard has not opened this round" };
    if (header.set !== set || setOnDuty(this.#ports.network.epoch, this.shard, round).set !== set) {
      return { kind: "refused", why: "Another set is on duty" };
    }
    if (!this.#ports.network.certifies(certified.certificate, header, hash)) {
      return { kind: "refused", why: "The certificate does not hold" };
    }
    if (!this.replica.canJudge(round)) return { kind: "undecided", round };
    return this.#decide(certified);
  }

  #decide(certified: CertifiedBlock): PeerAnswer {
    const { round } = certified.block.header;
    const body = certifiedBody(this.#ports.network, certified.block, this.shard);
    if (body === null) return { kind: "refused", why: "The body is not the certified one" };
    const transactions = this.#knownTransactions(round, body.transactions);
    if (transactions === "unverified") return { kind: "undecided", round };
    if (transactions === "invalid") return this.#refuseBlock(round, "a signature does not hold");
    const { shardBlock, half } = body;
    const formed = checkShardBlock(this.replica.view(round), shardBlock, half, transactions);
    if (!formed.ok) return this.#refuseBlock(round, JSON.stringify(formed.refusal, bigintText));
    this.#accept(certified, formed.value);
    return { kind: "committed", round };
  }

  #refuseBlock(round: number, why: string): PeerAnswer {
    this.#close(round, why);
    return { kind: "closed", round, why };
  }

  /** The block's transactions as verified ones: those of the mempool are; others are checked before the shard decides. */
  #knownTransactions(
    round: number,
    transactions: readonly UnverifiedTransaction[],
  ): readonly VerifiedTransaction[] | "unverified" | "invalid" {
    const known: VerifiedTransaction[] = [];
    const unknown: UnverifiedTransaction[] = [];
    for (const transaction of transactions) {
      const waiting = this.room.pool.get(transaction.idHex)?.transaction;
      const verified =
        waiting !== undefined && equalBytes(waiting.leaf, transaction.leaf)
          ? waiting
          : this.#foreign.verdict(transaction);
      if (verified === null) return "invalid";
      if (verified === undefined) unknown.push(transaction);
      else known.push(verified);
    }
    if (unknown.length === 0) return known;
    if (this.#foreign.ask(round, unknown)) this.#outbox.verify(round, unknown);
    return "unverified";
  }

  /** Past this point nothing can refuse. */
  #accept(certified: CertifiedBlock, formed: FormedShardBlock): void {
    const { round } = certified.block.header;
    this.replica.commit(certified, formed);
    this.#progress.update({ round, state: "accepted" });
    for (const [position, { transaction }] of formed.placed.entries()) {
      this.log.included(transaction.id, round, position);
      this.room.included(transaction.idHex);
    }
    this.#foreign.clear();
    this.#opening = null;
    this.#lookAgain = "now";
    this.#outbox.work();
    this.#notarise(this.#ports.clock.now());
  }

  #transactionsOf(round: number): readonly VerifiedTransaction[] {
    const block = this.replica
      .block(round)
      ?.block.shardBlocks.find(({ shard }) => shard === this.shard);
    return block === undefined ? [] : this.replica.transactions(block);
  }

  /** hands committed headers to the MerkleChain in parent order, one call at a time. */
  #notarise(now: number): void {
    const { notarisedRound } = this.progress;
    const since = this.#notarisingSinceMs;
    if (since !== null && now < since + this.#retryMs()) return;
    const rounds = this.replica.roundsAfter(notarisedRound, HEADERS_A_CALL);
    // More tokens than one call takes, or proofs lost with a restart: T0's newest header may prove them, notarised or not.
    const provers = this.#registry.waiting ? [this.replica.headerRound(ROOT_CHAIN)] : [];
    const headers: NotariseRequest["headers"][number][] = [];
    const createdChains: CreatedChain[] = [];
    // One block in memory at a time: together they can be larger than an object may be.
    for (const round of [...provers.filter((one) => one <= notarisedRound), ...rounds]) {
      const certified = this.replica.block(round);
      if (certified === undefined) continue;
      const { block, certificate } = certified;
      createdChains.push(...this.#registry.provenBy(block));
      if (round <= notarisedRound) continue;
      headers.push({
        header: jointHeaderCodec.encode(block.header),
        certificate: certificateCodec.encode(certificate),
      });
    }
    if (headers.length === 0 && createdChains.length === 0) return;
    this.#notarisingSinceMs = now;
    const request: NotariseRequest = {
      kind: "notarise",
      shard: this.shard,
      headers,
      createdChains,
    };
    this.#outbox.call({ kind: "merkleChain" }, request);
  }

  /** a notarised header of round h makes everything up to h-k FINAL. */
  #notarised(round: number, chains: number): void {
    const { notarisedRound, finalRound, directoryChains } = this.progress;
    if (round <= notarisedRound && chains <= directoryChains) {
      // Nothing gained: asked again, but not at once.
      this.#notarisingSinceMs = this.#ports.clock.now();
      return;
    }
    const final = Math.max(finalRound, round - this.#ports.network.k);
    this.#progress.update({
      notarisedRound: Math.max(notarisedRound, round),
      directoryChains: Math.max(directoryChains, chains),
      finalRound: final,
    });
    this.#registry.capture(this.progress.directoryChains);
    if (this.#hasToNotarise()) this.#notarise(this.#ports.clock.now());
  }
}

const bigintText = (_: string, value: unknown): unknown =>
  typeof value === "bigint" ? value.toString() : value;
