// Proposals and views. A view is entered by timeout, by an invalid proposal, behind
// an honest seat that is further, or with a justified proposal; each way leaves a signed view
// change, and no vote below it is cast any more.
import { invariant } from "../assert.ts";
import { equalBytes } from "../encoding/bytes.ts";
import { joinableView, justificationFor, noteDeparture, quorumFrom } from "./departures.ts";
import { contradictingProposals } from "./equivocation.ts";
import { bindingLock } from "./justification.ts";
import type { Proposal, Value, ViewChange } from "./messages.ts";
import { hasSeat, seatSet } from "./seats.ts";
import { proposalBytes, viewChangeBytes } from "./signed-bytes.ts";
import { isCountable } from "./tally.ts";
import { broadcast, remember, type Turn } from "./turn.ts";
import { accuse } from "./voting.ts";

/** Sign off from all lower views, with the lock, and begin this one. */
export function enterView(turn: Turn, view: number): void {
  const { config, draft } = turn;
  const { lock } = draft.record;
  invariant(view > draft.record.view, "Views only rise", { view });
  const signature = config.sign(config.own, viewChangeBytes(config, view, lock));
  const viewChange: ViewChange = { newView: view, seats: config.own, lock, signature };
  remember(turn, { view, viewChange, proposal: null, prepareVote: null });
  draft.candidate = null;
  draft.mandate = null;
  draft.attended = false;
  draft.tallies = draft.tallies.filter((tally) => isCountable(tally.view, tally.phase, view));
  draft.departures = noteDeparture(draft.departures, viewChange);
  turn.rearmed = true;
  broadcast(turn, { kind: "viewChange", viewChange });
  follow(turn);
}

export function receiveViewChange(turn: Turn, change: ViewChange): void {
  turn.draft.departures = noteDeparture(turn.draft.departures, change);
  follow(turn);
}

/**
 * What the known view changes now permit: to join a higher view, to start its clock, to propose in
 * it.
 */
function follow(turn: Turn): void {
  const { draft } = turn;
  const { view } = draft.record;
  const further = joinableView(draft.departures);
  if (further > view) {
    enterView(turn, further);
    return;
  }
  if (!draft.attended && quorumFrom(draft.departures, view)) {
    // The time for a proposal begins when a quorum waits for it, not when the first seat does.
    draft.attended = true;
    turn.rearmed = true;
  }
  lead(turn);
}

/**
 * as the view's proposer, once a quorum justifies it. A lock among its view changes binds.
 */
export function lead(turn: Turn): void {
  const { config, draft } = turn;
  const { view } = draft.record;
  if (!draft.started || draft.mandate !== null || draft.candidate !== null) return;
  if (!hasSeat(config.own, config.proposerOf(view))) return;
  const mandate = view === 0 ? [] : justificationFor(draft.departures, view);
  if (mandate === null) return;
  draft.mandate = mandate;
  const lock = bindingLock(mandate);
  if (lock === null) turn.outputs.push({ kind: "propose", view });
  else proposeValue(turn, lock.value);
}

/** it is in the record before it leaves, so it stays the only one of this view. */
export function proposeValue(turn: Turn, value: Value): void {
  const { config, draft } = turn;
  const { view } = draft.record;
  const { mandate: justification, candidate } = draft;
  invariant(justification !== null && candidate === null, "One proposal a view, with a mandate");
  const seat = config.proposerOf(view);
  const message = proposalBytes(config, view, value);
  const signature = config.sign(seatSet(config.seats, [seat]), message);
  const proposal: Proposal = { view, value, seat, justification, signature };
  remember(turn, { proposal });
  broadcast(turn, { kind: "proposal", proposal });
  consider(turn, proposal);
}

/** A proposal of others: its justification moves a voter that is behind to its view. */
export function receiveProposal(turn: Turn, proposal: Proposal): void {
  const { draft } = turn;
  if (proposal.view < draft.record.view) return;
  if (draft.record.decided !== null) {
    compare(turn, proposal);
    return;
  }
  for (const change of proposal.justification) {
    draft.departures = noteDeparture(draft.departures, change);
  }
  if (proposal.view > draft.record.view) enterView(turn, proposal.view);
  else follow(turn);
  // Its parts may have shown views beyond it.
  if (proposal.view < draft.record.view) return;
  if (draft.candidate === null) consider(turn, proposal);
  else compare(turn, proposal);
}

function consider(turn: Turn, proposal: Proposal): void {
  const { view, value } = proposal;
  turn.draft.candidate = { value, verdict: "pending", proposal };
  turn.outputs.push({ kind: "check", view, value });
}

/** Only the first proposal of a view is followed; a second value in it is evidence. */
function compare(turn: Turn, proposal: Proposal): void {
  const first = turn.draft.candidate?.proposal ?? null;
  if (first === null || first.view !== proposal.view) return;
  if (equalBytes(first.value, proposal.value)) return;
  const seats = seatSet(turn.config.seats, [proposal.seat]);
  accuse(turn, seats, contradictingProposals(turn.config, first, proposal));
}
