import { describe, expect, it } from "vitest";
import { runWorld } from "../../src/simulator/world.ts";
import { drawOptions, FAULT_KINDS, NO_FAULTS } from "../../src/simulator/world-options.ts";

describe("a world", () => {
  it("is the same for the same seed, event by event, and another for another", async () => {
    const hashes = new Set<string>();
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const options = drawOptions(seed);
      const first = await runWorld(options);
      const again = await runWorld(options);
      expect(again).toEqual(first);
      expect(first.steps).toBeGreaterThan(50);
      hashes.add(first.eventHash);
    }
    expect(hashes.size).toBe(6);
  });

  it("lets nothing go wrong unless it is told to", async () => {
    const outcome = await runWorld({ ...drawOptions(2), faults: NO_FAULTS });
    expect(outcome.violations).toEqual([]);
    for (const kind of FAULT_KINDS) expect(outcome.faults[kind]).toBe(0);
    expect(outcome.transactions.FINAL).toBeGreaterThan(0);
  });
});
