// Says everything, but as late as it can: so that it arrives just before or just after the view times out.
import { TIMEOUT_MS_BASE } from "../../protocol/consensus/state.ts";
import type { Behaviour } from "./behaviour.ts";
import { viewOf } from "./memory.ts";
import { messageOf } from "./speech.ts";

const DOUBLINGS_MAX = 6;

export const delaying: Behaviour = ({ random, act }) => {
  const patience = random.pick([0.4, 0.8, 0.95, 1.05]);
  return {
    sends(sent) {
      const message = messageOf(sent.request);
      if (message === undefined) return [sent];
      const timeoutMs = TIMEOUT_MS_BASE * 2 ** Math.min(viewOf(message), DOUBLINGS_MAX);
      act();
      return [{ ...sent, delayMs: Math.floor(timeoutMs * patience) }];
    },
  };
};
