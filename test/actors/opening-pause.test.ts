import { describe, expect, it } from "vitest";
import { OpeningPause } from "../../src/actors/opening-pause.ts";
import type { Epoch } from "../../src/protocol/rounds/epoch.ts";
import { Epochs } from "../../src/protocol/rounds/epochs.ts";
import { testGenesis } from "../support/genesis.ts";

const { epoch } = testGenesis();
const shards = Array.from({ length: 4 }, (_, shard) => ({ shard, chains: [] }));
const setOf = (set: number) => ({ set, shards: [0, 1], seats: [] });
const many = { ...epoch, shards };

function paused(of: Epoch, closed: number): OpeningPause {
  const pause = new OpeningPause(new Epochs(of));
  for (let i = 0; i < closed; i++) pause.closed();
  return pause;
}

const opened = (pause: OpeningPause, rounds: number): number[] =>
  Array.from({ length: rounds }, (_, i) => epoch.activationRound + i).filter(
    (round) => pause.next(round) === round,
  );

describe("the pauses between rounds that nothing came of", () => {
  it("R-3.8 double after each, and end with a block or with news", () => {
    expect(opened(paused(epoch, 0), 8).length).toBe(8);
    expect(opened(paused(epoch, 1), 8).length).toBe(8);
    expect(opened(paused(epoch, 2), 8).length).toBe(4);
    expect(opened(paused(epoch, 4), 16).length).toBe(2);
    const pause = paused(epoch, 6);
    pause.end();
    expect(opened(pause, 8).length).toBe(8);
    // What came while the round was open is not put off by its end.
    pause.closed();
    expect(opened(pause, 8).length).toBe(8);
    pause.opened();
    pause.closed();
    expect(opened(pause, 256).length).toBe(4);
    pause.committed();
    expect(opened(pause, 8).length).toBe(8);
  });

  it("R-3.3, R-3.8 of two shards leave rounds of both sets that have them in turn", () => {
    const two = { ...epoch, shards: shards.slice(0, 2), sets: [1, 2].map(setOf) };
    for (let closed = 1; closed < 12; closed++) {
      const rounds = opened(paused(two, closed), 256);
      const turns = new Set(rounds.map((round) => (round - epoch.activationRound) % 2));
      expect(turns.size).toBe(2);
    }
  });

  it("R-3.8 grow no longer by a round that the shard came too late to", () => {
    const pause = paused(epoch, 2);
    for (let i = 0; i < 5; i++) pause.closed(true);
    expect(opened(pause, 8).length).toBe(4);
    const fresh = paused(epoch, 0);
    fresh.closed(true);
    expect(opened(fresh, 8).length).toBe(8);
  });

  it("R-3.8 are no longer than a minute", () => {
    const pause = paused(epoch, 40);
    const [first = 0] = opened(pause, 200);
    const waitMs = (pause.next(first + 1) - first) * epoch.roundMs;
    expect(waitMs).toBeGreaterThan(30_000);
    expect(waitMs).toBeLessThanOrEqual(60_000);
  });

  it("R-3.6 leave shards that pause for different times rounds in which they meet", () => {
    for (const [a, b] of [
      [1, 5],
      [3, 4],
      [7, 2],
    ] as const) {
      const theirs = new Set(opened(paused(many, a), 600));
      const both = opened(paused(many, b), 600).filter((round) => theirs.has(round));
      // In each cycle that both open they open all of its rounds, so each pair has one.
      const offsets = new Set(both.map((round) => (round - epoch.activationRound) % 3));
      expect(offsets.size).toBe(3);
    }
  });
});
