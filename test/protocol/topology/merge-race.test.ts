import { describe, expect, it } from "vitest";
import {
  choosePartner,
  judgeReport,
  type MergeRace,
  type MergeReport,
  raceTasks,
  thirdShard,
  winnerOf,
} from "../../../src/protocol/topology/merge-race.ts";
import { topologyOf } from "../../support/topology.ts";

const [B, C] = [1, 2];
const equalStakes = (): bigint => 1n;
const four = topologyOf(4);

describe("the partner", () => {
  const choose = (permilles: readonly number[], shard = B) =>
    choosePartner(topologyOf(permilles.length), shard, (one) => permilles[one] ?? 0, 900);

  it.each([
    ["the least saturated", [300, 0, 200, 250], 2],
    ["of equals the oldest", [400, 0, 200, 200], 2],
    ["never the shard itself", [500, 0, 600, 700], 0],
    ["also one at 90%", [901, 0, 900, 1_000], 2],
  ])("R-12.3 is %s", (_, permilles, partner) => {
    expect(choose(permilles)).toEqual({ ok: true, value: partner });
  });

  it("R-12.3 is none where all others are above 90%, or there are none", () => {
    const refusal = { code: "NO_PARTNER", shard: B, permilleMax: 900 };
    expect(choose([901, 0, 950])).toEqual({ ok: false, refusal });
    expect(choose([0], 0)).toEqual({ ok: false, refusal: { ...refusal, shard: 0 } });
  });

  it("R-12.3 an unknown shard gets none", () => {
    expect(choose([0, 0], 5)).toEqual({ ok: false, refusal: { code: "UNKNOWN_SHARD", shard: 5 } });
  });
});

describe("what sets sync to win", () => {
  it("R-12.3 two shards' sets have all, and three shards' own set needs the third", () => {
    const tasks = (shards: number) =>
      raceTasks(topologyOf(shards), { shard: 1, partner: 0 }, equalStakes);
    expect(tasks(2)).toEqual({
      ok: true,
      value: [
        { set: 1, syncs: [] },
        { set: 2, syncs: [] },
      ],
    });
    expect(tasks(3)).toEqual({
      ok: true,
      value: [
        { set: 1, syncs: [2] },
        { set: 2, syncs: [0] },
      ],
    });
  });

  it("R-12.3 the third shard is where the least stake is demoted, of equals the newest", () => {
    const pair = { shard: B, partner: C };
    expect(thirdShard(topologyOf(2), { shard: 0, partner: 1 }, equalStakes)).toBe(null);
    expect(thirdShard(four, pair, equalStakes)).toBe(3);
    expect(thirdShard(four, pair, (set) => (set === 6 ? 2n : 1n))).toBe(0);
  });

  it("R-12.3 a shard and itself are no merge", () => {
    expect(raceTasks(four, { shard: B, partner: B }, equalStakes)).toEqual({
      ok: false,
      refusal: { code: "SAME_SHARD", shard: B },
    });
  });
});

describe("the race", () => {
  const race: MergeRace = { shard: B, partner: C, firstRound: 500, rounds: 100, seats: 21 };
  const seats = (count: number): number[] => Array.from({ length: count }, (_, seat) => seat);
  const report = (set: number, round: number, signers = seats(15)): MergeReport => ({
    set,
    round,
    signers,
  });
  const winner = (reports: readonly MergeReport[], round: number, stakeOf = equalStakes) =>
    winnerOf(four, race, reports, round, stakeOf);

  it("R-12.3 the first on the log with a quorum of its seats wins", () => {
    const reports = [report(1, 510, seats(14)), report(5, 510), report(2, 511), report(1, 512)];
    expect(winner(reports, 512)).toEqual({ set: 5, by: "report" });
    expect(winner(reports.slice(0, 1), 512)).toBe(null);
    // Later reports change nothing, also not after the race.
    expect(winner([...reports, report(2, 599)], 700)).toEqual({ set: 5, by: "report" });
  });

  it("R-12.3 with no winner in 100 rounds it is the pair's own set", () => {
    expect(winner([], 500)).toBe(null);
    expect(winner([], 599)).toBe(null);
    expect(winner([], 600)).toEqual({ set: 2, by: "timeout" });
    expect(winner([report(1, 600)], 600)).toEqual({ set: 2, by: "timeout" });
  });

  it("R-12.3 of two shards' two sets the richer one", () => {
    const two: MergeRace = { ...race, shard: 0, partner: 1 };
    const at = (stakeOf: (set: number) => bigint) =>
      winnerOf(topologyOf(2), two, [], 600, stakeOf)?.set;
    expect(at(equalStakes)).toBe(1);
    expect(at((set) => BigInt(set))).toBe(2);
  });

  it.each([
    ["an unknown set", report(9, 500), { code: "UNKNOWN_SET", set: 9 }],
    // Set 3 is AC: it covers the partner, not the idle shard.
    ["a set of the partner only", report(3, 500), { code: "SET_NOT_OF_SHARD", set: 3, shard: B }],
    [
      "a report before the race",
      report(1, 499),
      { code: "RACE_NOT_OPEN", round: 499, firstRound: 500, lastRound: 599 },
    ],
    [
      "a report after it",
      report(1, 600),
      { code: "RACE_NOT_OPEN", round: 600, firstRound: 500, lastRound: 599 },
    ],
    [
      "an extra seat's signature",
      report(1, 500, [...seats(14), 21]),
      { code: "UNKNOWN_SEAT", set: 1, seat: 21 },
    ],
    [
      "fourteen of 21",
      report(1, 500, seats(14)),
      { code: "SIGNERS_TOO_FEW", set: 1, signers: 14, required: 15 },
    ],
    [
      "a seat twice",
      report(1, 500, [...seats(14), 3]),
      { code: "SIGNERS_TOO_FEW", set: 1, signers: 14, required: 15 },
    ],
  ])("R-12.3 %s does not count", (_, wrong, refusal) => {
    expect(judgeReport(four, race, wrong)).toEqual({ ok: false, refusal });
  });

  it.each([500, 599])("R-12.3 a quorum's report of round %d counts", (round) => {
    expect(judgeReport(four, race, report(5, round))).toEqual({ ok: true, value: 5 });
  });
});
