import { availableParallelism } from "node:os";
import { describe, expect, it } from "vitest";
import { parseCommand, UsageError } from "../../../src/simulator/command/arguments.ts";

const parse = (line: string) => parseCommand(line === "" ? [] : line.split(" "));

describe("the arguments of npm run simulate", () => {
  it("ask for one world by its seed, or by its options", () => {
    const usual = {
      kind: "one",
      trace: false,
      inProcess: false,
      shrink: true,
      limitMs: 120_000,
    };
    expect(parse("--seed 7")).toEqual({ ...usual, source: { seed: 7 } });
    expect(parse("--seed=4294967295")).toEqual({ ...usual, source: { seed: 4_294_967_295 } });
    expect(
      parse("--options world.json --trace --in-process --no-shrink --world-seconds 5"),
    ).toEqual({
      kind: "one",
      source: { options: "world.json" },
      trace: true,
      inProcess: true,
      shrink: false,
      limitMs: 5_000,
    });
  });

  it("ask for many worlds", () => {
    expect(parse("--seeds 1..1000")).toEqual({
      kind: "many",
      first: 1,
      last: 1_000,
      stopAtFirst: false,
      workers: availableParallelism(),
      limitMs: 120_000,
    });
    expect(parse("--seeds 0..0 --stop-at-first --workers 3")).toMatchObject({
      first: 0,
      last: 0,
      stopAtFirst: true,
      workers: 3,
    });
  });

  it("ask for help, whatever else they say", () => {
    expect(parse("--help")).toEqual({ kind: "help" });
    expect(parse("-h --seeds 2..1")).toMatchObject({ kind: "help" });
  });

  it.each([
    ["", "Nothing to run: give one of --seed N, --seeds A..B, --options FILE"],
    ["--seed 1 --seeds 1..2", "Too much to run: give one of --seed N, --seeds A..B, --options"],
    ["--seed=-1", '--seed "-1": give a whole number from 0 to 4294967295'],
    ["--seed -1", "Option '--seed' argument is ambiguous"],
    ["--seed 4294967296", '--seed "4294967296": give a whole number from 0 to 4294967295'],
    ["--seed 1e3", '--seed "1e3": give a whole number'],
    ["--seed 0x10", '--seed "0x10": give a whole number'],
    ["--seeds 1", '--seeds "1": give the first and the last, as 1..1000'],
    ["--seeds 1..2..3", '--seeds "1..2..3": give the first and the last'],
    ["--seeds 1..", '--seeds "": give a whole number'],
    ["--seeds 5..4", '--seeds "5..4": give the smaller number first'],
    ["--seeds 1..2 --workers 0", '--workers "0": give a whole number from 1 to 256'],
    ["--seed 1 --world-seconds 0", '--world-seconds "0": give a whole number from 1 to 86400'],
    ["--seeds 1..2 --trace", "--trace goes with one world, with --seed or --options"],
    ["--seeds 1..2 --no-shrink", "--no-shrink goes with one world"],
    ["--seed 1 --stop-at-first", "--stop-at-first goes with many worlds, with --seeds A..B"],
    ["--seed 1 --workers 2", "--workers goes with many worlds"],
    ["--sed 1", "Unknown option '--sed'"],
    ["17", "Unexpected argument '17'"],
    ["--seed", "Option '--seed <value>' argument missing"],
  ])("are refused with what to do: %s", (line, message) => {
    expect(() => parse(line)).toThrow(UsageError);
    expect(() => parse(line)).toThrow(message);
  });
});
