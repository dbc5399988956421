// saturation counted header by header is what the rule says of the whole history.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  countEmpty,
  countRound,
  countSettled,
  DEFAULT_SATURATION,
  isMergeDue,
  isSplitDue,
  meanRate,
  mergeSaturation,
  type SaturationContext,
  type SaturationParameters,
  type SaturationState,
  saturationFrom,
  saturationOf,
  splitSaturation,
} from "../../../src/protocol/topology/saturation.ts";

const MIB = 1024 * 1024;
const context = (
  parameters: Partial<SaturationParameters> = {},
  rest: Partial<SaturationContext> = {},
): SaturationContext => ({
  parameters: { ...DEFAULT_SATURATION, ...parameters },
  roundMs: 500,
  chains: 12,
  ...rest,
});

interface Block {
  readonly round: number;
  readonly transactions: number;
  readonly bytes: number;
}

const countAll = (within: SaturationContext, blocks: readonly Block[]): SaturationState =>
  blocks.reduce(
    (state, { round, ...load }) => countRound(within, state, round, load),
    saturationFrom(within.parameters, 0),
  );

/** The rule by its words, over every round from the first on. */
function byTheRule(within: SaturationContext, blocks: readonly Block[], last: number) {
  const { windowRounds, splitPermille, mergePermille, benchmarkTps } = within.parameters;
  const of = (round: number) => blocks.find((block) => block.round === round);
  const fill = (round: number): number => {
    const { bytes, transactions } = of(round) ?? { bytes: 0, transactions: 0 };
    const share = Math.max(bytes / Math.min(4 * MIB, within.chains * MIB), transactions / 2_500);
    return Math.min(1_000, Math.floor(1_000 * share));
  };
  let high = 1_000 * benchmarkTps;
  let [busy, idle, fillMean, rateMean] = [0, 0, 0, 0];
  for (let round = 1; round <= last; round++) {
    const window = Array.from({ length: windowRounds }, (_, i) => round - i);
    const sum = window.reduce((all, one) => all + (of(one)?.transactions ?? 0), 0);
    const rate = Math.floor((sum * 1_000_000) / (windowRounds * within.roundMs));
    high = Math.max(high, rate);
    fillMean = Math.floor(window.reduce((all, one) => all + fill(one), 0) / windowRounds);
    rateMean = Math.floor((1_000 * rate) / high);
    busy = Math.min(fillMean, rateMean) >= splitPermille ? busy + 1 : 0;
    idle = Math.max(fillMean, rateMean) < mergePermille ? idle + 1 : 0;
  }
  return { fillPermille: fillMean, ratePermille: rateMean, busy, idle, high };
}

const histories = fc
  .array(
    fc.record({
      gap: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 60 })),
      transactions: fc.oneof(fc.constant(0), fc.constant(2_500), fc.nat(2_500)),
      bytes: fc.nat(4 * MIB),
    }),
    { maxLength: 60 },
  )
  .map((drawn) => {
    let round = 0;
    return drawn.map(({ gap, transactions, bytes }) => {
      round += gap;
      return { round, transactions, bytes: transactions === 0 ? 0 : bytes };
    });
  });

const parameters = fc.record({
  windowRounds: fc.integer({ min: 1, max: 50 }),
  streakRounds: fc.integer({ min: 1, max: 30 }),
  splitPermille: fc.integer({ min: 1, max: 1_000 }),
  mergePermille: fc.nat(500),
  benchmarkTps: fc.integer({ min: 1, max: 8_000 }),
});

describe("saturation", () => {
  it("R-12.1 header by header and over gaps it is what the rule says round by round", () => {
    fc.assert(
      fc.property(
        histories,
        parameters,
        fc.integer({ min: 1, max: 9 }),
        fc.nat(70),
        (blocks, drawn, chains, behind) => {
          const within = context(drawn, { chains });
          const last = (blocks.at(-1)?.round ?? 0) + behind;
          const state = countEmpty(within, countAll(within, blocks), last);
          const expected = byTheRule(within, blocks, last);
          const { fillPermille, ratePermille } = saturationOf(within, state);
          expect({
            fillPermille,
            ratePermille,
            busy: state.busyStreak,
            idle: state.idleStreak,
            high: state.allTimeHigh,
          }).toEqual(expected);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("R-12.2 a shard that is full splits in the 101st round, not in the 100th", () => {
    const within = context({ windowRounds: 1 });
    const full = { transactions: 2_500, bytes: MIB };
    const blocks = Array.from({ length: 101 }, (_, i) => ({ round: i + 1, ...full }));
    expect(isSplitDue(within.parameters, countAll(within, blocks.slice(0, 100)))).toBe(false);
    expect(isSplitDue(within.parameters, countAll(within, blocks))).toBe(true);
    const gap = [...blocks.slice(0, 50), ...blocks.slice(51)];
    expect(isSplitDue(within.parameters, countAll(within, gap))).toBe(false);
  });

  it("R-12.1 90% of the bytes at a rate below 90% of the highest does not count, nor the other way round", () => {
    const within = context({ windowRounds: 1, benchmarkTps: 1 });
    const bytesOnly = [
      { round: 1, transactions: 2_500, bytes: MIB },
      { round: 2, transactions: 1_000, bytes: 4 * MIB },
    ];
    const saturation = saturationOf(within, countAll(within, bytesOnly));
    expect(saturation).toEqual({ fillPermille: 1_000, ratePermille: 400 });
    expect(splitSaturation(saturation)).toBe(400);
    expect(mergeSaturation(saturation)).toBe(1_000);
    const fastOnly = [{ round: 1, transactions: 1_000, bytes: MIB }];
    expect(splitSaturation(saturationOf(within, countAll(within, fastOnly)))).toBe(400);
  });

  it("R-12.1 a shard of one chain is full with 1 MiB, one of four with 4", () => {
    const load = { transactions: 10, bytes: MIB };
    const fill = (chains: number): number => {
      const within = context({ windowRounds: 1 }, { chains });
      return saturationOf(within, countAll(within, [{ round: 1, ...load }])).fillPermille;
    };
    expect([1, 2, 4, 40].map(fill)).toEqual([1_000, 500, 250, 250]);
  });

  it("R-12.3 rounds nobody was awake for count as empty", () => {
    const within = context();
    const state = countAll(within, [{ round: 7, transactions: 2_500, bytes: MIB }]);
    // The 20 rounds with the block in their window have 5% of the limit: they count, too.
    expect(countEmpty(within, state, 1_000_007).idleStreak).toBe(1_000_007);
    expect(isMergeDue(within.parameters, countEmpty(within, state, 100))).toBe(false);
    expect(isMergeDue(within.parameters, countEmpty(within, state, 101))).toBe(true);
    expect(isMergeDue(within.parameters, countSettled(within, state, 110))).toBe(false);
    expect(isMergeDue(within.parameters, countSettled(within, state, 111))).toBe(true);
    const never = context({ mergePermille: 0 });
    expect(countEmpty(never, saturationFrom(never.parameters, 0), 5_000).idleStreak).toBe(0);
  });

  it("R-12.1 the all-time high is the benchmark's, half the parent's, or the highest mean", () => {
    const within = context({ windowRounds: 2, benchmarkTps: 1_000 });
    expect(saturationFrom(within.parameters, 3).allTimeHigh).toBe(1_000_000);
    expect(saturationFrom(within.parameters, 3, 2_000_000).allTimeHigh).toBe(2_000_000);
    const state = countAll(within, [
      { round: 1, transactions: 2_000, bytes: 1 },
      { round: 2, transactions: 2_500, bytes: 1 },
      { round: 3, transactions: 100, bytes: 1 },
    ]);
    expect(state.allTimeHigh).toBe(4_500_000);
    expect(meanRate(within, state)).toBe(2_600_000);
  });

  it("R-12.1 a round that is counted is not counted again", () => {
    const within = context();
    const load = { transactions: 5, bytes: 900 };
    const state = countRound(within, saturationFrom(within.parameters, 0), 9, load);
    expect(countRound(within, state, 9, load)).toBe(state);
    expect(countEmpty(within, state, 4)).toBe(state);
  });
});
