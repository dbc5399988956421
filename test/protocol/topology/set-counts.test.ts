// The counts against a network that is written out set by set and round by round, as say it.
import { describe, expect, it } from "vitest";
import { InvariantError } from "../../../src/protocol/assert.ts";
import { cycleLength } from "../../../src/protocol/rounds/pairing.ts";
import { estimate, SOURCE_SHAPE } from "../../../src/protocol/topology/performance.ts";
import {
  pairCount,
  setCount,
  setsBesidePair,
  setsOfPair,
  setsOfShard,
  setsOnDuty,
  shardsOfSet,
  validatorsNeeded,
} from "../../../src/protocol/topology/set-counts.ts";

const NETWORKS = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 31, 32];
const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

type Covered = readonly number[];

const allPairs = (shards: number): readonly Covered[] =>
  upTo(shards).flatMap((a) => upTo(a).map((b) => [b, a]));

/** What each set covers. */
function allSets(shards: number): readonly Covered[] {
  if (shards === 1) return [[0]];
  if (shards === 2) return [...allPairs(2), ...allPairs(2)];
  return allPairs(shards);
}

interface Meeting {
  readonly pairs: readonly Covered[];
  readonly alone: readonly number[];
}

/** word by word: who meets in each round of the first cycle, and who sits out. */
function firstCycle(shards: number): readonly Meeting[] {
  const m = shards % 2 === 0 ? shards - 1 : shards;
  return upTo(m).map((t) => {
    const q = (t - 1 + m) % m;
    const pairs = upTo(Math.floor((m - 1) / 2)).map((i) => [(q + i + 1) % m, (q - i - 1 + m) % m]);
    const isEven = shards % 2 === 0;
    return { pairs: isEven ? [...pairs, [q, shards - 1]] : pairs, alone: isEven ? [] : [q] };
  });
}

const covers = (set: Covered, shard: number): boolean => set.includes(shard);

describe("sets of a number of shards", () => {
  it.each([
    // shards, pairs, sets, sets of a shard, cycle, sets on duty
    [1, 0, 1, 1, 1, 1],
    [2, 1, 2, 2, 1, 1],
    [3, 3, 3, 2, 3, 2],
    [4, 6, 6, 3, 3, 2],
    [5, 10, 10, 4, 5, 3],
    [10, 45, 45, 9, 9, 5],
    [31, 465, 465, 30, 31, 16],
    [200, 19_900, 19_900, 199, 199, 100],
  ])("R-3.3 R-3.4 %d shards", (shards, pairs, sets, ofShard, cycle, onDuty) => {
    expect(pairCount(shards)).toBe(pairs);
    expect(setCount(shards)).toBe(sets);
    expect(setsOfShard(shards)).toBe(ofShard);
    expect(cycleLength(shards)).toBe(cycle);
    expect(setsOnDuty(shards)).toBe(onDuty);
  });

  it.each([1, ...NETWORKS])("R-3.3 as many as are written out for %d shards", (shards) => {
    const sets = allSets(shards);
    expect(setCount(shards)).toBe(sets.length);
    for (const set of sets) expect(shardsOfSet(shards)).toBe(set.length);
    for (const shard of upTo(shards)) {
      expect(setsOfShard(shards)).toBe(sets.filter((set) => covers(set, shard)).length);
    }
  });

  it.each(NETWORKS)("R-10.1 full and partial clarity over any pair of %d shards", (shards) => {
    const sets = allSets(shards);
    for (const [a = 0, b = 0] of allPairs(shards)) {
      const both = sets.filter((set) => covers(set, a) && covers(set, b)).length;
      const either = sets.filter((set) => covers(set, a) || covers(set, b)).length;
      expect(setsOfPair(shards)).toBe(both);
      expect(setsBesidePair(shards)).toBe(either - both);
      expect(setsBesidePair(shards)).toBe(2 * (shards - 2));
    }
  });

  it("R-11.3 the totals of the first ten, 21 seats a set", () => {
    const totals = [21, 42, 63, 126, 210, 315, 441, 588, 756, 945];
    expect(upTo(10).map((i) => validatorsNeeded(i + 1, 21))).toEqual(totals);
  });

  it("R-3.3 a lone shard is in no pair, and there is no half a shard", () => {
    expect(() => setsOfPair(1)).toThrow(InvariantError);
    expect(() => setsBesidePair(1)).toThrow("A lone shard is in no pair");
    for (const shards of [0, -1, 1.5, Number.NaN, 2 ** 53]) {
      expect(() => setCount(shards)).toThrow("No number of shards");
      expect(() => pairCount(shards)).toThrow(InvariantError);
      expect(() => setsOfShard(shards)).toThrow(InvariantError);
    }
  });
});

describe("rounds of a cycle", () => {
  it.each(NETWORKS)("R-3.4 %d shards: each pair meets once, nobody is left out", (shards) => {
    const cycle = firstCycle(shards);
    expect(cycle.length).toBe(cycleLength(shards));
    const met = cycle.flatMap(({ pairs }) => pairs.map((pair) => [...pair].sort((a, b) => a - b)));
    expect(new Set(met.map(String)).size).toBe(pairCount(shards));
    expect(met.length).toBe(pairCount(shards));
    for (const { pairs, alone } of cycle) {
      expect([...pairs.flat(), ...alone].sort((a, b) => a - b)).toEqual(upTo(shards));
      expect(pairs.length + alone.length).toBe(setsOnDuty(shards));
    }
  });

  it.each(NETWORKS)("R-3.6 %d shards: waits for a pair, from every round of a cycle", (shards) => {
    const cycle = firstCycle(shards);
    const { pair } = estimate({ ...SOURCE_SHAPE, shards });
    for (const [a = 0, b = 0] of allPairs(shards)) {
      const its = cycle.findIndex(({ pairs }) =>
        pairs.some((met) => covers(met, a) && covers(met, b)),
      );
      // Seen first in round r, committed at the end of the pair's own.
      const ms = upTo(cycle.length).map(
        (r) => (((its - r + cycle.length) % cycle.length) + 1) * 500,
      );
      expect(pair?.delay).toEqual({
        bestMs: Math.min(...ms),
        meanMs: ms.reduce((sum, each) => sum + each, 0) / ms.length,
        worstMs: Math.max(...ms),
      });
      expect(pair?.nextRoundShare).toBe(ms.filter((each) => each === 500).length / ms.length);
    }
  });

  it.each(NETWORKS)("section 13 %d shards: the rates of all halves of a round", (shards) => {
    const { tps, tpsPerSet, shape } = estimate({ ...SOURCE_SHAPE, shards });
    for (const { pairs, alone } of firstCycle(shards)) {
      expect(pairs.length * tpsPerSet + alone.length * shape.tpsPerShard).toBe(tps);
    }
  });
});
