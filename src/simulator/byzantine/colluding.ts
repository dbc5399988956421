// Faulty voters that stand by each other: what one of them proposes, however bad, all vote for, each alone and all in one vote; and they
// leave views together. They are f seats at most, so it must not be enough.
import { BadProposer } from "./bad-proposer.ts";
import type { Behaviour } from "./behaviour.ts";
import { badBlock } from "./forgeries.ts";
import { messageOf } from "./speech.ts";

export const colluding: Behaviour = (means) => {
  const { plot, speech, memory, random, spread, act } = means;
  const proposer = new BadProposer(means, badBlock);
  const seconded = new Set<string>();

  /** All say so, each to everybody. */
  const second = (round: number, view: number, value: Uint8Array): void => {
    const name = `${round} ${view} ${Buffer.from(value).toString("hex")}`;
    if (seconded.has(name)) return;
    seconded.add(name);
    for (const phase of ["prepare", "commit"] as const) {
      const together = plot.vote(round, phase, view, value);
      if (together !== null) {
        spread(speech.request(round, { kind: "vote", vote: together }));
      }
      for (const ally of plot.members) {
        const vote = ally.speech.vote(round, phase, view, value);
        ally.spread(ally.speech.request(round, { kind: "vote", vote }));
        ally.act();
      }
    }
  };

  return {
    sends(sent) {
      const leaving = proposer.sends(sent);
      for (const { request } of leaving) {
        const message = messageOf(request);
        if (request.kind !== "consensus" || message?.kind !== "proposal") continue;
        second(request.round, message.proposal.view, message.proposal.value);
      }
      return leaving;
    },
    answers: (request, answer) => proposer.answers(request, answer),
    turn() {
      if (!random.chance(0.3)) return;
      // Together out of the view, with nothing locked.
      const newView = memory.view() + 1;
      for (const ally of plot.members) {
        const viewChange = ally.speech.viewChange(memory.round, newView, null);
        ally.spread(ally.speech.request(memory.round, { kind: "viewChange", viewChange }));
      }
      act();
    },
  };
};
