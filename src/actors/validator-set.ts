// One voter of a validator set: seats that share one replica of the set's shard. For each round that the shard opens it takes
// part in the set's pBFT instance, votes for what its own replica has checked, and hands the shard the certified block until the
// shard has decided. Where all seats are hosted here it is the only voter; else the others are peers who may say anything.
import { invariant } from "../protocol/assert.ts";
import type { FormedShardBlock } from "../protocol/blocks/build-shard-block.ts";
import type { CertifiedBlock } from "../protocol/blocks/shard-block.ts";
import type { ConsensusConfig } from "../protocol/consensus/state.ts";
import { equalBytes } from "../protocol/encoding/bytes.ts";
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import { roundAt, roundStartMs } from "../protocol/rounds/epoch.ts";
import { setOnDuty } from "../protocol/rounds/timetable.ts";
import { type Actor, type Effect, Outbox } from "./actor.ts";
import { CatchUp } from "./catch-up.ts";
import { consensusConfig } from "./consensus-config.ts";
import { ConsensusInstance, type InstancePorts } from "./consensus-instance.ts";
import type { HostedSeats } from "./hosted-seats.ts";
import { InstanceStore } from "./instance.ts";
import type { Network } from "./network.ts";
import { type OtherVoter, OtherVoters } from "./other-voters.ts";
import type { OpenRequest, PeerAnswer, PeerId, PeerRequest } from "./peers.ts";
import type { Clock, Log, Store } from "./ports.ts";
import { Replica } from "./replica.ts";
import { SetBlocks } from "./set-blocks.ts";
import { ShardLink } from "./shard-link.ts";
import { nameSuspects } from "./suspects.ts";
import { VoterInbox } from "./voter-inbox.ts";
import { isWellFormed } from "./well-formed.ts";

export interface ValidatorSetPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly network: Network;
  readonly seats: HostedSeats;
  /** The other voters of the set with their seats; empty where all are hosted here. */
  readonly others: readonly OtherVoter[];
}

export class ValidatorSet implements Actor {
  readonly set: number;
  readonly replica: Replica;
  readonly #ports: ValidatorSetPorts;
  readonly #shard: number;
  readonly #outbox = new Outbox();
  readonly #others: OtherVoters;
  readonly #inbox: VoterInbox;
  readonly #instances: InstanceStore;
  #instance: ConsensusInstance | null = null;
  /** Opened, as somebody says, while the instance before it was bound: its turn comes with the shard's word about that. */
  #next: OpenRequest | null = null;
  /** The round up to which every instance has ended. */
  #endedRound: number;
  readonly #blocks: SetBlocks;
  readonly #catchUp: CatchUp;
  readonly #shardLink: ShardLink;

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
    const { clock, network } = ports;
    const link = { clock, network, outbox: this.#outbox, catchUp: this.#catchUp };
    this.#shardLink = new ShardLink(link, set, shard);
    this.#instances = new InstanceStore(ports.store);
    this.#endedRound = this.#instances.endedRound();
    this.#others = new OtherVoters(ports.others, this.#outbox);
    this.#inbox = new VoterInbox({ ...ports, others: this.#others, outbox: this.#outbox }, set);
    this.#restore();
  }

  /** What of other voters' words and blocks is in memory. */
  get held(): { readonly messages: number; readonly blocks: number } {
    return { messages: this.#inbox.size, blocks: this.#instance?.blocksHeld ?? 0 };
  }

  takeEffects(): readonly Effect[] {
    return this.#outbox.take();
  }

  receive(request: PeerRequest): PeerAnswer {
    if (!isWellFormed(request)) return { kind: "refused", why: "Malformed request" };
    switch (request.kind) {
      case "open":
        return this.#open(request);
      case "consensus":
        return this.#inbox.receive(request, this.#instance, this.#pastRound);
      case "proposedBlock":
        return this.#inbox.blockFor(request, this.#instance);
      case "opening":
        return this.#inbox.openingFor(request, this.#instance);
      default:
        return { kind: "refused", why: `A validator set does not take ${request.kind}` };
    }
  }

  answered(_to: PeerId, request: PeerRequest, answer: PeerAnswer | null): void {
    if (request.kind === "commit") this.#commitAnswered(answer);
    else if (request.kind === "decision") this.#decisionAnswered(answer);
    else if (request.kind === "blocks") this.#blocksAnswered(answer);
    else if (request.kind === "proposedBlock") {
      const block = this.#inbox.blockOf(answer);
      if (request.round === this.#instance?.round) this.#instance.fetched(request.value, block);
    } else if (request.kind === "opening") {
      const open = this.#inbox.openingOf(answer);
      if (open !== null) this.#open(open);
    }
  }

  verified(purpose: number, transactions: readonly VerifiedTransaction[]): void {
    const instance = this.#instance;
    if (instance === null) return;
    if (instance.round !== purpose) {
      instance.verified(purpose, transactions);
      return;
    }
    if (instance.candidates !== null) return;
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
    if (now >= this.#shardLink.settleMs(instance, this.#next !== null)) this.#settle(instance);
    if (instance.isCommitted) this.#shardLink.askBlocks();
    if (instance.runs) instance.tick(now);
    else this.#advance();
  }

  work(): void {
    this.#execute();
    if (this.replica.hasUnexecuted) this.#outbox.work();
    else this.#advance();
    this.#instance?.recheck();
  }

  nextTickMs(): number | null {
    const now = this.#ports.clock.now();
    const times: number[] = [];
    const instance = this.#instance;
    if (instance !== null) {
      const due = instance.dueMs();
      times.push(
        ...(due === null ? [] : [due]),
        this.#shardLink.settleMs(instance, this.#next !== null),
      );
      if (this.#needsBlocks(instance)) times.push(this.#shardLink.blocksDueMs);
    }
    // Execution is under way, unless a crash cut it off.
    const { epoch } = this.#ports.network;
    if (this.replica.hasUnexecuted) times.push(roundStartMs(epoch, roundAt(epoch, now) + 1));
    const next = Math.min(...times);
    return Number.isFinite(next) ? Math.max(next, now) : null;
  }

  /** Rounds of which nothing more is to be heard. */
  get #pastRound(): number {
    return Math.max(this.#endedRound, this.replica.head.round);
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
    const { setObject } = this.#others;
    if (round > this.#pastRound && setObject === null && (running?.round ?? 0) <= round) {
      this.#others.broadcast(request);
    }
    if (running?.round === round) return { kind: "opened", round };
    if (round <= this.#pastRound || (running?.round ?? 0) > round) {
      return refuse("the round is past");
    }
    if (running !== null && !this.#makeWay(running, request)) return { kind: "opened", round };
    this.#instance = this.#newInstance(round, request);
    this.#advance();
    return { kind: "opened", round };
  }

  /** Whether the instance is over now that the shard has opened a later round. */
  #makeWay(instance: ConsensusInstance, request: OpenRequest): boolean {
    if (this.#others.count === 0) {
      // the shard's own word. It has decided the earlier round, and its head says how.
      this.#commit(instance, request.headHash);
      this.#end(instance);
      return true;
    }
    if (!instance.isBound) return true;
    if ((this.#next?.round ?? 0) < request.round) this.#next = request;
    // However often it is said, the shard is asked at its own pace.
    const now = this.#ports.clock.now();
    if (now >= this.#shardLink.settleMs(instance, true)) this.#shardLink.askDecision(instance);
    return false;
  }

  #newInstance(round: number, open: OpenRequest | null): ConsensusInstance {
    const ports: InstancePorts = {
      ...this.#ports,
      outbox: this.#outbox,
      replica: this.replica,
      blocks: this.#blocks,
      others: this.#others,
      instances: this.#instances,
      catchUp: () => this.#shardLink.askBlocks(),
      noWork: () => {
        // No value was signed: the shard closes the round by its clock. Other voters may know of work.
        if (this.#others.count === 0) this.#end(instance);
      },
      decided: () => this.#decided(instance),
    };
    const instance = new ConsensusInstance(ports, this.#configOf(round), open);
    return instance;
  }

  /** Does what the instance needs next; called whenever something it waited for may have come. */
  #advance(): void {
    const instance = this.#instance;
    if (instance === null || instance.runs) return;
    const { round } = instance;
    if (this.#needsBlocks(instance)) {
      this.#shardLink.askBlocks();
      return;
    }
    if (!this.replica.canJudge(round)) {
      this.#outbox.work();
      return;
    }
    if (instance.candidates === null) this.#verifyCandidates(instance);
    if (instance.candidates !== null) instance.start(this.#inbox.heard(round));
  }

  /** every signature is checked again, whatever the gateway said. */
  #verifyCandidates(instance: ConsensusInstance): void {
    if (instance.verifying || instance.open === null) return;
    const decoded = this.#blocks.decode(instance.open.candidates);
    if (decoded.length === 0) {
      instance.candidates = [];
      return;
    }
    instance.verifying = true;
    this.#outbox.verify(instance.round, decoded);
  }

  #blocksAnswered(answer: PeerAnswer | null): void {
    if (!this.#catchUp.answered(answer)) return;
    const instance = this.#instance;
    if (instance !== null && this.replica.head.round >= instance.round) {
      // decided, as the shard's blocks say.
      this.#endByShard(instance);
    } else {
      if (instance?.isCommitted) this.#shardLink.askBlocks();
      instance?.recheck();
    }
    this.#advance();
  }

  /** The engine has a certificate, or the block for it has come. Who proposed it hands it over; others if that fails. */
  #decided(instance: ConsensusInstance): void {
    if (this.#others.setObject === null || instance.isProposers) this.#shardLink.handOver(instance);
    else if (instance.sent === 0) instance.sentMs = this.#ports.clock.now();
  }

  #settle(instance: ConsensusInstance): void {
    if (this.#others.setObject === null && instance.certified !== null)
      this.#shardLink.handOver(instance);
    else this.#shardLink.askDecision(instance);
  }

  #commitAnswered(answer: PeerAnswer | null): void {
    const instance = this.#instance;
    const certificate = instance?.certificate ?? null;
    if (instance === null || certificate === null || answer === null) return;
    if (answer.kind === "committed" && answer.round === instance.round) {
      this.#committed(instance, certificate.value);
    } else if (answer.kind === "closed" && answer.round === instance.round) {
      this.#ports.log.write("block void", { set: this.set, round: answer.round, why: answer.why });
      this.#endByShard(instance);
    } else if (answer.kind === "refused") {
      this.#ports.log.write("block refused by the shard", { set: this.set, why: answer.why });
    }
  }

  #decisionAnswered(answer: PeerAnswer | null): void {
    const instance = this.#instance;
    if (instance === null || answer === null) return;
    if (answer.kind === "undecided" && answer.round === instance.round)
      this.#shardLink.handOver(instance);
    if (answer.kind !== "decided" || answer.round !== instance.round) return;
    if (answer.hash === null) this.#endByShard(instance);
    else this.#committed(instance, answer.hash);
  }

  #committed(instance: ConsensusInstance, hash: Uint8Array): void {
    if (this.#commit(instance, hash)) {
      this.#endByShard(instance);
      return;
    }
    instance.isCommitted = true;
    this.#shardLink.askBlocks();
  }

  /** only the shard's word makes a certified block committed. False if this voter has to follow instead. */
  #commit(instance: ConsensusInstance, hash: Uint8Array): boolean {
    const committed = instance.toCommit(hash);
    if (committed === null) return false;
    this.#extend(committed.certified, committed.formed, instance.encoded ?? undefined);
    this.#outbox.work();
    return true;
  }

  #extend(certified: CertifiedBlock, formed: FormedShardBlock, encoded?: Uint8Array): void {
    const before = this.replica.head.round;
    this.replica.commit(certified, formed, encoded);
    const moved = this.replica.head.round > before;
    if (moved && before > 0 && before <= this.replica.executedRound)
      this.replica.blocks.prune(before);
  }

  /** The shard has decided the round: the next one's turn. */
  #endByShard(instance: ConsensusInstance): void {
    this.#end(instance);
    const next = this.#next;
    this.#next = null;
    if (next !== null) this.#open(next);
  }

  #end(instance: ConsensusInstance): void {
    instance.end();
    this.#endedRound = Math.max(this.#endedRound, instance.round);
    this.#instances.end(instance.round);
    this.#inbox.forgetUpTo(instance.round);
    if (this.#instance === instance) this.#instance = null;
  }

  /** an interrupted instance goes on from what it may have said. */
  #restore(): void {
    const stored = this.#instances.load();
    if (stored === null) return;
    const instance = this.#newInstance(stored.round, null);
    this.#instance = instance;
    if (stored.round <= this.replica.head.round) {
      // Decided meanwhile, by blocks that were followed.
      this.#end(instance);
      return;
    }
    while (!this.replica.canJudge(stored.round)) this.replica.executeNext();
    instance.restore(stored);
  }

  #configOf(round: number): ConsensusConfig {
    return consensusConfig(this.#ports.network, this.#ports.seats, this.set, round);
  }

  /** Whether the replica has to follow the shard first: to the head that the round extends, or to its block. */
  #needsBlocks({ open, runs, isCommitted }: ConsensusInstance): boolean {
    if (isCommitted || runs || open === null) return isCommitted;
    return !equalBytes(this.replica.head.hash, open.headHash);
  }
}
