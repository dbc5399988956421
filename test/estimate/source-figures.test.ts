// Every figure of the source document is either what is calculated, or has the reading that is built instead.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { sourceFigures } from "../../src/estimate/source-figures.ts";
import { sourceGrowth } from "../../src/estimate/source-growth.ts";
import { sourceTables } from "../../src/estimate/source-tables.ts";

const figures = sourceFigures().flatMap((section) => section.figures);
const docs = readFileSync(new URL("../../docs/estimate.md", import.meta.url), "utf8");

describe("the source's figures", () => {
  it.each(figures)("section 13 $what: $source there, $here here", ({ source, here, reading }) => {
    expect(reading === undefined).toBe(source === here);
  });

  it("section 14 those that differ, and no others", () => {
    const differing = figures.filter(({ source, here }) => source !== here);
    expect(differing.map(({ what, source, here }) => [what, source, here])).toEqual([
      ["Watching in a round", "504", "609"],
      ["Validators of either shard of a pair", "18,249", "1,239"],
      ["Fault tolerance", "50%", "51%"],
      ["Commit across shards, worst", "16.0 s", "15.5 s"],
      ["Random trades that cross shards", "98%", "97%"],
      ["4 shards: sets that cover a shard", "6", "3"],
      ["the same, of all seats", "67%", "71%"],
      ["Block of ten chains from which it splits", "36.0 MiB", "3.6 MiB"],
      ["more than with 21 seats", "70%", "71%"],
      ["Watching in a round", "350", "357"],
      ["Of the network's work, spared to a validator", "95%", "90%"],
    ]);
  });

  it("section 14 docs/estimate.md names each figure that differs, as the source has it", () => {
    for (const { source, reading } of figures) {
      if (reading !== undefined) expect(docs).toContain(source.replace(/\.0| MiB| s/g, ""));
    }
  });

  it.each(sourceGrowth())("R-11.3 the first ten shards: $title", ({ source, here, reading }) => {
    expect(source).toHaveLength(10);
    expect(here).toHaveLength(10);
    expect(reading === undefined).toBe(source.every((value, i) => value === here[i]));
  });

  it("R-3.3 of the first ten shards two figures differ", () => {
    const differing = sourceGrowth().flatMap(({ title, source, here }) =>
      here.flatMap((value, i) => (value === source[i] ? [] : [[title, i + 1, source[i], value]])),
    );
    expect(differing).toEqual([
      ["Pairs", 1, 1, 0],
      ["Of a shard", 2, 21, 42],
    ]);
  });
});

describe("npm run estimate -- --source", () => {
  const lines = sourceTables();

  it("prints each figure with its reading below it", () => {
    const at = lines.findIndex((line) => /^ {2}Watching in a round +504 +609$/.test(line));
    expect(lines[at + 1]).toBe(
      "      here: 29 of a shard's 30 sets watch while one proposes (section 14)",
    );
    const readings = figures.filter(({ reading }) => reading !== undefined);
    expect(lines.filter((line) => line.includes("here: ")).length).toBe(readings.length);
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}Validators needed +9,646 +9,646$/));
  });

  it("prints the first ten shards, with what differs", () => {
    expect(lines).toContainEqual(expect.stringMatching(/^ +1 +1, here 0 +21 +- +0 +21$/));
    expect(lines).toContainEqual(expect.stringMatching(/^ +2 +1 +21, here 42 +21 +21 +42$/));
    expect(lines).toContainEqual(expect.stringMatching(/^ +10 +45 +189 +189 +168 +945$/));
  });

  it("fits into a hundred columns", () => {
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    expect(lines.filter((line) => line.endsWith(" "))).toEqual([]);
  });
});
