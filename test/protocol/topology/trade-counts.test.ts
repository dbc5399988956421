// who trades with whom, by a bounded summary.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addTrades,
  BLOCK_PAIRS_MAX,
  busiestPairs,
  networkTrades,
  PAIRS_KEPT,
  type TradeCount,
} from "../../../src/protocol/topology/trade-counts.ts";

const count = (first: number, second: number, times: number): TradeCount => ({
  first,
  second,
  count: times,
});

describe("trades between chains", () => {
  it("R-12.2 a block names its busiest pairs, by count, then by chains, whichever way they traded", () => {
    expect(
      busiestPairs([
        [7, 2],
        [1, 0],
        [2, 7],
        [0, 3],
      ]),
    ).toEqual([count(2, 7, 2), count(0, 1, 1), count(0, 3, 1)]);
    const many = Array.from({ length: 20 }, (_, i) => [i, i + 1] as const);
    expect(busiestPairs(many)).toEqual(
      many.slice(0, BLOCK_PAIRS_MAX).map(([a, b]) => count(a, b, 1)),
    );
  });

  it("R-12.2 pairs that fit are counted exactly", () => {
    const kept = addTrades([count(0, 1, 5)], [count(0, 2, 9), count(0, 1, 5)]);
    expect(kept).toEqual([count(0, 1, 10), count(0, 2, 9)]);
  });

  it("R-12.2 a pair is never counted too high, and too low by at most a 33rd of all counts", () => {
    const blocks = fc.array(
      fc.array(
        fc.record({
          first: fc.nat(9),
          second: fc.integer({ min: 10, max: 19 }),
          count: fc.integer({ min: 1, max: 40 }),
        }),
        { maxLength: BLOCK_PAIRS_MAX },
      ),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(blocks, (all) => {
        const kept = all.reduce<TradeCount[]>((before, trades) => addTrades(before, trades), []);
        const exact = new Map<string, number>();
        for (const { first, second, count: times } of all.flat()) {
          const key = `${first}:${second}`;
          exact.set(key, (exact.get(key) ?? 0) + times);
        }
        const sum = all.flat().reduce((total, one) => total + one.count, 0);
        expect(kept.length).toBeLessThanOrEqual(PAIRS_KEPT);
        for (const [key, times] of exact) {
          const said = kept.find(({ first, second }) => `${first}:${second}` === key)?.count ?? 0;
          expect(said).toBeLessThanOrEqual(times);
          expect(said).toBeGreaterThanOrEqual(times - sum / (PAIRS_KEPT + 1));
        }
      }),
      { numRuns: 200 },
    );
  });

  it("R-12.2 old counts fade behind a million, and their order stays", () => {
    const kept = addTrades([count(0, 1, 900_000), count(0, 2, 1)], [count(3, 4, 200_000)]);
    expect(kept).toEqual([count(0, 1, 450_000), count(3, 4, 100_000)]);
  });

  it("R-12.2 of the network a pair over two shards, which both count, counts once: the higher count", () => {
    const shards = [
      [count(0, 1, 9), count(0, 2, 4)],
      [count(0, 1, 7), count(1, 3, 5)],
    ];
    const all = [count(0, 1, 9), count(1, 3, 5), count(0, 2, 4)];
    expect(networkTrades(shards)).toEqual(all);
    expect(networkTrades(shards.toReversed())).toEqual(all);
    expect(networkTrades([])).toEqual([]);
  });

  it("R-12.2 of the network no pair is counted too high by what its shards' blocks say", () => {
    const pair = fc.tuple(fc.nat(11), fc.nat(11)).filter(([a, b]) => a !== b);
    fc.assert(
      fc.property(fc.array(fc.array(pair, { maxLength: 30 }), { maxLength: 30 }), (rounds) => {
        // Chain c is on shard c mod 3; a transaction is in a block of each of its shards.
        const kept = [0, 1, 2].map((shard) =>
          rounds
            .map((pairs) => busiestPairs(pairs.filter((both) => both.some((c) => c % 3 === shard))))
            .reduce<TradeCount[]>((before, trades) => addTrades(before, trades), []),
        );
        const all = rounds.flat();
        const said = networkTrades(kept);
        expect(new Set(said.map(({ first, second }) => `${first}:${second}`)).size).toBe(
          said.length,
        );
        for (const { first, second, count: times } of said) {
          const exact = all.filter((both) => both.includes(first) && both.includes(second)).length;
          expect(times).toBeLessThanOrEqual(exact);
        }
      }),
    );
  });
});
