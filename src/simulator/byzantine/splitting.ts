// Proposes to just as many as can lock, votes for it in the first phase to them alone and in the second to nobody, so that it might be
// decided and nobody knows; then leaves the view as if nothing were locked, and proposes another block where it can.
import { jointBlockCodec } from "../../protocol/blocks/shard-block.ts";
import { quorum } from "../../protocol/consensus/quorum.ts";
import { countSeats } from "../../protocol/consensus/seats.ts";
import type { Behaviour, Means } from "./behaviour.ts";
import { blockValue } from "./forged-block.ts";
import { withoutLast } from "./smaller-block.ts";
import { messageOf } from "./speech.ts";

const nameOf = (peer: object): string => JSON.stringify(peer);

/** With them its own seats are a quorum. */
function confidants({ others, random, speech }: Means): ReadonlySet<string> {
  const chosen = new Set<string>();
  let seats = countSeats(speech.own);
  for (const { peer, seats: held } of random.shuffle(others)) {
    if (seats >= quorum(speech.seats)) break;
    seats += countSeats(held);
    chosen.add(nameOf(peer));
  }
  return chosen;
}

export const splitting: Behaviour = (means) => {
  const { memory, speech, random, spread, act } = means;
  const chosen = new Map<string, ReadonlySet<string>>();
  const inView = (round: number, view: number): ReadonlySet<string> => {
    const place = `${round} ${view}`;
    const known = chosen.get(place) ?? confidants(means);
    chosen.set(place, known);
    return known;
  };

  /** Another block than any of this round, with view changes that suit it, or with those that bind it to something else. */
  const proposeAnother = (view: number): void => {
    const { round } = memory;
    const good = [...memory.values.values()].find(({ block }) => block !== null)?.block ?? null;
    const block = good === null ? null : withoutLast(good, means);
    if (block === null) return;
    const known = memory.departures(view);
    const free = known.filter(({ lock }) => lock === null);
    const justification = random.pick([known, free, free.slice(0, 1)]);
    const proposal = speech.proposal(round, view, blockValue(block), justification);
    spread(speech.request(round, { kind: "proposal", proposal }, jointBlockCodec.encode(block)));
    act();
  };

  return {
    sends(sent) {
      const message = messageOf(sent.request);
      if (sent.request.kind !== "consensus" || message === undefined) return [sent];
      const { round } = sent.request;
      if (message.kind === "viewChange") {
        const { newView, lock } = message.viewChange;
        if (lock === null) return [sent];
        act();
        const viewChange = speech.viewChange(round, newView, null);
        return [{ ...sent, request: speech.request(round, { kind: "viewChange", viewChange }) }];
      }
      const view = message.kind === "proposal" ? message.proposal.view : viewOfVote(message);
      if (view === null || !speech.leads(round, view)) return [sent];
      const isConfided = inView(round, view).has(nameOf(sent.to));
      const isCommit = message.kind === "vote" && message.vote.phase === "commit";
      if (isConfided && !isCommit) return [sent];
      act();
      return [];
    },
    turn() {
      // Views that begin while it looks on; a proposal too early is heard of no more.
      for (const view of [1, 2, 3, 4]) {
        const isBegun = memory.departures(view).length > 0;
        if (isBegun && speech.leads(memory.round, view)) proposeAnother(view);
      }
    },
  };
};

function viewOfVote(message: NonNullable<ReturnType<typeof messageOf>>): number | null {
  return message.kind === "vote" ? message.vote.view : null;
}
