// Scenarios of one voter among four seats, where seat v proposes in view v: what it is told, what
// it answers.
import { describe, expect, test } from "vitest";
import { decidedCertificate } from "../../../src/protocol/consensus/engine.ts";
import type { Phase, ViewChange } from "../../../src/protocol/consensus/messages.ts";
import { seatList } from "../../../src/protocol/consensus/seats.ts";
import { timeoutMs } from "../../../src/protocol/consensus/state.ts";
import { Driver, type Told } from "./driver.ts";
import { certificateOf, proposalOf, viewChangeOf, voteOf } from "./samples.ts";
import { configOf, testValue } from "./setup.ts";

const a = testValue(1, 10);
const b = testValue(1, 11);
const start: Told = { kind: "start" };
const timeout = (view: number): Told => ({ kind: "timeout", view });
const checked = (view: number, value: Uint8Array, valid = true): Told => ({
  kind: "checked",
  view,
  value,
  valid,
});
const proposed = (view: number, value: Uint8Array): Told => ({ kind: "proposed", view, value });
const vote = (phase: Phase, view: number, value: Uint8Array, ...seats: number[]): Told => ({
  kind: "vote",
  vote: voteOf(phase, view, value, seats),
});
const leaves = (newView: number, seats: number[], lock?: Parameters<typeof viewChangeOf>[2]) =>
  ({ kind: "viewChange", viewChange: viewChangeOf(newView, seats, lock) }) as const;
const proposes = (view: number, value: Uint8Array, by: readonly ViewChange[] = []): Told => ({
  kind: "proposal",
  proposal: proposalOf(view, value, by),
});
const lock = certificateOf("prepare", 0, a, [0, 1, 2]);
const decision = certificateOf("commit", 0, a, [0, 1, 2]);
const certificate: Told = { kind: "certificate", certificate: decision };

type Scenario = readonly (readonly [input: Told, ...outputs: string[]])[];

const scenarios: Readonly<Record<string, { own: number[]; steps: Scenario }>> = {
  "R-4.1 a voter with all seats decides alone": {
    own: [0, 1, 2, 3],
    steps: [
      [start, "propose @0", "timer @0 150"],
      [proposed(0, a), "persist", "broadcast proposal@0 a", "check @0 a"],
      [checked(0, a), "persist", "broadcast prepare@0 a", "broadcast commit@0 a", "decided @0 a"],
      [timeout(0)],
    ],
  },
  "R-4.1 a voter with one seat prepares, locks, commits and decides": {
    own: [1],
    steps: [
      [start, "timer @0 150"],
      [proposes(0, a), "check @0 a"],
      [checked(0, a), "persist", "broadcast prepare@0 a"],
      [vote("prepare", 0, a, 0)],
      [vote("prepare", 0, a, 2), "persist", "broadcast commit@0 a"],
      [vote("commit", 0, a, 2)],
      [vote("commit", 0, a, 0), "persist", "decided @0 a"],
    ],
  },
  "R-4.4 without its own replica's check it neither prepares nor commits, but a quorum decides": {
    own: [1],
    steps: [
      [start, "timer @0 150"],
      [proposes(0, a), "check @0 a"],
      [vote("prepare", 0, a, 0, 2, 3)],
      [vote("commit", 0, a, 0, 2)],
      [vote("commit", 0, a, 3), "persist", "decided @0 a"],
      [checked(0, a)],
    ],
  },
  "R-4.4 votes that were there before the check count when it comes": {
    own: [1],
    steps: [
      [vote("prepare", 0, a, 0, 2)],
      [start, "timer @0 150"],
      [proposes(0, a), "check @0 a"],
      [checked(0, b)],
      [checked(1, a)],
      [checked(0, a), "persist", "broadcast prepare@0 a", "broadcast commit@0 a"],
    ],
  },
  "R-4.1 an invalid proposal ends its view at once": {
    own: [1],
    steps: [
      [start, "timer @0 150"],
      [proposes(0, a), "check @0 a"],
      [checked(0, a, false), "persist", "broadcast viewChange@1", "timer @1 300"],
    ],
  },
  "R-4.1 a silent proposer is passed over, and a free view takes any value": {
    own: [1],
    steps: [
      [start, "timer @0 150"],
      [timeout(0), "persist", "broadcast viewChange@1", "timer @1 300"],
      [leaves(1, [2])],
      [leaves(1, [3]), "propose @1", "timer @1 300"],
      [proposed(1, b), "persist", "broadcast proposal@1 b", "check @1 b"],
      [proposed(1, a)],
      [checked(1, b), "persist", "broadcast prepare@1 b"],
    ],
  },
  "R-4.1 a lock among the view changes binds the new proposer": {
    own: [1],
    steps: [
      [start, "timer @0 150"],
      [timeout(0), "persist", "broadcast viewChange@1", "timer @1 300"],
      [leaves(1, [2])],
      [leaves(1, [3], lock), "persist", "broadcast proposal@1 a", "check @1 a", "timer @1 300"],
      [proposed(1, b)],
    ],
  },
  "R-4.3 a locked voter leaves with its lock, and may follow a justified proposal of another value":
    {
      own: [3],
      steps: [
        [start, "timer @0 150"],
        [proposes(0, a), "check @0 a"],
        [checked(0, a), "persist", "broadcast prepare@0 a"],
        [vote("prepare", 0, a, 0, 1), "persist", "broadcast commit@0 a"],
        [
          timeout(0),
          "persist",
          "broadcast commit@0 a",
          "broadcast viewChange@1 lock@0 a",
          "timer @1 300",
        ],
        [
          proposes(1, b, [viewChangeOf(1, [0]), viewChangeOf(1, [1, 2])]),
          "check @1 b",
          "timer @1 300",
        ],
        [checked(1, b), "persist", "broadcast prepare@1 b"],
      ],
    },
  "R-4.1 a voter waits in its view until a quorum is there, repeating what it said": {
    own: [3],
    steps: [
      [start, "timer @0 150"],
      [timeout(0), "persist", "broadcast viewChange@1", "timer @1 300"],
      [timeout(1), "broadcast viewChange@1", "timer @1 300"],
      [timeout(0)],
      [leaves(1, [0, 2]), "timer @1 300"],
      [timeout(1), "persist", "broadcast viewChange@2", "timer @2 600"],
    ],
  },
  "R-4.1 it joins a view that f+1 seats reached, not one that f seats name": {
    own: [0],
    steps: [
      [start, "propose @0", "timer @0 150"],
      [leaves(4_000_000_000, [1])],
      [leaves(3, [2]), "persist", "broadcast viewChange@3", "timer @3 1200"],
      [leaves(2, [3])],
      // With the seat that is beyond, a quorum was there at once.
      [leaves(3, [3])],
    ],
  },
  "R-4.1 a justified proposal takes a voter along, however far behind": {
    own: [0],
    steps: [
      [start, "propose @0", "timer @0 150"],
      [
        proposes(5, b, [viewChangeOf(5, [1, 2]), viewChangeOf(5, [3])]),
        "persist",
        "broadcast viewChange@5",
        "check @5 b",
        "timer @5 4800",
      ],
      [checked(5, b), "persist", "broadcast prepare@5 b"],
      [proposed(0, a)],
    ],
  },
  "R-4.1 a certificate decides for a voter that saw nothing, which hands it on": {
    own: [3],
    steps: [
      [start, "timer @0 150"],
      [{ kind: "certificate", certificate: lock }],
      [certificate, "persist", "decided @0 a"],
      [certificate],
      [leaves(1, [1]), "send certificate@0 a"],
      [leaves(1, [3])],
      [proposes(1, b, [viewChangeOf(1, [0, 1, 2])])],
    ],
  },
  "R-4.1 commit votes of a view that was left still decide": {
    own: [1],
    steps: [
      [start, "timer @0 150"],
      [vote("commit", 0, a, 0)],
      [timeout(0), "persist", "broadcast viewChange@1", "timer @1 300"],
      [vote("commit", 0, a, 2, 3), "persist", "decided @0 a"],
    ],
  },
  "R-10.2 two proposals of a view are evidence, once, and the first is followed": {
    own: [1],
    steps: [
      [start, "timer @0 150"],
      [proposes(0, a), "check @0 a"],
      [proposes(0, b), "equivocation proposals"],
      [proposes(0, b)],
      [proposes(0, a)],
      [checked(0, b)],
      [checked(0, a), "persist", "broadcast prepare@0 a"],
    ],
  },
  "R-10.2 two votes of a seat are evidence, once a seat, also after the decision": {
    own: [1],
    steps: [
      [start, "timer @0 150"],
      [vote("prepare", 0, a, 2)],
      [vote("prepare", 0, a, 2)],
      [vote("prepare", 0, b, 2), "equivocation votes"],
      [vote("prepare", 0, b, 2)],
      [vote("commit", 0, a, 0, 2, 3), "persist", "decided @0 a"],
      [vote("commit", 0, b, 2, 3), "equivocation votes"],
    ],
  },
};

describe("scenarios", () => {
  for (const [title, { own, steps }] of Object.entries(scenarios)) {
    test(title, () => {
      const voter = new Driver(own);
      for (const [input, ...outputs] of steps) expect(voter.tell(input)).toEqual(outputs);
    });
    test(`${title}: every input twice`, () => {
      const voter = new Driver(own);
      for (const [input, ...outputs] of steps) {
        expect(voter.tell(input)).toEqual(outputs);
        const after = voter.state;
        const view = voter.state.record.view;
        // A timeout is the one input that means something new each time: the view it names may
        // last.
        if (input.kind === "timeout" && input.view === view) continue;
        const again = voter.tell(input).filter((output) => !output.startsWith("send"));
        expect(again).toEqual([]);
        expect(voter.state).toEqual(after);
      }
    });
  }
});

describe("R-4.6 a pure state machine", () => {
  test("R-4.6 a step leaves the state before it as it was", () => {
    for (const { own, steps } of Object.values(scenarios)) {
      const voter = new Driver(own);
      for (const [input] of steps) {
        const { state } = voter;
        const before = structuredClone(state);
        voter.tell(input);
        expect(state).toEqual(before);
      }
    }
  });

  test("R-4.1 timeouts double from 150 ms up to 9.6 s", () => {
    const config = configOf(4, [0]);
    expect([0, 1, 2, 5, 6, 7, 4_000].map((view) => timeoutMs(config, view))).toEqual([
      150, 300, 600, 4_800, 9_600, 9_600, 9_600,
    ]);
  });
});

describe("R-11.5 signers", () => {
  test("R-11.5 a commit vote after the decision joins its certificate, and stays valid", () => {
    const voter = new Driver([1]);
    voter.tellAll(start, vote("commit", 0, a, 0, 2, 3), vote("commit", 0, a, 1, 3));
    const decided = decidedCertificate(voter.state);
    expect(seatList(decided?.seats ?? new Uint8Array())).toEqual([0, 2, 3]);
    expect(voter.tell(vote("commit", 0, a, 1))).toEqual([]);
    const wider = decidedCertificate(voter.state);
    expect(seatList(wider?.seats ?? new Uint8Array())).toEqual([0, 1, 2, 3]);
    if (wider === null) throw new Error("Undecided");
    expect(() => new Driver([0]).tell({ kind: "certificate", certificate: wider })).not.toThrow();
  });
});

describe("R-4.1 faulty seats cannot grow the state", () => {
  const sizeOf = (voter: Driver): number => JSON.stringify(voter.state).length;

  test("R-4.1 ten thousand messages of one faulty seat take the room of a few", () => {
    const voter = new Driver([1]);
    voter.tell(start);
    let most = 0;
    for (let i = 0; i < 10_000; i++) {
      const value = testValue(2, i, i >> 8);
      const phase = i % 2 === 0 ? "prepare" : "commit";
      voter.tell(vote(phase, i % 400, value, 3));
      if (i % 10 === 0) voter.tell(leaves(2 + i, [3]));
      if (i === 100) most = sizeOf(voter);
    }
    expect(voter.state.tallies.length).toBeLessThanOrEqual(8);
    expect(voter.state.tallies.every(({ votes }) => votes.length === 1)).toBe(true);
    expect(voter.state.record.view).toBe(0);
    expect(sizeOf(voter)).toBeLessThan(2 * most);
  });

  test("R-4.2 many proposals of one view keep one, and a passed view none", () => {
    const voter = new Driver([1]);
    voter.tell(start);
    for (let i = 0; i < 1_000; i++) voter.tell(proposes(0, testValue(2, i, i >> 8)));
    expect(voter.state.candidate?.value).toEqual(testValue(2, 0));
    voter.tell(timeout(0));
    expect(voter.tell(proposes(0, a))).toEqual([]);
    expect(voter.state.candidate).toBeNull();
  });

  test.each([
    { view: 3, counted: true },
    { view: 4, counted: false },
  ])("R-4.1 from view 0 a vote of view $view is counted: $counted", ({ view, counted }) => {
    const voter = new Driver([1]);
    voter.tell(vote("prepare", view, a, 3));
    expect(voter.state.tallies.length).toBe(counted ? 1 : 0);
  });

  test("R-4.1 a seat joined to others' votes cannot keep those from being counted", () => {
    const voter = new Driver([1]);
    const inputs = [
      vote("commit", 0, a, 0, 3),
      vote("commit", 0, a, 2, 3),
      vote("commit", 0, a, 0),
    ];
    voter.tellAll(start, ...inputs);
    expect(voter.tell(vote("commit", 0, a, 2))).toContain("decided @0 a");
  });
});
