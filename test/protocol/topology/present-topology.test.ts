import { describe, expect, it } from "vitest";
import { presentTopology } from "../../../src/protocol/topology/present-topology.ts";
import { testGenesis } from "../../support/genesis.ts";
import { topologyOf } from "../../support/topology.ts";

describe("the present topology", () => {
  it("R-3.3 of the first epoch is that of the genesis record, and new ids follow the highest", () => {
    const { epoch, chains } = testGenesis();
    const present = presentTopology(epoch, chains.length);
    expect(present.shards).toEqual(epoch.shards);
    expect(present.sets).toEqual(epoch.sets.map(({ set, shards }) => ({ set, shards })));
    expect(present.nextShard).toBe(Math.max(...epoch.shards.map(({ shard }) => shard)) + 1);
  });

  it("R-2.10 created chains are on T0's shard, wherever that stands", () => {
    const { shards, sets } = topologyOf(2, 2);
    // Chains 0 2 and 1 3.
    expect(presentTopology({ shards, sets }, 7).shards).toEqual([
      { shard: 0, chains: [0, 2, 4, 5, 6] },
      { shard: 1, chains: [1, 3] },
    ]);
    const moved = [
      { shard: 0, chains: [1, 4] },
      { shard: 1, chains: [0, 2, 3] },
    ];
    expect(presentTopology({ shards: moved, sets }, 6).shards).toEqual([
      { shard: 0, chains: [1, 4] },
      { shard: 1, chains: [0, 2, 3, 5] },
    ]);
  });

  it("section 15 ids of the epoch's record are never given twice", () => {
    const { shards, sets } = topologyOf(2);
    const topology = { shards: [], sets: [], nextShard: 7, nextSet: 30 };
    expect(presentTopology({ shards, sets, topology }, 8)).toMatchObject({
      nextShard: 7,
      nextSet: 30,
    });
    expect(() =>
      presentTopology({ shards, sets, topology: { ...topology, nextSet: 2 } }, 8),
    ).toThrow("The next set's id is taken");
  });
});
