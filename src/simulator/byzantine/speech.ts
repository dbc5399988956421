// Signs and words whatever a faulty voter wants to say, with its own seats: what an honest voter's engine would never sign as well.
import type { HostedSeats } from "../../actors/hosted-seats.ts";
import type { Network } from "../../actors/network.ts";
import type { ConsensusRequest } from "../../actors/peers.ts";
import {
  type Certificate,
  type ConsensusMessage,
  consensusMessageCodec,
  type Phase,
  type Proposal,
  type ViewChange,
  type Vote,
} from "../../protocol/consensus/messages.ts";
import { proposerSeat } from "../../protocol/consensus/proposer.ts";
import { hasSeat, type SeatSet, seatList, seatSet } from "../../protocol/consensus/seats.ts";
import {
  type Instance,
  proposalBytes,
  viewChangeBytes,
  voteBytes,
} from "../../protocol/consensus/signed-bytes.ts";

export class Speech {
  readonly seats: number;
  readonly #network: Network;
  readonly #set: number;
  readonly #own: HostedSeats;

  constructor(network: Network, set: number, own: HostedSeats) {
    this.#network = network;
    this.#set = set;
    this.#own = own;
    this.seats = network.epoch.sets.find((record) => record.set === set)?.seats.length ?? 0;
  }

  get own(): SeatSet {
    return this.#own.seats;
  }

  proposerOf(round: number, view: number): number {
    return proposerSeat(this.#network.seedAt(round), this.#set, round, view, this.seats);
  }

  leads(round: number, view: number): boolean {
    return hasSeat(this.own, this.proposerOf(round, view));
  }

  /** `seats`: some of its own. */
  vote(round: number, phase: Phase, view: number, value: Uint8Array, seats = this.own): Vote {
    const message = voteBytes(this.#instance(round), phase, view, value);
    return { phase, view, value, seats, signature: this.#own.sign(seats, message) };
  }

  viewChange(round: number, newView: number, lock: Certificate | null): ViewChange {
    const message = viewChangeBytes(this.#instance(round), newView, lock);
    return { newView, seats: this.own, lock, signature: this.#own.sign(this.own, message) };
  }

  /** By the seat whose turn it is, if that is one of its own; else by its first. */
  proposal(
    round: number,
    view: number,
    value: Uint8Array,
    justification: readonly ViewChange[],
  ): Proposal {
    const turn = this.proposerOf(round, view);
    const seat = hasSeat(this.own, turn) ? turn : (seatList(this.own)[0] ?? 0);
    const message = proposalBytes(this.#instance(round), view, value);
    const signature = this.#own.sign(seatSet(this.seats, [seat]), message);
    return { view, value, seat, justification, signature };
  }

  /** Of its own seats alone: a quorum's only if they are one. */
  certificate(
    round: number,
    view: number,
    value: Uint8Array,
    phase: Phase = "commit",
  ): Certificate {
    const { epoch } = this.#network.epoch;
    return { epoch, set: this.#set, round, ...this.vote(round, phase, view, value) };
  }

  request(
    round: number,
    message: ConsensusMessage,
    block: Uint8Array | null = null,
  ): ConsensusRequest {
    const bytes = consensusMessageCodec.encode(message);
    return { kind: "consensus", set: this.#set, round, message: bytes, block };
  }

  #instance(round: number): Instance {
    const { id, epoch } = this.#network;
    return { networkId: id, epoch: epoch.epoch, set: this.#set, round };
  }
}

/** What a request says; undefined for one that is not of consensus or cannot be read. */
export function messageOf(request: { readonly kind: string }): ConsensusMessage | undefined {
  if (request.kind !== "consensus") return undefined;
  const decoded = consensusMessageCodec.decode((request as ConsensusRequest).message);
  return decoded.ok ? decoded.value : undefined;
}
