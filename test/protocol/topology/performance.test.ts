// The figures of the specification and of the source document, as literals. What the source gives otherwise stands in comments.
import { describe, expect, it } from "vitest";
import {
  estimate,
  type NetworkShape,
  SOURCE_SHAPE,
  tpsOfFullBlocks,
} from "../../../src/protocol/topology/performance.ts";

const at = (shards: number, rest: Partial<NetworkShape> = {}) =>
  estimate({ ...SOURCE_SHAPE, ...rest, shards });

describe("the source's 31 shards", () => {
  const network = at(31);

  it("section 13 sets, validators and rates", () => {
    expect(network).toMatchObject({
      pairs: 465,
      sets: 465,
      shardsOfSet: 2,
      setsOfShard: 30,
      cycleRounds: 31,
      setsOnDuty: 16,
      quorum: 15,
      validators: 9_765,
      tpsPerSet: 10_000,
      tps: 155_000,
    });
    expect(network.shape.tpsPerShard).toBe(5_000);
    // 1,800 tokens in the source: 58 a shard is 1,800 / 31, rounded.
    expect(network.chains).toBe(1_798);
    expect(Math.round(1_800 / 31)).toBe(58);
  });

  it("section 14 630 validators of a shard, of whom 609 watch while 21 propose", () => {
    expect(network.shardValidators).toBe(630);
    // The source's 504 is 24 sets of 21; it names 30 secondary sets, of which one is the proposing one.
    expect(network.shardWatchers).toBe(609);
    expect(network.shardWatchers / 21).toBe(29);
  });

  it("R-3.6 across shards 0.5 to 15.5 s, 8.0 s on average", () => {
    // The source's range ends at 16 s, though its L*2 + 30*L*2 with blocks of 0.5 s is 15.5 s.
    expect(network.pair?.delay).toEqual({ bestMs: 500, meanMs: 8_000, worstMs: 15_500 });
    expect(network.pair?.nextRoundShare).toBe(1 / 31);
  });

  it("section 13 500 ms on one shard", () => {
    expect(network.commitMs).toBe(500);
  });

  it("section 14 of random trades 3.2% stay on a shard", () => {
    // The source's formula gives 0.1%, its text over 98% across shards: its numerator lacks c/2.
    expect(network.intraShardShare).toBe(57 / 1_797);
    expect(network.intraShardShare).toBeCloseTo(0.0317, 4);
  });

  it("section 14 (2N-3)*21 can prove fraud on a pair, 2(N-2)*21 of them see one side", () => {
    // The source's ((n-1)C2 * 21) * 2 - 21 would be 18,249, more than there are.
    expect(network.pair).toMatchObject({ validators: 1_239, bothSides: 21, oneSide: 1_218 });
    expect(network.pair?.faultTolerance).toBeCloseTo(30 / 59, 12);
  });
});

describe("other networks of the source", () => {
  it.each([
    // shards, seats, validators, TPS
    [53, 7, 9_646, 265_000],
    [200, 4, 79_600, 1_000_000],
    [200, 7, 139_300, 1_000_000],
    // "100k with less than 10k nodes", and the 4,000 nodes of another network.
    [20, 21, 3_990, 100_000],
  ])(
    "section 13 %d shards with %d seats a set: %d validators",
    (shards, seats, validators, tps) => {
      expect(at(shards, { seats })).toMatchObject({ validators, tps });
    },
  );

  it("section 14 53 shards of 7 seats: 364 of a shard, of whom 357 watch", () => {
    // The source has 350, 50 sets of 7; a shard has 52 sets, and 51 watch. Its 70% more is 71%.
    expect(at(53, { seats: 7 })).toMatchObject({ shardValidators: 364, shardWatchers: 357 });
    expect(at(53, { seats: 7 }).tps / at(31).tps).toBeCloseTo(1.71, 2);
  });

  it("section 13 a shard has 1% of all validators up to 200 shards", () => {
    expect(at(200).shardShare).toBeCloseTo(0.01, 12);
    expect(at(199).shardShare).toBeGreaterThan(0.01);
    // A validator of twenty shards does two shards' work: 90% less, where the source says up to 95%.
    expect(1 - at(20).shardShare).toBeCloseTo(0.9, 12);
  });

  it("section 14 4 shards: 6 x 21 validators, 1 set with full and 4 with partial clarity", () => {
    expect(at(4)).toMatchObject({ pairs: 6, validators: 126, shardValidators: 63, setsOfShard: 3 });
    expect(at(4).pair).toMatchObject({ validators: 105, bothSides: 21, oneSide: 84 });
  });

  it.each([
    [4, 0.33],
    [10, 0.11],
    [31, 0.03],
  ])("section 13 the common share of %d shards is 1/(N-1), some %d", (shards, share) => {
    expect(at(shards).pair?.commonShare).toBe(1 / (shards - 1));
    expect(at(shards).pair?.commonShare).toBeCloseTo(share, 2);
  });

  it("section 14 fault tolerance falls from 100% at two shards towards 50%", () => {
    // As the source writes it, ((N-1)*21) / ((N-1)*2*21), it would be 50% for every N.
    const tolerances = [2, 3, 4, 31, 10_000].map((shards) => at(shards).pair?.faultTolerance ?? 0);
    expect(tolerances).toEqual([1, 2 / 3, 3 / 5, 30 / 59, 9_999 / 19_997]);
    expect(tolerances.at(-1)).toBeGreaterThan(0.5);
  });
});

describe("the first ten shards", () => {
  it.each([
    // shards, pairs, validators of a shard, new ones, watching ones, in all
    // The source counts a pair for the lone shard; it has a set, R-3.3, but no pair.
    [1, 0, 21, null, 0, 21],
    // The source has 21 a shard here, though its text lets both sets cover both shards: 42.
    [2, 1, 42, 21, 21, 42],
    [3, 3, 42, 21, 21, 63],
    [4, 6, 63, 63, 42, 126],
    [5, 10, 84, 84, 63, 210],
    [6, 15, 105, 105, 84, 315],
    [7, 21, 126, 126, 105, 441],
    [8, 28, 147, 147, 126, 588],
    [9, 36, 168, 168, 147, 756],
    [10, 45, 189, 189, 168, 945],
  ])(
    "R-11.3 %d shards",
    (shards, pairs, shardValidators, validatorsNew, shardWatchers, validators) => {
      expect(at(shards)).toMatchObject({
        pairs,
        shardValidators,
        validatorsNew,
        shardWatchers,
        validators,
      });
    },
  );

  it("R-3.3 a lone shard has one set, and nothing across shards", () => {
    expect(at(1)).toMatchObject({ sets: 1, shardsOfSet: 1, tpsPerSet: 5_000, tps: 5_000 });
    expect(at(1)).toMatchObject({ pair: null, intraShardShare: 1, shardShare: 1 });
    expect(at(1, { chainsPerShard: 1 }).intraShardShare).toBeNull();
  });

  it("R-3.3 two shards share two sets: all 42 see both sides, in every round", () => {
    // (2N-3)*21 of section 14 counts one set a pair; here it has two.
    expect(at(2)).toMatchObject({ sets: 2, cycleRounds: 1, shardShare: 1 });
    expect(at(2).pair).toEqual({
      validators: 42,
      bothSides: 42,
      oneSide: 0,
      faultTolerance: 1,
      commonShare: 1,
      delay: { bestMs: 500, meanMs: 500, worstMs: 500 },
      nextRoundShare: 1,
    });
  });

  it("section 14 four shards merge to three: 63 validators stay, 63 are kept warm", () => {
    expect(at(3)).toMatchObject({ sets: 3, validators: 63 });
    expect(at(4).validators - at(3).validators).toBe(63);
  });
});

describe("what follows from the other parameters", () => {
  it.each([
    [4, 3],
    [7, 5],
    [21, 15],
  ])("R-3.2 of %d seats %d decide", (seats, quorum) => {
    expect(at(3, { seats }).quorum).toBe(quorum);
  });

  it("R-3.6 delays are rounds: an even number of shards has a cycle of one less", () => {
    const delay = (shards: number, roundMs: number) => at(shards, { roundMs }).pair?.delay;
    expect(delay(30, 1_000)).toEqual({ bestMs: 1_000, meanMs: 15_000, worstMs: 29_000 });
    expect(delay(29, 1_000)).toEqual(delay(30, 1_000));
    expect(delay(32, 500)).toEqual(delay(31, 500));
  });

  it("R-11.2 caps at the saturation given, a set and all sets", () => {
    expect(at(31)).toMatchObject({ cap: 42, validatorsCapped: 19_530 });
    expect(at(31, { saturationPermille: 100 })).toMatchObject({ cap: 21, validatorsCapped: 9_765 });
    expect(at(31, { saturationPermille: 500 })).toMatchObject({
      cap: 31,
      validatorsCapped: 14_415,
    });
  });

  it("R-3.10 full blocks of 2,500 are 5,000 TPS with rounds of 500 ms", () => {
    expect(tpsOfFullBlocks(500)).toBe(SOURCE_SHAPE.tpsPerShard);
    expect(tpsOfFullBlocks(1_000)).toBe(2_500);
  });

  it("R-12.2 a shard splits from 90% on: 4,500 TPS, or of 4 MiB, of 1 MiB a chain", () => {
    // The source's example has ten chains of 4 MB each: 36 MB.
    expect(at(31, { chainsPerShard: 10 })).toMatchObject({ tpsSplit: 4_500 });
    const bytes = (chainsPerShard: number) => at(31, { chainsPerShard }).blockBytesSplit;
    expect(bytes(10)).toBeCloseTo(3.6 * 1_024 ** 2, 0);
    expect(bytes(4)).toBe(bytes(10));
    expect(bytes(3)).toBeCloseTo(2.7 * 1_024 ** 2, 0);
  });

  it.each([
    [2, 2],
    [3, 4],
    [5, 1],
  ])(
    "section 14 trades within a shard, counted: %d shards of %d chains",
    (shards, chainsPerShard) => {
      const chains = Array.from({ length: shards * chainsPerShard }, (_, i) => i);
      const trades = chains.flatMap((a) => chains.slice(a + 1).map((b) => [a, b] as const));
      const shardOf = (chain: number) => Math.floor(chain / chainsPerShard);
      const within = trades.filter(([a, b]) => shardOf(a) === shardOf(b));
      expect(at(shards, { chainsPerShard }).intraShardShare).toBeCloseTo(
        within.length / trades.length,
        12,
      );
    },
  );
});
