// What a voter takes from the other voters of its set, who may be faulty: each message is decoded strictly, its shape checked
// before its signatures, and what is kept is bounded for each sender.

import { jointBlockCodec } from "../protocol/blocks/shard-block.ts";
import { type ConsensusMessage, consensusMessageCodec } from "../protocol/consensus/messages.ts";
import { proposerSeat } from "../protocol/consensus/proposer.ts";
import {
  type Verified,
  type VerifyContext,
  verifyMessage,
} from "../protocol/consensus/verify-message.ts";
import type { Outbox } from "./actor.ts";
import type { ConsensusInstance } from "./consensus-instance.ts";
import { HeardMessages } from "./heard-messages.ts";
import type { Lease } from "./lease.ts";
import type { Network } from "./network.ts";
import type { OtherVoters } from "./other-voters.ts";
import type {
  ConsensusRequest,
  OpeningRequest,
  OpenPartRequest,
  OpenRequest,
  PeerAnswer,
  ProposedBlockRequest,
} from "./peers.ts";
import type { Clock } from "./ports.ts";
import type { Side } from "./side.ts";
import { isBytes, isOpening } from "./well-formed.ts";

export interface VoterInboxPorts {
  readonly network: Network;
  readonly clock: Clock;
  readonly others: OtherVoters;
  readonly outbox: Outbox;
  readonly lease: Lease;
}

// How soon the set's object is asked again for the opening of a round that others speak of.
const OPENING_PATIENCE_MS = 100;

export class VoterInbox {
  readonly #ports: VoterInboxPorts;
  readonly #set: number;
  readonly #heard = new HeardMessages();
  #askedMs = Number.NEGATIVE_INFINITY;

  constructor(ports: VoterInboxPorts, set: number) {
    this.#ports = ports;
    this.#set = set;
  }

  get size(): number {
    return this.#heard.size;
  }

  heard(round: number): Verified<ConsensusMessage>[] {
    return this.#heard.of(round);
  }

  forgetUpTo(round: number): void {
    this.#heard.forgetUpTo(round);
  }

  /** `pastRound`: nothing of it or of one before is of use any more. */
  receive(
    { set, round, message: bytes, block }: ConsensusRequest,
    instance: ConsensusInstance | null,
    pastRound: number,
  ): PeerAnswer {
    const { network, clock, others } = this.#ports;
    const refuse = (why: string): PeerAnswer => ({ kind: "refused", why });
    if (set !== this.#set) return refuse("Another set");
    if (round < network.genesis.epoch.activationRound) return refuse("A round before the network");
    // without a lease a voter may take the round to be of another epoch, or to come.
    const latest = network.epochs.roundAt(clock.now()) + 1;
    this.#ports.lease.need(Math.min(round, latest));
    //
    if (round > latest) return refuse("A round to come");
    if (round <= pastRound || round < (instance?.round ?? 0)) return { kind: "heard" };
    const decoded = consensusMessageCodec.decode(bytes);
    if (!decoded.ok) return refuse(decoded.refusal.code);
    if (decoded.value.kind === "certificate" && decoded.value.certificate.phase !== "commit") {
      // Kept, it could stand in the place of one that does.
      return refuse("A certificate that decides nothing");
    }
    const speaker = others.speakerOf(decoded.value);
    if (speaker < 0) return refuse("No other voter of the set speaks with these seats");
    let message = this.#heard.find(speaker, round, decoded.value, bytes);
    if (message === undefined) {
      const verified = verifyMessage(this.#contextOf(round), decoded.value);
      if (!verified.ok) return refuse(verified.refusal.code);
      message = verified.value;
      this.#heard.keep(speaker, round, message, bytes);
    }
    if (instance?.round !== round) {
      this.#askOpening(round);
      return { kind: "heard" };
    }
    if (message.kind === "proposal" && block !== null) {
      const { view, value } = message.proposal;
      instance.offer(view, value, block);
    }
    instance.hear(message);
    return { kind: "heard" };
  }

  blockFor(
    { set, round, value }: ProposedBlockRequest,
    instance: ConsensusInstance | null,
  ): PeerAnswer {
    const mine = set === this.#set && round === instance?.round;
    const proposed = mine ? instance.block(value) : undefined;
    const block = proposed === undefined ? null : jointBlockCodec.encode(proposed.block);
    return { kind: "proposedBlock", block };
  }

  /** null for an answer without a block. */
  blockOf(answer: PeerAnswer | null): Uint8Array | null {
    return answer?.kind === "proposedBlock" && isBytes(answer.block) ? answer.block : null;
  }

  /** `side`: of the shard that is asked about; undefined for one that the set does not cover. */
  openingFor(
    { set, round }: OpeningRequest,
    instance: ConsensusInstance | null,
    side: Side | "merkleChain" | undefined,
  ): PeerAnswer {
    const isMine = set === this.#set && round === instance?.round;
    if (!isMine || side === undefined) return { kind: "opening", open: null };
    const { parties } = instance;
    const open = side === "merkleChain" ? parties.part : parties.openedBy(side)?.request;
    return { kind: "opening", open: open ?? null };
  }

  openingOf(answer: PeerAnswer | null): OpenRequest | OpenPartRequest | null {
    return answer?.kind === "opening" && isOpening(answer.open) ? answer.open : null;
  }

  /** Others are in a round of which the set's object has not told this voter. */
  #askOpening(round: number): void {
    const { clock, network, others, outbox } = this.#ports;
    const { setObject } = others;
    const now = clock.now();
    if (setObject === null || now < this.#askedMs + OPENING_PATIENCE_MS) return;
    this.#askedMs = now;
    const set = this.#set;
    for (const of of network.setRecord(set)?.shards ?? []) {
      if (network.dutyOf(of, round).set !== set) continue;
      outbox.call(setObject, { kind: "opening", set, of, round });
      if (of === network.rootShard)
        outbox.call(setObject, { kind: "opening", set, of: "merkleChain", round });
    }
  }

  #contextOf(round: number): VerifyContext {
    const { network } = this.#ports;
    const { id } = network;
    const seed = network.seedAt(round);
    const set = this.#set;
    const seats = network.setRecord(set)?.seats.length ?? 0;
    return {
      networkId: id,
      epoch: network.epochAt(round),
      set,
      round,
      seats,
      keys: network.seatKeys(set),
      proposerOf: (view) => proposerSeat(seed, set, round, view, seats),
    };
  }
}
