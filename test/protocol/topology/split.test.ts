// The tables of the source row by row, then the general rule.
import { describe, expect, it } from "vitest";
import type { StakeOf, Topology } from "../../../src/protocol/topology/allocation.ts";
import { planSplit, type SplitPlan } from "../../../src/protocol/topology/split.ts";
import { accepted, actionsOf, dutiesAs, setsAs, topologyOf } from "../../support/topology.ts";

const seed = new Uint8Array(32).fill(7);
const equalStakes: StakeOf = () => 1n;
const [A, B, C] = [0, 1, 2];

const split = (topology: Topology, shard: number, stakeOf = equalStakes): SplitPlan =>
  accepted(planSplit(topology, { shard, seed, trades: [], stakeOf }));
const relation = ({ relations }: SplitPlan, set: number) =>
  relations.find((one) => one.set === set);

describe("the source's tables", () => {
  const two = split(topologyOf(1, 8), A);
  const three = split(two.after, A);
  const four = split(three.after, A);

  it("R-12.2 one shard becomes two: set 1 spawns set 2, and both cover both", () => {
    expect(setsAs(two.after)).toBe("1 AB, 2 AB");
    expect(actionsOf(two)).toEqual({ 1: "No Change, Spawns 2", 2: "No Change, Spawned by 1" });
  });

  it.each([
    [1, "Maintains A, Watches B"],
    [2, "Maintains B, Watches A"],
  ])("R-12.2 of two shards set %d: %s", (set, duties) => {
    expect(dutiesAs(two)[set]).toBe(duties);
  });

  it.each([
    [1, "Prunes C, Spawns 3"],
    [2, "Prunes A"],
    // The source's row leaves out what set 3 has of set 1 and no pair of it needs.
    [3, "Prunes B, Spawned by 1"],
  ])("R-12.2 from two shards to three set %d: %s", (set, action) => {
    expect(actionsOf(three)[set]).toBe(action);
  });

  it.each([
    [1, "Maintains A, Watches B"],
    [2, "Maintains B, Watches C"],
    [3, "Maintains C, Watches A"],
  ])("R-12.2 of three shards set %d: %s", (set, duties) => {
    expect(dutiesAs(three)[set]).toBe(duties);
  });

  it.each([
    [1, "Prunes D, Spawns 4"],
    [2, "No Change, Spawns 5"],
    [3, "Prunes D, Spawns 6"],
    [4, "Prunes B, Spawned by 1"],
    [5, "Syncs B, Syncs D, Spawned by 2"],
    [6, "Syncs C, Syncs D, Spawned by 3"],
  ])("R-12.2 from three shards to four set %d: %s", (set, action) => {
    expect(actionsOf(four)[set]).toBe(action);
  });

  it.each([
    [4, "Maintains D, Watches A"],
    [5, "Watches B, Watches D"],
    [6, "Watches C, Watches D"],
  ])("R-12.2 of four shards set %d: %s", (set, duties) => {
    expect(dutiesAs(four)[set]).toBe(duties);
  });

  it("R-12.2, R-3.4 shard A that splits three times numbers the sets as a network of four does", () => {
    expect(setsAs(three.after)).toBe("1 AB, 2 BC, 3 AC");
    expect(setsAs(four.after)).toBe("1 AB, 2 BC, 3 AC, 4 AD, 5 BD, 6 CD");
    expect(four.after.sets).toEqual(topologyOf(4).sets);
  });

  it("R-12.2 the queue forms sets 5 and 6 while sets 1 and 3, which have the new shard, stand in", () => {
    expect(relation(four, 4)).toMatchObject({ seatsFrom: "spawner", standIn: null });
    expect(relation(four, 5)).toMatchObject({ seatsFrom: "queue", standIn: 1 });
    expect(relation(four, 6)).toMatchObject({ seatsFrom: "queue", standIn: 3 });
    expect(relation(four, 1)).toMatchObject({ standsInFor: [5] });
    expect(relation(four, 3)).toMatchObject({ standsInFor: [6] });
    expect(relation(four, 2)).toMatchObject({ standsInFor: [] });
  });

  it("R-12.2 stakes say nothing where a table does", () => {
    const rising = (set: number): bigint => BigInt(set);
    expect(split(three.after, A, rising)).toEqual(four);
    expect(split(two.after, A, rising)).toEqual(three);
  });
});

describe("tables for another shard than A", () => {
  it("R-12.2 shard B of two: its own primary, set 2, is the table's set 1", () => {
    const plan = split(topologyOf(2), B);
    expect(actionsOf(plan)).toEqual({
      1: "Prunes B",
      2: "Prunes C, Spawns 3",
      3: "Prunes A, Spawned by 2",
    });
    expect(dutiesAs(plan)).toEqual({
      1: "Maintains A, Watches C",
      2: "Maintains B, Watches A",
      3: "Maintains C, Watches B",
    });
  });

  it("R-12.2 shard B of three: set 2 (BC) is the table's set 1", () => {
    const plan = split(topologyOf(3), B);
    expect(setsAs(plan.after)).toBe("1 AB, 2 BC, 3 AC, 4 BD, 5 AD, 6 CD");
    expect(actionsOf(plan)).toEqual({
      1: "Prunes D, Spawns 5",
      2: "Prunes D, Spawns 4",
      3: "No Change, Spawns 6",
      4: "Prunes C, Spawned by 2",
      5: "Syncs A, Syncs D, Spawned by 1",
      6: "Syncs C, Syncs D, Spawned by 3",
    });
    expect(relation(plan, 6)).toMatchObject({ standIn: 2 });
  });
});

describe("the general rule", () => {
  it("R-12.2 from four shards on each set of the shard divides over its parts", () => {
    const plan = split(topologyOf(4), A, (set) => (set === 3 ? 9n : 5n));
    expect(setsAs(plan.after)).toBe("1 AB, 2 BC, 3 AC, 4 AD, 5 BD, 6 CD, 7 AE, 8 BE, 9 CE, 10 DE");
    expect(actionsOf(plan)).toEqual({
      1: "Prunes E, Spawns 8",
      2: "No Change",
      3: "Prunes E, Spawns 7, Spawns 9",
      4: "Prunes E, Spawns 10",
      5: "No Change",
      6: "No Change",
      7: "Syncs A, Syncs E, Spawned by 3",
      8: "Prunes A, Spawned by 1",
      9: "Prunes A, Spawned by 3",
      10: "Prunes A, Spawned by 4",
    });
  });

  it("R-12.2 the richest set of the shard stands in for the set of the two parts; of equals the oldest", () => {
    const standIn = (stakeOf: (set: number) => bigint): unknown =>
      relation(split(topologyOf(4), C, stakeOf), 7);
    expect(standIn((set) => BigInt(set))).toMatchObject({ by: 6, seatsFrom: "queue", standIn: 6 });
    expect(standIn(equalStakes)).toMatchObject({ by: 2, standIn: 2 });
    // Set 1 (AB) does not cover C.
    expect(standIn((set) => (set === 1 ? 9n : 1n))).toMatchObject({ by: 2, standIn: 2 });
  });

  it("R-12.2 the new shard is maintained by the set of the two parts, and every other keeps its own", () => {
    const before = dutiesAs(split(topologyOf(3), A));
    const after = dutiesAs(split(topologyOf(4), A));
    expect(after).toMatchObject({ ...before, 7: "Maintains E, Watches A" });
    expect(after).toMatchObject({ 8: "Watches B, Watches E", 10: "Watches D, Watches E" });
  });
});

describe("chains and refusals", () => {
  it.each([
    [2, 1, 1],
    [3, 1, 2],
    [7, 3, 4],
    [58, 29, 29],
  ])("R-12.2 %d chains become %d and %d, and T0 stays", (chains, floor, ceiling) => {
    const { after, newShard } = split(topologyOf(1, chains), A);
    const [old, fresh] = after.shards;
    const counts = [old?.chains.length, fresh?.chains.length];
    expect(counts.sort((a = 0, b = 0) => a - b)).toEqual([floor, ceiling]);
    expect(old?.chains).toContain(0);
    expect(fresh?.shard).toBe(newShard);
  });

  it("R-12.2 a shard of one chain does not split", () => {
    const order = { shard: B, seed, trades: [], stakeOf: equalStakes };
    expect(planSplit(topologyOf(3, 1), order)).toEqual({
      ok: false,
      refusal: { code: "CHAINS_TOO_FEW", shard: B, chains: 1 },
    });
  });

  it("R-12.2 an unknown shard does not split", () => {
    const order = { shard: 3, seed, trades: [], stakeOf: equalStakes };
    expect(planSplit(topologyOf(3), order)).toEqual({
      ok: false,
      refusal: { code: "UNKNOWN_SHARD", shard: 3 },
    });
  });
});
