import { describe, expect, it } from "vitest";
import { InvariantError } from "../../../src/protocol/assert.ts";
import {
  checkTopology,
  firstTopology,
  maintainersOf,
  richest,
  setsBetween,
  setsOf,
  type Topology,
} from "../../../src/protocol/topology/allocation.ts";
import { planMerge } from "../../../src/protocol/topology/merge.ts";
import { planSplit } from "../../../src/protocol/topology/split.ts";
import { accepted, topologyOf } from "../../support/topology.ts";

const three = topologyOf(3);

describe("what holds of every topology", () => {
  it.each([1, 2, 3, 4, 5, 10, 31])("R-3.3 of %d shards from genesis", (shards) => {
    expect(() => checkTopology(topologyOf(shards))).not.toThrow();
  });

  it("R-3.3 the ids that are next follow the highest, and chains and shards ascend", () => {
    const topology = firstTopology({
      shards: [
        { shard: 0, chains: [3, 0] },
        { shard: 4, chains: [1] },
      ],
      sets: [
        { set: 2, shards: [4, 0] },
        { set: 7, shards: [0, 4] },
      ],
    });
    expect([topology.nextShard, topology.nextSet]).toEqual([5, 8]);
    expect(topology.shards[0]?.chains).toEqual([0, 3]);
    expect(topology.sets[0]?.shards).toEqual([0, 4]);
  });

  it("R-12.2 R-12.3 genesis may leave a shard without chains: it cannot split, but others can, and it merges", () => {
    const topology = firstTopology({
      ...three,
      shards: [...three.shards.slice(0, 2), { shard: 2, chains: [] }],
    });
    const [seed, stakeOf] = [new Uint8Array(32), () => 1n];
    const order = { seed, stakeOf, trades: [] };
    expect(planSplit(topology, { ...order, shard: 2 })).toEqual({
      ok: false,
      refusal: { code: "CHAINS_TOO_FEW", shard: 2, chains: 0 },
    });
    const { after } = accepted(planSplit(topology, { ...order, shard: 1 }));
    expect(after.shards.map(({ chains }) => chains.length)).toEqual([4, 2, 0, 2]);
    const merged = accepted(planMerge(topology, { shard: 2, partner: 1, winner: 2, stakeOf }));
    expect(merged.after.shards[1]?.chains).toEqual(three.shards[1]?.chains);
  });

  it.each<[string, Partial<Topology>]>([
    ["no shard", { shards: [], sets: [] }],
    ["shards out of order", { shards: three.shards.toReversed() }],
    ["a chain twice", { shards: [{ shard: 0, chains: [0, 1] }, ...three.shards.slice(1)] }],
    ["a shard's id given out already", { nextShard: 2 }],
    ["a set's id given out already", { nextSet: 3 }],
    ["sets out of order", { sets: three.sets.toReversed() }],
    ["a pair without a set", { sets: three.sets.slice(1) }],
    [
      "two sets on one pair and none on another",
      { sets: [...three.sets.slice(0, 2), { set: 3, shards: [0, 1] }] },
    ],
    ["a set of one shard among three", { sets: [{ set: 1, shards: [0] }, ...three.sets.slice(1)] }],
    [
      "a set of an unknown shard",
      { sets: [...three.sets.slice(0, 2), { set: 3, shards: [0, 9] }] },
    ],
    ["a pair the wrong way round", { sets: [{ set: 1, shards: [1, 0] }, ...three.sets.slice(1)] }],
  ])("R-3.3 %s breaks it", (_, broken) => {
    expect(() => checkTopology({ ...three, ...broken })).toThrow(InvariantError);
  });

  it("R-3.3 two shards are one pair with two sets", () => {
    const two = topologyOf(2);
    expect(() => checkTopology({ ...two, sets: two.sets.slice(1) })).toThrow(InvariantError);
    expect(setsBetween(two, 0, 1).map(({ set }) => set)).toEqual([1, 2]);
  });
});

describe("sets of shards", () => {
  it("R-3.4 sets of ShardB of four are 1, 2 and 5, and between B and C is 2", () => {
    const four = topologyOf(4);
    expect(setsOf(four, 1).map(({ set }) => set)).toEqual([1, 2, 5]);
    expect(setsBetween(four, 2, 1).map(({ set }) => set)).toEqual([2]);
  });

  it("R-12.2 the richest has the most stake, of equals the oldest", () => {
    expect(richest(three.sets, (set) => [0n, 1n, 3n, 3n][set] ?? 0n).set).toBe(2);
    expect(richest(three.sets.toReversed(), () => 4n).set).toBe(1);
  });
});

describe("who maintains a shard", () => {
  it.each([1, 2, 3, 4, 5, 9, 31])("R-12.2 of %d shards each has one of its own sets", (shards) => {
    const topology = topologyOf(shards);
    const maintainers = maintainersOf(topology);
    expect([...maintainers.keys()].sort((a, b) => a - b)).toEqual(
      topology.shards.map(({ shard }) => shard),
    );
    expect(new Set(maintainers.values()).size).toBe(shards);
    for (const [shard, set] of maintainers)
      expect(setsOf(topology, shard).map((one) => one.set)).toContain(set);
  });

  it("R-12.2 older shards make room where the oldest sets would leave a shard without one", () => {
    // Shard 0 would take 1 (0 2) and shard 1 would take 2 (1 2): both sets of shard 2.
    const topology = {
      ...three,
      sets: [
        { set: 1, shards: [0, 2] },
        { set: 2, shards: [1, 2] },
        { set: 3, shards: [0, 1] },
      ],
    };
    expect(new Map(maintainersOf(topology))).toEqual(
      new Map([
        [2, 1],
        [1, 2],
        [0, 3],
      ]),
    );
  });
});
