// A voter that does not follow the protocol: it is cut off from what an honest one would do, and its seats say what the test wants.
import type { PeerAnswer } from "../../src/actors/peers.ts";
import { jointHeaderHash } from "../../src/protocol/blocks/joint-header.ts";
import { type JointBlock, jointBlockCodec } from "../../src/protocol/blocks/shard-block.ts";
import {
  type ConsensusMessage,
  consensusMessageCodec,
  type Phase,
} from "../../src/protocol/consensus/messages.ts";
import { proposerSeat } from "../../src/protocol/consensus/proposer.ts";
import { hasSeat, type SeatSet, seatList, seatSet } from "../../src/protocol/consensus/seats.ts";
import {
  type Instance,
  proposalBytes,
  viewChangeBytes,
  voteBytes,
} from "../../src/protocol/consensus/signed-bytes.ts";
import type { LocalNetwork, VoterName } from "./local-network.ts";

export class FaultyVoter {
  readonly #net: LocalNetwork;
  readonly #name: VoterName;

  constructor(net: LocalNetwork, name: VoterName) {
    this.#net = net;
    this.#name = name;
    net.down.add(name);
  }

  get seats(): SeatSet {
    return this.#net.seats(this.#name).seats;
  }

  /** The other voters. */
  get honest(): readonly ("set" | VoterName)[] {
    return this.#net.voters.filter((voter) => voter !== this.#name);
  }

  /** Lets time pass, with nothing to do, up to just before a round in which this voter proposes first, and not second. */
  async beforeTurn(): Promise<number> {
    const proposes = (round: number, view: number): boolean =>
      hasSeat(this.seats, proposerOf(this.#net, round, view));
    const isTurn = (round: number): boolean => proposes(round, 0) && !proposes(round, 1);
    while (!isTurn(this.#net.round + 1)) await this.#net.advance(1);
    return this.#net.round + 1;
  }

  proposal(round: number, value: Uint8Array, view = 0): ConsensusMessage {
    const turn = proposerOf(this.#net, round, view);
    const seat = hasSeat(this.seats, turn) ? turn : (seatList(this.seats)[0] ?? 0);
    const signature = this.#sign([seat], proposalBytes(this.#instance(round), view, value));
    return { kind: "proposal", proposal: { view, value, seat, justification: [], signature } };
  }

  vote(round: number, phase: Phase, value: Uint8Array, view = 0): ConsensusMessage {
    const { seats } = this;
    const bytes = voteBytes(this.#instance(round), phase, view, value);
    const signature = this.#net.seats(this.#name).sign(seats, bytes);
    return { kind: "vote", vote: { phase, view, value, seats, signature } };
  }

  viewChange(round: number, newView: number): ConsensusMessage {
    const { seats } = this;
    const bytes = viewChangeBytes(this.#instance(round), newView, null);
    const signature = this.#net.seats(this.#name).sign(seats, bytes);
    return { kind: "viewChange", viewChange: { newView, seats, lock: null, signature } };
  }

  say(
    to: "set" | VoterName,
    round: number,
    message: ConsensusMessage,
    block: JointBlock | Uint8Array | null = null,
  ): PeerAnswer {
    const bytes =
      block === null || block instanceof Uint8Array ? block : jointBlockCodec.encode(block);
    return this.#net.deliver(this.#net.peer(to), {
      kind: "consensus",
      set: 1,
      round,
      message: consensusMessageCodec.encode(message),
      block: bytes,
    });
  }

  /** Proposes the block in view 0 to these voters. */
  propose(round: number, block: JointBlock, to = this.honest, body: JointBlock = block): void {
    const message = this.proposal(round, jointHeaderHash(block.header));
    for (const voter of to) this.say(voter, round, message, body);
  }

  #instance(round: number): Instance {
    return { networkId: this.#net.network.id, epoch: 0, set: 1, round };
  }

  #sign(members: readonly number[], bytes: Uint8Array): Uint8Array {
    const count = this.#net.network.epoch.sets[0]?.seats.length ?? 0;
    return this.#net.seats(this.#name).sign(seatSet(count, members), bytes);
  }
}

export function proposerOf({ network }: LocalNetwork, round: number, view: number): number {
  const count = network.epoch.sets[0]?.seats.length ?? 0;
  return proposerSeat(network.seedAt(round), 1, round, view, count);
}
