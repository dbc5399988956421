// Execution on a set's replicas. What touches both shards is executed on both at once, and the seats here sign what it came to;
// of a round that the set sees one side of only, the result comes with the certificate of the set that saw both.

import { quorum } from "../protocol/consensus/quorum.ts";
import {
  type ResultCertificate,
  type ResultVote,
  resultCertificateCodec,
} from "../protocol/consensus/result-certificate.ts";
import { countSeats, disjointSeats, seatList, unionSeats } from "../protocol/consensus/seats.ts";
import { resultVoteBytes } from "../protocol/consensus/signed-bytes.ts";
import { equalBytes } from "../protocol/encoding/bytes.ts";
import { type CrossResult, crossResultCodec, resultHash } from "../protocol/ledger/cross-result.ts";
import { executeForBoth, readSetOf } from "./cross-reads.ts";
import { CrossResults } from "./cross-results.ts";
import type { Findings } from "./findings.ts";
import type { HostedSeats } from "./hosted-seats.ts";
import type { Network } from "./network.ts";
import type { OtherVoters } from "./other-voters.ts";
import { promptMs } from "./patience.ts";
import type { PeerAnswer, PeerId } from "./peers.ts";
import type { Clock, Log, Store } from "./ports.ts";
import type { Side } from "./side.ts";
import type { CrossRound } from "./unexecuted-rounds.ts";

export interface PairExecutionPorts {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly findings: Findings;
  readonly network: Network;
  readonly seats: HostedSeats;
  readonly others: OtherVoters;
}

/** Results kept for shards that ask late; one that asks later still has its partner. */
const RESULTS_KEPT = 16;

/** A round that waits for a result which this set cannot compute. */
interface Wanted {
  readonly round: number;
  askedMs: number;
  asked: number;
}

export class PairExecution {
  readonly #ports: PairExecutionPorts;
  readonly #set: number;
  readonly #sides: readonly Side[];
  readonly #results: CrossResults;
  readonly #wanted = new Map<Side, Wanted>();
  /** Certified results that have come, by side: for its next round. */
  readonly #fetched = new Map<Side, CrossResult>();
  /** Of the round that was asked about last: votes of other voters. */
  #votes: { readonly round: number; readonly votes: ResultVote[] } = { round: 0, votes: [] };

  constructor(ports: PairExecutionPorts, set: number, sides: readonly Side[]) {
    this.#ports = ports;
    this.#set = set;
    this.#sides = sides;
    this.#results = new CrossResults(ports.store);
  }

  /** Executes a round on each side that can; whether any could. */
  step(): boolean {
    let moved = false;
    for (const side of this.#sides) moved = this.#stepSide(side) || moved;
    return moved;
  }

  /** Asks for results that are wanted and due. Call it at every tick. */
  drive(): void {
    const now = this.#ports.clock.now();
    for (const side of this.#sides) {
      const cross = side.replica.crossRound;
      if (cross === null) this.#wanted.delete(side);
      else if (now >= this.#dueMs(side, cross)) this.#ask(side, cross, now);
    }
  }

  /** When `drive` has something to do; null if no side waits for a result. */
  nextMs(): number | null {
    const times = this.#sides.flatMap((side) => {
      const cross = side.replica.crossRound;
      return cross === null ? [] : [this.#dueMs(side, cross)];
    });
    return times.length === 0 ? null : Math.min(...times);
  }

  /** A shard asks what a round came to. */
  resultFor(round: number): PeerAnswer {
    const row = this.#results.get(round);
    if (row === undefined) return { kind: "result", result: null, certificate: null };
    const certificate = row.certificate ?? this.#certify(round);
    if (certificate !== null && row.certificate === null) {
      const result = this.#results.result(round) ?? null;
      this.#results.put(round, { result: row.result, certificate }, result);
    }
    return { kind: "result", result: certificate === null ? null : row.result, certificate };
  }

  /** Another voter asks for this one's vote. */
  voteFor(set: number, round: number): PeerAnswer {
    const result = set === this.#set ? this.#results.result(round) : undefined;
    const vote = result === undefined ? null : this.#vote(round, resultHash(result));
    return { kind: "resultVote", vote };
  }

  voted(from: PeerId, round: number, answer: PeerAnswer | null): void {
    if (answer?.kind !== "resultVote" || answer.vote === null) return;
    const { network, others, log, findings } = this.#ports;
    const result = this.#results.result(round);
    const { vote } = answer;
    if (result === undefined || this.#votes.round !== round || !others.speaks(from, vote.seats))
      return;
    if (this.#votes.votes.some(({ seats }) => equalBytes(seats, vote.seats))) return;
    const message = resultVoteBytes(this.#instance(round), vote.value);
    if (!network.seatKeys(this.#set).verify(vote.seats, message, vote.signature)) return;
    if (equalBytes(vote.value, resultHash(result))) {
      this.#votes.votes.push(vote);
      return;
    }
    log.write("another result", { set: this.#set, round });
    const reason = `Seats ${seatList(vote.seats).join(" ")} of set ${this.#set} signed another result`;
    for (const { shard } of this.#sides) findings.add({ shard, round, kind: "result", reason });
  }

  /** A result that a shard has from the set that saw both sides. Whether it is what a side waits for. */
  fetched(side: Side, answer: PeerAnswer | null): boolean {
    const cross = side.replica.crossRound;
    if (cross === null || answer?.kind !== "result") return false;
    if (answer.result === null || answer.certificate === null) return false;
    const result = crossResultCodec.decode(answer.result);
    const certificate = resultCertificateCodec.decode(answer.certificate);
    if (!result.ok || !certificate.ok) return false;
    const { round, headerHash, receipts } = result.value;
    if (round !== cross.round || !equalBytes(headerHash, cross.headerHash)) return false;
    if (receipts.length !== cross.transactions.length) return false;
    const expected = { set: cross.set, round, value: resultHash(result.value) };
    if (!this.#ports.network.certifiesResult(certificate.value, expected)) return false;
    this.#fetched.set(side, result.value);
    return true;
  }

  #stepSide(side: Side): boolean {
    const cross = side.replica.crossRound;
    if (cross === null) return side.execute();
    const known = this.#fetched.get(side);
    if (known !== undefined && equalBytes(known.headerHash, cross.headerHash)) {
      this.#fetched.delete(side);
      this.#wanted.delete(side);
      return side.execute(known);
    }
    const other = this.#sides.find(({ shard }) => shard === cross.partner);
    const theirs = other?.replica.crossRound ?? null;
    if (other === undefined || theirs === null) return false;
    if (!equalBytes(theirs.headerHash, cross.headerHash)) return false;
    const { k } = this.#ports.network;
    const result = executeForBoth(side.replica, cross, readSetOf(other.replica, theirs), k);
    const encoded = crossResultCodec.encode(result);
    this.#results.put(cross.round, { result: encoded, certificate: null }, result);
    this.#results.keepNewest(RESULTS_KEPT);
    side.execute(result);
    other.execute(result);
    this.#wanted.delete(side);
    this.#wanted.delete(other);
    return true;
  }

  /** The certificate's bytes once enough seats have signed; until then others are asked for their votes. */
  #certify(round: number): Uint8Array | null {
    const { network, others } = this.#ports;
    const result = this.#results.result(round);
    if (result === undefined) return null;
    const value = resultHash(result);
    if (this.#votes.round !== round) this.#votes = { round, votes: [] };
    const votes = [this.#vote(round, value)];
    for (const vote of this.#votes.votes) {
      if (votes.every(({ seats }) => disjointSeats(seats, vote.seats))) votes.push(vote);
    }
    const seats = votes.map((vote) => vote.seats).reduce(unionSeats);
    const needed = quorum(network.setRecord(this.#set)?.seats.length ?? 0);
    if (countSeats(seats) < needed) {
      others.broadcast({ kind: "resultVote", set: this.#set, round });
      return null;
    }
    const signature = network.scheme.aggregate(votes.map((vote) => vote.signature));
    const epoch = network.epochAt(round);
    const certificate: ResultCertificate = {
      epoch,
      set: this.#set,
      round,
      value,
      seats,
      signature,
    };
    return resultCertificateCodec.encode(certificate);
  }

  #vote(round: number, value: Uint8Array): ResultVote {
    const { seats } = this.#ports;
    const signature = seats.sign(seats.seats, resultVoteBytes(this.#instance(round), value));
    return { value, seats: seats.seats, signature };
  }

  #instance(round: number) {
    const { network } = this.#ports;
    return { networkId: network.id, epoch: network.epochAt(round), set: this.#set, round };
  }

  #ask(side: Side, { round }: CrossRound, now: number): void {
    const wanted = this.#wanted.get(side);
    const asked = wanted?.round === round ? wanted.asked : 0;
    this.#wanted.set(side, { round, askedMs: now, asked: asked + 1 });
    side.call({ kind: "result", round });
  }

  /** A result that this set can compute once its other replica has come as far is not asked for in the first round. */
  #dueMs(side: Side, { round, partner }: CrossRound): number {
    const { clock, network } = this.#ports;
    const wanted = this.#wanted.get(side);
    if (wanted?.round === round && wanted.asked > 0) {
      return wanted.askedMs + promptMs(network, wanted.asked);
    }
    const isPair = this.#sides.some(({ shard }) => shard === partner);
    if (!isPair) return Number.NEGATIVE_INFINITY;
    if (wanted?.round !== round) this.#wanted.set(side, { round, askedMs: clock.now(), asked: 0 });
    const sinceMs = this.#wanted.get(side)?.askedMs ?? 0;
    return sinceMs + network.roundMs;
  }
}
