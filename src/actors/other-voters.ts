// The other voters of a set, as one of them reaches them, and whose seats speak in a message. A voter signs with all its seats at
// once: who it is follows from the signature, whoever brings the message.
import type { ConsensusMessage } from "../protocol/consensus/messages.ts";
import { disjointSeats, hasSeat, type SeatSet } from "../protocol/consensus/seats.ts";
import { equalBytes } from "../protocol/encoding/bytes.ts";
import type { Outbox } from "./actor.ts";
import type { PeerId, PeerRequest } from "./peers.ts";

export interface OtherVoter {
  readonly peer: PeerId;
  readonly seats: SeatSet;
}

export class OtherVoters {
  readonly #others: readonly OtherVoter[];
  readonly #outbox: Outbox;

  constructor(others: readonly OtherVoter[], outbox: Outbox) {
    this.#others = others;
    this.#outbox = outbox;
  }

  get count(): number {
    return this.#others.length;
  }

  /** The set's own object, which alone hears from the shard what it opens; null if that is this voter. */
  get setObject(): PeerId | null {
    return this.#others.find(({ peer }) => peer.kind === "validatorSet")?.peer ?? null;
  }

  /** Whether these are the seats of the voter at that address. */
  speaks(peer: PeerId, seats: SeatSet): boolean {
    const place = this.#voterOf(seats);
    return place !== -1 && this.#others[place]?.peer.kind === peer.kind;
  }

  broadcast(request: PeerRequest): void {
    for (const { peer } of this.#others) this.#outbox.call(peer, request);
  }

  send(to: SeatSet, request: PeerRequest): void {
    for (const { peer, seats } of this.#others) {
      if (!disjointSeats(seats, to)) this.#outbox.call(peer, request);
    }
  }

  /** The voter at this place, counted round and round. */
  peer(place: number): PeerId | undefined {
    return this.#others[place % this.#others.length]?.peer;
  }

  /** The place of who holds the seat; -1 for an own seat. */
  holderOf(seat: number): number {
    return this.#others.findIndex(({ seats }) => hasSeat(seats, seat));
  }

  /**
   * The place of who signed; -1 if that is no other voter. A certificate is a quorum's, and has a place of its own behind the
   * voters.
   */
  speakerOf(message: ConsensusMessage): number {
    switch (message.kind) {
      case "proposal":
        return this.holderOf(message.proposal.seat);
      case "vote":
        return this.#voterOf(message.vote.seats);
      case "viewChange":
        return this.#voterOf(message.viewChange.seats);
      case "certificate":
        return this.#others.length;
    }
  }

  #voterOf(members: SeatSet): number {
    return this.#others.findIndex(({ seats }) => equalBytes(seats, members));
  }
}
