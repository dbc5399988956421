import { describe, expect, it } from "vitest";
import { parseCommand, UsageError } from "../../src/scale/arguments.ts";
import { DEFAULTS } from "../../src/scale/scale-options.ts";

describe("the arguments of npm run scale", () => {
  it("section 13 are the source's network by default", () => {
    expect(parseCommand([])).toEqual({ kind: "run", options: DEFAULTS });
    expect(DEFAULTS).toMatchObject({ shards: 31, seats: 21, rounds: 200 });
  });

  it("take every parameter", () => {
    const command = parseCommand(
      "--shards 5 --rounds 25 --seats 4 --chains-per-shard 1 --transactions-per-shard-and-round 7 --cross-share .25 --seed 9".split(
        " ",
      ),
    );
    const options = {
      shards: 5,
      rounds: 25,
      seats: 4,
      chainsPerShard: 1,
      transactionsPerShardAndRound: 7,
      crossShare: 0.25,
      seed: 9,
    };
    expect(command).toEqual({ kind: "run", options });
  });

  it("compare several sizes, in shorter runs", () => {
    const command = parseCommand(["--compare", "4,8", "--seats", "4"]);
    expect(command).toMatchObject({
      kind: "compare",
      runs: [
        { shards: 4, seats: 4, rounds: 40 },
        { shards: 8, seats: 4, rounds: 40 },
      ],
    });
  });

  it.each([
    ["--shards", "0"],
    ["--shards", "1e3"],
    ["--compare", "4,,8"],
    ["--cross-share", "1.5"],
    ["--cross-share", "half"],
    ["--seats", "3"],
    ["--unknown", "3"],
  ])("refuse %s %s", (name, value) => {
    expect(() => parseCommand([name, value])).toThrow(UsageError);
  });

  it("refuse one size and several at once", () => {
    expect(() => parseCommand(["--shards", "4", "--compare", "4,8"])).toThrow("give one of");
  });
});
