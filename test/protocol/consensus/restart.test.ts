// A crash before, between and after all outputs of every step of every voter: what was said
// stays said.
import { describe, expect, test } from "vitest";
import { initialState, restoredState, step } from "../../../src/protocol/consensus/engine.ts";
import type { ConsensusMessage } from "../../../src/protocol/consensus/messages.ts";
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
import { Oracle } from "./oracle.ts";
import { configOf, contextOf, testValue } from "./setup.ts";

interface Voter {
  readonly config: ConsensusConfig;
  state: ConsensusState;
  durable: Uint8Array;
  record: ConsensusRecord;
  timer: number;
  decided: boolean;
  built: number;
}

interface Finished {
  readonly steps: number;
  readonly violations: readonly string[];
}

/**
 * Everything in turn, without loss; when nothing is left to deliver, timers ring. `silent` voters
 * never speak. In step `crashStep` only the first `performed` outputs are performed, and the voter
 * restarts from its record.
 */
class Run {
  readonly #crashStep: number;
  readonly #performed: number;
  readonly #oracle: Oracle;
  readonly #context: VerifyContext;
  readonly #queue: (() => void)[] = [];
  readonly #live: readonly Voter[];
  #steps = 0;

  constructor(groups: readonly number[][], silent: number, crashStep: number, performed: number) {
    const seats = groups.flat().length;
    this.#crashStep = crashStep;
    this.#performed = performed;
    this.#oracle = new Oracle(seats);
    this.#context = contextOf(seats);
    const voters = groups.map((own) => newVoter(configOf(seats, own)));
    this.#live = voters.filter((_, index) => index !== silent);
  }

  finish(): Finished {
    const undecided = (): boolean => this.#live.some((voter) => !voter.decided);
    for (const voter of this.#live) this.#give(voter, { kind: "start" });
    for (let round = 0; round < 60 && undecided(); round++) {
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) next();
      for (const voter of this.#live) this.#give(voter, { kind: "timeout", view: voter.timer });
    }
    if (undecided()) this.#oracle.stalled(`crash in step ${this.#crashStep}`);
    return { steps: this.#steps, violations: this.#oracle.violations };
  }

  #give(voter: Voter, input: ConsensusInput): void {
    const { state, outputs } = step(voter.config, voter.state, input);
    voter.state = state;
    const crashed = this.#steps++ === this.#crashStep;
    const performed = crashed ? outputs.slice(0, this.#performed) : outputs;
    for (const output of performed) this.#perform(voter, output);
    if (!crashed) return;
    voter.timer = -1;
    const record = decodeStored(consensusRecordCodec, voter.durable);
    voter.state = restoredState(voter.config, record);
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
        this.#deliver(voter, output.message);
        break;
      case "send":
        this.#deliver(voter, output.message);
        break;
      case "propose": {
        // Asked again, the replica builds another block.
        const value = testValue(1, output.view, voter.built++, this.#live.indexOf(voter));
        this.#later(voter, { kind: "proposed", view: output.view, value });
        break;
      }
      case "check":
        this.#oracle.checkedValid(output.value);
        this.#later(voter, { ...output, kind: "checked", valid: true });
        break;
      case "timer":
        voter.timer = output.view;
        break;
      case "decided":
        voter.decided = true;
        this.#oracle.decided(output.certificate);
        break;
      case "equivocation":
        throw new Error("Nobody equivocates here");
    }
  }

  #deliver(from: Voter, message: ConsensusMessage): void {
    const result = verifyMessage(this.#context, message);
    if (!result.ok) throw new Error(`Honest message refused: ${result.refusal.code}`);
    for (const voter of this.#live) if (voter !== from) this.#later(voter, result.value);
  }

  #later(voter: Voter, input: ConsensusInput): void {
    this.#queue.push(() => this.#give(voter, input));
  }
}

function newVoter(config: ConsensusConfig): Voter {
  const record = EMPTY_RECORD;
  const durable = consensusRecordCodec.encode(record);
  const state = initialState(config);
  return { config, state, durable, record, timer: -1, decided: false, built: 0 };
}

const run = (...plan: ConstructorParameters<typeof Run>): Finished => new Run(...plan).finish();

/** More than any step has. */
const OUTPUTS_MAX = 7;

describe("R-4.3 a crash at every point", () => {
  test.each([
    { title: "one voter with all seats", groups: [[0, 1, 2, 3]], silent: -1 },
    { title: "four voters", groups: [[0], [1], [2], [3]], silent: -1 },
    { title: "four voters, the first proposer silent", groups: [[0], [1], [2], [3]], silent: 0 },
    { title: "groups of seven seats", groups: [[0, 1], [2], [3, 4, 5], [6]], silent: -1 },
    { title: "groups, two silent", groups: [[0, 1], [2], [3, 4, 5], [6]], silent: 0 },
  ])("R-4.3 $title", ({ groups, silent }) => {
    const whole = run(groups, silent, -1, 0);
    expect(whole.violations).toEqual([]);
    for (let crashStep = 0; crashStep < whole.steps; crashStep++) {
      for (let performed = 0; performed <= OUTPUTS_MAX; performed++) {
        const { violations } = run(groups, silent, crashStep, performed);
        expect(violations, `crash in step ${crashStep} after ${performed} outputs`).toEqual([]);
      }
    }
  });

  test("R-4.3 nothing leaves before its record is durable", () => {
    const config = configOf(4, [0, 1, 2, 3]);
    const value = testValue(1, 1);
    let state = initialState(config);
    const inputs: ConsensusInput[] = [
      { kind: "start" },
      { kind: "proposed", view: 0, value },
      { kind: "checked", view: 0, value, valid: true },
    ];
    for (const input of inputs) {
      const result = step(config, state, input);
      const changed = result.state.record !== state.record;
      expect(result.outputs.findIndex(({ kind }) => kind === "persist")).toBe(changed ? 0 : -1);
      state = result.state;
    }
  });

  test("R-4.3 a decision is said again after a restart, once", () => {
    const config = configOf(4, [0, 1, 2, 3]);
    const value = testValue(1, 1);
    let state = initialState(config);
    for (const input of [
      { kind: "start" },
      { kind: "proposed", view: 0, value },
      { kind: "checked", view: 0, value, valid: true },
    ] as const) {
      state = step(config, state, input).state;
    }
    const restored = step(config, restoredState(config, state.record), { kind: "start" });
    expect(restored.outputs.map(({ kind }) => kind)).toEqual(["decided"]);
    expect(step(config, restored.state, { kind: "start" }).outputs).toEqual([]);
  });
});
