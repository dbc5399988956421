import { describe, expect, it } from "vitest";
import { parseCommand, USAGE } from "../../src/estimate/arguments.ts";
import { UsageError } from "../../src/estimate/read-arguments.ts";
import { SOURCE_SHAPE } from "../../src/protocol/topology/performance.ts";

const parse = (line: string) => parseCommand(line === "" ? [] : line.split(" "));
const shapes = (line: string) => {
  const command = parse(line);
  return command.kind === "shapes" ? command.shapes : [];
};
const shards = (line: string) => shapes(line).map((shape) => shape.shards);

describe("the arguments of npm run estimate", () => {
  it("section 13 ask for a number of shards; all else is as in the source", () => {
    expect(parse("--shards 31")).toEqual({ kind: "shapes", shapes: [SOURCE_SHAPE] });
  });

  it("ask for several numbers at once, in their order", () => {
    expect(shards("--shards 1,4,31")).toEqual([1, 4, 31]);
    expect(shards("--shards 1..10")).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(shards("--shards 200,2..4,7..7")).toEqual([200, 2, 3, 4, 7]);
    expect(shards("--shards=10000")).toEqual([10_000]);
    expect(shards("--shards 1..100")).toHaveLength(100);
  });

  it("change every parameter", () => {
    const line =
      "--shards 3 --seats 7 --round-ms 1000 --chains-per-shard 9 --tps-per-shard 123 --saturation 30";
    expect(shapes(line)).toEqual([
      {
        shards: 3,
        seats: 7,
        roundMs: 1_000,
        chainsPerShard: 9,
        tpsPerShard: 123,
        saturationPermille: 300,
      },
    ]);
  });

  it("R-3.10 without a rate it is that of full blocks", () => {
    expect(shapes("--shards 2 --round-ms 250")).toMatchObject([{ tpsPerShard: 10_000 }]);
  });

  it("section 13 ask for the shards that validators fill or that chains need", () => {
    expect(shards("--validators 10000")).toEqual([31]);
    expect(shards("--validators 10000 --seats 7")).toEqual([53]);
    expect(shapes("--chains 1800")).toMatchObject([{ shards: 31, chainsPerShard: 1_800 / 31 }]);
    expect(shapes("--chains 1800 --chains-per-shard 100")).toMatchObject([
      { shards: 18, chainsPerShard: 100 },
    ]);
    expect(shapes("--chains 12 --shards 3,12")).toMatchObject([
      { shards: 3, chainsPerShard: 4 },
      { shards: 12, chainsPerShard: 1 },
    ]);
    expect(shapes("--chains 1860 --validators 10000")).toMatchObject([
      { shards: 31, chainsPerShard: 60 },
    ]);
  });

  it("ask for the source's own figures, or for help, whatever else they say", () => {
    expect(parse("--source")).toEqual({ kind: "source" });
    expect(parse("--help")).toEqual({ kind: "help" });
    expect(parse("-h --shards 0")).toEqual({ kind: "help" });
  });

  it.each([
    ["", "Nothing to estimate: give --shards, --validators, --chains or --source"],
    ["--seats 7", "Nothing to estimate"],
    ["--shards 0", '--shards "0": give whole numbers from 1 to 10000, as 31, 1,4,31 or 1..10'],
    ["--shards 10001", '--shards "10001": give whole numbers from 1 to 10000'],
    ["--shards 4.5", '--shards "4.5": give whole numbers'],
    ["--shards 1,,2", '--shards "1,,2": give whole numbers'],
    ["--shards 1..", '--shards "1..": give whole numbers'],
    ["--shards 1..2..3", '--shards "1..2..3": give whole numbers'],
    ["--shards 1...3", '--shards "1...3": give whole numbers'],
    ["--shards=", '--shards "": give whole numbers'],
    ["--shards 5..4", '--shards "5..4": give the smaller number of a range first'],
    ["--shards 1..101", '--shards "1..101": give at most 100 numbers at once'],
    ["--shards 4 --seats 3", '--seats "3": give a whole number from 4 to 999'],
    ["--shards 4 --seats 1000", '--seats "1000": give a whole number from 4 to 999'],
    ["--shards 4 --seats -7", '--seats "-7": give a whole number from 4 to 999'],
    ["--shards 4 --round-ms 49", '--round-ms "49": give a whole number from 50 to 60000'],
    ["--shards 4 --round-ms 60001", '--round-ms "60001": give a whole number from 50 to 60000'],
    ["--shards 4 --round-ms 1e3", '--round-ms "1e3": give a whole number'],
    [
      "--shards 4 --chains-per-shard 0",
      '--chains-per-shard "0": give a whole number from 1 to 100000',
    ],
    ["--shards 4 --tps-per-shard 0", '--tps-per-shard "0": give a whole number from 1 to 1000000'],
    ["--shards 4 --saturation 101", '--saturation "101": give a whole number from 0 to 100'],
    ["--validators ten", '--validators "ten": give a whole number from 1 to 100000000000'],
    ["--validators 20", '--validators "20": give at least 21: they fill one set'],
    ["--validators 3 --seats 4", '--validators "3": give at least 4: they fill one set'],
    ["--validators 99999999999", '--validators "99999999999": it makes 97590 shards; give less'],
    ["--validators 42 --shards 2", '--validators "42": leave it out, or --shards'],
    ["--chains 0", '--chains "0": give a whole number from 1 to 1000000000'],
    ["--chains 1000000", '--chains "1000000": it makes 17241 shards; give less, for at most 10000'],
    ["--chains 30 --shards 31", '--chains "30": give at least 31, one a shard (R-12.2)'],
    [
      "--chains 62 --shards 31 --chains-per-shard 2",
      '--chains-per-shard "2": leave it out: it follows from --chains and the number of shards',
    ],
    ["--source --seats 7", '--seats "7": leave it out, or --source'],
    ["--source=all", '--source "all": it takes no value'],
    ["--help=me", '--help "me": it takes no value'],
    ["--shards", "--shards: give it a value"],
    ["--shards --seats 7", "--shards: give it a value"],
    ["--shard 3", 'Unknown argument "--shard": there are --shards, --validators, --chains'],
    ["31", 'Unknown argument "31": there are --shards'],
    ["-x", 'Unknown argument "-x": there are --shards'],
    ["--shards 4 -- 5", 'Unknown argument "5": there are --shards'],
  ])("are refused with what is allowed: %s", (line, message) => {
    expect(() => parse(line)).toThrow(UsageError);
    expect(() => parse(line)).toThrow(message);
  });

  it("are all in the help", () => {
    const message = (() => {
      try {
        return String(parse("--none"));
      } catch (error) {
        return (error as Error).message;
      }
    })();
    const names = message.match(/--[a-z-]+/g) ?? [];
    expect(names.length).toBe(11);
    for (const name of names.slice(1)) expect(USAGE).toContain(name);
    for (const line of USAGE.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  });
});
