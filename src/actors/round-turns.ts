// Whose turn it is in a set's one consensus instance: a round that a party opens begins, joins the one that runs, or waits until that
// has ended.
import type { ConsensusInstance } from "./consensus-instance.ts";
import type { Lease } from "./lease.ts";
import type { Network } from "./network.ts";
import type { OtherVoters } from "./other-voters.ts";
import type { Party } from "./party.ts";
import type { OpenPartRequest, OpenRequest, PeerAnswer } from "./peers.ts";
import type { Clock } from "./ports.ts";

export type Opening = OpenRequest | OpenPartRequest;

export interface RoundTurnsPorts {
  readonly clock: Clock;
  readonly network: Network;
  readonly others: OtherVoters;
  readonly lease: Lease;
  readonly set: number;
  /** Who opens the round; undefined for a party that the set does not have. */
  readonly partyOf: (opening: Opening) => Party | undefined;
  readonly running: () => ConsensusInstance | null;
  /** The round up to which every instance has ended. */
  readonly endedRound: () => number;
  readonly begin: (round: number, openings: readonly Opening[]) => void;
  /** Another party has opened the round that runs. */
  readonly join: (instance: ConsensusInstance, party: Party, opening: Opening) => void;
  /** Nothing comes of it any more: who waits for it is told. */
  readonly abandon: (instance: ConsensusInstance) => void;
}

export class RoundTurns {
  readonly #ports: RoundTurnsPorts;
  /** Opened, as somebody says, while the instance before it was bound: its turn comes with the parties' word about that. */
  #next: readonly Opening[] = [];
  /** By party: what it opened beyond the lease. */
  readonly #unleased = new Map<Party, Opening>();

  constructor(ports: RoundTurnsPorts) {
    this.#ports = ports;
  }

  get isNextWaiting(): boolean {
    return this.#next.length > 0;
  }

  /** a party has something for a round in which this set is on duty. */
  open(request: Opening): PeerAnswer {
    const { clock, network, others, set, partyOf, running: runningNow } = this.#ports;
    const { round } = request;
    const refuse = (why: string): PeerAnswer => ({ kind: "notOnDuty", round, why });
    const party = partyOf(request);
    if (party === undefined) return refuse("another set is on duty");
    if (round < network.genesis.epoch.activationRound) return refuse("a round before the network");
    const isToCome = round > network.epochs.roundAt(clock.now()) + 1;
    // An epoch that is not known may have shorter rounds.
    if (isToCome && request.epoch <= network.epoch.epoch) return refuse("a round to come");
    if (isToCome || !this.#isLeased(request, party)) {
      // Which epoch has the round is known with the MerkleChain's answer.
      this.#ports.lease.heardOf(request.epoch);
      // The MerkleChain's head may be the block by which the set would know.
      if (request.kind === "openPart") party.announced(request.headRound);
      this.#unleased.set(party, request);
      return { kind: "opened", round };
    }
    if (request.epoch !== network.epochAt(round)) return refuse("another epoch");
    if (network.dutyOf(party.dutyShard, round).set !== set) return refuse("another set is on duty");
    const running = runningNow();
    const isPast = round <= this.#ports.endedRound() || round <= party.headRound;
    const isMissed =
      running?.round === round && running.runs && running.parties.settlementOf(party) === undefined;
    if (isPast || isMissed) return { kind: "over", round };
    if (others.setObject === null && (running?.round ?? 0) <= round) others.broadcast(request);
    if (running?.round === round) {
      this.#ports.join(running, party, request);
      return { kind: "opened", round };
    }
    if ((running?.round ?? 0) > round) return refuse("the round is past");
    if (running !== null && !this.#makeWay(running, party, request)) {
      if (this.#isWaiting(request)) return { kind: "opened", round };
      // The MerkleChain says it again to the set's object; a voter elsewhere asks what became of it.
      if (others.setObject !== null) party.passed(round);
      return refuse("rounds before it wait");
    }
    // What a party has committed meanwhile is past.
    const together = this.#next.filter((one) => {
      const other = partyOf(one);
      return one.round === round && other !== party && (other?.headRound ?? round) < round;
    });
    this.#drop(this.#next.filter((one) => !together.includes(one)));
    this.#next = [];
    this.#ports.begin(round, [request, ...together]);
    return { kind: "opened", round };
  }

  /** What waits for a lease that reaches it has its turn if there is one now, by the MerkleChain's answer or its log. */
  leased(): void {
    const { lease, network } = this.#ports;
    for (const [party, request] of [...this.#unleased]) {
      if (!lease.covers(request.round)) continue;
      this.#unleased.delete(party);
      // Of an epoch that the MerkleChain does not know, there is none.
      if (request.epoch <= network.epoch.epoch) this.open(request);
    }
  }

  /** R-3.7: beyond its lease a set on T0's duty takes up one thing, the MerkleChain's word that the announced epoch lapsed. */
  #isLeased(request: Opening, party: Party): boolean {
    const { lease } = this.#ports;
    const { round } = request;
    lease.need(round);
    return lease.covers(round) || (request.kind === "openPart" && party.isLapse(request));
  }

  /** The turn of the next round, as the one before has ended. */
  ended(): void {
    // The first brings those that opened the same round with it.
    for (let [first] = this.#next; first !== undefined; [first] = this.#next) {
      this.#next = this.#next.slice(1);
      this.open(first);
      if (this.#ports.running() !== null) return;
    }
  }

  /** Whether the instance is over now that a party has opened a later round. */
  #makeWay(instance: ConsensusInstance, party: Party, request: Opening): boolean {
    const { others } = this.#ports;
    const settlement = instance.parties.settlementOf(party);
    if (others.count === 0 && settlement !== undefined && !settlement.isOver) {
      // the party's own word. It has decided the earlier round, and its head says how.
      party.commit(instance, request.headHash);
      settlement.isOver = true;
    }
    // The MerkleChain opens ahead of the round: that says nothing of the shards.
    const isUnbound = !instance.isBound && request.kind === "open";
    if (isUnbound || (others.count === 0 && instance.parties.isSettled)) {
      // With no other voter nothing can have come of it.
      if (others.count > 0)
        for (const one of instance.parties.unsettled) one.party.passed(instance.round);
      this.#ports.abandon(instance);
      return true;
    }
    this.#wait(request);
    // However often it is said, the parties are asked at their own pace.
    const now = this.#ports.clock.now();
    for (const one of instance.parties.unsettled) if (now >= one.dueMs(true)) one.askDecision();
    return false;
  }

  /** The newest round of a shard waits, with what others opened the same round with. */
  #wait(request: Opening): void {
    const newest = this.#next[0]?.round ?? 0;
    const isOfParts = this.#next.every(({ kind }) => kind === "openPart");
    if (request.round > newest && (request.kind === "open" || isOfParts)) {
      this.#drop(this.#next);
      this.#next = [request];
    } else if (request.kind === "open" && isOfParts && request.round !== newest) {
      this.#drop(this.#next);
      this.#next = [request];
    } else if (request.round === newest && !this.#isWaiting(request)) {
      this.#next = [...this.#next, request];
    }
  }

  /** Their turn will not come. The MerkleChain is told so, and goes on; a shard may have had the round with other voters. */
  #drop(openings: readonly Opening[]): void {
    const { others, partyOf, set } = this.#ports;
    for (const one of openings) {
      const party = partyOf(one);
      const { kind, round } = one;
      if (kind === "open" || others.setObject !== null) party?.passed(round);
      else party?.call({ kind: "nothing", set, round });
    }
  }

  #isWaiting(request: Opening): boolean {
    const { partyOf } = this.#ports;
    return this.#next.some(
      (one) => one.round === request.round && partyOf(one) === partyOf(request),
    );
  }
}
