// What the faulty voters of one set agree on: each gives the others its voice, never its keys. One of them can so have a lie voted for
// by all, and a cartel can have it certified.
import type { Certificate, Phase, Vote } from "../../protocol/consensus/messages.ts";
import { unionSeats } from "../../protocol/consensus/seats.ts";
import type { Means } from "./behaviour.ts";

export class Plot {
  readonly #members: Means[] = [];

  join(member: Means): void {
    this.#members.push(member);
  }

  get members(): readonly Means[] {
    return this.#members;
  }

  /** One vote of all their seats together: a quorum's, if they are a cartel. */
  vote(round: number, phase: Phase, view: number, value: Uint8Array): Vote | null {
    const votes = this.#members.map(({ speech }) => speech.vote(round, phase, view, value));
    const [first, ...rest] = votes;
    const network = this.#members[0]?.network;
    if (first === undefined || network === undefined) return null;
    const seats = rest.reduce((all, vote) => unionSeats(all, vote.seats), first.seats);
    const signature = network.scheme.aggregate(votes.map((vote) => vote.signature));
    return { ...first, seats, signature };
  }

  certificate(round: number, view: number, value: Uint8Array): Certificate | null {
    const vote = this.vote(round, "commit", view, value);
    const [member] = this.#members;
    if (vote === null || member === undefined) return null;
    const { network, set } = member;
    return { epoch: network.epoch.epoch, set, round, ...vote };
  }
}
