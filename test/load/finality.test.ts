import { describe, expect, it } from "vitest";
import { signerFromSeed } from "../../src/client/index.ts";
import { Backlog } from "../../src/load/backlog.ts";
import { Finality } from "../../src/load/finality.ts";
import { type Flight, Lane } from "../../src/load/lane.ts";
import { quantile, Tally } from "../../src/load/tally.ts";

const signer = await signerFromSeed("11".repeat(32));
const shard = (executedRound: number, finalRound: number, waiting = 0) => ({
  id: "0",
  waiting,
  headRound: 10,
  executedRound,
  finalRound,
  nextTick: "2026-01-01T00:00:00Z" as string | null,
});
const at0 = () => "0";

describe("R-3.9 what is final, by the shards' rounds", () => {
  it("is what was executed before a round that is final", () => {
    const finality = new Finality();
    finality.executed("T0", 3, 100);
    // Asked before it was known: the shard may not have executed that far when it answered.
    expect(finality.update([shard(4, 4)], at0, 99)).toBe(0);
    expect(finality.update([shard(6, 5)], at0, 101)).toBe(0);
    expect([finality.update([shard(9, 5)], at0, 102), finality.isDone]).toEqual([0, false]);
    expect([finality.update([shard(9, 6)], at0, 103), finality.isDone]).toEqual([3, true]);
  });

  it("is everything once the shard sleeps", () => {
    const finality = new Finality();
    finality.executed("T0", 2, 100);
    expect(finality.update([{ ...shard(10, 7), nextTick: null }], at0, 101)).toBe(2);
  });

  it("follows a chain to another shard", () => {
    const finality = new Finality();
    finality.executed("T0", 2, 100);
    finality.update([shard(6, 5)], at0, 101);
    expect(finality.update([{ ...shard(7, 6), id: "4" }], () => "4", 102)).toBe(2);
  });
});

describe("the backlog of the shards", () => {
  const chain = { id: "T0", gasPrice: 1n, reserveDefault: 1n };
  const facts = { nonce: 0, nextNonce: 0, amount: 0n, reserve: 0n };
  const lane = new Lane(chain, signer, facts);
  const flight = { legs: [{ lane, nonce: 0 }] } as unknown as Flight;

  it("R-3.10 counts what was sent since the shards were asked, and stops below a full mempool", () => {
    const backlog = new Backlog();
    backlog.route([{ id: "T0", shard: "0" }]);
    backlog.answered([shard(0, 0, 3_998)]);
    backlog.sent(flight);
    expect(backlog.isBehind(chain)).toBe(false);
    backlog.asking();
    backlog.sent(flight);
    expect(backlog.isBehind(chain)).toBe(true);
    // The answer knows of the first, not of what was sent while it was on its way.
    backlog.answered([shard(0, 0, 3_998)]);
    expect(backlog.isBehind(chain)).toBe(false);
    backlog.sent(flight);
    expect(backlog.isBehind(chain)).toBe(true);
    backlog.answered([shard(0, 0, 4_000)]);
    expect(backlog.behind).toEqual(["0"]);
  });
});

describe("the numbers of a load", () => {
  it("are quantiles by the nearest rank", () => {
    expect(quantile([], 0.5)).toBe(null);
    expect([0, 0.5, 0.95, 1].map((share) => quantile([5, 1, 3, 2, 4], share))).toEqual([
      1, 3, 5, 5,
    ]);
  });

  it("leave open what is accepted and neither executed, left nor lost", () => {
    const tally = new Tally();
    tally.accepted = 10;
    tally.executed = 6;
    tally.left.set("EXPIRED", 2);
    tally.lost.set("0x1", "UNKNOWN");
    expect(tally.open).toBe(1);
  });
});
