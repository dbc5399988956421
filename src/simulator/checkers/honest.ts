// honest seats never sign two values in one place, and no actor ever met a state that the rules exclude.
import type { Checker } from "./observation.ts";

export const honest: Checker = ({ equivocations, stopped }) => [
  ...equivocations,
  ...stopped.map((message) => `R-6.6 an actor stopped: ${message}`),
];
