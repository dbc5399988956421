// A failed world in the words of a test's message: everything that is needed to look at it.
import { reportLastEvents, reportWorld } from "../../src/simulator/command/report.ts";
import type { WorldResult } from "../../src/simulator/command/world-runner.ts";
import { describeOptions } from "../../src/simulator/world-options.ts";

/** null if it passed. `argument`: how it is asked for. */
export function failureOf(result: WorldResult, argument: string): string | null {
  if (result.violations.length === 0) return null;
  const lines = [describeOptions(result.options), ""];
  reportWorld(result, (line) => lines.push(line));
  reportLastEvents(result, (line) => lines.push(line));
  lines.push(`Again, and a smaller one: npm run simulate -- ${argument}`);
  return lines.join("\n");
}
