// The hunt over worlds that only say what came of them, and one over real ones.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { openRunnerOf, type WorldResult } from "../../../src/simulator/command/world-runner.ts";
import { NO_FAULTS, type WorldOptions } from "../../../src/simulator/world-options.ts";
import { Control, hunt, inLanes } from "./hunt.ts";
import { type Mutant, plant } from "./mutant.ts";

/** Worlds of these seeds fail. */
function runner(failing: Readonly<Record<number, string>>) {
  const seeds: number[] = [];
  const run = async (options: WorldOptions): Promise<WorldResult> => {
    const { seed } = options;
    seeds.push(seed);
    const violation = failing[seed];
    const violations = violation === undefined ? [] : [violation];
    const outcome = {
      seed,
      eventHash: "",
      violations,
      steps: 0,
      events: 0,
      virtualMs: 0,
      faults: NO_FAULTS,
      behaviours: {},
      epochs: {},
      transactions: {},
      lastEvents: [],
    };
    const ended = !/^(LATE|BROKEN) /.test(violation ?? "");
    return { options, violations, outcome: ended ? outcome : null, ms: 1 };
  };
  return { run, seeds };
}

const SEEDS = { first: 1, last: 5 };
const passes = async () => true;

describe("the hunt for a mutant", () => {
  it("ends with the first world that fails", async () => {
    const planted = runner({ 3: "R-4.7 a fork", 4: "R-2.6 a loss" });
    const verdict = await hunt(planted, passes, SEEDS);
    expect(verdict).toEqual({ kind: "caught", seed: 3, violations: ["R-4.7 a fork"] });
    expect(planted.seeds).toEqual([1, 2, 3]);
  });

  it("goes on behind a world that fails without the mutant too", async () => {
    const planted = runner({ 2: "R-4.7 a fork", 4: "R-4.7 a fork" });
    const plain = runner({ 2: "R-2.6 a loss" });
    const control = new Control(plain);
    const verdict = await hunt(planted, (seed) => control.passes(seed), SEEDS);
    expect(verdict).toMatchObject({ kind: "caught", seed: 4 });
    expect(plain.seeds).toEqual([2, 4]);
    expect([...control.failed]).toEqual([2]);
  });

  it("ends with the seeds", async () => {
    const planted = runner({ 6: "R-4.7 a fork" });
    expect(await hunt(planted, passes, SEEDS)).toEqual({ kind: "survived" });
    expect(planted.seeds).toEqual([1, 2, 3, 4, 5]);
  });

  it.each(["BROKEN SyntaxError: no", "LATE the world did not end"])(
    "takes a world without an outcome for no catch: %s",
    async (why) => {
      const verdict = await hunt(runner({ 2: why }), passes, SEEDS);
      expect(verdict).toEqual({ kind: "broken", seed: 2, why });
    },
  );

  it("asks the control about a seed once, also at one time", async () => {
    const plain = runner({ 2: "R-2.6 a loss" });
    const control = new Control(plain);
    const both = await Promise.all([control.passes(2), control.passes(2)]);
    expect([...both, await control.passes(2), await control.passes(3)]).toEqual([
      false,
      false,
      false,
      true,
    ]);
    expect(plain.seeds).toEqual([2, 3]);
  });

  it("runs each job once, so many at a time", async () => {
    const done: number[] = [];
    let [now, most] = [0, 0];
    await inLanes([1, 2, 3, 4, 5], 2, async (job) => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now -= 1;
      done.push(job);
    });
    expect(done).toEqual([1, 2, 3, 4, 5]);
    expect(most).toBe(2);
  });

  it("finds one in the real worlds of a copy, also if it stops an actor", async () => {
    const mutant: Mutant = {
      name: "used nonce",
      breaks: "R-2.9 a nonce is used once",
      file: "src/protocol/ledger/execute-transaction.ts",
      line: "nonce: account.nonce + 1,",
      replacement: "nonce: account.nonce,",
    };
    const folder = mkdtempSync(join(tmpdir(), "yggdrasil-mutant-"));
    plant(new URL("../../..", import.meta.url).pathname, folder, [mutant]);
    const script = join(folder, "src/simulator/command/world-worker.ts");
    const planted = openRunnerOf(pathToFileURL(script), 1, 100_000);
    const verdict = await hunt(planted, passes, { first: 1, last: 10 });
    await planted.close();
    rmSync(folder, { recursive: true });
    expect(verdict).toMatchObject({ kind: "caught" });
    const stops = "violations" in verdict ? verdict.violations : [];
    expect(stops.join()).toContain("R-6.6 an actor stopped: shard ");
  });
});
