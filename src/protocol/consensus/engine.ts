// pBFT for one (epoch, set, round) as a pure state machine of one voter (R-4.1 .. ): no clock,
// I/O or randomness.
//
// Steps: the proposer of a view proposes a value; voters whose replica finds it valid send prepare
// votes; a quorum of them is a lock, and its holder sends a commit vote; a quorum of those decides.
// A view that does not decide in its time is left by view changes, which carry locks; a quorum of
// them justifies the next proposal (justification.ts).
//
// Deviations from Castro and Liskov: votes aggregate, and a voter may hold several seats;
// checkpoints and water marks are missing, because an instance decides one value; a view change
// carries the newest lock only, which binds the value; the justified proposal is the new-view
// message; and a voter leaves a view by timeout only when a quorum is known to be in it or beyond,
// so that a partitioned voter cannot run ahead.
import { assertNever } from "../assert.ts";
import { equalBytes } from "../encoding/bytes.ts";
import { noDepartures, noteDeparture } from "./departures.ts";
import type { Certificate } from "./messages.ts";
import { type ConsensusRecord, EMPTY_RECORD } from "./record.ts";
import { countSeats, noSeats, withoutSeats } from "./seats.ts";
import type {
  Candidate,
  ConsensusConfig,
  ConsensusInput,
  ConsensusState,
  ConsensusStep,
} from "./state.ts";
import { countVote, type Tally } from "./tally.ts";
import { type Arm, broadcast, type Turn, takeTurn } from "./turn.ts";
import { enterView, lead, proposeValue, receiveProposal, receiveViewChange } from "./views.ts";
import { castPrepare, decide, receiveVote } from "./voting.ts";

/**
 * Every input may be repeated: a repetition changes nothing, at most it says again what was said.
 */
export function step(
  config: ConsensusConfig,
  state: ConsensusState,
  input: ConsensusInput,
): ConsensusStep {
  return takeTurn(config, state, (turn) => handle(turn, input));
}

function handle(turn: Turn, input: ConsensusInput): void {
  switch (input.kind) {
    case "start":
      onStart(turn, input);
      break;
    case "proposed":
      onProposed(turn, input);
      break;
    case "checked":
      onChecked(turn, input);
      break;
    case "timeout":
      onTimeout(turn, input);
      break;
    case "proposal":
      receiveProposal(turn, input.proposal);
      break;
    case "vote":
      receiveVote(turn, input.vote);
      break;
    case "viewChange":
      onViewChange(turn, input);
      break;
    case "certificate":
      onCertificate(turn, input);
      break;
    default:
      assertNever(input);
  }
}

export function initialState(config: ConsensusConfig): ConsensusState {
  return restoredState(config, EMPTY_RECORD);
}

/**
 * A voter after a crash: all that it may have said, nothing that it heard. `start` sets it
 * going.
 */
export function restoredState(config: ConsensusConfig, record: ConsensusRecord): ConsensusState {
  const { view, viewChange, prepareVote, commitVote } = record;
  let departures = noDepartures(config.seats);
  if (viewChange !== null) departures = noteDeparture(departures, viewChange);
  let tallies: readonly Tally[] = [];
  for (const vote of [prepareVote, commitVote]) {
    if (vote !== null) tallies = countVote(tallies, vote).tallies;
  }
  return {
    record,
    started: false,
    candidate: restoredCandidate(record),
    mandate: null,
    attended: view === 0,
    departures,
    tallies,
    certificate: record.decided,
    accused: noSeats(config.seats),
  };
}

function restoredCandidate({ proposal, prepareVote }: ConsensusRecord): Candidate | null {
  // A prepare vote in the record says that the replica found its value valid.
  if (prepareVote !== null) return { value: prepareVote.value, verdict: "valid", proposal };
  if (proposal === null) return null;
  return { value: proposal.value, verdict: "pending", proposal };
}

/** The decision with every signer known so far, or null. */
export const decidedCertificate = (state: ConsensusState): Certificate | null => state.certificate;

const onStart: Arm<"start"> = (turn) => {
  const { draft } = turn;
  if (draft.started) return;
  draft.started = true;
  const { record, candidate } = draft;
  if (record.decided !== null) {
    turn.outputs.push({ kind: "decided", certificate: record.decided });
    return;
  }
  repeat(turn);
  if (candidate?.verdict === "pending") {
    turn.outputs.push({ kind: "check", view: record.view, value: candidate.value });
  }
  turn.rearmed = true;
  lead(turn);
};

const onProposed: Arm<"proposed"> = (turn, { view, value }) => {
  const { record, mandate, candidate } = turn.draft;
  if (record.decided !== null || view !== record.view) return;
  if (mandate === null || candidate !== null) return;
  proposeValue(turn, value);
};

const onChecked: Arm<"checked"> = (turn, { view, value, valid }) => {
  const { record, candidate } = turn.draft;
  if (record.decided !== null || view !== record.view) return;
  if (candidate?.verdict !== "pending" || !equalBytes(candidate.value, value)) return;
  turn.draft.candidate = { ...candidate, verdict: valid ? "valid" : "invalid" };
  if (valid) castPrepare(turn);
  else enterView(turn, view + 1);
};

const onTimeout: Arm<"timeout"> = (turn, { view }) => {
  const { draft } = turn;
  if (!draft.started || draft.record.decided !== null || view !== draft.record.view) return;
  turn.rearmed = true;
  // What may have been lost is said again; of a view that is left only the commit vote still
  // counts.
  const { commitVote } = draft.record;
  if (!draft.attended) repeat(turn);
  else if (commitVote !== null) broadcast(turn, { kind: "vote", vote: commitVote });
  if (draft.attended) enterView(turn, view + 1);
};

const onViewChange: Arm<"viewChange"> = (turn, { viewChange }) => {
  const { config, draft } = turn;
  if (draft.certificate === null) {
    receiveViewChange(turn, viewChange);
    return;
  }
  // Who changes views has missed the decision.
  const to = withoutSeats(viewChange.seats, config.own);
  if (countSeats(to) === 0) return;
  const message = { kind: "certificate", certificate: draft.certificate } as const;
  turn.outputs.push({ kind: "send", to, message });
};

const onCertificate: Arm<"certificate"> = (turn, { certificate }) => {
  if (turn.draft.record.decided !== null || certificate.phase !== "commit") return;
  decide(turn, certificate);
};

/** Everything in the record that others may still need. */
function repeat(turn: Turn): void {
  const { viewChange, proposal, prepareVote, commitVote } = turn.draft.record;
  if (viewChange !== null) broadcast(turn, { kind: "viewChange", viewChange });
  if (proposal !== null) broadcast(turn, { kind: "proposal", proposal });
  if (prepareVote !== null) broadcast(turn, { kind: "vote", vote: prepareVote });
  if (commitVote !== null) broadcast(turn, { kind: "vote", vote: commitVote });
}
