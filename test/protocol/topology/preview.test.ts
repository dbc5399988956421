import { describe, expect, it } from "vitest";
import { previewMerge, previewSplit } from "../../../src/protocol/topology/preview.ts";
import { accepted, topologyOf } from "../../support/topology.ts";

const seed = new Uint8Array(32).fill(1);
const stakeOf = (): bigint => 1n;
const input = { trades: [], validators: 126, seats: 21, roundMs: 500 };

describe("previews", () => {
  it("R-12.2 of a split: chains of each side, trades that cross, validators, waiting", () => {
    // Three shards with chains 0 3 6 9, 1 4 7 10, 2 5 8 11.
    const trades = [
      { first: 0, second: 3, count: 10 },
      { first: 6, second: 9, count: 10 },
      { first: 3, second: 9, count: 1 },
      { first: 0, second: 1, count: 5 },
      { first: 1, second: 4, count: 4 },
    ];
    const order = { shard: 0, seed, trades, stakeOf };
    const preview = accepted(
      previewSplit(topologyOf(3), order, { ...input, trades, validators: 100 }),
    );
    expect(preview).toMatchObject({ staying: [0, 3], leaving: [6, 9] });
    expect(preview.figures).toEqual({
      trades: 30,
      tradesCrossing: { before: 5, after: 6 },
      crossingPermille: { before: 166, after: 200 },
      validatorsNeeded: 126,
      validatorsMissing: 26,
      worstInclusionRounds: { before: 3, after: 3 },
      worstInclusionMs: { before: 1_500, after: 1_500 },
    });
    expect(preview.plan.after.shards.map(({ chains }) => chains)).toEqual([
      [0, 3],
      [1, 4, 7, 10],
      [2, 5, 8, 11],
      [6, 9],
    ]);
  });

  it.each([
    [1, 1, 1],
    [2, 1, 3],
    [4, 3, 5],
    [30, 29, 31],
  ])(
    "R-3.6 of %d shards that one splits: worst wait from %d rounds to %d",
    (shards, before, after) => {
      const order = { shard: shards - 1, seed, trades: [], stakeOf };
      const all = { ...input, validators: 10_000 };
      const { figures } = accepted(previewSplit(topologyOf(shards), order, all));
      expect(figures).toMatchObject({
        worstInclusionRounds: { before, after },
        worstInclusionMs: { before: 500 * before, after: 500 * after },
        validatorsMissing: 0,
        trades: 0,
        crossingPermille: null,
      });
    },
  );

  it("R-12.3 of a merge: the heir's chains, and trades that no longer cross", () => {
    const trades = [
      { first: 1, second: 2, count: 7 },
      { first: 0, second: 1, count: 2 },
    ];
    const order = { shard: 1, partner: 2, stakeOf };
    const preview = accepted(previewMerge(topologyOf(4), order, { ...input, trades }));
    expect(preview.chains).toEqual([1, 2, 5, 6, 9, 10, 13, 14]);
    expect(preview.figures).toMatchObject({
      tradesCrossing: { before: 9, after: 2 },
      crossingPermille: { before: 1_000, after: 222 },
      validatorsNeeded: 63,
      validatorsMissing: 0,
      worstInclusionRounds: { before: 3, after: 3 },
    });
  });

  it("R-12.3 a merge takes the pair's own set for the winner, and says who else may race", () => {
    // 1 AB, 2 BC, 3 AC, 4 AD, 5 BD, 6 CD.
    const order = { shard: 1, partner: 2, stakeOf };
    const { plan, winner, race } = accepted(previewMerge(topologyOf(4), order, input));
    expect(winner).toBe(2);
    expect(race).toEqual([
      { set: 1, syncs: [2] },
      { set: 2, syncs: [3] },
      { set: 5, syncs: [2] },
    ]);
    expect(plan.relations.filter(({ kind }) => kind === "demoted").map(({ set }) => set)).toEqual([
      3, 5, 6,
    ]);
  });

  it("R-12.3 of two shards' two sets the richer one is taken for the winner", () => {
    const order = { shard: 0, partner: 1, stakeOf: (set: number) => BigInt(set) };
    expect(accepted(previewMerge(topologyOf(2), order, input))).toMatchObject({
      winner: 2,
      plan: { heir: 0, endedShard: 1 },
    });
  });

  it("R-12.2, R-12.3 what cannot be planned cannot be previewed", () => {
    expect(previewSplit(topologyOf(1, 1), { shard: 0, seed, trades: [], stakeOf }, input)).toEqual({
      ok: false,
      refusal: { code: "CHAINS_TOO_FEW", shard: 0, chains: 1 },
    });
    for (const [partner, refusal] of [
      [1, { code: "SAME_SHARD", shard: 1 }],
      [9, { code: "UNKNOWN_SHARD", shard: 9 }],
    ] as const) {
      const order = { shard: 1, partner, stakeOf };
      expect(previewMerge(topologyOf(4), order, input)).toEqual({ ok: false, refusal });
    }
  });
});
