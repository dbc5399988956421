// The set's own object, from which the other voters hear what the shard opens, tells them something else, each another thing, or nothing
// or it tells the shard that the round has nothing of it. What they vote for they check themselves; but rounds may come to
// nothing.
import type { Behaviour } from "./behaviour.ts";
import { falseOpening, lyingAnswers } from "./lying-answers.ts";

export const lyingHub: Behaviour = (means) => {
  const { random, act, set } = means;
  const answers = lyingAnswers(means).answers;
  const honesty = random.pick([0, 0.3, 0.6]);
  return {
    sends(sent) {
      const { request } = sent;
      if (request.kind !== "open" || random.chance(honesty)) return [sent];
      act();
      if (random.chance(0.2)) return [];
      if (random.chance(0.2)) {
        const { shard, round } = request;
        return [
          sent,
          { ...sent, to: { kind: "shard", shard }, request: { kind: "nothing", set, round } },
        ];
      }
      const lie = { ...sent, request: falseOpening(request, random) };
      return random.chance(0.2) ? [lie, sent] : [lie];
    },
    ...(answers === undefined ? {} : { answers }),
  };
};
