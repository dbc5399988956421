import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { divideChains, tradesCut } from "../../../src/protocol/topology/divide-chains.ts";
import type { TradeCount } from "../../../src/protocol/topology/trade-counts.ts";

const seedOf = (fill: number): Uint8Array => new Uint8Array(32).fill(fill);
const chainsFrom = (first: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => first + i);

/** Every way to let `leaving` of the chains leave. */
function* choices(chains: readonly number[], leaving: number): Generator<number[]> {
  if (leaving === 0) yield [];
  for (const [i, chain] of chains.entries()) {
    if (leaving === 0) return;
    for (const rest of choices(chains.slice(i + 1), leaving - 1)) yield [chain, ...rest];
  }
}

const tradesArbitrary = (chains: number): fc.Arbitrary<TradeCount[]> =>
  fc.array(
    fc
      .record({
        first: fc.nat(chains + 2),
        more: fc.integer({ min: 1, max: chains }),
        count: fc.integer({ min: 0, max: 100 }),
      })
      .map(({ first, more, count }) => ({ first, second: first + more, count })),
    { maxLength: 60 },
  );

describe("division of chains", () => {
  it("R-12.2 keeps together who trades with each other", () => {
    // 0..3 trade among themselves and so do 4..7, whatever the shuffle.
    const trades = [0, 4].flatMap((first) =>
      chainsFrom(first, 4).flatMap((a) =>
        chainsFrom(first, 4)
          .filter((b) => b > a)
          .map((b) => ({ first: a, second: b, count: 5 })),
      ),
    );
    for (let fill = 0; fill < 30; fill += 1) {
      const division = divideChains(0, chainsFrom(0, 8), seedOf(fill), trades);
      expect(division).toEqual({ stays: [0, 1, 2, 3], leaves: [4, 5, 6, 7] });
    }
  });

  it("R-12.2 without trades every chain is as likely to be in the half with T0", () => {
    const left = new Map<number, number>();
    const draws = 2_000;
    for (let i = 0; i < draws; i += 1) {
      const seed = seedOf(0);
      new DataView(seed.buffer).setUint32(0, i);
      for (const chain of divideChains(0, chainsFrom(0, 6), seed, []).leaves)
        left.set(chain, (left.get(chain) ?? 0) + 1);
    }
    expect(left.has(0)).toBe(false);
    // 3 of 5 leave: 1,200 expected with a deviation of 22; five of them on either side.
    for (const chain of chainsFrom(1, 5)) {
      expect(left.get(chain)).toBeGreaterThan(1_090);
      expect(left.get(chain)).toBeLessThan(1_310);
    }
  });

  it("R-12.2 of another shard than T0's the greater half stays", () => {
    const { stays, leaves } = divideChains(1, chainsFrom(5, 7), seedOf(0), []);
    expect([stays.length, leaves.length]).toEqual([4, 3]);
  });

  it("R-12.2 the seed and the shard alone decide between equals, in whatever order chains are given", () => {
    const chains = chainsFrom(10, 20);
    const division = divideChains(3, chains, seedOf(1), []);
    expect(divideChains(3, chains.toReversed(), seedOf(1), [])).toEqual(division);
    expect(divideChains(4, chains, seedOf(1), [])).not.toEqual(division);
    expect(divideChains(3, chains, seedOf(2), [])).not.toEqual(division);
  });

  it("R-12.2 no swap of two chains makes the cut of a division smaller, and shuffling alone never does better", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 14 }),
        fc.nat(255),
        fc.context(),
        (count, fill, log) => {
          const chains = chainsFrom(0, count);
          fc.assert(
            fc.property(tradesArbitrary(count), (trades) => {
              const division = divideChains(0, chains, seedOf(fill), trades);
              const cut = tradesCut(division, trades);
              log.log(`${JSON.stringify(division)} cut ${cut}`);
              expect(division.stays[0]).toBe(0);
              expect(Math.abs(division.stays.length - division.leaves.length)).toBe(count % 2);
              expect([...division.stays, ...division.leaves].sort((a, b) => a - b)).toEqual(chains);
              const shuffle = divideChains(0, chains, seedOf(fill), []);
              expect(cut).toBeLessThanOrEqual(tradesCut(shuffle, trades));
              for (const out of division.stays) {
                for (const back of division.leaves) {
                  const swapped = {
                    stays: division.stays.map((chain) => (chain === out ? back : chain)),
                    leaves: division.leaves.map((chain) => (chain === back ? out : chain)),
                  };
                  expect(tradesCut(swapped, trades)).toBeGreaterThanOrEqual(cut);
                }
              }
            }),
            { numRuns: 5 },
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it("R-12.2 on a path of trades some of 20 seeds find the best cut there is", () => {
    const trades = [
      ...[1, 2, 3].map((first) => ({ first, second: first + 1, count: 3 })),
      { first: 4, second: 5, count: 1 },
      ...[5, 6].map((first) => ({ first, second: first + 1, count: 3 })),
    ];
    const chains = chainsFrom(1, 7);
    const best = Math.min(
      ...[...choices(chains, 3)].map((leaves) =>
        tradesCut({ stays: chains.filter((chain) => !leaves.includes(chain)), leaves }, trades),
      ),
    );
    expect(best).toBe(1);
    const cuts = chainsFrom(0, 20).map((fill) =>
      tradesCut(divideChains(0, chains, seedOf(fill), trades), trades),
    );
    expect(Math.min(...cuts)).toBe(best);
  });

  it("R-12.2 several entries of a pair add up; other shards' chains count nothing", () => {
    const chains = [1, 2, 3, 4];
    const together = [{ first: 1, second: 4, count: 2 }];
    const apart = [
      { first: 1, second: 4, count: 1 },
      { first: 1, second: 4, count: 1 },
      { first: 2, second: 9, count: 50 },
    ];
    for (let fill = 0; fill < 10; fill += 1) {
      const seed = seedOf(fill);
      expect(divideChains(0, chains, seed, apart)).toEqual(divideChains(0, chains, seed, together));
    }
  });

  it("R-12.2 1,800 chains with 50,000 trading pairs are divided in good time", () => {
    let state = 1;
    const next = (below: number): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state % below;
    };
    const trades = Array.from({ length: 50_000 }, () => {
      const first = next(1_799);
      return { first, second: first + 1 + next(1_799 - first), count: next(100) };
    });
    const { leaves } = divideChains(0, chainsFrom(0, 1_800), seedOf(1), trades);
    expect(leaves.length).toBe(900);
  }, 20_000);
});
