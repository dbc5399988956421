// once nothing is disturbed any more, the network works, and then sleeps.
import { finalisedBy } from "./finality.ts";
import { healedMs } from "./history.ts";
import type { Checker } from "./observation.ts";

export const progress: Checker = (observation) => {
  if (healedMs(observation) === null) return [];
  const { world, answers } = observation;
  const finalised = finalisedBy(observation);
  const said = new Map<string, string>();
  for (const answer of answers) if (answer.kind === "status") said.set(answer.id, answer.status);
  return [
    ...world.probes.flatMap((id) => {
      if (said.get(id) !== "FINAL") return [`R-3.9 probe ${id} is not FINAL but ${said.get(id)}`];
      return finalised(id) !== null
        ? []
        : [`R-3.9 probe ${id} is FINAL, no notarised header has its state`];
    }),
    ...(world.isAsleep ? [] : [`R-3.9 the network does not sleep at ${world.endMs} ms`]),
  ];
};
