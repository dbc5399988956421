// Fails a test with all that is needed to look at a failed world.
import { expect } from "vitest";
import { reportLastEvents, reportWorld } from "../../src/simulator/command/report.ts";
import type { WorldResult } from "../../src/simulator/command/world-runner.ts";
import { describeOptions } from "../../src/simulator/world-options.ts";

/** `argument`: how the world is asked for. */
export function expectPassed(result: WorldResult, argument: string): void {
  if (result.violations.length === 0) return;
  const lines = [describeOptions(result.options), ""];
  reportWorld(result, (line) => lines.push(line));
  reportLastEvents(result, (line) => lines.push(line));
  lines.push(`Again, and a smaller one: npm run simulate -- ${argument}`);
  expect.fail(lines.join("\n"));
}
