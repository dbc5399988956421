// Proposes without the block, or with it for some only, and does not give it to who asks: each voter must find it elsewhere or leave
// the view.
import type { Behaviour } from "./behaviour.ts";
import { messageOf } from "./speech.ts";

export const withholdingBlocks: Behaviour = ({ random, act }) => {
  const given = random.pick([0, 0.3, 0.6]);
  return {
    sends(sent) {
      const { request } = sent;
      if (request.kind !== "consensus" || request.block === null) return [sent];
      if (messageOf(request)?.kind !== "proposal" || random.chance(given)) return [sent];
      act();
      return [{ ...sent, request: { ...request, block: null } }];
    },
    answers(request, answer) {
      if (request.kind !== "proposedBlock" || answer.kind !== "proposedBlock") return answer;
      if (answer.block === null || random.chance(given)) return answer;
      act();
      return random.chance(0.5) ? null : { ...answer, block: null };
    },
  };
};
