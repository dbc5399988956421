// The checkers that hold what clients were told against blocks, receipts and clocks: durability, statuses, progress.
import { describe, expect, it } from "vitest";
import { durability } from "../../../src/simulator/checkers/durability.ts";
import { progress } from "../../../src/simulator/checkers/progress.ts";
import { statuses } from "../../../src/simulator/checkers/statuses.ts";
import { Draft, forget, inRound, judged, retell, transfer } from "./draft.ts";

type Change = (draft: Draft) => void;

/**
 * t1 is included in round 2 and final; t2, behind a gap, expires after round 40; t3 was never valid; t4 is dropped. Nobody sent
 * t5.
 */
function story(change: Change = () => {}): Draft {
  const draft = new Draft({ balances: { alice: 90_000n, bob: 90_000n } });
  const first = draft.sign({ payer: "alice", nonce: 0 });
  const second = draft.sign({ payer: "alice", nonce: 7, validUntil: 40 });
  const third = draft.sign({ payer: "alice", nonce: 0, payload: transfer("bob", 2n) });
  const fourth = draft.sign({ payer: "bob", nonce: 0 });
  draft.sign({ payer: "bob", nonce: 1 });
  draft.block(2, [first]);
  draft.block(5, [], { chains: [0] });
  draft.receipt(first, 2, 2, [[0, 1_000n]]);
  draft.settle();
  for (const id of [first, second, third, fourth]) {
    draft.accepted(id, inRound(1));
    draft.status(id, inRound(1) + 9, "PENDING");
  }
  draft.status(first, inRound(2), "COMMITTED", { round: 2 });
  draft.status(first, inRound(3), "EXECUTED", { round: 2, code: 2 });
  draft.status(third, inRound(3), "REJECTED", { code: 0 });
  draft.status(fourth, inRound(20), "DROPPED", { code: 0 });
  draft.status(first, inRound(60), "FINAL", { round: 2, code: 2 });
  draft.status(second, inRound(60), "EXPIRED", { code: 0 });
  draft.status(fourth, inRound(60), "DROPPED", { code: 0 });
  draft.world.healedMs = inRound(10);
  draft.world.endMs = inRound(60);
  draft.world.probes = [first];
  change(draft);
  return draft;
}

const withoutFaults: Change = ({ world }) => Object.assign(world, { isFaultFree: true });

it("R-2.7 a right story is right", () => {
  expect(judged(durability, story(withoutFaults))).toEqual([]);
  expect(judged(durability, story())).toEqual([]);
  expect(judged(statuses, story())).toEqual([]);
  expect(judged(progress, story())).toEqual([]);
});

describe("durability", () => {
  it.each<[string, Change, string | RegExp]>([
    [
      "R-2.7 what was accepted and is unknown",
      (draft) => draft.status("t4", inRound(61), "UNKNOWN"),
      `R-2.7 transaction t4, accepted at ${inRound(1)} ms, is UNKNOWN at ${inRound(61)} ms`,
    ],
    [
      "R-2.7 what is said to be included and is in no block",
      (draft) => draft.status("t5", inRound(61), "COMMITTED", { round: 7 }),
      `R-2.7 transaction t5 is COMMITTED at ${inRound(61)} ms and in no block`,
    ],
    [
      "R-2.7 what is said to be in another round",
      (draft) => retell(draft, "t1", { round: 3 }),
      `R-2.7 transaction t1 is FINAL at ${inRound(60)} ms in round 3, its block is of round 2`,
    ],
    [
      "R-2.7 a round of what waits",
      (draft) => retell(draft, "t4", { status: "PENDING", round: 3 }),
      `R-2.7 transaction t4 is PENDING at ${inRound(60)} ms and in round 3`,
    ],
    [
      "R-6.7 another code than the receipt's",
      (draft) => retell(draft, "t1", { code: 1 }),
      `R-6.7 transaction t1 is FINAL with code 1 at ${inRound(60)} ms, by its receipt 2`,
    ],
    [
      "R-6.7 EXECUTED without a receipt",
      ({ receipts }) => receipts.pop(),
      `R-6.7 transaction t1 is EXECUTED with code 2 at ${inRound(3)} ms, by its receipt null`,
    ],
    [
      "R-6.7 a code before execution",
      (draft) => draft.status("t1", inRound(61), "COMMITTED", { round: 2, code: 2 }),
      `R-6.7 transaction t1 is COMMITTED with code 2 at ${inRound(61)} ms, by its receipt null`,
    ],
    [
      "R-6.7 a code of what waits",
      (draft) => retell(draft, "t4", { status: "PENDING" }),
      `R-6.7 transaction t4 is PENDING with code 0 at ${inRound(60)} ms, by its receipt null`,
    ],
    [
      "R-2.7 EXPIRED without a code",
      (draft) => retell(draft, "t2", { code: null }),
      `R-6.7 transaction t2 is EXPIRED with code null at ${inRound(60)} ms, by its receipt null`,
    ],
    [
      "R-3.8 COMMITTED before any clock was there",
      (draft) => {
        draft.block(30, ["t5"]);
        draft.status("t5", inRound(26), "COMMITTED", { round: 30 });
      },
      `R-3.8 transaction t5 of round 30 is COMMITTED at ${inRound(26)} ms, the latest block is of 29`,
    ],
    [
      "R-3.9 FINAL before the header that makes it so",
      (draft) => draft.status("t1", inRound(1), "FINAL", { round: 2, code: 2 }),
      `R-3.9 transaction t1 of round 2 is FINAL at ${inRound(1)} ms, by a header of round 5`,
    ],
    [
      "R-3.9 FINAL before the MerkleChain had that header",
      ({ notarised }) => Object.assign(notarised[1] as object, { atMs: inRound(60) + 1 }),
      `R-3.9 transaction t1 of round 2 is FINAL at ${inRound(60)} ms, by a header notarised at ${inRound(60) + 1} ms`,
    ],
    [
      "R-3.9 FINAL without a notarised header",
      ({ notarised }) => notarised.pop(),
      "R-3.9 transaction t1 of round 2 is FINAL, no notarised header has its state",
    ],
    [
      "R-2.7 EXPIRED and in a block",
      (draft) => retell(draft, "t1", { status: "EXPIRED", code: 0, round: null }),
      `R-2.7 transaction t1 is EXPIRED at ${inRound(60)} ms and in a block of round 2`,
    ],
    [
      "R-2.7 an end that nobody asked for",
      (draft) => forget(draft, "t4", 1),
      "R-2.7 nobody asked in the end for transaction t4, accepted and never asked for",
    ],
    [
      "R-2.7 an end that was asked for before all was healed",
      (draft) => forget(draft, "t4", 2),
      "R-2.7 nobody asked in the end for transaction t4, accepted and PENDING",
    ],
    [
      "R-2.7 an end that is none",
      (draft) => retell(draft, "t1", { status: "EXECUTED" }),
      "R-2.7 transaction t1 ends EXECUTED, in a block of round 2",
    ],
    [
      "R-2.7 DROPPED and in a block",
      (draft) => retell(draft, "t1", { status: "DROPPED", code: 0, round: null }),
      "R-2.7 transaction t1 ends DROPPED, in a block of round 2",
    ],
    [
      "R-2.7 waiting beyond its validUntil",
      (draft) => retell(draft, "t2", { status: "PENDING" }),
      "R-2.7 transaction t2 ends PENDING in round 60, valid until 40",
    ],
    [
      "R-3.9 waiting for nothing",
      (draft) => retell(draft, "t4", { status: "PENDING" }),
      "R-3.9 transaction t4 waits at the end, round 60, and could be included",
    ],
    [
      "R-2.3 accepted and signed by nobody",
      (draft) => {
        draft.accepted("x", inRound(61));
        draft.status("x", inRound(62), "PENDING");
      },
      "R-2.3 nobody signed the accepted transaction x",
    ],
  ])("%s is found", (_, change, message) => {
    const found = judged(durability, story(change));
    const expected = typeof message === "string" ? message : expect.stringMatching(message);
    expect(found).toContainEqual(expected);
  });

  it("R-2.7 an answer to a question from before may be older than the acceptance", () => {
    const before = story((draft) => {
      draft.status("t4", inRound(61), "UNKNOWN", { askedMs: inRound(1) });
      draft.status("t4", inRound(62), "DROPPED");
    });
    expect(judged(durability, before)).toEqual([]);
  });

  it("R-2.7 behind a gap a transaction may wait until its validUntil", () => {
    const waits = story((draft) => {
      retell(draft, "t2", { status: "PENDING", code: null });
      Object.assign(draft.transactions.get("t2") as object, { validUntil: 60 });
    });
    expect(judged(durability, waits)).toEqual([]);
  });

  it("R-2.7 before all is healed nothing has to end", () => {
    const early = story((draft) => {
      forget(draft, "t1", 2);
      draft.world.healedMs = null;
    });
    expect(judged(durability, early)).toEqual([]);
  });
});

describe("statuses", () => {
  const told = (...names: readonly string[]): readonly string[] => {
    const draft = new Draft();
    for (const [i, name] of names.entries()) draft.status("t1", 100 * (i + 1), name);
    return judged(statuses, draft);
  };

  it.each([
    ["UNKNOWN", "PENDING", "COMMITTED", "EXECUTED", "FINAL", "FINAL"],
    ["PENDING", "DROPPED", "PENDING", "COMMITTED"],
    ["PENDING", "DROPPED", "EXPIRED", "EXPIRED"],
    ["DROPPED", "COMMITTED", "FINAL"],
    ["PENDING", "REJECTED", "REJECTED"],
    ["PENDING", "EXPIRED"],
  ])("R-2.7 %s and so on go forwards", (...names) => {
    expect(told(...names)).toEqual([]);
  });

  it.each([
    ["PENDING", "UNKNOWN"],
    ["DROPPED", "UNKNOWN"],
    ["COMMITTED", "PENDING"],
    ["COMMITTED", "DROPPED"],
    ["COMMITTED", "EXPIRED"],
    ["EXECUTED", "COMMITTED"],
    ["FINAL", "EXECUTED"],
    ["FINAL", "UNKNOWN"],
    ["REJECTED", "PENDING"],
    ["REJECTED", "EXPIRED"],
    ["EXPIRED", "PENDING"],
    ["EXPIRED", "DROPPED"],
  ])("R-2.7 %s and then %s is found", (first, second) => {
    expect(told(first, second)).toEqual([
      `R-2.7 transaction t1 is ${first} at 100 ms and then ${second} at 200 ms`,
    ]);
    // Also after a third that may follow the first.
    if (first === "COMMITTED") expect(told("PENDING", first, "FINAL", second).length).toBe(2);
  });

  it("R-2.3 REJECTED for a signature that does not hold is not for ever: another copy may come", () => {
    const draft = new Draft();
    const id = draft.sign({ payer: "alice", nonce: 0 });
    draft.status(id, 100, "REJECTED");
    draft.status(id, 200, "PENDING");
    expect(judged(statuses, draft)).toHaveLength(1);
    Object.assign(draft.transactions.get(id) as object, { isSigned: false });
    expect(judged(statuses, draft)).toEqual([]);
    draft.status(id, 300, "UNKNOWN");
    expect(judged(statuses, draft)).not.toEqual([]);
  });

  it("R-2.7 a status that is none is found", () => {
    expect(told("LOST")).toEqual(["R-2.7 transaction t1 is LOST"]);
  });

  it("R-2.7 answers may overtake each other on their way", () => {
    const draft = new Draft();
    draft.status("t1", 100, "COMMITTED", { askedMs: 50 });
    draft.status("t1", 120, "PENDING", { askedMs: 40 });
    draft.status("t1", 130, "PENDING", { askedMs: 99 });
    expect(judged(statuses, draft)).toEqual([]);
    draft.status("t1", 140, "PENDING", { askedMs: 100 });
    expect(judged(statuses, draft)).toEqual([]);
    draft.status("t1", 150, "PENDING", { askedMs: 101 });
    // Heard later, asked before: it proves nothing and hides nothing.
    draft.status("t1", 160, "PENDING", { askedMs: 90 });
    expect(judged(statuses, draft)).toEqual([
      "R-2.7 transaction t1 is COMMITTED at 100 ms and then PENDING at 150 ms",
    ]);
  });
});

it("R-3.9 FINAL takes a notarised header on each chain", () => {
  const draft = new Draft({ chains: 2, balances: { alice: 9n } });
  const leg = { payer: "alice", nonce: 0, gasLimit: 1_000, gasPrice: 0n };
  const both = draft.signLegs([
    { ...leg, chain: 0 },
    { ...leg, chain: 1 },
  ]);
  draft.block(2, [both]);
  draft.block(5, [], { chains: [0] });
  draft.settle();
  draft.receipt(both, 2, 2, []);
  draft.status(both, inRound(9), "FINAL", { round: 2, code: 2 });
  expect(judged(durability, draft)).toHaveLength(1);
  const last = draft.block(6, [], { chains: [1] });
  draft.notarised.push({ shard: 0, round: 6, hash: last.hash, atMs: null, saturation: null });
  expect(judged(durability, draft)).toEqual([]);
});

describe("progress", () => {
  it.each<[string, Change, string]>([
    [
      "a probe that nobody asked for",
      (draft) => Object.assign(draft.world, { probes: ["t9"] }),
      "R-3.9 probe t9 is not FINAL but undefined",
    ],
    [
      "a probe that is not FINAL",
      (draft) => retell(draft, "t1", { status: "EXECUTED" }),
      "R-3.9 probe t1 is not FINAL but EXECUTED",
    ],
    [
      "a probe that only seems FINAL",
      ({ notarised }) => notarised.pop(),
      "R-3.9 probe t1 is FINAL, no notarised header has its state",
    ],
    [
      "a network that does not sleep",
      ({ world }) => Object.assign(world, { isAsleep: false }),
      `R-3.9 the network does not sleep at ${inRound(60)} ms`,
    ],
  ])("R-3.9 %s is found once all is healed", (_, change, message) => {
    expect(judged(progress, story(change))).toEqual([message]);
    const unhealed = story((draft) => {
      change(draft);
      draft.world.healedMs = null;
    });
    expect(judged(progress, unhealed)).toEqual([]);
  });
});
