// Leaves each view as if it had locked nothing there, or with an older lock, and proposes against what it locked.
import { sha256 } from "../../protocol/crypto/sha256.ts";
import type { Behaviour } from "./behaviour.ts";
import { messageOf } from "./speech.ts";

export const hidingLocks: Behaviour = ({ speech, memory, random, spread, act }) => ({
  sends(sent) {
    const message = messageOf(sent.request);
    if (sent.request.kind !== "consensus" || message?.kind !== "viewChange") return [sent];
    const { round } = sent.request;
    const { newView, lock } = message.viewChange;
    if (lock === null) return [sent];
    const older = memory.locks.find((one) => one.round === round && one.view < lock.view);
    const viewChange = speech.viewChange(round, newView, older ?? null);
    act();
    return [{ ...sent, request: speech.request(round, { kind: "viewChange", viewChange }) }];
  },
  /** Impatient, so that views end while others are locked; and with those view changes that suit it, another value. */
  turn() {
    const { round } = memory;
    const view = memory.view();
    if (speech.leads(round, view) && view > 0) {
      const chosen = memory.departures(view).filter(({ lock }) => lock === null);
      const value = random.pick([...memory.values.values()])?.value ?? sha256(speech.own);
      const proposal = speech.proposal(round, view, value, chosen);
      spread(speech.request(round, { kind: "proposal", proposal }));
    } else {
      const viewChange = speech.viewChange(round, view + 1, null);
      spread(speech.request(round, { kind: "viewChange", viewChange }));
    }
    act();
  },
});
