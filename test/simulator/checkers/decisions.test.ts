import { describe, expect, it } from "vitest";
import { decisions } from "../../../src/simulator/checkers/decisions.ts";
import { Draft, judged } from "./draft.ts";

type Vote = readonly [view: number, value: string, ...signers: number[]];

/** Of four seats, three are a quorum. A block of round 1 with this value, and commit votes of that round. */
function violations(
  value: string,
  votes: readonly Vote[],
  more: { readonly faulty?: readonly number[]; readonly cartel?: boolean } = {},
): readonly string[] {
  const { faulty = [], cartel = false } = more;
  const draft = new Draft({ balances: { alice: 100_000n } });
  draft.block(1, [draft.sign({ payer: "alice", nonce: 0 })]).hash = value;
  draft.world.cartels = cartel ? [1] : [];
  draft.ballots = {
    commitVotes: votes.map(([view, voted, ...signers]) => ({
      epoch: 0,
      set: 1,
      round: 1,
      view,
      value: voted,
      signers,
    })),
    faultySeats: new Map([[1, faulty]]),
  };
  return judged(decisions, draft);
}

const twice = "R-4.1 set 1, round 1: a can be decided in view 0, and b in view 1";
const never = "R-4.1 shard 0 committed b in round 1, which set 1 cannot have decided";

describe("decisions", () => {
  it("R-4.1 one value that a quorum voted for is right, in however many views", () => {
    expect(violations("a", [[0, "a", 0, 1, 2]])).toEqual([]);
    expect(
      violations("a", [
        [0, "a", 0, 1, 2],
        [2, "a", 1, 2, 3],
        [1, "b", 3, 0],
      ]),
    ).toEqual([]);
  });

  it("R-4.1 two values that can be decided are found, also in two views", () => {
    const votes: readonly Vote[] = [
      [0, "a", 0, 1, 2],
      [1, "b", 1, 2, 3],
    ];
    expect(violations("a", votes)).toEqual([twice]);
  });

  it("R-4.1 faulty seats can have voted for anything", () => {
    const votes: readonly Vote[] = [
      [0, "a", 0, 1],
      [1, "b", 1, 2],
    ];
    expect(violations("a", votes, { faulty: [3] })).toEqual([twice]);
    expect(violations("a", [[0, "a", 0, 1]], { faulty: [3] })).toEqual([]);
  });

  it("R-4.1 a block for which too few voted is found", () => {
    const votes: readonly Vote[] = [
      [0, "a", 0, 1, 2],
      [1, "b", 2, 3],
    ];
    expect(violations("b", votes)).toEqual([never]);
    expect(violations("b", [[0, "b", 0]], { faulty: [3] })).toEqual([never]);
    expect(violations("b", [])).toEqual([never]);
  });

  it("R-4.1 a cartel's certificates, and votes that nobody saw, prove nothing", () => {
    expect(violations("b", [[0, "a", 0, 1, 2]], { cartel: true })).toEqual([]);
    const draft = new Draft({ balances: { alice: 100_000n } });
    draft.block(1, [draft.sign({ payer: "alice", nonce: 0 })]);
    expect(judged(decisions, draft)).toEqual([]);
  });
});
