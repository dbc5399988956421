// The validator set: hosted seats that share one replica of the shard. For each round that its shard opens it forms a block,
// re-checks it on its own replica, runs pBFT over its seats, and hands the shard the certified block until the shard has
// decided. All its seats are hosted here and are one voter of the engine.
import { invariant } from "../protocol/assert.ts";
import type { FormedShardBlock } from "../protocol/blocks/build-shard-block.ts";
import { jointHeaderHash } from "../protocol/blocks/joint-header.ts";
import {
  type CertifiedBlock,
  certifiedBlockCodec,
  totalOrder,
} from "../protocol/blocks/shard-block.ts";
import { initialState, restoredState, step } from "../protocol/consensus/engine.ts";
import type { Certificate } from "../protocol/consensus/messages.ts";
import type { SeatSet } from "../protocol/consensus/seats.ts";
import type {
  ConsensusConfig,
  ConsensusInput,
  ConsensusOutput,
  ConsensusState,
} from "../protocol/consensus/state.ts";
import { equalBytes, toHex } from "../protocol/encoding/bytes.ts";
import { storedTransaction, type VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import { roundAt, roundStartMs } from "../protocol/rounds/epoch.ts";
import { setOnDuty } from "../protocol/rounds/timetable.ts";
import { type Actor, type Effect, Outbox } from "./actor.ts";
import { CatchUp } from "./catch-up.ts";
import { consensusConfig } from "./consensus-config.ts";
import type { HostedSeats } from "./hosted-seats.ts";
import { InstanceStore } from "./instance.ts";
import type { Network } from "./network.ts";
import type { OpenRequest, PeerAnswer, PeerId, PeerRequest } from "./peers.ts";
import type { Clock, Log, Store } from "./ports.ts";
import { Replica } from "./replica.ts";
import { SetBlocks } from "./set-blocks.ts";
import { certifiedBlockOf, type Instance, instanceTickMs, newInstance } from "./set-instance.ts";
import { nameSuspects } from "./suspects.ts";

export interface ValidatorSetPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly network: Network;
  readonly seats: HostedSeats;
  /** The other voters of the set with their seats; empty where all are hosted here. */
  readonly others: readonly OtherVoter[];
}

export interface OtherVoter {
  readonly peer: PeerId;
  readonly seats: SeatSet;
}

// A shard that does not answer is asked again after half a round, then ever less often.
const RETRY_DOUBLINGS_MAX = 5;

export class ValidatorSet implements Actor {
  readonly set: number;
  readonly replica: Replica;
  readonly #ports: ValidatorSetPorts;
  readonly #shard: number;
  readonly #outbox = new Outbox();
  readonly #instances: InstanceStore;
  #instance: Instance | null = null;
  /** The round up to which every instance has ended. */
  #endedRound: number;
  readonly #blocks: SetBlocks;
  readonly #catchUp: CatchUp;

  constructor(ports: ValidatorSetPorts, set: number) {
    this.#ports = ports;
    this.set = set;
    const record = ports.network.epoch.sets.find((candidate) => candidate.set === set);
    const [shard] = record?.shards ?? [];
    invariant(shard !== undefined, "A set without a shard", { set });
    this.#shard = shard;
    this.replica = new Replica(ports.store, ports.network, shard);
    const { replica } = this;
    this.#blocks = new SetBlocks({ ...ports, replica, set });
    this.#catchUp = new CatchUp({
      ...ports,
      replica,
      execute: () => this.#execute(),
      extend: (certified, formed, encoded) => this.#extend(certified, formed, encoded),
    });
    this.#instances = new InstanceStore(ports.store);
    this.#endedRound = this.#instances.endedRound();
    this.#restore();
  }

  takeEffects(): readonly Effect[] {
    return this.#outbox.take();
  }

  receive(request: PeerRequest): PeerAnswer {
    if (request.kind === "open") return this.#open(request);
    return { kind: "refused", why: `A validator set does not take ${request.kind}` };
  }

  answered(_to: PeerId, request: PeerRequest, answer: PeerAnswer | null): void {
    if (request.kind === "commit") this.#shardAnswered(answer);
    // Blocks are asked for only before an instance runs; an answer that comes later must not move the head under it.
    const runs = this.#instance !== null && this.#instance.state !== null;
    if (request.kind === "blocks" && !runs && this.#catchUp.answered(answer)) this.#advance();
  }

  verified(purpose: number, transactions: readonly VerifiedTransaction[]): void {
    const instance = this.#instance;
    if (instance === null || instance.round !== purpose) return;
    nameSuspects(this.#outbox, this.#shard, this.#blocks, instance, transactions);
    instance.verifying = false;
    instance.candidates = transactions;
    this.#advance();
  }

  tick(): void {
    const now = this.#ports.clock.now();
    if (this.replica.hasUnexecuted) this.#outbox.work();
    const instance = this.#instance;
    if (instance === null) return;
    if (instance.certificate !== null) {
      if (now >= instance.sentMs + this.#retryMs(instance.sent)) this.#handOver(instance);
      return;
    }
    if (instance.state === null) {
      this.#advance();
      return;
    }
    const { timer } = instance;
    if (timer !== null && now >= timer.atMs) {
      instance.timer = null;
      this.#drive(instance, { kind: "timeout", view: timer.view });
    }
  }

  work(): void {
    this.#execute();
    if (this.replica.hasUnexecuted) this.#outbox.work();
    else this.#advance();
  }

  nextTickMs(): number | null {
    const now = this.#ports.clock.now();
    const due = instanceTickMs(this.#instance, now, (times) => this.#retryMs(times));
    if (!this.replica.hasUnexecuted) return due;
    // Execution is under way, unless a crash cut it off.
    const { epoch } = this.#ports.network;
    return Math.min(due ?? Number.POSITIVE_INFINITY, roundStartMs(epoch, roundAt(epoch, now) + 1));
  }

  /** Executes one round. The shard keeps bodies for everybody (section 15); this replica needs its head's only. */
  #execute(): void {
    const executed = this.replica.executeNext();
    if (executed !== null && executed.round < this.replica.head.round) {
      this.replica.blocks.prune(executed.round);
    }
  }

  /** the shard's candidates for a round in which this set is on duty. */
  #open(request: OpenRequest): PeerAnswer {
    const { round, shard } = request;
    const { epoch } = this.#ports.network;
    const refuse = (why: string): PeerAnswer => ({ kind: "notOnDuty", round, why });
    if (request.epoch !== epoch.epoch) return refuse("another epoch");
    if (round < epoch.activationRound) return refuse("a round before the epoch");
    if (round > roundAt(epoch, this.#ports.clock.now()) + 1) return refuse("a round to come");
    if (shard !== this.#shard || setOnDuty(epoch, shard, round).set !== this.set) {
      return refuse("another set is on duty");
    }
    const running = this.#instance;
    if (running?.round === round) return { kind: "opened", round };
    if (
      round <= this.#endedRound ||
      round <= this.replica.head.round ||
      (running?.round ?? 0) > round
    ) {
      return refuse("the round is past");
    }
    if (running !== null) this.#endSuperseded(running, request);
    this.#instance = newInstance(round, request);
    this.#advance();
    return { kind: "opened", round };
  }

  /** a shard that opens a later round has decided the earlier one, and its head says how. */
  #endSuperseded(instance: Instance, { headHash }: OpenRequest): void {
    const { certificate } = instance;
    if (certificate !== null && equalBytes(certificate.value, headHash)) {
      this.#commit(instance, certificate);
    }
    this.#end(instance);
  }

  /** Does what the instance needs next; called whenever something it waited for may have come. */
  #advance(): void {
    const instance = this.#instance;
    if (instance === null || instance.state !== null) return;
    const { open, round } = instance;
    if (open !== null && !equalBytes(this.replica.head.hash, open.headHash)) {
      const request = this.#catchUp.ask(this.#ports.clock.now(), this.#retryMs(0));
      instance.waits = this.#catchUp.unanswered;
      if (request !== null) this.#outbox.call({ kind: "shard", shard: this.#shard }, request);
      return;
    }
    if (!this.replica.canJudge(round)) {
      this.#outbox.work();
      return;
    }
    if (instance.candidates === null) {
      this.#verifyCandidates(instance);
      return;
    }
    this.#startEngine(instance, initialState(this.#configOf(instance.round)));
  }

  /** every signature is checked again, whatever the gateway said. */
  #verifyCandidates(instance: Instance): void {
    if (instance.verifying || instance.open === null) return;
    const decoded = this.#blocks.decode(instance.open.candidates);
    if (decoded.length === 0) {
      instance.candidates = [];
      this.#startEngine(instance, initialState(this.#configOf(instance.round)));
      return;
    }
    instance.verifying = true;
    this.#outbox.verify(instance.round, decoded);
  }

  #startEngine(instance: Instance, state: ConsensusState): void {
    instance.state = state;
    this.#drive(instance, { kind: "start" });
  }

  /** Runs the engine on an input and on all that its outputs lead to. The step's end makes the records durable. */
  #drive(instance: Instance, first: ConsensusInput): void {
    const inputs: ConsensusInput[] = [first];
    const config = this.#configOf(instance.round);
    const before = instance.record;
    for (let input = inputs.shift(); input !== undefined; input = inputs.shift()) {
      if (instance.state === null) break;
      const { state, outputs } = step(config, instance.state, input);
      instance.state = state;
      for (const output of outputs) {
        const answer = this.#perform(instance, output);
        if (answer !== null) inputs.push(answer);
      }
    }
    // Effects leave only after the step's transaction, so the newest record alone has to be written.
    if (instance.record !== before && this.#instance === instance) this.#persist(instance);
  }

  #perform(instance: Instance, output: ConsensusOutput): ConsensusInput | null {
    switch (output.kind) {
      case "persist":
        instance.record = output.record;
        return null;
      case "propose":
        return this.#propose(instance, output.view);
      case "check":
        return this.#check(instance, output.view, output.value);
      case "timer":
        instance.timer = { view: output.view, atMs: this.#ports.clock.now() + output.delayMs };
        return null;
      case "decided":
        instance.certificate = output.certificate;
        instance.timer = null;
        this.#handOver(instance);
        return null;
      case "equivocation":
        this.#ports.log.write("equivocation", { set: this.set, round: instance.round });
        return null;
      case "broadcast":
      case "send":
        return null;
    }
  }

  #persist(instance: Instance): void {
    const { record } = instance;
    const value = (record.commitVote ?? record.prepareVote ?? record.proposal)?.value;
    const block = value === undefined ? null : (instance.blocks.get(toHex(value))?.block ?? null);
    this.#instances.save({ round: instance.round, record, block });
  }

  /** the view's proposer is one of these seats: a fresh block, or nothing if there is no work in it. */
  #propose(instance: Instance, view: number): ConsensusInput | null {
    const proposed = this.#blocks.form(instance.round, view, instance.candidates ?? []);
    if (proposed === null) {
      this.#end(instance);
      return null;
    }
    const value = jointHeaderHash(proposed.block.header);
    instance.blocks.set(toHex(value), proposed);
    return { kind: "proposed", view, value };
  }

  /** no seat votes for what this replica has neither formed, judging all that is in it, nor checked. */
  #check(instance: Instance, view: number, value: Uint8Array): ConsensusInput {
    const { round, candidates } = instance;
    const proposed = instance.blocks.get(toHex(value));
    // A value that no block here has: nothing was checked, so nothing is voted for.
    if (proposed === undefined) return { kind: "checked", view, value, valid: false };
    if (proposed.formed !== null) return { kind: "checked", view, value, valid: true };
    const formed = this.#blocks.check(round, view, proposed.block, candidates ?? []);
    // A replica that refuses what it formed itself would change views for ever: it stops, and the log says why.
    invariant(formed !== null, "R-4.4 The set refuses its own block", {
      set: this.set,
      round,
      view,
    });
    proposed.formed = formed;
    return { kind: "checked", view, value, valid: true };
  }

  #handOver(instance: Instance): void {
    const certified = certifiedBlockOf(instance);
    invariant(certified !== null, "A decision about a block that the set does not have", {
      round: instance.round,
    });
    instance.encoded ??= certifiedBlockCodec.encode(certified);
    instance.sentMs = this.#ports.clock.now();
    instance.sent += 1;
    this.#outbox.call(
      { kind: "shard", shard: this.#shard },
      { kind: "commit", set: this.set, certifiedBlock: instance.encoded },
    );
  }

  #shardAnswered(answer: PeerAnswer | null): void {
    const instance = this.#instance;
    if (instance === null || instance.certificate === null || answer === null) return;
    if (answer.kind === "committed" && answer.round === instance.round) {
      this.#commit(instance, instance.certificate);
      this.#end(instance);
    } else if (answer.kind === "closed" && answer.round === instance.round) {
      this.#ports.log.write("block void", { set: this.set, round: answer.round, why: answer.why });
      this.#end(instance);
    } else if (answer.kind === "refused") {
      this.#ports.log.write("block refused by the shard", { set: this.set, why: answer.why });
    }
  }

  /** only the shard's word makes a certified block committed. */
  #commit(instance: Instance, certificate: Certificate): void {
    const proposed = instance.blocks.get(toHex(certificate.value));
    if (proposed === undefined || proposed.formed === null) return;
    const certified = { block: proposed.block, certificate };
    this.#extend(certified, proposed.formed, instance.encoded ?? undefined);
    this.#outbox.work();
  }

  #extend(certified: CertifiedBlock, formed: FormedShardBlock, encoded?: Uint8Array): void {
    const before = this.replica.head.round;
    this.replica.commit(certified, formed, encoded);
    const moved = this.replica.head.round > before;
    if (moved && before > 0 && before <= this.replica.executedRound)
      this.replica.blocks.prune(before);
  }

  #end(instance: Instance): void {
    this.#endedRound = Math.max(this.#endedRound, instance.round);
    this.#instances.end(instance.round);
    if (this.#instance === instance) this.#instance = null;
  }

  /** an interrupted instance goes on from what it may have said. */
  #restore(): void {
    const stored = this.#instances.load();
    if (stored === null) return;
    const instance = newInstance(stored.round, null);
    instance.record = stored.record;
    this.#instance = instance;
    if (stored.round <= this.replica.head.round) {
      // Decided meanwhile, by blocks that were followed.
      this.#end(instance);
      return;
    }
    if (stored.block === null) {
      // Nothing was voted for: the shard opens another round, and no seat is bound.
      if (stored.record.view === 0) this.#end(instance);
      return;
    }
    while (!this.replica.canJudge(stored.round)) this.replica.executeNext();
    const bodies = stored.block.shardBlocks.flatMap((shardBlock) => [...totalOrder(shardBlock)]);
    instance.candidates = bodies.map((bytes) => storedTransaction(bytes, this.#ports.network.id));
    const { round, record, block } = stored;
    const formed = this.#blocks.check(round, record.view, block, instance.candidates);
    invariant(formed !== null, "R-4.3 The set refuses the block that it voted for", { round });
    const value = toHex(jointHeaderHash(stored.block.header));
    instance.blocks.set(value, { block: stored.block, formed });
    this.#startEngine(instance, restoredState(this.#configOf(stored.round), stored.record));
  }

  #configOf(round: number): ConsensusConfig {
    return consensusConfig(this.#ports.network, this.#ports.seats, this.set, round);
  }

  #retryMs(times: number): number {
    return (this.#ports.network.epoch.roundMs / 2) * 2 ** Math.min(times, RETRY_DOUBLINGS_MAX);
  }
}
