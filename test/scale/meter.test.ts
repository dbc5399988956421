import { describe, expect, it } from "vitest";
import { Meter, TIMED_EVERY } from "../../src/scale/meter.ts";
import { meteredStore, processorTime } from "../../src/scale/metered.ts";
import { nodeSqlite } from "../../src/storage/node-sqlite.ts";
import { createSqlStore } from "../../src/storage/sql-store.ts";

const STEP_US = 2_000;

function work(): void {
  const start = processorTime();
  while (processorTime() - start < STEP_US);
}

describe("the meter", () => {
  it("counts every step, and times one of so many for all of them", () => {
    const meter = new Meter();
    const tally = meter.tally("set");
    const name = { value: "" };
    using database = nodeSqlite(":memory:");
    const store = meteredStore(createSqlStore(database), meter, tally, name);
    const step = (kind: string) =>
      store.transaction(() => {
        name.value = kind;
        work();
      });
    for (let i = 1; i < TIMED_EVERY; i++) step("untimed");
    step("timed");
    expect(tally.groups.steps).toEqual(
      new Map([
        ["untimed", TIMED_EVERY - 1],
        ["timed", 1],
      ]),
    );
    expect(tally.groups.cpuUs.get("untimed")).toBe(0);
    expect(tally.groups.cpuUs.get("timed")).toBeGreaterThanOrEqual(TIMED_EVERY * STEP_US);
  });

  it("folds a round into sums and maxima, or forgets it", () => {
    const meter = new Meter();
    const tallies = [meter.tally("shard"), meter.tally("shard")];
    for (const counts of [false, true, true]) {
      tallies.forEach((tally, i) => void tally.add("messages", "open", 1 + i));
      meter.endRound(counts);
    }
    expect(meter.rounds).toBe(2);
    expect(meter.classes.shard.groups.messages.all).toEqual({ sum: 6, max: 2 });
  });
});
