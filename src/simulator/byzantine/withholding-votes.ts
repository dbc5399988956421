// Votes to one voter only, keeps certificates to itself, and hands the shard nothing: a single other voter may lock or decide, and the
// rest must get there without it.
import type { Behaviour } from "./behaviour.ts";
import { messageOf } from "./speech.ts";

export const withholdingVotes: Behaviour = ({ others, random, memory, act }) => {
  let round = 0;
  let favourite = "";
  /** Another one each round. */
  const isFavourite = (peer: object): boolean => {
    if (round !== memory.round) {
      round = memory.round;
      favourite = JSON.stringify(random.pick(others)?.peer);
    }
    return JSON.stringify(peer) === favourite;
  };
  const keepsPrepares = random.chance(0.3);
  return {
    sends(sent) {
      const message = messageOf(sent.request);
      const isVote = message?.kind === "vote" && (keepsPrepares || message.vote.phase === "commit");
      const isKept =
        sent.request.kind === "commit" ||
        message?.kind === "certificate" ||
        (isVote && !isFavourite(sent.to));
      if (!isKept) return [sent];
      act();
      return [];
    },
  };
};
