// The checkers: a second, plain reading of the specification that judges what was seen of a run. They import nothing of the code
// that is checked, and none of them trusts another.
import { agreement } from "./agreement.ts";
import { honest } from "./honest.ts";
import { ledger } from "./ledger.ts";
import type { Checker, Observation, Violation } from "./observation.ts";
import { supply } from "./supply.ts";

const CHECKERS: readonly (readonly [name: string, checker: Checker])[] = [
  ["agreement", agreement],
  ["ledger", ledger],
  ["supply", supply],
  ["honest", honest],
];

/** Whatever a run did may not keep it from being judged: a checker that cannot cope with what it saw says so. */
function judge(name: string, checker: Checker, observation: Observation): readonly Violation[] {
  try {
    return checker(observation);
  } catch (error) {
    return [`The checker of ${name} failed: ${error instanceof Error ? error.message : error}`];
  }
}

/** What does not hold in a run; nothing if it was right. */
export function check(observation: Observation): Violation[] {
  return CHECKERS.flatMap(([name, checker]) => judge(name, checker, observation));
}
