// The checkers: a second, plain reading of the specification that judges what was seen of a run. They import nothing of the code
// that is checked, and none of them trusts another.
import { agreement } from "./agreement.ts";
import { atomicity } from "./atomicity.ts";
import { chainHeaders } from "./chain-headers.ts";
import { decisions } from "./decisions.ts";
import { departures } from "./departures.ts";
import { durability } from "./durability.ts";
import { epochs } from "./epochs.ts";
import { exactlyOnce } from "./exactly-once.ts";
import { following } from "./following.ts";
import { halves } from "./halves.ts";
import { honest } from "./honest.ts";
import { ledger } from "./ledger.ts";
import { notarisation } from "./notarisation.ts";
import type { Checker, Observation, Violation } from "./observation.ts";
import { order } from "./order.ts";
import { progress } from "./progress.ts";
import { promises } from "./promises.ts";
import { replicas } from "./replicas.ts";
import { saturation } from "./saturation.ts";
import { stakes } from "./stakes.ts";
import { statuses } from "./statuses.ts";
import { supply } from "./supply.ts";
import { waking } from "./waking.ts";

/** In the order in which their findings help: what is wrong first makes the rest wrong, too. */
const CHECKERS: readonly (readonly [name: string, checker: Checker])[] = [
  ["agreement", agreement],
  ["epochs", epochs],
  ["halves", halves],
  ["decisions", decisions],
  ["chain-headers", chainHeaders],
  ["order", order],
  ["exactly-once", exactlyOnce],
  ["atomicity", atomicity],
  ["ledger", ledger],
  ["supply", supply],
  ["stakes", stakes],
  ["durability", durability],
  ["departures", departures],
  ["statuses", statuses],
  ["promises", promises],
  ["notarisation", notarisation],
  ["saturation", saturation],
  ["replicas", replicas],
  ["following", following],
  ["progress", progress],
  ["waking", waking],
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

/** What does not hold in a run, each once, however often it was seen; nothing if all was right. */
export function check(observation: Observation): Violation[] {
  const violations = CHECKERS.flatMap(([name, checker]) => judge(name, checker, observation));
  return [...new Set(violations)];
}
