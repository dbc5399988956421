// The source's four-shard example row by row, then fewer and more shards.
import { describe, expect, it } from "vitest";
import { firstTopology, type StakeOf } from "../../../src/protocol/topology/allocation.ts";
import { type MergeOrder, planMerge } from "../../../src/protocol/topology/merge.ts";
import { raceTasks } from "../../../src/protocol/topology/merge-race.ts";
import { planSplit } from "../../../src/protocol/topology/split.ts";
import { accepted, actionsOf, dutiesAs, setsAs, topologyOf } from "../../support/topology.ts";

const [A, B, C, D] = [0, 1, 2, 3];
const equalStakes: StakeOf = () => 1n;
/** As the source has it: set 1 above 3, and 2 above 5 and 6. */
const sourceStakes: StakeOf = (set) => [0n, 90n, 80n, 70n, 60n, 50n, 40n][set] ?? 0n;

const merge = (
  shards: number,
  order: Pick<MergeOrder, "winner"> & Partial<MergeOrder>,
  chains = 4,
) =>
  accepted(
    planMerge(topologyOf(shards, chains), {
      shard: B,
      partner: C,
      stakeOf: equalStakes,
      ...order,
    }),
  );

describe("the source's example: ShardB of four merges into ShardC", () => {
  const plan = merge(4, { winner: 2, stakeOf: sourceStakes });

  it.each([
    [1, [C]],
    [2, [D]],
    [5, [C]],
  ])("R-12.3 set %d may race, and syncs %j", (set, syncs) => {
    const tasks = accepted(raceTasks(topologyOf(4), { shard: B, partner: C }, sourceStakes));
    expect(tasks.map((task) => task.set)).toEqual([1, 2, 5]);
    expect(tasks).toContainEqual({ set, syncs });
  });

  it.each([
    [3, "Demoted for 1"],
    [5, "Demoted for 2"],
    [6, "Demoted for 2"],
  ])("R-12.3 set %d: %s, by stake", (set, action) => {
    expect(actionsOf(plan)[set]).toBe(action);
  });

  it("R-12.3 sets 1, 2 and 4 remain, a set for each pair of three shards", () => {
    expect(setsAs(plan.after)).toBe("1 AB, 2 BD, 4 AD");
    expect(actionsOf(plan)).toMatchObject({ 1: "Syncs C", 2: "Syncs D", 4: "No Change" });
    expect(dutiesAs(plan)).toEqual({
      1: "Maintains A, Watches B",
      2: "Maintains B, Watches D",
      4: "Maintains D, Watches A",
    });
  });

  it("R-12.3 the demoted keep what they have, so that the next split can seat them at once", () => {
    expect(plan.relations.filter(({ kind }) => kind === "demoted")).toEqual([
      { kind: "demoted", set: 3, warm: [A, C], redundantWith: 1 },
      { kind: "demoted", set: 5, warm: [B, D], redundantWith: 2 },
      { kind: "demoted", set: 6, warm: [C, D], redundantWith: 2 },
    ]);
  });

  it("R-12.3 the heir has the chains of both and the older id; no id is free again", () => {
    expect([plan.heir, plan.endedShard]).toEqual([B, C]);
    expect(plan.after.shards.map(({ shard }) => shard)).toEqual([A, B, D]);
    expect(plan.after.shards[1]?.chains).toEqual([1, 2, 5, 6, 9, 10, 13, 14]);
    expect([plan.after.nextShard, plan.after.nextSet]).toEqual([4, 7]);
  });

  it("R-12.2, R-12.3 a split right behind it rebalances under new ids", () => {
    const order = { shard: B, seed: new Uint8Array(32), trades: [], stakeOf: sourceStakes };
    const { after } = accepted(planSplit(plan.after, order));
    expect(setsAs(after)).toBe("1 AB, 2 BD, 4 AD, 7 BE, 8 AE, 9 DE");
    expect(after.shards.map(({ chains }) => chains.length)).toEqual([4, 4, 4, 4]);
  });
});

describe("who remains", () => {
  it("R-12.3 of two that a merge leaves redundant the richer, for each other shard", () => {
    // Set 1 wins and keeps AB; for D it is 5 (BD) or 6 (CD), and the pair's own set has no pair left.
    const remaining = (stakeOf: StakeOf): string => setsAs(merge(4, { winner: 1, stakeOf }).after);
    expect(remaining((set) => (set === 5 ? 2n : 1n))).toBe("1 AB, 4 AD, 5 BD");
    expect(remaining((set) => (set === 6 ? 2n : 1n))).toBe("1 AB, 4 AD, 6 BD");
    expect(remaining(equalStakes)).toBe("1 AB, 4 AD, 5 BD");
  });

  it("R-12.3 the winner, however poor", () => {
    const poor =
      (winner: number): StakeOf =>
      (set) =>
        set === winner ? 0n : 9n;
    expect(setsAs(merge(4, { winner: 5, stakeOf: poor(5) }).after)).toBe("1 AB, 4 AD, 5 BD");
    expect(setsAs(merge(4, { winner: 2, stakeOf: poor(2) }).after)).toBe("1 AB, 2 BD, 4 AD");
  });

  it("R-12.3 the pair's own set takes the pair whose richer set is poorest", () => {
    // Of 1 and 3 (for A) the richer has 3, of 5 and 6 (for D) 7.
    const stakeOf: StakeOf = (set) => [0n, 3n, 0n, 2n, 0n, 7n, 1n][set] ?? 0n;
    const plan = merge(4, { winner: 2, stakeOf });
    expect(setsAs(plan.after)).toBe("2 AB, 4 AD, 5 BD");
    expect(actionsOf(plan)).toMatchObject({ 1: "Demoted for 2", 3: "Demoted for 2" });
  });

  it("R-12.3 two shards to one: the winner remains with both, the other is demoted", () => {
    const plan = merge(2, { shard: B, partner: A, winner: 2 });
    expect(setsAs(plan.after)).toBe("2 A");
    expect(actionsOf(plan)).toEqual({ 1: "Demoted for 2", 2: "No Change" });
    expect(dutiesAs(plan)).toEqual({ 2: "Maintains A" });
  });

  it.each([
    // B merges into C: 1 AB, 2 BC (the pair's own), 3 AC.
    [1, "1 AB, 3 AB", { 1: "Syncs C", 2: "Demoted for 1", 3: "Syncs B" }],
    [2, "1 AB, 2 AB", { 1: "Syncs C", 2: "Syncs A", 3: "Demoted for 2" }],
  ])(
    "R-12.3, R-3.3 three shards to two, won by set %d: two sets on the pair",
    (winner, sets, actions) => {
      const plan = merge(3, { winner });
      expect(setsAs(plan.after)).toBe(sets);
      expect(actionsOf(plan)).toEqual(actions);
    },
  );

  it("R-12.3 three to two: the own set wins, and the richer of the other two joins it", () => {
    const plan = merge(3, { winner: 2, stakeOf: (set) => (set === 3 ? 5n : 1n) });
    expect(setsAs(plan.after)).toBe("2 AB, 3 AB");
  });
});

describe("heir and refusals", () => {
  const t0OnC = firstTopology({
    shards: [
      { shard: 0, chains: [1] },
      { shard: 1, chains: [2] },
      { shard: 2, chains: [0] },
    ],
    sets: topologyOf(3).sets,
  });

  it("R-12.3, R-7.1 the shard with T0 is the heir, also if it is the younger", () => {
    for (const [shard, partner] of [
      [B, C],
      [C, B],
    ] as const) {
      const order = { shard, partner, winner: 2, stakeOf: equalStakes };
      const plan = accepted(planMerge(t0OnC, order));
      expect([plan.heir, plan.endedShard]).toEqual([C, B]);
      expect(plan.after.shards.at(-1)).toEqual({ shard: C, chains: [0, 2] });
    }
  });

  it.each([
    [{ shard: 7 }, { code: "UNKNOWN_SHARD", shard: 7 }],
    [{ partner: 8 }, { code: "UNKNOWN_SHARD", shard: 8 }],
    [{ partner: B }, { code: "SAME_SHARD", shard: B }],
    [{ winner: 9 }, { code: "UNKNOWN_SET", set: 9 }],
    [{ winner: 3 }, { code: "SET_NOT_OF_SHARD", set: 3, shard: B }],
  ])("R-12.3 %j is refused", (wrong, refusal) => {
    const order = { shard: B, partner: C, winner: 2, stakeOf: equalStakes, ...wrong };
    expect(planMerge(topologyOf(4), order)).toEqual({ ok: false, refusal });
  });
});
