import { describe, expect, it } from "vitest";
import { Meter } from "../../src/scale/meter.ts";
import { meteredStore } from "../../src/scale/metered.ts";
import { nodeSqlite } from "../../src/storage/node-sqlite.ts";
import { createSqlStore } from "../../src/storage/sql-store.ts";

describe("the meter", () => {
  it("takes of the time of steps the part in which the processor was this thread's", () => {
    let nowUs = 1_000;
    let processorUs = 0;
    const meter = new Meter({ nowUs: () => nowUs, processorUs: () => processorUs });
    const name = { value: "" };
    using database = nodeSqlite(":memory:");
    const store = meteredStore(createSqlStore(database), meter, meter.tally("set"), name);
    const step = (kind: string, us: number) =>
      store.transaction(() => {
        name.value = kind;
        nowUs += us;
      });
    step("tick", 100);
    step("work", 300);
    step("tick", 100);
    // Half of the round was another process's; what lies between steps is nobody's.
    nowUs += 500;
    processorUs += 500;
    meter.endRound(true);
    const { steps, cpuUs } = meter.classes.set.groups;
    expect(steps.all).toEqual({ sum: 3, max: 3 });
    expect(cpuUs.all).toEqual({ sum: 250, max: 250 });
    expect(cpuUs.kinds.get("tick")).toEqual({ sum: 100, max: 100 });
    // All of the next one was its own.
    step("tick", 40);
    processorUs += 40;
    meter.endRound(true);
    expect(cpuUs.kinds.get("tick")).toEqual({ sum: 140, max: 100 });
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
