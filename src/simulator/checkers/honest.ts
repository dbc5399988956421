// honest seats never sign two values in one place nor vote for what is invalid, and no actor ever met a state
// that the rules exclude.
import type { Checker } from "./observation.ts";

export const honest: Checker = ({ equivocations, invalid, stopped, world }) => [
  ...equivocations,
  // A quorum without honest seats certifies anything.
  ...(world.hasCartel
    ? []
    : invalid.map((what) => `R-4.4 an invalid block was certified: ${what}`)),
  ...stopped.map((message) => `R-6.6 an actor stopped: ${message}`),
];
