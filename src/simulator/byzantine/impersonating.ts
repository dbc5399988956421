// Says in the name of others what they never said: that they vote as it does, so that a quorum seems to be there, or for something
// else, so that their own votes come too late; and that they left the view.
import { sha256 } from "../../protocol/crypto/sha256.ts";
import type { Behaviour } from "./behaviour.ts";
import { messageOf } from "./speech.ts";

export const impersonating: Behaviour = (means) => {
  const { others, speech, memory, random, send, spread, act } = means;
  return {
    sends(sent) {
      const message = messageOf(sent.request);
      if (sent.request.kind !== "consensus" || message?.kind !== "vote") return [sent];
      const { round } = sent.request;
      const { phase, view, value } = message.vote;
      const said = random.chance(0.5) ? value : sha256(value);
      for (const { peer, seats } of others) {
        if (peer === sent.to) continue;
        const vote = { ...speech.vote(round, phase, view, said), seats };
        send({ to: sent.to, request: speech.request(round, { kind: "vote", vote }) });
        act();
      }
      return [sent];
    },
    turn() {
      const victim = random.pick(others);
      if (victim === undefined) return;
      const own = speech.viewChange(memory.round, memory.view() + random.between(1, 3), null);
      const viewChange = { ...own, seats: victim.seats };
      spread(speech.request(memory.round, { kind: "viewChange", viewChange }));
      act();
    },
  };
};
