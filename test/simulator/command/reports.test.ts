// What the command says of worlds, from worlds that only say what they would have done.
import { describe, expect, it } from "vitest";
import { runManyWorlds } from "../../../src/simulator/command/many-worlds.ts";
import { runOneWorld } from "../../../src/simulator/command/one-world.ts";
import { Progress } from "../../../src/simulator/command/progress.ts";
import type { OpenRunner, WorldResult } from "../../../src/simulator/command/world-runner.ts";
import { QUIET, readWorld } from "../../../src/simulator/stored-world.ts";
import { drawOptions, NO_FAULTS, type WorldOptions } from "../../../src/simulator/world-options.ts";

/** Runs nothing; counts what was asked. `fails`: the violations of a world. */
function fakeRunner(fails: (options: WorldOptions) => readonly string[]) {
  const seeds: number[] = [];
  const limits: number[] = [];
  const open: OpenRunner = (size, limitMs) => {
    limits.push(limitMs);
    return {
      size,
      run: async (options) => {
        seeds.push(options.seed);
        return resultOf(options, fails(options));
      },
      close: async () => {},
    };
  };
  return { open, seeds, limits };
}

function resultOf(options: WorldOptions, violations: readonly string[]): WorldResult {
  const isLate = violations[0]?.startsWith("LATE") ?? false;
  const outcome = {
    seed: options.seed,
    eventHash: "abcd",
    violations,
    steps: 1_000,
    events: 3_000,
    virtualMs: 60_000,
    faults: { ...NO_FAULTS, late: 2, pause: options.seed === 3 ? 7 : 0 },
    behaviours: {},
    epochs: {},
    transactions: { FINAL: 10, EXPIRED: 1 },
    lastEvents: ["5 shard 0: tick", "6 shard 0: crash"],
  };
  return { options, violations, outcome: isLate ? null : outcome, ms: 1_200 };
}

const many = { first: 1, last: 40, stopAtFirst: false, workers: 2, limitMs: 9_000 };

async function runMany(
  asked: Partial<typeof many>,
  fails: (options: WorldOptions) => readonly string[],
) {
  const { open, seeds, limits } = fakeRunner(fails);
  let text = "";
  const output = { write: (more: string) => (text += more) };
  const passed = await runManyWorlds({ ...many, ...asked }, open, output);
  return { passed, text, lines: text.trimEnd().split("\n"), seeds, limits };
}

describe("npm run simulate -- --seeds", () => {
  it("runs each seed once and adds up what the worlds did", async () => {
    const { passed, text, lines, seeds, limits } = await runMany({}, () => []);
    expect(passed).toBe(true);
    expect(seeds).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
    expect(limits).toEqual([9_000]);
    expect(text).toContain("40,000 actor steps, 120,000 events, 2,400 s of virtual time");
    expect(text).toContain("transactions by last status: FINAL 400, EXPIRED 40");
    expect(text).toMatch(/\n {2}late +80 +40\n/);
    expect(text).toMatch(/\n {2}pause +7 +1\n/);
    expect(text).toMatch(/\n {2}diskFull +0 +0 {3}fewer than 4\n/);
    expect(lines.at(-1)).toBe("40 worlds passed, 0 failed");
  });

  it("names the failed seeds with their first violation each", async () => {
    const { passed, lines, seeds } = await runMany({}, ({ seed }) =>
      seed % 20 === 0 ? ["R-4.7 two blocks", "R-2.6 supply"] : [],
    );
    expect(passed).toBe(false);
    expect(seeds).toHaveLength(40);
    expect(lines.slice(-4)).toEqual([
      "FAILED seed 20: R-4.7 two blocks (and 1 more)",
      "FAILED seed 40: R-4.7 two blocks (and 1 more)",
      "All of one: npm run simulate -- --seed 20",
      "38 worlds passed, 2 failed",
    ]);
  });

  it("counts a world that never ended as failed", async () => {
    const { passed, lines } = await runMany({ last: 3 }, ({ seed }) =>
      seed === 2 ? ["LATE the world did not end within 9 s"] : [],
    );
    expect(passed).toBe(false);
    expect(lines.at(-1)).toBe("2 worlds passed, 1 failed");
  });

  it("stops at the first that fails, and shows it in full", async () => {
    const { lines, text, seeds } = await runMany({ stopAtFirst: true }, ({ seed }) =>
      seed === 5 ? ["R-4.7 two blocks"] : [],
    );
    const first = seeds.indexOf(5);
    // What was under way ends; then only smaller worlds of that seed.
    expect(new Set(seeds.slice(first + 2))).toEqual(new Set([5]));
    expect(text).toContain("6 shard 0: crash");
    expect(text).toContain("Run it: npm run simulate -- --options");
    expect(lines.at(-1)).toMatch(/^\d worlds passed, 1 failed$/);
  });
});

describe("npm run simulate -- --seed", () => {
  const one = (options: WorldOptions) => ({
    options,
    argument: `--seed ${options.seed}`,
    trace: false,
    shrink: true,
    limitMs: 120_000,
    workers: 2,
  });
  async function runOne(fails: (options: WorldOptions) => readonly string[], shrink = true) {
    const { open, seeds, limits } = fakeRunner(fails);
    const lines: string[] = [];
    const faults = { ...NO_FAULTS, late: 0.1, requestLost: 0.1 };
    const asked = { ...one({ ...drawOptions(7), faults }), shrink };
    const passed = await runOneWorld(asked, open, (line) => lines.push(line));
    return { passed, text: lines.join("\n"), lines, seeds, limits };
  }

  it("prints the options and the outcome", async () => {
    const { passed, text, seeds } = await runOne(() => []);
    expect([passed, seeds]).toEqual([true, [7]]);
    expect(text).toContain("seed 7: ");
    expect(text).toContain(
      "passed: 1,000 actor steps, 3,000 events, 60 s of virtual time in 1.2 s",
    );
    expect(text).toContain("event hash: abcd");
    expect(text).toContain("faults that happened: late 2");
  });

  it("shrinks a world that fails to options that run again", async () => {
    const isBad = ({ faults }: WorldOptions) => (faults.late > 0 ? ["R-4.7 two blocks"] : []);
    const { passed, text, limits } = await runOne(isBad);
    expect(passed).toBe(false);
    expect(text).toContain("FAILED, 1 violation: 1,000 actor steps");
    expect(text).toContain("  R-4.7 two blocks");
    expect(text).toContain("Again, with every event: npm run simulate -- --seed 7 --trace");
    expect(text).toContain("nothing smaller fails alike");
    const [, json = ""] = /--options '(.*)'/.exec(text) ?? [];
    const { options } = readWorld(json);
    expect(isBad(options)).not.toEqual([]);
    expect(options).toMatchObject({ seats: QUIET.seats, chains: 1, faultRounds: 1 });
    // Smaller worlds may not take much longer than this one took.
    expect(limits).toEqual([120_000, 10_000]);
  });

  it("shrinks a world that never ends, with less patience", async () => {
    const { limits, text } = await runOne(() => ["LATE the world did not end within 120 s"]);
    expect(limits).toEqual([120_000, 20_000]);
    expect(text).toContain("FAILED, 1 violation, after 1.2 s");
  });

  it("shows the first of many violations", async () => {
    const many = Array.from({ length: 30 }, (_, i) => `R-4.7 violation ${i}`);
    const { text } = await runOne(() => many, false);
    expect(text).toContain("FAILED, 30 violations");
    expect(text).toContain("  R-4.7 violation 19\n  and 10 more\n");
  });

  it("does not shrink where nobody wants it", async () => {
    const { seeds } = await runOne(() => ["R-4.7 two blocks"], false);
    expect(seeds).toEqual([7]);
  });
});

describe("progress", () => {
  it("is a line every five seconds, or one that changes on a terminal", () => {
    for (const isTTY of [false, true]) {
      let [now, text] = [0, ""];
      const output = { isTTY, write: (more: string) => (text += more) };
      const progress = new Progress(40, output, () => now);
      for (let done = 1; done <= 20; done++) {
        now += 1_000;
        progress.update(done, 0);
      }
      const line = "20 of 40 worlds, 0 failed, 1.00 worlds/s, about 20 s left";
      expect(text.split(isTTY ? "\r\u001b[2K" : "\n")).toHaveLength(isTTY ? 21 : 5);
      expect(text.endsWith(isTTY ? line : `${line}\n`)).toBe(true);
    }
  });
});
