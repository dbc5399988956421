// A faulty voter that hears everything and signs anything, but only with its own seats. It proposes
// two values, votes for several, hides its lock, names far views, joins its signature to those of
// others, and repeats old messages.
import type {
  Certificate,
  ConsensusMessage,
  Phase,
  Proposal,
  ViewChange,
  Vote,
} from "../../../src/protocol/consensus/messages.ts";
import { disjointSeats, seatSet, unionSeats } from "../../../src/protocol/consensus/seats.ts";
import {
  proposalBytes,
  viewChangeBytes,
  voteBytes,
} from "../../../src/protocol/consensus/signed-bytes.ts";
import type { ConsensusConfig } from "../../../src/protocol/consensus/state.ts";
import type { Random } from "../../../src/simulator/random.ts";
import { seatsIn } from "./oracle.ts";
import { testValue } from "./setup.ts";
import { sumTags } from "./tags.ts";

interface Means {
  readonly config: ConsensusConfig;
  readonly own: readonly number[];
  /** The honest voters. */
  readonly peers: readonly number[];
  /** The faulty voters, this one too. */
  readonly allies: () => Iterable<Adversary>;
  readonly random: Random;
  readonly send: (to: number, message: ConsensusMessage) => void;
}

const HEARD_MAX = 200;

export class Adversary {
  readonly #means: Means;
  readonly #heard: ConsensusMessage[] = [];
  readonly #locks: Certificate[] = [];
  readonly #values: Uint8Array[] = [];
  readonly #departures = new Map<number, ViewChange[]>();
  readonly #proposed = new Set<number>();
  #view = 0;

  constructor(means: Means) {
    this.#means = means;
    this.#values.push(testValue(2, 1), testValue(2, 2), testValue(0xee, 1));
  }

  hear(message: ConsensusMessage): void {
    this.#heard.push(message);
    if (this.#heard.length > HEARD_MAX) this.#heard.shift();
    if (message.kind === "proposal" && this.#values.length < 12) {
      this.#values.push(message.proposal.value);
    }
    if (message.kind !== "viewChange") return;
    const { newView, lock } = message.viewChange;
    this.#view = Math.max(this.#view, newView);
    if (lock !== null && this.#locks.length < 20) this.#locks.push(lock);
    this.#departures.set(newView, [...(this.#departures.get(newView) ?? []), message.viewChange]);
  }

  act(): void {
    const { random, own, config } = this.#means;
    const leads = own.includes(config.proposerOf(this.#view));
    if (leads && !this.#proposed.has(this.#view) && random.chance(0.5)) this.#proposeTwo();
    const acts: (() => void)[] = [
      () => this.#vote(),
      () => this.#vote(),
      () => this.#leave(),
      () => this.#repeat(),
      () => this.#favour(),
    ];
    random.pick(acts)?.();
  }

  /** One value to some, another to the others, and votes of both phases to match. */
  #proposeTwo(): void {
    const { random, peers } = this.#means;
    const view = this.#view;
    const groups = [[], []] as [number[], number[]];
    for (const peer of random.shuffle(peers)) random.pick(groups).push(peer);
    for (const group of groups) {
      const proposal = this.#proposal(view);
      if (proposal === null) continue;
      this.#proposed.add(view);
      for (const peer of group) {
        this.#means.send(peer, { kind: "proposal", proposal });
        if (random.chance(0.3)) continue;
        for (const ally of this.#means.allies()) ally.support(peer, proposal);
      }
    }
  }

  /** Both votes, to one voter. */
  support(peer: number, { view, value }: Proposal): void {
    for (const phase of ["prepare", "commit"] as const) {
      const vote = this.#signedVote(phase, view, value, this.#means.own);
      this.#means.send(peer, { kind: "vote", vote });
    }
  }

  #proposal(view: number): Proposal | null {
    const { config, random } = this.#means;
    const seat = config.proposerOf(view);
    let value = random.pick(this.#values) as Uint8Array;
    let justification = view === 0 ? [] : this.#justification(view);
    // What is not justified must be refused: too few view changes, or a value against their lock.
    const cheats = random.chance(0.2);
    if (cheats && view > 0) justification = (justification ?? []).slice(0, random.between(0, 2));
    if (justification === null) return null;
    let newest = -1;
    for (const { lock } of cheats ? [] : justification) {
      if (lock === null || lock.view <= newest) continue;
      newest = lock.view;
      value = lock.value;
    }
    const message = proposalBytes(config, view, value);
    const signature = config.sign(seatSet(config.seats, [seat]), message);
    return { view, value, seat, justification, signature };
  }

  /** Of all it heard, as few as possible and those it likes, with its own hidden lock first. */
  #justification(view: number): ViewChange[] | null {
    const { random, config } = this.#means;
    const others = random.shuffle(this.#departures.get(view) ?? []);
    const chosen: ViewChange[] = [];
    const seats = new Set<number>();
    for (const change of [this.#departure(view, null), ...others]) {
      const fresh = seatsIn(change.seats).filter((seat) => !seats.has(seat));
      if (fresh.length === 0 || seats.size * 3 > config.seats * 2) continue;
      for (const seat of fresh) seats.add(seat);
      chosen.push(change);
    }
    return seats.size * 3 > config.seats * 2 ? chosen : null;
  }

  #departure(newView: number, lock: Certificate | null): ViewChange {
    const { config } = this.#means;
    const signature = config.sign(config.own, viewChangeBytes(config, newView, lock));
    return { newView, seats: config.own, lock, signature };
  }

  #signedVote(phase: Phase, view: number, value: Uint8Array, own: readonly number[]): Vote {
    const { config } = this.#means;
    const seats = seatSet(config.seats, own);
    const signature = config.sign(seats, voteBytes(config, phase, view, value));
    return { phase, view, value, seats, signature };
  }

  #vote(): void {
    const { random, own } = this.#means;
    const heard = random.pick(this.#heard);
    const copied = heard?.kind === "vote" && random.chance(0.6) ? heard.vote : null;
    const phase = copied?.phase ?? random.pick(["prepare", "commit"]);
    const view = copied?.view ?? Math.max(0, this.#view + random.between(-2, 2));
    const value = copied?.value ?? (random.pick(this.#values) as Uint8Array);
    const some = random.shuffle(own).slice(0, random.between(1, own.length));
    let vote = this.#signedVote(phase, view, value, some);
    if (copied !== null && disjointSeats(copied.seats, vote.seats)) {
      const signature = sumTags([copied.signature, vote.signature]);
      vote = { ...vote, seats: unionSeats(copied.seats, vote.seats), signature };
    }
    this.#sendSome({ kind: "vote", vote });
  }

  /**
   * All its votes, for what others voted for, to one voter alone: that one may lock or decide
   * first.
   */
  #favour(): void {
    const { random, own, peers, send } = this.#means;
    const peer = peers[0];
    for (const heard of random.shuffle(this.#heard.slice(-30)).slice(0, 6)) {
      if (heard.kind !== "vote" || peer === undefined) continue;
      const { phase, view, value } = heard.vote;
      const vote = this.#signedVote(phase, view, value, own);
      send(peer, { kind: "vote", vote });
    }
  }

  #leave(): void {
    const { random } = this.#means;
    const far = random.pick([
      this.#view + 1,
      this.#view + 1,
      this.#view + 2,
      1_000_000,
      1_000_000_000,
    ]);
    const lock = random.chance(0.5) ? null : (random.pick(this.#locks) ?? null);
    const viewChange = this.#departure(far, lock !== null && lock.view < far ? lock : null);
    this.#sendSome({ kind: "viewChange", viewChange });
  }

  #repeat(): void {
    const message = this.#means.random.pick(this.#heard);
    if (message !== undefined) this.#sendSome(message);
  }

  #sendSome(message: ConsensusMessage): void {
    const { random, peers, send } = this.#means;
    for (const peer of peers) if (random.chance(0.6)) send(peer, message);
  }
}
