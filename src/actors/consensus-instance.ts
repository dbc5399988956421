// The one consensus instance that a voter runs: the engine with its record, and the blocks that it is about. Performs what the
// engine says, and answers it: what it asks for may take time, since a block can be elsewhere and its signatures unchecked.
import type { FormedShardBlock } from "../protocol/blocks/build-shard-block.ts";
import { jointHeaderHash } from "../protocol/blocks/joint-header.ts";
import type { MerkleChainState } from "../protocol/blocks/merkle-chain-state.ts";
import { type CertifiedBlock, jointBlockCodec } from "../protocol/blocks/shard-block.ts";
import { initialState, restoredState, step } from "../protocol/consensus/engine.ts";
import {
  type Certificate,
  type ConsensusMessage,
  consensusMessageCodec,
} from "../protocol/consensus/messages.ts";
import { type ConsensusRecord, EMPTY_RECORD } from "../protocol/consensus/record.ts";
import { hasSeat } from "../protocol/consensus/seats.ts";
import type {
  ConsensusConfig,
  ConsensusInput,
  ConsensusOutput,
  ConsensusState,
} from "../protocol/consensus/state.ts";
import type { Verified } from "../protocol/consensus/verify-message.ts";
import { equalBytes } from "../protocol/encoding/bytes.ts";
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import type { Outbox } from "./actor.ts";
import { MissingBlock } from "./block-fetch.ts";
import { BlockJudging } from "./block-judging.ts";
import { CertifiedParts } from "./certified-parts.ts";
import type { InstanceStore, StoredInstance } from "./instance.ts";
import { InstanceParties } from "./instance-parties.ts";
import type { MerkleChainSide } from "./merkle-chain-side.ts";
import type { Network } from "./network.ts";
import type { OtherVoters } from "./other-voters.ts";
import type { Party } from "./party.ts";
import type { ConsensusRequest } from "./peers.ts";
import type { Clock, Log } from "./ports.ts";
import { ProposedBlocks, recordedValues } from "./proposed-blocks.ts";
import type { ProposedBlock, SetBlocks } from "./set-blocks.ts";
import type { Side } from "./side.ts";

type Value = Uint8Array;

export interface InstancePorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly network: Network;
  readonly outbox: Outbox;
  /** The shards that the set has duty for in the round. */
  readonly sides: readonly Side[];
  /** The MerkleChain, if it has duty for T0's. */
  readonly merkleChain: MerkleChainSide | null;
  readonly blocks: SetBlocks;
  readonly others: OtherVoters;
  readonly instances: InstanceStore;
  /** The view's proposer is here, and there is nothing to propose. */
  readonly noWork: () => void;
  readonly decided: () => void;
}

export class ConsensusInstance {
  /** What the round's parties say of it. */
  readonly parties: InstanceParties;
  /** The certified block as each party gets it. */
  readonly certifiedParts: CertifiedParts = new CertifiedParts(() => this.certified);
  readonly #ports: InstancePorts;
  readonly #config: ConsensusConfig;
  /** null until the engine runs. */
  #state: ConsensusState | null = null;
  #record: ConsensusRecord = EMPTY_RECORD;
  readonly #proposed = new ProposedBlocks();
  #timer: { readonly view: number; readonly atMs: number } | null = null;
  #certificate: Certificate | null = null;
  readonly #missing: MissingBlock;
  readonly #judging: BlockJudging;
  #isOver = false;

  constructor(ports: InstancePorts, config: ConsensusConfig) {
    this.#ports = ports;
    this.#config = config;
    this.#judging = new BlockJudging(ports, config.round);
    this.#missing = new MissingBlock(ports, config);
    this.parties = new InstanceParties(ports, this);
  }

  get round(): number {
    return this.#config.round;
  }

  /** The shards that the set has duty for in the round. */
  get sides(): readonly Side[] {
    return this.#ports.sides;
  }

  /** R-7.1: if the set is on T0's duty in the round. */
  get merkleChain(): MerkleChainSide | null {
    return this.#ports.merkleChain;
  }

  get runs(): boolean {
    return this.#state !== null;
  }

  /** Whether a seat signed something in it: then only the shard's word ends it. */
  get isBound(): boolean {
    return this.#record !== EMPTY_RECORD;
  }

  get certificate(): Certificate | null {
    return this.#certificate;
  }

  /** How many blocks it holds. */
  get blocksHeld(): number {
    return this.#proposed.size;
  }

  /** The certificate with its block, if both are here. */
  get certified(): CertifiedBlock | null {
    const certificate = this.#certificate;
    if (certificate === null) return null;
    const block = this.#proposed.get(certificate.value)?.block;
    return block === undefined ? null : { block, certificate };
  }

  /** Whether the proposer of the view that decided is here: it hands the block over before others do. */
  get isProposers(): boolean {
    const { own, proposerOf } = this.#config;
    return this.#certificate !== null && hasSeat(own, proposerOf(this.#certificate.view));
  }

  block(value: Value): ProposedBlock | undefined {
    return this.#proposed.get(value);
  }

  /** When it needs a tick; null if it waits for somebody else. */
  dueMs(): number | null {
    const times = [this.#timer?.atMs, this.#missing.dueMs].filter((time) => time !== undefined);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** `heard`: what others said before. */
  start(heard: readonly Verified<ConsensusMessage>[]): void {
    this.#state = initialState(this.#config);
    this.#drive({ kind: "start" }, ...heard);
  }

  /** goes on from what it may have said. */
  restore({ record, blocks }: StoredInstance): void {
    this.#record = record;
    const { prepareVote, commitVote } = record;
    for (const block of blocks) {
      const value = jointHeaderHash(block.header);
      const voted = [prepareVote, commitVote].some(
        (vote) => vote !== null && equalBytes(vote.value, value),
      );
      const proposed = this.#ports.blocks.restored(block, voted);
      if (proposed !== null) this.#keep(value, proposed);
    }
    // Of a round of which no block is left every party is asked.
    const all: Party[] = this.#ports.blocks.canShardsAct(this.round) ? [...this.sides] : [];
    if (this.merkleChain !== null) all.push(this.merkleChain);
    if (this.parties.isEmpty) for (const party of all) this.parties.settle(party);
    for (const { party } of this.parties.settlements) this.parties.opens(party, null);
    this.#state = restoredState(this.#config, record);
    this.#drive({ kind: "start" });
  }

  hear(message: Verified<ConsensusMessage>): void {
    if (this.#state !== null) this.#drive(message);
  }

  /** A block that came with its proposal. Before the engine runs only one is kept: that of view 0. */
  offer(view: number, value: Value, bytes: Uint8Array): void {
    if (this.#state === null && (view > 0 || this.#proposed.size > 0)) return;
    if (view < this.#record.view) return;
    // Its proposal may have come before, without it.
    if (this.#proposed.get(value) === undefined && this.#read(value, bytes)) this.recheck();
  }

  /** What a voter answered that was asked for a block. */
  fetched(value: Value, bytes: Uint8Array | null): void {
    if (!this.#missing.isWanted(value)) return;
    if (bytes === null || !this.#read(value, bytes)) this.#missing.failed();
    else this.recheck();
  }

  /** What came back of a check of signatures. */
  verified(purpose: number, transactions: readonly VerifiedTransaction[]): void {
    this.#judging.verified(purpose, transactions);
    this.recheck();
  }

  tick(nowMs: number): void {
    const timer = this.#timer;
    if (timer !== null && nowMs >= timer.atMs) {
      this.#timer = null;
      this.#drive({ kind: "timeout", view: timer.view });
    }
    this.recheck();
    this.#missing.tick(nowMs);
  }

  /** Looks again at what it could not judge or did not have: called whenever something may have come. */
  recheck(): void {
    const candidate = this.#state?.candidate;
    if (candidate?.verdict === "pending" && !this.#isOver) {
      const view = this.#record.view;
      const answer = this.#check(view, candidate.value);
      if (answer !== null) this.#drive(answer);
    }
    this.#fetchMissing();
  }

  /**
   * what makes the side's half of the block of this value its replica's head; null if this voter cannot say, and has to
   * follow.
   */
  toCommit(
    side: Side,
    value: Value,
  ): { readonly certified: CertifiedBlock; readonly formed: FormedShardBlock } | null {
    const by = this.#certifiedAs(value);
    const certified = this.certifiedParts.of(side.shard);
    const formed = by === undefined ? null : this.#judging.halfToCommit(by, side);
    return certified === null || formed === null ? null : { certified, formed };
  }

  /** the same of the MerkleChain's part. */
  partToCommit(
    value: Value,
  ): { readonly certified: CertifiedBlock; readonly next: MerkleChainState } | null {
    const by = this.#certifiedAs(value);
    const certified = this.certifiedParts.of("merkleChain");
    const next = by === undefined ? null : this.#judging.partToCommit(by);
    return certified === null || next === null ? null : { certified, next };
  }

  /** undefined unless the certified block has this value. */
  #certifiedAs(value: Value): ProposedBlock | undefined {
    const isCertified = this.#certificate !== null && equalBytes(this.#certificate.value, value);
    return isCertified ? this.#proposed.get(value) : undefined;
  }

  /** Nothing of it may come back. */
  end(): void {
    this.#isOver = true;
    this.#timer = null;
    this.#missing.want(null, 0);
  }

  /** Runs the engine on inputs and on all that its outputs lead to. The step's end makes the records durable. */
  #drive(...inputs: ConsensusInput[]): void {
    const before = this.#record;
    for (let input = inputs.shift(); input !== undefined; input = inputs.shift()) {
      if (this.#state === null || this.#isOver) break;
      const { state, outputs } = step(this.#config, this.#state, input);
      this.#state = state;
      for (const output of outputs) {
        const answer = this.#perform(output);
        if (answer !== null) inputs.push(answer);
      }
    }
    if (this.#isOver) return;
    this.#prune();
    // Effects leave only after the step's transaction, so the newest record alone has to be written.
    if (this.#record !== before) {
      const blocks = this.#proposed.among(recordedValues(this.#record));
      this.#ports.instances.save({ round: this.round, record: this.#record, blocks });
    }
    this.#fetchMissing();
  }

  #perform(output: ConsensusOutput): ConsensusInput | null {
    const { clock, log, others, decided } = this.#ports;
    switch (output.kind) {
      case "persist":
        this.#record = output.record;
        return null;
      case "propose":
        return this.#propose(output.view);
      case "check":
        return this.#check(output.view, output.value);
      case "timer":
        this.#timer = { view: output.view, atMs: clock.now() + output.delayMs };
        return null;
      case "decided":
        this.#certificate = output.certificate;
        this.#timer = null;
        decided();
        return null;
      case "equivocation":
        log.write("equivocation", { set: this.#config.set, round: this.round });
        return null;
      case "broadcast":
        if (others.count > 0) others.broadcast(this.#requestOf(output.message));
        return null;
      case "send":
        others.send(output.to, this.#requestOf(output.message));
        return null;
    }
  }

  #requestOf(message: ConsensusMessage): ConsensusRequest {
    const { set, round } = this.#config;
    const value = message.kind === "proposal" ? message.proposal.value : null;
    const block = value === null ? undefined : this.#proposed.get(value)?.block;
    return {
      kind: "consensus",
      set,
      round,
      message: consensusMessageCodec.encode(message),
      block: block === undefined ? null : jointBlockCodec.encode(block),
    };
  }

  /** the view's proposer is one of these seats: a fresh block, or nothing if there is no work in it. */
  #propose(view: number): ConsensusInput | null {
    const offers = this.sides.flatMap((side) => {
      const candidates = this.isReady(side) ? this.parties.openedBy(side)?.candidates : null;
      return candidates == null ? [] : [{ side, candidates }];
    });
    const { part } = this.parties;
    const body = part !== null && this.isPartReady ? this.merkleChain?.bodyOf(part) : null;
    if (offers.length === 0 && body == null) return null;
    const proposed = this.#ports.blocks.form(this.round, view, offers, body ?? null);
    if (proposed === null) {
      this.#ports.noWork();
      return null;
    }
    const value = jointHeaderHash(proposed.block.header);
    this.#keep(value, proposed);
    return { kind: "proposed", view, value };
  }

  /** Whether a half can be formed for the side: it opened the round on the replica's head, and its candidates are checked. */
  isReady(side: Side): boolean {
    const opened = this.parties.openedBy(side);
    if (opened === undefined || opened.candidates === null) return false;
    const { request } = opened;
    if (request !== null && !equalBytes(request.headHash, side.replica.head.hash)) return false;
    return this.#judging.canJudge(side);
  }

  /** Whether the MerkleChain opened the round on the head of this voter's replica of it. */
  get isPartReady(): boolean {
    const { part } = this.parties;
    const head = this.merkleChain?.replica.head;
    return part !== null && head !== undefined && equalBytes(part.headHash, head.hash);
  }

  /**
   * no seat votes for what this replica has neither formed, judging all that is in it, nor checked. null while that cannot
   * be said: the answer comes later, or the view ends.
   */
  #check(view: number, value: Value): ConsensusInput | null {
    const proposed = this.#proposed.get(value);
    const valid =
      proposed === undefined ? null : this.#judging.judge(view, proposed, () => this.#known());
    return valid === null ? null : { kind: "checked", view, value, valid };
  }

  #known(): VerifiedTransaction[] {
    return [...this.parties.candidates(), ...this.#proposed.verified()];
  }

  #keep(value: Value, proposed: ProposedBlock): void {
    this.#proposed.set(value, proposed);
    if (this.#ports.blocks.canShardsAct(this.round))
      for (const { side } of proposed.halves) this.parties.settle(side);
    if (proposed.part !== null) this.parties.settle(proposed.part.side);
  }

  #read(value: Value, bytes: Uint8Array): boolean {
    const proposed = this.#ports.blocks.read(bytes, value, this.#known());
    if (proposed === null) return false;
    this.#keep(value, proposed);
    if (this.#certificate !== null && equalBytes(this.#certificate.value, value)) {
      this.#ports.decided();
    }
    return true;
  }

  #fetchMissing(): void {
    const candidate = this.#state?.candidate;
    const wanted = this.#certificate ?? (candidate?.verdict === "pending" ? candidate : null);
    const isHere = wanted === null || this.#proposed.get(wanted.value) !== undefined;
    this.#missing.want(isHere || this.#isOver ? null : wanted.value, this.#record.view);
  }

  #prune(): void {
    const candidate = this.#state?.candidate;
    const values = recordedValues(this.#record);
    if (candidate !== null && candidate !== undefined) values.push(candidate.value);
    this.#proposed.keepOnly(values);
  }
}
