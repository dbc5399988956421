import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { count, mebibytes, percent, seconds } from "../../src/estimate/format.ts";
import { GROUPS } from "../../src/estimate/rows.ts";
import { shapeTable } from "../../src/estimate/shape-table.ts";
import { alignColumns } from "../../src/estimate/table.ts";
import { type NetworkShape, SOURCE_SHAPE } from "../../src/protocol/topology/performance.ts";

const shapes = (shards: readonly number[], rest: Partial<NetworkShape> = {}) =>
  shards.map((count) => ({ ...SOURCE_SHAPE, ...rest, shards: count }));

/** The cells of a table's lines, single spaces within them left alone. */
const cellsOf = (lines: readonly string[]) => lines.map((line) => line.trim().split(/ {2,}/));

describe("the table of networks", () => {
  it("section 13 every row of the source's 31 shards, with its unit and rule", () => {
    const lines = shapeTable(shapes([31]), 100);
    expect(cellsOf(lines.filter((line) => line.startsWith("  ")))).toEqual([
      ["Shards", "31", "R-3.3"],
      ["Chains", "1,798", "section 13"],
      ["Chains a shard", "58", "section 13"],
      ["Pairs of shards", "465", "R-3.3"],
      ["Validator sets", "465", "R-3.3"],
      ["Shards that a set covers", "2", "R-3.3"],
      ["Sets that cover a shard", "30", "R-3.3"],
      ["Rounds a cycle", "31", "R-3.4"],
      ["Sets that propose in a round", "16", "R-3.4"],
      ["Seats of a set", "21", "R-3.2"],
      ["Seats that decide", "15", "R-3.2"],
      ["Validators needed", "9,765", "R-11.3"],
      ["More than with one shard fewer", "630", "R-11.3"],
      ["Saturation, for the caps below", "90.0", "%", "R-12.1"],
      ["Most validators of a set", "42", "R-11.2"],
      ["Most validators of all sets", "19,530", "R-11.2"],
      ["Validators of a shard", "630", "R-10.1"],
      ["Watching in a round", "609", "section 14"],
      ["Validators of a shard, of all", "6.5", "%", "section 13"],
      ["Validators of either shard of a pair", "1,239", "section 14"],
      ["Seeing both sides of a trade", "21", "R-10.1"],
      ["Seeing one side only", "1,218", "R-10.1"],
      ["Fault tolerance", "50.8", "%", "section 14"],
      ["TPS of a shard", "5,000", "tx/s", "section 13"],
      ["TPS of a set", "10,000", "tx/s", "section 13"],
      ["TPS of the network", "155,000", "tx/s", "section 13"],
      ["A shard splits from this TPS on", "4,500", "tx/s", "R-12.2"],
      ["or from this size of its blocks on", "3.6", "MiB", "R-12.2"],
      ["Commit within a shard", "0.5", "s", "R-3.1"],
      ["Commit across shards, best", "0.5", "s", "R-3.6"],
      ["Commit across shards, mean", "8.0", "s", "R-3.6"],
      ["Commit across shards, worst", "15.5", "s", "R-3.6"],
      ["The next round is the pair's", "3.2", "%", "R-3.4"],
      ["Trades within a shard", "3.2", "%", "section 14"],
      ["Trades across shards", "96.8", "%", "section 14"],
      ["Common share of a pair's sets", "3.3", "%", "section 13"],
    ]);
  });

  it("R-3.3 has no figure where there is nothing", () => {
    const cells = cellsOf(shapeTable(shapes([1], { chainsPerShard: 1 }), 100));
    const none = cells.filter(([, value]) => value === "-").map(([label]) => label);
    expect(none).toEqual([
      "More than with one shard fewer",
      "Validators of either shard of a pair",
      "Seeing both sides of a trade",
      "Seeing one side only",
      "Fault tolerance",
      "Commit across shards, best",
      "Commit across shards, mean",
      "Commit across shards, worst",
      "The next round is the pair's",
      "Trades within a shard",
      "Trades across shards",
      "Common share of a pair's sets",
    ]);
  });

  it("puts networks beside each other while they fit, then below", () => {
    const counts = Array.from({ length: 10 }, (_, i) => i + 1);
    const numbersOf = (width: number) =>
      cellsOf(shapeTable(shapes(counts), width))
        .filter(([label]) => label === "Shards")
        .map((cells) => cells.slice(1, -1).map(Number));
    expect(numbersOf(1_000)).toEqual([counts]);
    expect(numbersOf(1)).toEqual(counts.map((count) => [count]));
    const blocks = numbersOf(100);
    expect(blocks.length).toBeGreaterThan(1);
    expect(blocks.flat()).toEqual(counts);
    const lines = shapeTable(shapes(counts), 100);
    expect(lines.filter((line) => line.length > 100 || line.endsWith(" "))).toEqual([]);
  });

  it.each([
    [{}, ["Rounds of 500 ms need a set's objects within one region (section 14)."]],
    [{ roundMs: 501 }, []],
    [{ roundMs: 501, seats: 5 }, ["Networks take 21, 7 or 4 seats a set (R-3.2), not 5."]],
    [
      { roundMs: 1_000, tpsPerShard: 2_501 },
      ["A full block a round is 2,500 TPS a shard (R-3.10): 2,501 need shorter rounds."],
    ],
  ])("section 14 says what has to be known: %o", (shape, notes) => {
    const lines = shapeTable(shapes([4], { tpsPerShard: 2_000, ...shape }), 100);
    expect(lines.slice(lines.lastIndexOf("") + 1)).toEqual([
      "Calculated, not measured: docs/benchmarks.md says what one machine does.",
      ...notes,
    ]);
  });

  it("explains each row in docs/estimate.md", () => {
    const docs = readFileSync(new URL("../../docs/estimate.md", import.meta.url), "utf8");
    const rows = GROUPS.flatMap((group) => group.rows);
    const missing = rows.filter(({ label, rule }) => {
      const line = docs.split("\n").find((each) => each.startsWith(`| ${label} |`));
      return line === undefined || !line.includes(rule);
    });
    expect(missing.map(({ label }) => label)).toEqual([]);
  });
});

describe("numbers and columns", () => {
  it("are as people read them", () => {
    expect([count(9_765), count(58.0645), count(0)]).toEqual(["9,765", "58.1", "0"]);
    expect([seconds(500), seconds(8_000), seconds(50), seconds(62.5)]).toEqual([
      "0.5",
      "8.0",
      "0.05",
      "0.0625",
    ]);
    expect([0, 0.00012, 0.005, 0.01, 1 / 31, 1].map(percent)).toEqual([
      "0.0",
      "0.012",
      "0.5",
      "1.0",
      "3.2",
      "100.0",
    ]);
    expect([mebibytes(3.6 * 1_024 ** 2), mebibytes(4 * 1_024 ** 2)]).toEqual(["3.6", "4.0"]);
  });

  it("are aligned, with missing cells left empty", () => {
    const rows = [["a", "1", "x"], ["bbb", "22"], [], ["c", "333", "yy"]];
    expect(alignColumns(rows, ["left", "right", "left"])).toEqual([
      "a      1  x",
      "bbb   22",
      "",
      "c    333  yy",
    ]);
    expect(alignColumns([], ["left"])).toEqual([]);
  });
});
