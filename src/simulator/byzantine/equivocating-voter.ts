// Votes for two values in one view and phase: one to some voters, another to others, both to a few.

import { sha256 } from "../../protocol/crypto/sha256.ts";
import { equalBytes } from "../../protocol/encoding/bytes.ts";
import type { Behaviour } from "./behaviour.ts";
import { messageOf } from "./speech.ts";

export const equivocatingVoter: Behaviour = ({ speech, memory, random, spread, act }) => {
  const otherThan = (value: Uint8Array): Uint8Array => {
    const known = [...memory.values.values()].filter((one) => !equalBytes(one.value, value));
    return random.pick(known)?.value ?? sha256(value);
  };
  return {
    sends(sent) {
      const message = messageOf(sent.request);
      if (sent.request.kind !== "consensus" || message?.kind !== "vote") return [sent];
      const { round } = sent.request;
      const { phase, view, value } = message.vote;
      const draw = random.unit();
      if (draw < 0.3) return [sent];
      const vote = speech.vote(round, phase, view, otherThan(value));
      const second = { ...sent, request: speech.request(round, { kind: "vote", vote }) };
      act();
      if (draw < 0.6) return [second];
      return random.chance(0.5) ? [sent, second] : [second, sent];
    },
    /** Commit votes for whatever was proposed, with nothing prepared. */
    turn() {
      const { round } = memory;
      const view = memory.view();
      for (const { value } of memory.values.values()) {
        const vote = speech.vote(round, "commit", view, value);
        spread(speech.request(round, { kind: "vote", vote }));
        act();
      }
    },
  };
};
