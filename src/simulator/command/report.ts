// What is said of one world, in lines.
import { briefOptions } from "../stored-world.ts";
import type { WorldOptions } from "../world-options.ts";
import type { WorldResult } from "./world-runner.ts";

const VIOLATIONS_SHOWN = 20;

export type Print = (line: string) => void;

export const count = (value: number): string => value.toLocaleString("en-US");

export const seconds = (ms: number): string => `${count(Number((ms / 1_000).toFixed(1)))} s`;

/** "crash 3, loss 10": only what there is. */
export function counts(of: Readonly<Record<string, number>>): string {
  const some = Object.entries(of).filter(([, times]) => times > 0);
  return some.map(([name, times]) => `${name} ${count(times)}`).join(", ") || "none";
}

export function reportWorld({ outcome, violations, ms }: WorldResult, print: Print): void {
  const many = violations.length === 1 ? "1 violation" : `${violations.length} violations`;
  const verdict = violations.length === 0 ? "passed" : `FAILED, ${many}`;
  if (outcome === null) print(`${verdict}, after ${seconds(ms)}`);
  else {
    print(
      `${verdict}: ${count(outcome.steps)} actor steps, ${count(outcome.events)} events, ` +
        `${seconds(outcome.virtualMs)} of virtual time in ${seconds(ms)}`,
    );
    print(`event hash: ${outcome.eventHash}`);
    print(`transactions by last status: ${counts(outcome.transactions)}`);
    print(`faults that happened: ${counts(outcome.faults)}`);
    print(`epochs: ${counts(outcome.epochs)}`);
    print(`deeds of faulty voters: ${counts(outcome.behaviours)}`);
  }
  reportViolations(violations, print);
}

/** One thing that is wrong shows in many places: the first say enough. */
export function reportViolations(violations: readonly string[], print: Print): void {
  for (const violation of violations.slice(0, VIOLATIONS_SHOWN)) print(`  ${violation}`);
  const more = violations.length - VIOLATIONS_SHOWN;
  if (more > 0) print(`  and ${count(more)} more`);
}

export function reportLastEvents({ outcome }: WorldResult, print: Print): void {
  if (outcome === null) return;
  print(`The last ${outcome.lastEvents.length} events:`);
  for (const event of outcome.lastEvents) print(`  ${event}`);
}

/** How to run these very options, in a shell. */
export function commandOf(options: WorldOptions): string {
  // Within single quotes only a single quote ends the text.
  const json = JSON.stringify(briefOptions(options)).replaceAll("'", "\\u0027");
  return `npm run simulate -- --options '${json}'`;
}
