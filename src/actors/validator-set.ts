// One voter of a validator set: seats that share one replica of each of the set's one or two shards. For each round in which the set
// is on duty and a shard opens it, it takes part in the set's pBFT instance, votes for what its own replicas have checked, and hands
// each shard the certified block until the shard has decided. In other rounds its replicas follow the shards. Where all
// seats are hosted here it is the only voter; else the others are peers who may say anything.
import { invariant } from "../protocol/assert.ts";
import type { ConsensusConfig } from "../protocol/consensus/state.ts";
import type { VerifiedTransaction } from "../protocol/ledger/unverified.ts";
import { type Actor, type Effect, Outbox } from "./actor.ts";
import { consensusConfig } from "./consensus-config.ts";
import { ConsensusInstance, type InstancePorts } from "./consensus-instance.ts";
import { Findings } from "./findings.ts";
import type { HostedSeats } from "./hosted-seats.ts";
import { InstanceStore } from "./instance.ts";
import { Lease } from "./lease.ts";
import { MerkleChainSide } from "./merkle-chain-side.ts";
import type { Network } from "./network.ts";
import { type OtherVoter, OtherVoters } from "./other-voters.ts";
import { PairExecution } from "./pair-execution.ts";
import { areOpened, isVain, partnerDueMs } from "./partner-wait.ts";
import type { Party } from "./party.ts";
import type { FollowRequest, PeerAnswer, PeerId, PeerRequest } from "./peers.ts";
import { type Clock, type Log, type Store, secondReplica } from "./ports.ts";
import { Preparation } from "./preparation.ts";
import type { Replica } from "./replica.ts";
import { type Opening, RoundTurns } from "./round-turns.ts";
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
  /** R-7.1: if the set can be on T0's duty. */
  readonly merkleChain: MerkleChainSide | null;
  readonly findings: Findings;
  readonly #ports: ValidatorSetPorts;
  readonly #outbox = new Outbox();
  readonly #others: OtherVoters;
  readonly #inbox: VoterInbox;
  readonly #instances: InstanceStore;
  #instance: ConsensusInstance | null = null;
  readonly #turns: RoundTurns;
  /** The round up to which every instance has ended. */
  #endedRound: number;
  readonly #blocks: SetBlocks;
  readonly #execution: PairExecution;
  readonly #settling: Settling;
  readonly #preparation: Preparation;
  readonly #lease: Lease;

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
    const lease = new Lease(shared);
    this.#lease = lease;
    this.sides = shards.map((shard, i) => {
      const sidePorts = { ...shared, lease, store: i === 0 ? store : secondReplica(store) };
      return new Side(sidePorts, set, shard, shards.length, () => this.#execution.step());
    });
    const isOnRootDuty = shards.includes(ports.network.rootShard);
    this.merkleChain = isOnRootDuty ? new MerkleChainSide({ ...shared, lease }, set) : null;
    const { sides, merkleChain } = this;
    this.#blocks = new SetBlocks({ ...ports, sides, merkleChain, set, lease });
    this.#preparation = new Preparation({ outbox: this.#outbox, blocks: this.#blocks, sides });
    this.#instances = new InstanceStore(store);
    this.#endedRound = this.#instances.endedRound();
    this.#settling = new Settling({ ...shared, ended: (instance) => this.#ended(instance) }, set);
    this.#execution = new PairExecution(shared, set, sides);
    this.#inbox = new VoterInbox({ ...shared, lease }, set);
    this.#turns = new RoundTurns({
      ...shared,
      lease,
      set,
      partyOf: (opening) => this.#opener(opening),
      running: () => this.#instance,
      endedRound: () => this.#endedRound,
      begin: (round, openings) => this.#begin(round, openings),
      join: (instance, party, opening) => this.#join(instance, party, opening),
      abandon: (instance) => {
        this.#settling.tellLeftOut(instance);
        this.#end(instance);
      },
    });
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
      case "openPart":
        return this.#turns.open(request);
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
        const { of } = request;
        const side = of === "merkleChain" ? of : this.#side(of);
        return this.#inbox.openingFor(request, this.#instance, side);
      }
      default:
        return { kind: "refused", why: `A validator set does not take ${request.kind}` };
    }
  }

  answered(to: PeerId, request: PeerRequest, answer: PeerAnswer | null): void {
    const side = to.kind === "shard" ? this.#side(to.shard) : undefined;
    const party = to.kind === "merkleChain" ? this.merkleChain : side;
    if (request.kind === "lease") {
      const isNews = this.#lease.answered(answer);
      this.#turns.leased();
      if (!isNews) return;
      for (const party of this.#parties) if (party.isBehind) party.askBlocks();
      return;
    }
    if (side !== undefined && request.kind === "result") {
      if (this.#execution.fetched(side, answer)) this.#outbox.work();
    } else if (party !== undefined && party !== null) {
      if (request.kind === "blocks") this.#blocksAnswered(party, answer);
      else if (this.#instance !== null)
        this.#settling.answered(this.#instance, party, request, answer);
    } else if (request.kind === "proposedBlock") {
      const block = this.#inbox.blockOf(answer);
      if (request.round === this.#instance?.round) this.#instance.fetched(request.value, block);
    } else if (request.kind === "resultVote") {
      this.#execution.voted(to, request.round, answer);
    } else if (request.kind === "opening") {
      const open = this.#inbox.openingOf(answer);
      if (open !== null) this.#turns.open(open);
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
    this.#lease.drive();
    for (const party of this.#parties) if (party.isBehind) party.askBlocks();
    const instance = this.#instance;
    if (instance === null) return;
    this.#settling.tick(instance, now, this.#turns.isNextWaiting);
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
    const times: number[] = this.#parties.flatMap((one) => (one.isBehind ? [one.blocksDueMs] : []));
    const instance = this.#instance;
    if (instance !== null) {
      const due = instance.dueMs();
      if (due !== null) times.push(due);
      if (!instance.runs && !this.#isLate(instance)) times.push(this.#partnerDueMs(instance));
      for (const settlement of instance.parties.unsettled) {
        times.push(settlement.dueMs(this.#turns.isNextWaiting));
        if (this.#preparation.needsBlocks(instance, settlement.party))
          times.push(settlement.party.blocksDueMs);
      }
    }
    const wanted = [this.#execution.nextMs(), this.#lease.nextMs()];
    times.push(...wanted.filter((time) => time !== null));
    // Execution is under way, unless a crash cut it off.
    const { epochs } = this.#ports.network;
    if (this.#hasUnexecuted) times.push(epochs.roundStartMs(epochs.roundAt(now) + 1));
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

  get #parties(): readonly Party[] {
    return this.merkleChain === null ? this.sides : [...this.sides, this.merkleChain];
  }

  #opener(opening: Opening): Party | undefined {
    if (opening.kind === "open") return this.#side(opening.shard);
    return this.merkleChain ?? undefined;
  }

  #side(shard: number): Side | undefined {
    return this.sides.find((side) => side.shard === shard);
  }

  /** a party has committed blocks, whoever made them. */
  #follow(request: FollowRequest): PeerAnswer {
    const { of, round } = request;
    const party = of === "merkleChain" ? this.merkleChain : this.#side(of);
    if (party == null) return { kind: "refused", why: "The set does not follow it" };
    // Other voters can be behind where this one has the blocks already, by whatever way.
    const isNews = round > party.headRound || party.isNews(round);
    if (isNews && this.#others.setObject === null) this.#others.broadcast(request);
    party.announced(round);
    return { kind: "following", round: party.headRound };
  }

  #begin(round: number, openings: readonly Opening[]): void {
    const instance = this.#newInstance(round);
    this.#instance = instance;
    for (const request of openings) {
      const party = this.#opener(request);
      if (party !== undefined) instance.parties.opens(party, request);
    }
    this.#advance();
  }

  #join(instance: ConsensusInstance, party: Party, request: Opening): void {
    instance.parties.opens(party, request);
    this.#advance();
  }

  #newInstance(round: number): ConsensusInstance {
    const { network } = this.#ports;
    const isOnDuty = ({ dutyShard }: Party): boolean =>
      network.dutyOf(dutyShard, round).set === this.set;
    const sides = this.sides.filter(isOnDuty);
    const { merkleChain } = this;
    const ports: InstancePorts = {
      ...this.#ports,
      outbox: this.#outbox,
      sides,
      merkleChain: merkleChain !== null && isOnDuty(merkleChain) ? merkleChain : null,
      blocks: this.#blocks,
      others: this.#others,
      instances: this.#instances,
      noWork: () => {
        // No value was signed. Other voters may know of work.
        const isAll = this.#isLate(instance) || areOpened(instance);
        if (this.#others.count === 0 && isAll) {
          this.#settling.tellLeftOut(instance);
          this.#ended(instance);
        }
      },
      decided: () => this.#settling.decided(instance),
    };
    const instance = new ConsensusInstance(ports, this.#configOf(round));
    return instance;
  }

  #partnerDueMs(instance: ConsensusInstance): number {
    return partnerDueMs(instance, this.#ports.network.epochs);
  }

  #isLate(instance: ConsensusInstance): boolean {
    return this.#ports.clock.now() >= this.#partnerDueMs(instance);
  }

  /** Does what the instance needs next; called whenever something it waited for may have come. */
  #advance(): void {
    const instance = this.#instance;
    if (instance === null) return;
    const opened = instance.sides.filter((side) => instance.parties.openedBy(side) !== undefined);
    for (const side of opened) this.#preparation.prepare(instance, side);
    if (instance.runs) return;
    this.#preparation.preparePart(instance);
    const ready = opened.filter((side) => instance.isReady(side)).length;
    if (ready === 0 && !instance.isPartReady) return;
    const isPartDue = instance.parties.part !== null && !instance.isPartReady;
    if (!this.#isLate(instance) && (ready < instance.sides.length || isPartDue)) return;
    const heard = this.#inbox.heard(instance.round);
    instance.start(heard);
    // Who said something may know of what the other shard opened the round with.
    if (this.#instance === instance && heard.length === 0 && isVain(instance))
      this.#settling.tellLeftOut(instance);
  }

  #blocksAnswered(party: Party, answer: PeerAnswer | null): void {
    const moved = party.blocksAnswered(answer);
    this.#execution.drive();
    if (!moved) return;
    const instance = this.#instance;
    const settlement = instance?.parties.settlementOf(party);
    if (instance !== null && settlement !== undefined && !settlement.isOver) {
      // decided, as the party's blocks say.
      if (party.headRound >= instance.round) this.#settling.settled(instance, settlement);
      else if (settlement.isCommitted) party.askBlocks();
    }
    this.#instance?.recheck();
    this.#turns.leased();
    this.#advance();
  }

  /** The next round's turn. */
  #ended(instance: ConsensusInstance): void {
    this.#end(instance);
    this.#turns.leased();
    this.#turns.ended();
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
    for (const settlement of instance.parties.settlements) {
      if (settlement.party.headRound >= stored.round) settlement.isOver = true;
    }
    if (instance.parties.isSettled) this.#end(instance);
  }

  #configOf(round: number): ConsensusConfig {
    return consensusConfig(this.#ports.network, this.#ports.seats, this.set, round);
  }
}
