// How an instance comes to its end: the certified block is handed to each of its parties, or the party asked, until all
// have decided; what they committed becomes the head of this voter's replicas.
import type { ConsensusInstance } from "./consensus-instance.ts";
import type { OtherVoters } from "./other-voters.ts";
import type { Party } from "./party.ts";
import type { PeerAnswer, PeerRequest } from "./peers.ts";
import type { Log } from "./ports.ts";
import type { Settlement } from "./settlement.ts";

export interface SettlingPorts {
  readonly log: Log;
  readonly others: OtherVoters;
  /** All parties have decided. */
  readonly ended: (instance: ConsensusInstance) => void;
}

export class Settling {
  readonly #ports: SettlingPorts;
  readonly #set: number;

  constructor(ports: SettlingPorts, set: number) {
    this.#ports = ports;
    this.#set = set;
  }

  /** The engine has a certificate, or the block for it has come. Who proposed it hands it over; others if that fails. */
  decided(instance: ConsensusInstance): void {
    const isFirst = this.#ports.others.setObject === null || instance.isProposers;
    if (instance.certified !== null) this.tellLeftOut(instance);
    for (const settlement of instance.parties.unsettled) {
      if (isFirst) settlement.handOver();
      else settlement.wait();
    }
  }

  /** Who opened the round and has no part in its block, or all of them if there is none, need not wait for it. */
  tellLeftOut(instance: ConsensusInstance): void {
    const { round, parties, sides, merkleChain, certificate, certified } = instance;
    if (this.#ports.others.setObject !== null) return;
    // A block that is on its way may have halves of all.
    if (certificate !== null && certified === null) return;
    const header = certified?.block.header;
    const nothing = { kind: "nothing", set: this.#set, round } as const;
    for (const side of sides) {
      const isIn = header?.halves.some(({ shard }) => shard === side.shard) ?? false;
      if (!isIn && parties.openedBy(side) !== undefined) side.call(nothing);
    }
    const hasPart = header !== undefined && header.merkleChain !== null;
    if (!hasPart && parties.part !== null) merkleChain?.call(nothing);
  }

  /** Speaks to the parties that are due. */
  tick(instance: ConsensusInstance, nowMs: number, isNextWaiting: boolean): void {
    const isObject = this.#ports.others.setObject === null;
    for (const settlement of instance.parties.unsettled) {
      if (nowMs >= settlement.dueMs(isNextWaiting)) {
        if (isObject && instance.certified !== null) settlement.handOver();
        else settlement.askDecision();
      }
      if (settlement.isCommitted) settlement.party.askBlocks();
    }
  }

  /** What a party said to a `commit`, a `decision` or that there is nothing. */
  answered(
    instance: ConsensusInstance,
    party: Party,
    { kind }: PeerRequest,
    answer: PeerAnswer | null,
  ): void {
    const settlement = instance.parties.settlementOf(party);
    if (settlement === undefined || settlement.isOver || answer === null) return;
    if (kind === "commit") this.#commitAnswered(instance, settlement, answer);
    else if (kind === "decision" || kind === "nothing")
      this.#decisionAnswered(instance, settlement, answer);
  }

  /** A party has decided its part. */
  settled(instance: ConsensusInstance, settlement: Settlement): void {
    settlement.isOver = true;
    if (instance.parties.isSettled) this.#ports.ended(instance);
  }

  #commitAnswered(instance: ConsensusInstance, settlement: Settlement, answer: PeerAnswer): void {
    const { log } = this.#ports;
    const { certificate, round } = instance;
    if (certificate === null) return;
    if (answer.kind === "committed" && answer.round === round) {
      this.#committed(instance, settlement, certificate.value);
    } else if (answer.kind === "accepted" && answer.round === round) {
      settlement.accepted();
    } else if (answer.kind === "closed" && answer.round === round) {
      log.write("block void", { set: this.#set, round, why: answer.why });
      this.settled(instance, settlement);
    } else if (answer.kind === "refused") {
      log.write("block refused by its party", { set: this.#set, why: answer.why });
    }
  }

  #decisionAnswered(instance: ConsensusInstance, settlement: Settlement, answer: PeerAnswer): void {
    // A shard that is left out of the block says so until it closes the round: it is asked again in its time, not at once.
    const isUndecided = answer.kind === "undecided" && answer.round === instance.round;
    if (isUndecided && settlement.hasPart) settlement.handOver();
    if (answer.kind !== "decided" || answer.round !== instance.round) return;
    if (answer.hash === null) this.settled(instance, settlement);
    else this.#committed(instance, settlement, answer.hash);
  }

  #committed(instance: ConsensusInstance, settlement: Settlement, hash: Uint8Array): void {
    // only the party's word makes a certified block committed.
    const { party } = settlement;
    // It may have followed there by the party's blocks already.
    if (party.headRound >= instance.round || party.commit(instance, hash)) {
      this.settled(instance, settlement);
      return;
    }
    settlement.isCommitted = true;
    settlement.party.askBlocks();
  }
}
