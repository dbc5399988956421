// One voter of a validator set: seats that share one replica of each of the set's one or two shards. For each round in which the set
// is on duty and a shard opens it, it takes part in the set's pBFT instance, votes for what its own replicas have checked, and hands
// each shard the certified block until the shard has decided. In other rounds its replicas follow the shards. Where all
// seats are hosted here it is the only voter; else the others are peers who may say anything.
import { invariant } from "../protocol/assert.ts";
import type { ConsensusConfig } from "../protocol/consensus/state.ts";
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import { roundAt, roundStartMs } from "../protocol/rounds/epoch.ts";
import { type Actor, type Effect, Outbox } from "./actor.ts";
import { consensusConfig } from "./consensus-config.ts";
import { ConsensusInstance, type InstancePorts } from "./consensus-instance.ts";
import { Findings } from "./findings.ts";
import type { HostedSeats } from "./hosted-seats.ts";
import { InstanceStore } from "./instance.ts";
import type { Network } from "./network.ts";
import { type OtherVoter, OtherVoters } from "./other-voters.ts";
import { PairExecution } from "./pair-execution.ts";
import { areOpened, isVain, partnerDueMs } from "./partner-wait.ts";
import type { FollowRequest, OpenRequest, PeerAnswer, PeerId, PeerRequest } from "./peers.ts";
import { type Clock, type Log, type Store, secondReplica } from "./ports.ts";
import { Preparation } from "./preparation.ts";
import type { Replica } from "./replica.ts";
import { SetBlocks } from "./set-blocks.ts";
import { Settling } from "./settling.ts";
import { Side } from "./side.ts";
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
  /** The shards that it covers, in the order of the epoch's record. */
  readonly sides: readonly Side[];
  readonly findings: Findings;
  readonly #ports: ValidatorSetPorts;
  readonly #outbox = new Outbox();
  readonly #others: OtherVoters;
  readonly #inbox: VoterInbox;
  readonly #instances: InstanceStore;
  #instance: ConsensusInstance | null = null;
  /** Opened, as somebody says, while the instance before it was bound: its turn comes with the shards' word about that. */
  #next: readonly OpenRequest[] = [];
  /** The round up to which every instance has ended. */
  #endedRound: number;
  readonly #blocks: SetBlocks;
  readonly #execution: PairExecution;
  readonly #settling: Settling;
  readonly #preparation: Preparation;

  constructor(ports: ValidatorSetPorts, set: number) {
    this.#ports = ports;
    this.set = set;
    const shards = ports.network.setRecord(set)?.shards ?? [];
    invariant(shards.length > 0, "A set without a shard", { set });
    const { store } = ports;
    this.findings = new Findings(store);
    this.#others = new OtherVoters(ports.others, this.#outbox);
    const shared = {
      ...ports,
      outbox: this.#outbox,
      others: this.#others,
      findings: this.findings,
    };
    this.sides = shards.map((shard, i) => {
      const sidePorts = { ...shared, store: i === 0 ? store : secondReplica(store) };
      return new Side(sidePorts, set, shard, shards.length, () => this.#execution.step());
    });
    const { sides } = this;
    this.#blocks = new SetBlocks({ ...ports, sides, set });
    this.#preparation = new Preparation({ outbox: this.#outbox, blocks: this.#blocks, sides });
    this.#instances = new InstanceStore(store);
    this.#endedRound = this.#instances.endedRound();
    this.#settling = new Settling({ ...shared, ended: (instance) => this.#ended(instance) }, set);
    this.#execution = new PairExecution(shared, set, sides);
    this.#inbox = new VoterInbox(shared, set);
    this.#restore();
  }

  /** In the order of the sides. */
  get replicas(): readonly Replica[] {
    return this.sides.map(({ replica }) => replica);
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
      case "follow":
        return this.#follow(request);
      case "consensus":
        return this.#inbox.receive(request, this.#instance, this.#pastRound);
      case "proposedBlock":
        return this.#inbox.blockFor(request, this.#instance);
      case "result":
        return this.#execution.resultFor(request.round);
      case "resultVote":
        return this.#execution.voteFor(request.set, request.round);
      case "opening": {
        const side = this.#side(request.shard);
        return this.#inbox.openingFor(request, this.#instance, side);
      }
      default:
        return { kind: "refused", why: `A validator set does not take ${request.kind}` };
    }
  }

  answered(to: PeerId, request: PeerRequest, answer: PeerAnswer | null): void {
    const side = to.kind === "shard" ? this.#side(to.shard) : undefined;
    if (side !== undefined) {
      if (request.kind === "blocks") this.#blocksAnswered(side, answer);
      else if (request.kind === "result") {
        if (this.#execution.fetched(side, answer)) this.#outbox.work();
      } else if (this.#instance !== null)
        this.#settling.answered(this.#instance, side, request, answer);
    } else if (request.kind === "proposedBlock") {
      const block = this.#inbox.blockOf(answer);
      if (request.round === this.#instance?.round) this.#instance.fetched(request.value, block);
    } else if (request.kind === "resultVote") {
      this.#execution.voted(to, request.round, answer);
    } else if (request.kind === "opening") {
      const open = this.#inbox.openingOf(answer);
      if (open !== null) this.#open(open);
    }
  }

  verified(purpose: number, transactions: readonly VerifiedTransaction[]): void {
    const instance = this.#instance;
    if (instance === null) return;
    if (this.#preparation.verified(instance, purpose, transactions)) this.#advance();
    else instance.verified(purpose, transactions);
  }

  tick(): void {
    const now = this.#ports.clock.now();
    if (this.#hasUnexecuted) this.#outbox.work();
    this.#execution.drive();
    for (const side of this.sides) if (side.isBehind) side.askBlocks();
    const instance = this.#instance;
    if (instance === null) return;
    this.#settling.tick(instance, now, this.#next.length > 0);
    if (instance.runs) instance.tick(now);
    else this.#advance();
  }

  work(): void {
    const moved = this.#execution.step();
    if (moved && this.#hasUnexecuted) this.#outbox.work();
    else this.#advance();
    this.#execution.drive();
    // Blocks that came before could not be judged without what is executed now.
    if (moved) for (const side of this.sides) if (side.isBehind) side.askBlocks();
    this.#instance?.recheck();
  }

  nextTickMs(): number | null {
    const now = this.#ports.clock.now();
    const times: number[] = this.sides.flatMap((side) => (side.isBehind ? [side.blocksDueMs] : []));
    const instance = this.#instance;
    if (instance !== null) {
      const due = instance.dueMs();
      if (due !== null) times.push(due);
      if (!instance.runs && !this.#isLate(instance)) times.push(this.#partnerDueMs(instance));
      for (const settlement of instance.shards.unsettled) {
        times.push(settlement.dueMs(this.#next.length > 0));
        if (this.#preparation.needsBlocks(instance, settlement.side))
          times.push(settlement.side.blocksDueMs);
      }
    }
    const wanted = this.#execution.nextMs();
    if (wanted !== null) times.push(wanted);
    // Execution is under way, unless a crash cut it off.
    const { epoch } = this.#ports.network;
    if (this.#hasUnexecuted) times.push(roundStartMs(epoch, roundAt(epoch, now) + 1));
    // Clocks and alarms count whole milliseconds; parts of a round need not be any.
    return times.length === 0 ? null : Math.max(now, Math.ceil(Math.min(...times)));
  }

  /** Rounds of which nothing more is to be heard. */
  get #pastRound(): number {
    const heads = this.sides.map(({ replica }) => replica.head.round);
    return Math.max(this.#endedRound, Math.min(...heads));
  }

  get #hasUnexecuted(): boolean {
    return this.sides.some(({ replica }) => replica.hasUnexecuted);
  }

  #side(shard: number): Side | undefined {
    return this.sides.find((side) => side.shard === shard);
  }

  /** the shard has committed blocks, whoever made them. */
  #follow(request: FollowRequest): PeerAnswer {
    const { shard, round } = request;
    const side = this.#side(shard);
    if (side === undefined) return { kind: "refused", why: "The set does not cover the shard" };
    // Other voters can be behind where this one has the blocks already, by whatever way.
    const isNews = round > side.replica.head.round || side.isNews(round);
    if (isNews && this.#others.setObject === null) this.#others.broadcast(request);
    side.announced(round);
    return { kind: "following", round: side.replica.head.round };
  }

  /** a shard's candidates for a round in which this set is on duty. */
  #open(request: OpenRequest): PeerAnswer {
    const { round, shard } = request;
    const { epoch, timetable } = this.#ports.network;
    const refuse = (why: string): PeerAnswer => ({ kind: "notOnDuty", round, why });
    if (request.epoch !== epoch.epoch) return refuse("another epoch");
    if (round < epoch.activationRound) return refuse("a round before the epoch");
    if (round > roundAt(epoch, this.#ports.clock.now()) + 1) return refuse("a round to come");
    const side = this.#side(shard);
    if (side === undefined || timetable.dutyOf(shard, round).set !== this.set) {
      return refuse("another set is on duty");
    }
    const running = this.#instance;
    const isPast = round <= this.#endedRound || round <= side.replica.head.round;
    const isMissed =
      running?.round === round && running.runs && running.shards.settlementOf(side) === undefined;
    if (isPast || isMissed) return { kind: "over", round };
    if (this.#others.setObject === null && (running?.round ?? 0) <= round) {
      this.#others.broadcast(request);
    }
    if (running?.round === round) {
      running.shards.opens(side, request);
      this.#advance();
      return { kind: "opened", round };
    }
    if ((running?.round ?? 0) > round) return refuse("the round is past");
    if (running !== null && !this.#makeWay(running, side, request))
      return { kind: "opened", round };
    const others = this.#next.filter((one) => one.round === round && one.shard !== shard);
    this.#next = [];
    this.#begin(round, [request, ...others]);
    return { kind: "opened", round };
  }

  #begin(round: number, openings: readonly OpenRequest[]): void {
    const instance = this.#newInstance(round);
    this.#instance = instance;
    for (const request of openings) {
      const side = this.#side(request.shard);
      if (side !== undefined) instance.shards.opens(side, request);
    }
    this.#advance();
  }

  /** Whether the instance is over now that a shard has opened a later round. */
  #makeWay(instance: ConsensusInstance, side: Side, request: OpenRequest): boolean {
    const settlement = instance.shards.settlementOf(side);
    if (this.#others.count === 0 && settlement !== undefined && !settlement.isOver) {
      // the shard's own word. It has decided the earlier round, and its head says how.
      this.#settling.commit(instance, side, request.headHash);
      settlement.isOver = true;
    }
    if (!instance.isBound || (this.#others.count === 0 && instance.shards.isSettled)) {
      // With no other voter nothing can have come of it.
      if (this.#others.count > 0) for (const one of instance.shards.unsettled) one.side.passed();
      this.#end(instance);
      return true;
    }
    const newest = this.#next[0]?.round ?? 0;
    if (request.round > newest) {
      for (const { shard } of this.#next) this.#side(shard)?.passed();
      this.#next = [request];
    } else if (!this.#next.some(({ shard }) => shard === request.shard)) {
      if (request.round === newest) this.#next = [...this.#next, request];
    }
    // However often it is said, the shards are asked at their own pace.
    const now = this.#ports.clock.now();
    for (const one of instance.shards.unsettled) if (now >= one.dueMs(true)) one.askDecision();
    return false;
  }

  #newInstance(round: number): ConsensusInstance {
    const { network } = this.#ports;
    const sides = this.sides.filter(
      ({ shard }) => network.timetable.dutyOf(shard, round).set === this.set,
    );
    const ports: InstancePorts = {
      ...this.#ports,
      outbox: this.#outbox,
      sides,
      blocks: this.#blocks,
      others: this.#others,
      instances: this.#instances,
      noWork: () => {
        // No value was signed. Other voters may know of work.
        const isAll = this.#isLate(instance) || areOpened(instance);
        if (this.#others.count === 0 && isAll) {
          this.#settling.tellLeftOut(instance);
          this.#end(instance);
        }
      },
      decided: () => this.#settling.decided(instance),
    };
    const instance = new ConsensusInstance(ports, this.#configOf(round));
    return instance;
  }

  #partnerDueMs(instance: ConsensusInstance): number {
    return partnerDueMs(instance, this.#ports.network.epoch.roundMs);
  }

  #isLate(instance: ConsensusInstance): boolean {
    return this.#ports.clock.now() >= this.#partnerDueMs(instance);
  }

  /** Does what the instance needs next; called whenever something it waited for may have come. */
  #advance(): void {
    const instance = this.#instance;
    if (instance === null) return;
    const opened = instance.sides.filter((side) => instance.shards.openedBy(side) !== undefined);
    for (const side of opened) this.#preparation.prepare(instance, side);
    if (instance.runs) return;
    const ready = opened.filter((side) => instance.isReady(side)).length;
    if (ready === 0 || (!this.#isLate(instance) && ready < instance.sides.length)) return;
    const heard = this.#inbox.heard(instance.round);
    instance.start(heard);
    // Who said something may know of what the other shard opened the round with.
    if (this.#instance === instance && heard.length === 0 && isVain(instance))
      this.#settling.tellLeftOut(instance);
  }

  #blocksAnswered(side: Side, answer: PeerAnswer | null): void {
    const moved = side.blocksAnswered(answer);
    this.#execution.drive();
    if (!moved) return;
    const instance = this.#instance;
    const settlement = instance?.shards.settlementOf(side);
    if (instance !== null && settlement !== undefined && !settlement.isOver) {
      // decided, as the shard's blocks say.
      if (side.replica.head.round >= instance.round) this.#settling.settled(instance, settlement);
      else if (settlement.isCommitted) side.askBlocks();
    }
    this.#instance?.recheck();
    this.#advance();
  }

  /** The next round's turn. */
  #ended(instance: ConsensusInstance): void {
    this.#end(instance);
    const next = this.#next;
    this.#next = [];
    for (const request of next) this.#open(request);
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
    const instance = this.#newInstance(stored.round);
    this.#instance = instance;
    for (const { replica } of instance.sides) {
      // A replica that followed the shard past the round knows what it came to.
      if (replica.head.round >= stored.round) continue;
      while (!replica.canJudge(stored.round) && this.#execution.step());
    }
    instance.restore(stored);
    for (const settlement of instance.shards.settlements) {
      if (settlement.side.replica.head.round >= stored.round) settlement.isOver = true;
    }
    if (instance.shards.isSettled) this.#end(instance);
  }

  #configOf(round: number): ConsensusConfig {
    return consensusConfig(this.#ports.network, this.#ports.seats, this.set, round);
  }
}
