// A seeded network of voters (R-4.6 makes it possible): first loss, duplication, reordering, delay,
// partitions, crashes and faulty seats; then the network heals, the faulty stay faulty, and every
// honest voter must decide.
import { initialState, restoredState, step } from "../../../src/protocol/consensus/engine.ts";
import {
  type ConsensusMessage,
  consensusMessageCodec,
} from "../../../src/protocol/consensus/messages.ts";
import {
  type ConsensusRecord,
  consensusRecordCodec,
  EMPTY_RECORD,
} from "../../../src/protocol/consensus/record.ts";
import type {
  ConsensusConfig,
  ConsensusInput,
  ConsensusOutput,
  ConsensusState,
} from "../../../src/protocol/consensus/state.ts";
import {
  type VerifyContext,
  verifyMessage,
} from "../../../src/protocol/consensus/verify-message.ts";
import { decodeStored } from "../../../src/protocol/encoding/codec.ts";
import { Random } from "../../../src/simulator/random.ts";
import { Adversary } from "./adversary.ts";
import { EventQueue } from "./event-queue.ts";
import { Oracle } from "./oracle.ts";
import { configOf, contextOf, seededProposer, testValue } from "./setup.ts";

export interface Plan {
  readonly seed: number;
  readonly seats: number;
  /** The seats of each voter. */
  readonly voters: readonly (readonly number[])[];
  /** Indexes of faulty voters. */
  readonly faulty: readonly number[];
  readonly silent: boolean;
  readonly lossMax: number;
  /** On top, of prepare votes: makes locks that only some have. */
  readonly prepareLoss: number;
  /** On top, of commit votes and certificates: makes decisions that only some know of. */
  readonly commitLoss: number;
  readonly crashChance: number;
  readonly chaosMs: number;
  /** Wrong on purpose: restarted voters forget. */
  readonly amnesia: boolean;
}

export interface Outcome {
  readonly violations: readonly string[];
  readonly evidence: number;
  readonly viewMax: number;
  readonly crashes: number;
  readonly events: number;
}

interface Voter {
  readonly index: number;
  readonly config: ConsensusConfig;
  state: ConsensusState;
  durable: Uint8Array | null;
  record: ConsensusRecord | null;
  up: boolean;
  /** What was asked of an earlier life, or of an earlier timer, is not answered. */
  life: number;
  timer: number;
  decided: boolean;
}

/** Far beyond what a healed network needs: four timeouts at their longest. */
const HEALED_MS_MAX = 60_000;
const EVENTS_MAX = 200_000;

export class Simulation {
  readonly #plan: Plan;
  readonly #random: Random;
  readonly #queue = new EventQueue();
  readonly #oracle: Oracle;
  readonly #context: VerifyContext;
  readonly #voters = new Map<number, Voter>();
  readonly #adversaries = new Map<number, Adversary>();
  readonly #loss: number;
  readonly #delayMs: number;
  #partition: readonly number[] = [];
  #evidence = 0;
  #crashes = 0;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#random = new Random(plan.seed);
    this.#oracle = new Oracle(plan.seats);
    const proposerOf = seededProposer(plan.seats, plan.seed);
    this.#context = contextOf(plan.seats, proposerOf);
    this.#loss = this.#random.unit() * plan.lossMax;
    this.#delayMs = this.#random.pick([5, 40, 200, 600]);
    for (const [index, own] of plan.voters.entries()) {
      const config = configOf(plan.seats, own, proposerOf);
      if (!plan.faulty.includes(index)) {
        this.#voters.set(index, newVoter(index, config));
      } else if (!plan.silent) {
        const send = (to: number, message: ConsensusMessage) => this.#post(index, to, message);
        const peers = plan.voters
          .map((_, peer) => peer)
          .filter((peer) => !plan.faulty.includes(peer));
        const allies = () => this.#adversaries.values();
        const random = new Random(plan.seed * 31 + index);
        this.#adversaries.set(index, new Adversary({ config, own, peers, allies, random, send }));
      }
    }
  }

  run(): Outcome {
    for (const voter of this.#voters.values()) {
      const begin = this.#random.between(0, 60);
      this.#queue.add(begin, () => this.#give(voter, { kind: "start" }));
    }
    for (const index of this.#adversaries.keys()) this.#act(index, 1);
    for (let at = 0; at < this.#plan.chaosMs; at += 300) this.#queue.add(at, () => this.#divide());
    this.#queue.add(this.#plan.chaosMs, () => this.#heal());
    while (!this.#finished() && this.#queue.step()) {
      const late = this.#queue.now > this.#plan.chaosMs + HEALED_MS_MAX;
      if (!late && this.#queue.steps <= EVENTS_MAX) continue;
      const waiting = [...this.#voters.values()].filter((voter) => !voter.decided);
      const views = waiting.map(({ index, state }) => `${index}@${state.record.view}`).join(" ");
      this.#oracle.stalled(`${views}, ${this.#queue.now} ms, ${this.#queue.steps} events`);
      break;
    }
    const views = [...this.#voters.values()].map(({ state }) => state.record.view);
    return {
      violations: this.#oracle.violations,
      evidence: this.#evidence,
      viewMax: Math.max(...views),
      crashes: this.#crashes,
      events: this.#queue.steps,
    };
  }

  get #healed(): boolean {
    return this.#queue.now >= this.#plan.chaosMs;
  }

  #finished(): boolean {
    return [...this.#voters.values()].every((voter) => voter.decided && voter.up);
  }

  #divide(): void {
    const sides = this.#random.chance(0.3) ? 2 : 1;
    this.#partition = this.#plan.voters.map(() => this.#random.between(1, sides));
  }

  #heal(): void {
    for (const voter of this.#voters.values()) if (!voter.up) this.#restart(voter);
  }

  #act(index: number, delayMs: number): void {
    this.#queue.add(delayMs, () => {
      this.#adversaries.get(index)?.act();
      // A faulty seat may never rest, but the run must end.
      this.#act(index, this.#healed ? this.#random.between(50, 400) : this.#random.between(5, 60));
    });
  }

  #give(voter: Voter, input: ConsensusInput): void {
    if (!voter.up) return;
    const { state, outputs } = step(voter.config, voter.state, input);
    voter.state = state;
    const crashes = !this.#healed && this.#random.chance(this.#plan.crashChance);
    // A crash comes before any of the outputs, between two of them or after the last.
    const performed = crashes ? this.#random.between(0, outputs.length) : outputs.length;
    for (const output of outputs.slice(0, performed)) this.#perform(voter, output);
    if (crashes) this.#crash(voter);
  }

  #crash(voter: Voter): void {
    this.#crashes++;
    voter.up = false;
    voter.life++;
    this.#queue.add(this.#random.between(1, 800), () => this.#restart(voter));
  }

  #restart(voter: Voter): void {
    if (voter.up) return;
    const { durable } = voter;
    const known = durable !== null && !this.#plan.amnesia;
    const record = known ? decodeStored(consensusRecordCodec, durable) : EMPTY_RECORD;
    voter.state = restoredState(voter.config, record);
    voter.up = true;
    this.#give(voter, { kind: "start" });
  }

  #perform(voter: Voter, output: ConsensusOutput): void {
    switch (output.kind) {
      case "persist":
        voter.durable = consensusRecordCodec.encode(output.record);
        voter.record = output.record;
        break;
      case "broadcast":
        this.#oracle.sent(output.message, voter.record);
        this.#spread(voter, output.message);
        break;
      case "send":
        for (const [peer, own] of this.#plan.voters.entries()) {
          const addressed = own.some((seat) => ((output.to[seat >> 3] ?? 0) >> (seat & 7)) & 1);
          if (addressed && peer !== voter.index) this.#post(voter.index, peer, output.message);
        }
        break;
      case "propose":
        this.#answer(voter, {
          kind: "proposed",
          view: output.view,
          // A replica that is asked again after a crash may well build another block.
          value: testValue(1, voter.index, output.view, this.#random.between(0, 255)),
        });
        break;
      case "check":
        this.#check(voter, output.view, output.value);
        break;
      case "timer": {
        const timer = ++voter.timer;
        const { life } = voter;
        this.#queue.add(output.delayMs, () => {
          if (voter.life !== life || voter.timer !== timer) return;
          this.#give(voter, { kind: "timeout", view: output.view });
        });
        break;
      }
      case "decided":
        voter.decided = true;
        this.#oracle.decided(output.certificate);
        break;
      case "equivocation":
        this.#evidence++;
        break;
    }
  }

  #check(voter: Voter, view: number, value: Uint8Array): void {
    const valid = value[0] !== 0xee;
    if (valid) this.#oracle.checkedValid(value);
    this.#answer(voter, { kind: "checked", view, value, valid });
  }

  #answer(voter: Voter, input: ConsensusInput): void {
    const { life } = voter;
    this.#queue.add(this.#random.between(0, 25), () => {
      if (voter.life === life) this.#give(voter, input);
    });
  }

  #spread(voter: Voter, message: ConsensusMessage): void {
    for (const adversary of this.#adversaries.values()) adversary.hear(message);
    for (const peer of this.#voters.keys()) {
      if (peer !== voter.index) this.#post(voter.index, peer, message);
    }
  }

  #post(from: number, to: number, message: ConsensusMessage): void {
    const peer = this.#voters.get(to);
    if (peer === undefined) return;
    const copies = this.#healed ? 1 : this.#copies(from, to, message);
    for (let copy = 0; copy < copies; copy++) {
      const delayMs = this.#random.between(1, this.#healed ? 15 : this.#delayMs);
      this.#queue.add(delayMs, () => this.#deliver(peer, message));
    }
  }

  #copies(from: number, to: number, message: ConsensusMessage): number {
    if (this.#partition[from] !== this.#partition[to] || this.#random.chance(this.#loss)) return 0;
    const phase = message.kind === "vote" ? message.vote.phase : message.kind;
    if (phase === "prepare" && this.#random.chance(this.#plan.prepareLoss)) return 0;
    const decides = phase === "commit" || phase === "certificate";
    if (decides && this.#random.chance(this.#plan.commitLoss)) return 0;
    return this.#random.chance(0.1) ? 2 : 1;
  }

  /** Bytes, format and signatures are the same for every receiver: checked at the first. */
  readonly #arrived = new WeakMap<ConsensusMessage, ReturnType<typeof verifyMessage>>();

  #deliver(voter: Voter, message: ConsensusMessage): void {
    let result = this.#arrived.get(message);
    if (result === undefined) {
      const decoded = decodeStored(consensusMessageCodec, consensusMessageCodec.encode(message));
      result = verifyMessage(this.#context, decoded);
      this.#arrived.set(message, result);
    }
    if (result.ok) this.#give(voter, result.value);
  }
}

function newVoter(index: number, config: ConsensusConfig): Voter {
  const state = initialState(config);
  return {
    index,
    config,
    state,
    durable: null,
    record: null,
    up: true,
    life: 0,
    timer: 0,
    decided: false,
  };
}

export const simulate = (plan: Plan): Outcome => new Simulation(plan).run();
