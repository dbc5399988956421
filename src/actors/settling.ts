// How an instance comes to its end: the certified block is handed to each of its shards, or the shard asked, until all
// have decided; what they committed becomes the head of this voter's replicas.
import type { Outbox } from "./actor.ts";
import type { ConsensusInstance } from "./consensus-instance.ts";
import type { OtherVoters } from "./other-voters.ts";
import type { PeerAnswer, PeerRequest } from "./peers.ts";
import type { Log } from "./ports.ts";
import type { Settlement } from "./settlement.ts";
import type { Side } from "./side.ts";

export interface SettlingPorts {
  readonly log: Log;
  readonly outbox: Outbox;
  readonly others: OtherVoters;
  /** All shards have decided. */
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
    for (const settlement of instance.shards.unsettled) {
      if (isFirst) settlement.handOver();
      else settlement.wait();
    }
  }

  /** The shards that opened the round and have no half in its block, or all of them if there is none, need not wait for it. */
  tellLeftOut({ round, shards, sides, certificate, certified }: ConsensusInstance): void {
    if (this.#ports.others.setObject !== null) return;
    // A block that is on its way may have halves of all.
    if (certificate !== null && certified === null) return;
    const halves = certified?.block.header.halves ?? [];
    for (const side of sides) {
      const isIn = halves.some(({ shard }) => shard === side.shard);
      if (!isIn && shards.openedBy(side) !== undefined)
        side.call({ kind: "nothing", set: this.#set, round });
    }
  }

  /** Speaks to the shards that are due. */
  tick(instance: ConsensusInstance, nowMs: number, isNextWaiting: boolean): void {
    const isObject = this.#ports.others.setObject === null;
    for (const settlement of instance.shards.unsettled) {
      if (nowMs >= settlement.dueMs(isNextWaiting)) {
        if (isObject && instance.certified !== null) settlement.handOver();
        else settlement.askDecision();
      }
      if (settlement.isCommitted) settlement.side.askBlocks();
    }
  }

  /** What a shard said to a `commit`, a `decision` or that there is nothing. */
  answered(
    instance: ConsensusInstance,
    side: Side,
    { kind }: PeerRequest,
    answer: PeerAnswer | null,
  ): void {
    const settlement = instance.shards.settlementOf(side);
    if (settlement === undefined || settlement.isOver || answer === null) return;
    if (kind === "commit") this.#commitAnswered(instance, settlement, answer);
    else if (kind === "decision" || kind === "nothing")
      this.#decisionAnswered(instance, settlement, answer);
  }

  /** A shard has decided its half. */
  settled(instance: ConsensusInstance, settlement: Settlement): void {
    settlement.isOver = true;
    if (instance.shards.isSettled) this.#ports.ended(instance);
  }

  /** only the shard's word makes a certified block committed. False if this voter has to follow instead. */
  commit(instance: ConsensusInstance, side: Side, hash: Uint8Array): boolean {
    const committed = instance.toCommit(side, hash);
    if (committed === null) return false;
    const encoded = instance.parts.encodedFor(side.shard) ?? undefined;
    side.extend(committed.certified, committed.formed, encoded);
    this.#ports.outbox.work();
    return true;
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
      log.write("block refused by the shard", { set: this.#set, why: answer.why });
    }
  }

  #decisionAnswered(instance: ConsensusInstance, settlement: Settlement, answer: PeerAnswer): void {
    // A shard that is left out of the block says so until it closes the round: it is asked again in its time, not at once.
    const isUndecided = answer.kind === "undecided" && answer.round === instance.round;
    if (isUndecided && settlement.hasHalf) settlement.handOver();
    if (answer.kind !== "decided" || answer.round !== instance.round) return;
    if (answer.hash === null) this.settled(instance, settlement);
    else this.#committed(instance, settlement, answer.hash);
  }

  #committed(instance: ConsensusInstance, settlement: Settlement, hash: Uint8Array): void {
    if (this.commit(instance, settlement.side, hash)) {
      this.settled(instance, settlement);
      return;
    }
    settlement.isCommitted = true;
    settlement.side.askBlocks();
  }
}
