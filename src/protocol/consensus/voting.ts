// Prepare, lock, commit, decide. Own votes are counted like those of others,
// at once.
import { invariant } from "../assert.ts";
import { equalBytes } from "../encoding/bytes.ts";
import { contradictingVotes, type Equivocation } from "./equivocation.ts";
import type { Certificate, Phase, Value, Vote } from "./messages.ts";
import { quorum } from "./quorum.ts";
import { countSeats, disjointSeats, type SeatSet, unionSeats, withoutSeats } from "./seats.ts";
import { voteBytes } from "./signed-bytes.ts";
import { certify, countVote, isCountable, quorumVotes, seatsInBoth, tallyOf } from "./tally.ts";
import { broadcast, remember, type Turn } from "./turn.ts";

/** only for the candidate that the own replica found valid: once a view. */
export function castPrepare(turn: Turn): void {
  const { candidate, record } = turn.draft;
  invariant(candidate?.verdict === "valid", "A prepare vote needs a checked value");
  invariant(record.prepareVote === null, "A seat votes once in a view and phase");
  const prepareVote = signVote(turn, "prepare", candidate.value);
  remember(turn, { prepareVote });
  broadcast(turn, { kind: "vote", vote: prepareVote });
  countOwn(turn, prepareVote);
}

/** the lock and the vote go into one record, which is durable before the vote leaves. */
function castCommit(turn: Turn, lock: Certificate): void {
  const { commitVote: before, view } = turn.draft.record;
  invariant(lock.view === view, "Only a prepared value of the current view is committed");
  invariant(before === null || before.view < view, "A seat votes once in a view and phase");
  const commitVote = signVote(turn, "commit", lock.value);
  remember(turn, { lock, commitVote });
  broadcast(turn, { kind: "vote", vote: commitVote });
  countOwn(turn, commitVote);
}

function signVote({ config, draft }: Turn, phase: Phase, value: Value): Vote {
  const { view } = draft.record;
  const signature = config.sign(config.own, voteBytes(config, phase, view, value));
  return { phase, view, value, seats: config.own, signature };
}

function countOwn(turn: Turn, vote: Vote): void {
  turn.draft.tallies = countVote(turn.draft.tallies, vote).tallies;
  progress(turn, vote);
}

/**
 * a vote of others. After the decision it can still prove a contradiction or add a signer.
 */
export function receiveVote(turn: Turn, vote: Vote): void {
  const { record, tallies } = turn.draft;
  if (!isCountable(vote.view, vote.phase, record.view)) return;
  const counted = countVote(tallies, vote);
  turn.draft.tallies = counted.tallies;
  for (const contradicted of counted.contradicted) {
    const evidence = contradictingVotes(turn.config, contradicted, vote);
    accuse(turn, seatsInBoth(contradicted, vote), evidence);
  }
  if (record.decided === null) progress(turn, vote);
  else addSigner(turn, vote);
}

/** What the votes permit now that this one is counted. */
function progress(turn: Turn, counted: Vote): void {
  if (counted.phase === "prepare") lockIfPrepared(turn);
  else decideIfCommitted(turn, counted);
}

function lockIfPrepared(turn: Turn): void {
  const { config, draft } = turn;
  const { candidate, record, tallies } = draft;
  if (candidate?.verdict !== "valid" || record.commitVote?.view === record.view) return;
  const tally = tallyOf(tallies, record.view, "prepare");
  const votes = quorumVotes(tally, candidate.value, quorum(config.seats));
  if (votes !== null) castCommit(turn, certificateOf(turn, votes));
}

/**
 * In whatever view: a quorum's commit votes decide, also if this voter has left that view or not
 * reached it.
 */
function decideIfCommitted(turn: Turn, { view, value }: Vote): void {
  const tally = tallyOf(turn.draft.tallies, view, "commit");
  const votes = quorumVotes(tally, value, quorum(turn.config.seats));
  if (votes !== null) decide(turn, certificateOf(turn, votes));
}

function certificateOf({ config }: Turn, votes: readonly Vote[]): Certificate {
  const [first, ...others] = votes;
  invariant(first !== undefined, "A quorum has votes");
  return certify(config, config.seats, [first, ...others], config.aggregate);
}

/**
 * From own counting, or from a certificate that a peer sent: both stand for a quorum's commit
 * votes.
 */
export function decide(turn: Turn, certificate: Certificate): void {
  const { record } = turn.draft;
  invariant(certificate.phase === "commit", "Only commit votes decide");
  invariant(record.decided === null, "An instance is decided once");
  remember(turn, { decided: certificate });
  turn.draft.certificate = certificate;
  turn.outputs.push({ kind: "decided", certificate });
  // Kept beyond the decision, they may add signers.
  for (const tally of turn.draft.tallies) for (const vote of tally.votes) addSigner(turn, vote);
}

/** commit votes that come after the decision still count for their signers. */
function addSigner({ config, draft }: Turn, vote: Vote): void {
  const { certificate } = draft;
  if (certificate === null || vote.phase !== "commit" || vote.view !== certificate.view) return;
  if (!equalBytes(vote.value, certificate.value)) return;
  if (!disjointSeats(vote.seats, certificate.seats)) return;
  draft.certificate = {
    ...certificate,
    seats: unionSeats(certificate.seats, vote.seats),
    signature: config.aggregate([certificate.signature, vote.signature]),
  };
}

/** evidence against seats that were not accused before. */
export function accuse(turn: Turn, seats: SeatSet, evidence: Equivocation): void {
  const { accused } = turn.draft;
  if (countSeats(withoutSeats(seats, accused)) === 0) return;
  turn.draft.accused = unionSeats(accused, seats);
  turn.outputs.push({ kind: "equivocation", evidence });
}
