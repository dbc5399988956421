// honest seats never sign two values in one place nor vote for what is invalid, and no actor ever met a state
// that the rules exclude.
import type { Checker } from "./observation.ts";
import { dutyOf } from "./timetable.ts";

export const honest: Checker = ({ equivocations, genesis, epochs, invalid, stopped, world }) => [
  ...equivocations,
  ...invalid.flatMap(({ shard, round, why }) => {
    const { set = 0 } = dutyOf({ genesis, epochs }, shard, round) ?? {};
    // A quorum without honest seats certifies anything.
    return world.cartels.includes(set)
      ? []
      : [`R-4.4 an invalid block was certified: shard ${shard}, round ${round}: ${why}`];
  }),
  ...stopped.map((message) => `R-6.6 an actor stopped: ${message}`),
];
