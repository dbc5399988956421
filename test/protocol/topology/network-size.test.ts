import { describe, expect, it } from "vitest";
import {
  shardsForChains,
  shardsForValidators,
} from "../../../src/protocol/topology/network-size.ts";
import { validatorsNeeded } from "../../../src/protocol/topology/set-counts.ts";

describe("shards that validators fill", () => {
  it.each([
    // The source: 10,000 validators, with 21 and with 7 seats a set; 4,000; a million TPS.
    [10_000, 21, 31],
    [10_000, 7, 53],
    [4_000, 21, 20],
    [79_600, 4, 200],
    [79_599, 4, 199],
    [20, 21, 0],
    [21, 21, 1],
    [42, 21, 2],
    [62, 21, 2],
    [63, 21, 3],
    [125, 21, 3],
    [126, 21, 4],
  ])("R-11.3 %d validators, %d seats a set: %d shards", (validators, seats, shards) => {
    expect(shardsForValidators(validators, seats)).toBe(shards);
  });

  it("R-11.3 for every number of shards its validators are just enough", () => {
    for (let shards = 1; shards <= 10_000; shards++) {
      const enough = validatorsNeeded(shards, 21);
      expect(shardsForValidators(enough, 21)).toBe(shards);
      expect(shardsForValidators(enough - 1, 21)).toBe(shards - 1);
    }
  });

  it("R-11.3 sets have seats", () => {
    expect(() => shardsForValidators(10, 0)).toThrow("No number of validators");
    expect(() => shardsForValidators(-1, 21)).toThrow("No number of validators");
  });
});

describe("shards that chains need", () => {
  it.each([
    [1_800, 58, 31],
    [1, 58, 1],
    [58, 58, 1],
    [87, 58, 2],
    [86, 58, 1],
  ])("section 13 %d chains at %d a shard: %d shards", (chains, chainsPerShard, shards) => {
    expect(shardsForChains(chains, chainsPerShard)).toBe(shards);
  });
});
