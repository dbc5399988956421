// A run at scale, small: what it counts is what the protocol promises, and the same again.
import { beforeAll, describe, expect, it } from "vitest";
import { cycleLength } from "../../src/protocol/rounds/pairing.ts";
import { reportComparison } from "../../src/scale/comparison.ts";
import type { ActorClass, Group } from "../../src/scale/meter.ts";
import { reportRun } from "../../src/scale/report.ts";
import { runScale, type ScaleOutcome } from "../../src/scale/scale-run.ts";

const OPTIONS = {
  shards: 5,
  seats: 4,
  chainsPerShard: 2,
  rounds: 25,
  transactionsPerShardAndRound: 3,
  crossShare: 0.5,
  seed: 3,
};
const SETS = 10;
const COSTS = { sign: 8, verify: 45, aggregate: 60, possession: 80, ed25519: 0.14 };

const kindsOf = ({ meter }: ScaleOutcome, of: ActorClass, group: Group) =>
  Object.fromEntries(meter.classes[of].groups[group].kinds);

/** All that does not hang on the machine. */
function counts(outcome: ScaleOutcome) {
  const { meter, realMs: _, processorMs: __, residentBytesMax: ___, ...rest } = outcome;
  const classes = (["shard", "set", "merkleChain", "gateway"] as const).map((of) => {
    const { cpuUs: _, ...groups } = meter.classes[of].groups;
    return groups;
  });
  return { ...rest, rounds: meter.rounds, classes };
}

describe("a run at scale", () => {
  let outcome: ScaleOutcome;
  beforeAll(async () => {
    outcome = await runScale(OPTIONS);
  }, 300_000);

  it("R-2.7, R-5.5 brings every transaction to FINAL, and all replicas to one state", () => {
    const { shards, rounds, transactionsPerShardAndRound } = OPTIONS;
    expect(outcome.sent).toBe(shards * transactionsPerShardAndRound * (rounds + 1));
    expect(outcome.final).toBe(outcome.sent);
    expect(outcome.transfers.count + outcome.trades.count).toBe(outcome.sent);
    expect(outcome.replicas).toBe(shards + 2 * SETS);
    expect(outcome.replicasEqual).toBe(outcome.replicas);
    expect(outcome.isAsleep).toBe(true);
    expect(outcome.logged).toEqual({});
  });

  it("R-3.6 has every trade in the first round of its pair, within a cycle", () => {
    const { trades } = outcome;
    expect(trades.count).toBeGreaterThan(100);
    expect(trades.inPromisedRound).toBe(trades.count);
    expect([trades.min, trades.max]).toEqual([1, cycleLength(OPTIONS.shards)]);
    expect(outcome.transfers).toMatchObject({ min: 1, max: 1 });
  });

  it("R-3.4 has a block of every shard in every round: two halves a pair, one for who sits out", () => {
    expect(outcome.jointBlocksOfTwo).toBe(2 * OPTIONS.rounds);
    expect(outcome.jointBlocksOfOne).toBe(OPTIONS.rounds);
  });

  it("has trades between all pairs of shards", () => {
    const { pairs, meetings } = outcome.pairCover;
    expect(pairs).toBe(SETS);
    expect(meetings).toBeGreaterThan(outcome.jointBlocksOfTwo / 2);
    expect(meetings).toBeLessThanOrEqual(outcome.jointBlocksOfTwo);
  });

  it("R-4.1, R-4.4 counts what cryptography there would be", () => {
    const { meter, possessionChecks } = outcome;
    // A set votes twice in each round of its duty, and once for a result.
    const signed = meter.classes.set.groups.operations.kinds.get("sign")?.sum ?? 0;
    const duties = outcome.jointBlocksOfOne + outcome.jointBlocksOfTwo;
    expect(signed).toBeGreaterThanOrEqual(2 * duties);
    expect(signed).toBeLessThanOrEqual(4 * duties);
    // Each set on duty checks what the gateway has checked.
    const checks = (of: ActorClass) =>
      meter.classes[of].groups.operations.kinds.get("ed25519")?.sum;
    expect(checks("set")).toBeGreaterThanOrEqual(checks("gateway") ?? 0);
    // A shard its own four sets', and those of the four on T0's duty, one of which is its own, too.
    expect(possessionChecks).toEqual({ shard: 7 * 4, set: 10 * 4, merkleChain: 10 * 4 });
  });

  it("counts the same on two runs of one seed", async () => {
    const again = await runScale(OPTIONS);
    expect(counts(again)).toEqual(counts(outcome));
    expect(kindsOf(again, "shard", "messages")).toMatchObject({ open: { max: 1 } });
  }, 300_000);

  it("asks no shard time and again what a round came to (R-4.3)", () => {
    expect(kindsOf(outcome, "set", "messages").decision?.sum ?? 0).toBe(0);
  });

  it("R-3.8 names why rounds are closed: shards that had nothing open them when their set has begun", async () => {
    const sparse = { ...OPTIONS, shards: 7, rounds: 2, transactionsPerShardAndRound: 1 };
    const { logged, sent, final } = await runScale(sparse);
    expect(Object.keys(logged)).toEqual(["round closed, opened too late"]);
    expect(final).toBe(sent);
  }, 300_000);

  it("prints a report and a comparison", () => {
    const report = reportRun(outcome, COSTS).join("\n");
    expect(report).toMatch(/^5 shards, 10 sets of 4 seats, 40 seats; 10 chains/);
    expect(report).toMatch(/at the source's capacity +25,000 +tx\/s/);
    expect(report).toMatch(/between two shards +1 +\d\.\d\d +5 .*100\.0%/);
    expect(report).toMatch(/a set: verify/);
    expect(report).toMatch(/pairs with trades +10 +of 10; [\d.]+% of the blocks with two halves/);
    const comparison = reportComparison([outcome, outcome]).join("\n");
    expect(comparison).toMatch(/a set: messages +[\d.]+ +[\d.]+ +1\.00x/);
  });
});
