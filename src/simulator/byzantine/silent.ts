// Says nothing: from the beginning or from a moment on, to everybody or to some.
import type { PeerId } from "../../actors/peers.ts";
import type { Behaviour } from "./behaviour.ts";

const nameOf = (peer: PeerId): string => JSON.stringify(peer);

/** What a replica follows its shards by. */
const READING: readonly string[] = ["blocks", "decision", "result", "lease"];

export const silent: Behaviour = ({ random, others, memory, act }) => {
  const fromRound = random.chance(0.5) ? 0 : random.between(1, 40);
  const deaf = others.filter(() => random.chance(0.6)).map(({ peer }) => nameOf(peer));
  const toEverybody = random.chance(0.4) || deaf.length === 0;
  const isSilent = (): boolean => memory.round >= fromRound;
  return {
    sends(sent) {
      // It goes on to read: what it asks the shard does nobody any good or harm.
      const isReading = READING.includes(sent.request.kind);
      const isMeant = toEverybody ? !isReading : deaf.includes(nameOf(sent.to));
      if (!isSilent() || !isMeant) return [sent];
      act();
      return [];
    },
    answers(_, answer) {
      if (!isSilent() || !toEverybody) return answer;
      act();
      return null;
    },
  };
};
