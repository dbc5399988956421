import { expect, it } from "vitest";
import { runWorld } from "../../src/simulator/world.ts";
import { drawOptions } from "../../src/simulator/world-options.ts";

it("runs a world by its options", async () => {
  const outcome = await runWorld(drawOptions(1));
  expect(outcome.seed).toBe(1);
  expect(outcome.violations).toEqual([]);
});
