// How the MerkleChain opens and decides its rounds: ahead of each in which it has something to notarise it hands its block
// to the set on T0's duty, and commits just that block, once that set has certified it, or closes the round.
import { jointHeaderHash } from "../protocol/blocks/joint-header.ts";
import {
  type MerkleChainBody,
  merkleChainBodyCodec,
} from "../protocol/blocks/merkle-chain-body.ts";
import { type CertifiedBlock, certifiedBlockCodec } from "../protocol/blocks/shard-block.ts";
import { sha256 } from "../protocol/crypto/sha256.ts";
import { equalBytes, utf8 } from "../protocol/encoding/bytes.ts";
import { bool, codec, decodeStored, hash32, safeU64, struct } from "../protocol/encoding/codec.ts";
import type { Outbox } from "./actor.ts";
import type { MerkleChainReplica } from "./merkle-chain-replica.ts";
import type { Network } from "./network.ts";
import { OpeningPause } from "./opening-pause.ts";
import type { CommitRequest, NothingRequest, OpenPartRequest, PeerAnswer } from "./peers.ts";
import type { Clock, Log, Store, Table } from "./ports.ts";

export interface MerkleChainRoundsPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly network: Network;
  readonly outbox: Outbox;
  readonly replica: MerkleChainReplica;
  /** The first round that a block could be of, by what it would say and who may act in it; null with nothing to say. */
  readonly firstRound: () => number | null;
  /** What a block of this round would be; null with nothing for one. */
  readonly bodyFor: (round: number) => MerkleChainBody | null;
  /** The hash of the joint header that was committed in the round; null if none was. */
  readonly committedIn: (round: number) => Uint8Array | null;
  /** The block is committed: it is the replica's head. */
  readonly committed: (certified: CertifiedBlock) => void;
}

interface Progress {
  /** The newest round that it opened, or that it refused unopened; 0 before the first. Earlier ones are decided. */
  readonly round: number;
  readonly isOpen: boolean;
  /** Of the body that it opened the round with. */
  readonly bodyHash: Uint8Array;
}

const progressCodec = codec<Progress>(
  "MerkleChain progress",
  struct<Progress>("MerkleChainProgress", { round: safeU64, isOpen: bool, bodyHash: hash32 }),
  64,
);
const PROGRESS_KEY = utf8("merkle chain progress");

/** How long before a round it is opened, in rounds: the set must have the part when T0's shard opens the round. */
const LEAD_ROUNDS = 0.1;
/** After rounds that the set had begun without it, as where clocks differ, it comes earlier: up to so long. */
const LEAD_ROUNDS_MAX = 0.5;

export class MerkleChainRounds {
  readonly #ports: MerkleChainRoundsPorts;
  readonly #meta: Table;
  readonly #pause: OpeningPause;
  #progress: Progress;
  #leadRounds = LEAD_ROUNDS;
  /** What the set has not taken up yet, and since when. */
  #opening: { readonly request: OpenPartRequest; sentMs: number } | null = null;

  constructor(ports: MerkleChainRoundsPorts) {
    this.#ports = ports;
    this.#meta = ports.store.table("meta");
    this.#pause = new OpeningPause(ports.network.epochs);
    const stored = this.#meta.get(PROGRESS_KEY);
    this.#progress =
      stored === undefined
        ? { round: 0, isOpen: false, bodyHash: ports.network.id }
        : decodeStored(progressCodec, stored);
  }

  /** The round of the block under way; null without one. */
  get openRound(): number | null {
    return this.#progress.isOpen ? this.#progress.round : null;
  }

  /** Something new is reported. */
  hasNews(): void {
    this.#pause.end();
  }

  /** Opens the next round if it is time, or says again what is open. Call it at every tick. */
  drive(): void {
    const { clock, network, replica, bodyFor } = this.#ports;
    const now = clock.now();
    const { round: last, isOpen } = this.#progress;
    if (isOpen && now >= network.epochs.roundCloseMs(last)) this.#close("not certified in time");
    if (this.#progress.isOpen) {
      if (this.#opening !== null && now >= this.#retryMs(this.#opening)) this.#send();
      return;
    }
    const round = this.#nextRound(now);
    if (round === null || now < this.#openMs(round)) return;
    const body = bodyFor(round);
    if (body === null) return;
    const bytes = merkleChainBodyCodec.encode(body);
    this.#update({ round, isOpen: true, bodyHash: sha256(bytes) });
    this.#pause.opened();
    const { head } = replica;
    const request: OpenPartRequest = {
      kind: "openPart",
      epoch: network.epochAt(round),
      round,
      headRound: head.round,
      headHash: head.hash,
      body: bytes,
    };
    this.#opening = { request, sentMs: now };
    this.#send();
  }

  nextMs(): number | null {
    const { clock, network } = this.#ports;
    const { round, isOpen } = this.#progress;
    if (isOpen) {
      const closeMs = network.epochs.roundCloseMs(round);
      return this.#opening === null ? closeMs : Math.min(closeMs, this.#retryMs(this.#opening));
    }
    const next = this.#nextRound(clock.now());
    return next === null ? null : this.#openMs(next);
  }

  answered({ round }: OpenPartRequest, answer: PeerAnswer | null): void {
    if (this.#opening?.request.round !== round) return;
    if (answer?.kind === "opened") this.#opening = null;
    if (answer?.kind === "over") {
      this.#leadRounds = Math.min(2 * this.#leadRounds, LEAD_ROUNDS_MAX);
      this.#close("opened too late", true);
    }
  }

  decision(round: number): PeerAnswer {
    const decided = this.#decided(round);
    return decided === undefined
      ? { kind: "undecided", round }
      : { kind: "decided", round, hash: decided };
  }

  nothing({ set, round }: NothingRequest): PeerAnswer {
    const { round: last, isOpen } = this.#progress;
    if (isOpen && last === round && this.#isOnDuty(set, round))
      this.#close("the block has no part of it");
    return this.decision(round);
  }

  /** R-4.5: commits the block that it opened the round with, once T0's set has certified it on this head; nothing else. */
  commit({ set, certifiedBlock }: CommitRequest): PeerAnswer {
    const { replica, committed } = this.#ports;
    const decoded = certifiedBlockCodec.decode(certifiedBlock);
    if (!decoded.ok) return { kind: "refused", why: decoded.refusal.code };
    const { header, merkleChain: body } = decoded.value.block;
    const { round, merkleChain: part } = header;
    const hash = jointHeaderHash(header);
    const decided = this.#decided(round);
    if (decided !== undefined) {
      return decided !== null && equalBytes(decided, hash)
        ? { kind: "committed", round }
        : { kind: "closed", round, why: "the round is decided" };
    }
    const { round: last, bodyHash } = this.#progress;
    if (round > last) return { kind: "refused", why: "The MerkleChain has not opened this round" };
    if (header.set !== set) return { kind: "refused", why: "Another set is on duty" };
    if (part === null || body === null) return { kind: "refused", why: "A block without the part" };
    if (!replica.isCertified(decoded.value))
      return { kind: "refused", why: "The certificate does not hold" };
    if (!replica.isBodyOf(part, body))
      return { kind: "refused", why: "The body is not the certified one" };
    // It is made of what was checked when it was reported.
    const isOwn = equalBytes(part.bodyHash, bodyHash);
    const next = isOwn ? replica.judge(round, part, body, true) : null;
    if (next === null || !next.ok) {
      const why = "another part than the one opened";
      this.#close(why);
      return { kind: "closed", round, why };
    }
    replica.commit(decoded.value, next.value);
    this.#update({ round, isOpen: false, bodyHash });
    this.#opening = null;
    this.#leadRounds = Math.max(this.#leadRounds / 2, LEAD_ROUNDS);
    this.#pause.committed();
    const { certificate } = decoded.value;
    committed({ block: { header, shardBlocks: [], merkleChain: body }, certificate });
    return { kind: "committed", round };
  }

  /** undefined while the round is open or to come.: one that has begun before it was opened never will be. */
  #decided(round: number): Uint8Array | null | undefined {
    const { clock, network } = this.#ports;
    const { round: last, isOpen } = this.#progress;
    const hasBegun = round <= network.epochs.roundAt(clock.now());
    if (round > last && hasBegun && !isOpen)
      this.#update({ round, isOpen: false, bodyHash: network.id });
    if (round > this.#progress.round || (round === last && isOpen)) return undefined;
    return this.#ports.committedIn(round);
  }

  #close(why: string, wasLate = false): void {
    this.#update({ ...this.#progress, isOpen: false });
    this.#opening = null;
    this.#pause.closed(wasLate);
    this.#ports.log.write("part closed", { round: this.#progress.round, why });
  }

  #isOnDuty(set: number, round: number): boolean {
    const { network } = this.#ports;
    return network.dutyOf(network.rootShard, round).set === set;
  }

  /** The next round that can be opened, none that has begun; null with nothing to open one for. */
  #nextRound(nowMs: number): number | null {
    const first = this.#ports.firstRound();
    if (first === null) return null;
    const next = Math.max(this.#ports.network.epochs.roundAt(nowMs), this.#progress.round) + 1;
    return this.#pause.nextOfAny(Math.max(next, first));
  }

  #openMs(round: number): number {
    const { epochs } = this.#ports.network;
    return epochs.roundStartMs(round) - epochs.at(round - 1).roundMs * this.#leadRounds;
  }

  #retryMs({ sentMs }: { readonly sentMs: number }): number {
    return sentMs + this.#ports.network.roundMs / 2;
  }

  #send(): void {
    const { clock, network, outbox } = this.#ports;
    if (this.#opening === null) return;
    this.#opening.sentMs = clock.now();
    const { request } = this.#opening;
    const { set } = network.dutyOf(network.rootShard, request.round);
    outbox.call({ kind: "validatorSet", set }, request);
  }

  #update(progress: Progress): void {
    this.#progress = progress;
    this.#meta.put(PROGRESS_KEY, progressCodec.encode(progress));
  }
}
