import { describe, expect, it } from "vitest";
import { previewMerge, previewSplit } from "../../../src/protocol/topology/preview.ts";
import { accepted, topologyOf } from "../../support/topology.ts";

const seed = new Uint8Array(32).fill(1);
const stakeOf = (): bigint => 1n;

describe("previews", () => {
  it("R-12.2 of a split: chains of each side, trades that cross, validators, waiting", () => {
    // Three shards with chains 0 3 6 9, 1 4 7 10, 2 5 8 11.
    const trades = [
      { a: 0, b: 3, count: 10 },
      { a: 6, b: 9, count: 10 },
      { a: 3, b: 9, count: 1 },
      { a: 0, b: 1, count: 5 },
      { a: 1, b: 4, count: 4 },
      { a: 7, b: 7, count: 100 },
    ];
    const input = { trades, validators: 100, seats: 21 };
    const preview = accepted(previewSplit(topologyOf(3), { shard: 0, seed, stakeOf }, input));
    expect(preview).toMatchObject({
      chainsStaying: 2,
      chainsLeaving: 2,
      trades: 30,
      tradesCrossing: { before: 5, after: 6 },
      validatorsNeeded: 126,
      validatorsMissing: 26,
      worstInclusionRounds: { before: 3, after: 3 },
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
      const input = { trades: [], validators: 10_000, seats: 21 };
      const order = { shard: shards - 1, seed, stakeOf };
      expect(accepted(previewSplit(topologyOf(shards), order, input))).toMatchObject({
        worstInclusionRounds: { before, after },
        validatorsMissing: 0,
        trades: 0,
      });
    },
  );

  it("R-12.3 of a merge: the heir's chains, and trades that no longer cross", () => {
    const trades = [
      { a: 1, b: 2, count: 7 },
      { a: 0, b: 1, count: 2 },
    ];
    const order = { shard: 1, partner: 2, winner: 2, stakeOf };
    const input = { trades, validators: 126, seats: 21 };
    expect(accepted(previewMerge(topologyOf(4), order, input))).toMatchObject({
      chains: 8,
      tradesCrossing: { before: 9, after: 2 },
      validatorsNeeded: 63,
      validatorsMissing: 0,
      worstInclusionRounds: { before: 3, after: 3 },
    });
  });

  it("R-12.2, R-12.3 what cannot be planned cannot be previewed", () => {
    const input = { trades: [], validators: 126, seats: 21 };
    expect(previewSplit(topologyOf(1, 1), { shard: 0, seed, stakeOf }, input)).toEqual({
      ok: false,
      refusal: { code: "CHAINS_TOO_FEW", shard: 0, chains: 1 },
    });
    const order = { shard: 1, partner: 1, winner: 2, stakeOf };
    expect(previewMerge(topologyOf(4), order, input)).toEqual({
      ok: false,
      refusal: { code: "SAME_SHARD", shard: 1 },
    });
  });
});
