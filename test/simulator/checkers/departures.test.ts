import { describe, expect, it } from "vitest";
import { departures } from "../../../src/simulator/checkers/departures.ts";
import { CLOCK_BOUND_ROUNDS } from "../../../src/simulator/weather.ts";
import { authorise, Draft, inRound, judged } from "./draft.ts";

/** Alice's first transaction is in round 5, with an authorisation of Bob's; in round `heard` somebody is told of another. */
function story(
  heard: number,
  status: string,
  { nonce = 0, authorisationNonce = 1, validUntil = 40, isFaultFree = true } = {},
): Draft {
  const draft = new Draft({ balances: { alice: 90_000n, bob: 90_000n } });
  const authorisations = [authorise("bob", "carol")];
  const first = draft.sign({ payer: "alice", nonce: 0, gasLimit: 2_000, authorisations });
  const more = { authorisations: [authorise("bob", "carol", { nonce: authorisationNonce })] };
  const other = draft.sign({ payer: "alice", nonce, validUntil, gasLimit: 2_000, ...more });
  draft.world.isFaultFree = isFaultFree;
  draft.block(5, [first]);
  draft.status(other, inRound(heard), status, { code: 0 });
  return draft;
}

describe("departures", () => {
  it("R-2.7 EXPIRED comes after the last round in which it was valid, by a clock that may be wrong", () => {
    const found = (heard: number, isFaultFree: boolean) =>
      judged(departures, story(heard, "EXPIRED", { isFaultFree }));
    expect(found(41, true)).toEqual([]);
    expect(found(40, true)).toEqual([
      `R-2.7 transaction t2 is EXPIRED at ${inRound(40)} ms in round 40, valid until 40`,
    ]);
    expect(found(41 - CLOCK_BOUND_ROUNDS, false)).toEqual([]);
    expect(found(40 - CLOCK_BOUND_ROUNDS, false)).toHaveLength(1);
  });

  it("R-2.7 REJECTED is what a nonce of the account has overtaken, and nothing before that", () => {
    expect(judged(departures, story(5, "REJECTED"))).toEqual([]);
    // A block may be one round ahead of the clock, and the clock two rounds wrong.
    expect(judged(departures, story(4, "REJECTED"))).toEqual([]);
    expect(judged(departures, story(3, "REJECTED"))).toEqual([
      `R-2.7 transaction t2 is REJECTED at ${inRound(3)} ms and may still be included (null)`,
    ]);
    expect(judged(departures, story(2, "REJECTED", { isFaultFree: false }))).toEqual([]);
    expect(judged(departures, story(1, "REJECTED", { isFaultFree: false }))).toHaveLength(1);
  });

  it("R-2.7 REJECTED is what a nonce of the authorisation has overtaken", () => {
    expect(judged(departures, story(9, "REJECTED", { nonce: 1, authorisationNonce: 0 }))).toEqual(
      [],
    );
    expect(judged(departures, story(9, "REJECTED", { nonce: 1 }))).toHaveLength(1);
  });

  it("R-2.7 what is behind a gap, or cannot be paid now, is not REJECTED", () => {
    expect(judged(departures, story(9, "REJECTED", { nonce: 2 }))).toEqual([
      expect.stringMatching(/REJECTED .* may still be included \(R-2\.9 its nonce/),
    ]);
    const poor = story(9, "REJECTED", { nonce: 1 });
    poor.genesis.balances = poor.genesis.balances.map((one) => ({ ...one, balance: 9n }));
    expect(judged(departures, poor)).toEqual([
      expect.stringMatching(/REJECTED .* may still be included \(R-6\.4 fee/),
    ]);
    // Whatever became of it when its time was over.
    expect(judged(departures, story(9, "REJECTED", { nonce: 2, validUntil: 7 }))).toHaveLength(1);
  });

  it("R-2.7 what somebody else signed may be REJECTED, and anything may wait", () => {
    const forged = story(9, "REJECTED", { nonce: 1 });
    Object.assign(forged.transactions.get("t2") as object, { isSigned: false });
    expect(judged(departures, forged)).toEqual([]);
    for (const status of ["PENDING", "UNKNOWN"]) {
      expect(judged(departures, story(9, status, { nonce: 2 }))).toEqual([]);
    }
  });

  it("R-2.7 DROPPED is what another with its nonce took the place of, or what a full mempool had no room for", () => {
    const alone = story(9, "DROPPED", { nonce: 1 });
    const found = [
      `R-2.7 transaction t2 is DROPPED at ${inRound(9)} ms, no other has its nonce, nor was there no room`,
    ];
    expect(judged(departures, alone)).toEqual(found);
    // Somebody else's nonce, or another's that never came in.
    alone.accepted(alone.sign({ payer: "bob", nonce: 1 }), inRound(2));
    const refused = alone.sign({ payer: "alice", nonce: 1 });
    alone.answers.push({ kind: "refused", id: refused, atMs: inRound(2), code: "NONCE_TAKEN" });
    alone.status(refused, inRound(3), "UNKNOWN");
    expect(judged(departures, alone)).toEqual(found);
    const full = story(9, "DROPPED", { nonce: 1 });
    full.world.mempoolMax = 4;
    expect(judged(departures, full)).toEqual([]);
    // Whose acceptance nobody heard of.
    alone.status(refused, inRound(4), "PENDING");
    expect(judged(departures, alone)).toEqual([]);
    const replaced = story(9, "DROPPED", { nonce: 1 });
    replaced.accepted(replaced.sign({ payer: "alice", nonce: 1 }), inRound(2));
    expect(judged(departures, replaced)).toEqual([]);
  });

  it("R-2.7 of what is said again and again the first time counts, of each status", () => {
    const draft = story(40, "EXPIRED");
    draft.status("t2", inRound(41), "EXPIRED", { code: 0 });
    expect(judged(departures, draft)).toHaveLength(1);
    draft.status("t1", inRound(50), "REJECTED", { code: 0 });
    expect(judged(departures, draft)).toHaveLength(1);
    draft.status("x", inRound(50), "REJECTED", { code: 0 });
    expect(judged(departures, draft)).toHaveLength(1);
  });
});
