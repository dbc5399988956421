// what was answered Accepted is never lost, ends in one of the four ways, and all that is said of it on the way is what the blocks
// and receipts hold.
import { type Finality, finalisedBy } from "./finality.ts";
import { healedMs, historyOf, latestBlockAt } from "./history.ts";
import type { Checker, Observation, ObservedAnswer, Violation } from "./observation.ts";
import { replayOf } from "./replay.ts";
import { roundAt } from "./timetable.ts";

type StatusAnswer = Extract<ObservedAnswer, { kind: "status" }>;

const INCLUDED = ["COMMITTED", "EXECUTED", "FINAL"];
const LEFT = ["REJECTED", "EXPIRED"];

export const durability: Checker = (observation) => {
  const truth = truthOf(observation);
  return [
    ...lost(observation),
    ...observation.answers.flatMap((answer) =>
      answer.kind === "status" ? [...placeSaid(truth, answer), ...codeSaid(truth, answer)] : [],
    ),
    ...endings(observation),
  ];
};

/** When each id was first heard to be accepted. */
function acceptances({ answers }: Observation): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  for (const { kind, id, atMs } of answers) {
    if (kind === "accepted" && !first.has(id)) first.set(id, atMs);
  }
  return first;
}

function lost(observation: Observation): Violation[] {
  const accepted = acceptances(observation);
  return observation.answers.flatMap((answer) => {
    const since = accepted.get(answer.id);
    return answer.kind === "status" &&
      answer.status === "UNKNOWN" &&
      since !== undefined &&
      answer.askedMs > since
      ? [`R-2.7 transaction ${answer.id}, accepted at ${since} ms, is UNKNOWN at ${answer.atMs} ms`]
      : [];
  });
}

/** What the blocks, the receipts and the MerkleChain hold of a transaction at the end. */
interface Truth {
  readonly round: (id: string) => number | null;
  readonly code: (id: string) => number | null;
  /** By what it is FINAL. */
  readonly finalised: (id: string) => Finality | null;
  /** The latest round of which there was a block at a moment. */
  readonly latestBlockAt: (ms: number) => number;
}

function truthOf(observation: Observation): Truth {
  const { places } = historyOf(observation);
  const codes = new Map(observation.receipts.map(({ id, code }) => [id, code]));
  return {
    round: (id) => places.get(id)?.[0]?.round ?? null,
    code: (id) => codes.get(id) ?? null,
    finalised: finalisedBy(observation),
    latestBlockAt: (ms) => latestBlockAt(observation, ms),
  };
}

function placeSaid(truth: Truth, answer: StatusAnswer): Violation[] {
  const { id, status, round, atMs } = answer;
  const included = truth.round(id);
  const what = `R-2.7 transaction ${id} is ${status} at ${atMs} ms`;
  if (INCLUDED.includes(status)) {
    if (included === null) return [`${what} and in no block`];
    if (round !== included) return [`${what} in round ${round}, its block is of round ${included}`];
    return tooEarly(truth, answer, included);
  }
  if (round !== null) return [`${what} and in round ${round}`];
  // For ever: whether the block came before or after makes no difference.
  return LEFT.includes(status) && included !== null
    ? [`${what} and in a block of round ${included}`]
    : [];
}

/** What was said before it can have been true. */
function tooEarly(truth: Truth, { id, status, atMs }: StatusAnswer, round: number): Violation[] {
  const latest = truth.latestBlockAt(atMs);
  const what = `transaction ${id} of round ${round} is ${status}`;
  if (round > latest) return [`R-3.8 ${what} at ${atMs} ms, the latest block is of ${latest}`];
  if (status !== "FINAL") return [];
  const by = truth.finalised(id);
  if (by === null) return [`R-3.9 ${what}, no notarised header has its state`];
  if (by.round > latest) return [`R-3.9 ${what} at ${atMs} ms, by a header of round ${by.round}`];
  return by.atMs !== null && by.atMs > atMs
    ? [`R-3.9 ${what} at ${atMs} ms, by a header notarised at ${by.atMs} ms`]
    : [];
}

/** what was left out for ever, or for now, has code 0. */
const LEFT_OUT: Readonly<Record<string, readonly (number | null)[]>> = {
  EXPIRED: [0],
  REJECTED: [0, null],
  DROPPED: [0, null],
};

function codeSaid(truth: Truth, { id, status, code, atMs }: StatusAnswer): Violation[] {
  const isExecuted = status === "EXECUTED" || status === "FINAL";
  const right = isExecuted ? truth.code(id) : null;
  const isRight = isExecuted
    ? right !== null && code === right
    : (LEFT_OUT[status] ?? [null]).includes(code);
  return isRight
    ? []
    : [
        `R-6.7 transaction ${id} is ${status} with code ${code} at ${atMs} ms, by its receipt ${right}`,
      ];
}

function endings(observation: Observation): Violation[] {
  const healed = healedMs(observation);
  if (healed === null) return [];
  const truth = truthOf(observation);
  const last = new Map<string, StatusAnswer>();
  for (const answer of observation.answers)
    if (answer.kind === "status") last.set(answer.id, answer);
  return [...acceptances(observation).keys()].flatMap((id) => {
    const answer = last.get(id);
    const status = answer?.status ?? "never asked for";
    // What is said for ever was checked when it was said; anything else has to be asked once more.
    const isOver = status === "FINAL" || LEFT.includes(status);
    if (!isOver && (answer === undefined || answer.askedMs < healed)) {
      return [`R-2.7 nobody asked in the end for transaction ${id}, accepted and ${status}`];
    }
    const included = truth.round(id);
    if (included !== null) {
      return status === "FINAL"
        ? []
        : [`R-2.7 transaction ${id} ends ${status}, in a block of round ${included}`];
    }
    return status === "PENDING" ? waiting(observation, id) : [];
  });
}

/** What may still wait at the end: what no block can take, until its validUntil. */
function waiting(observation: Observation, id: string): Violation[] {
  const transaction = observation.transactions.get(id);
  const round = roundAt(observation, observation.world.endMs);
  if (transaction === undefined) return [`R-2.3 nobody signed the accepted transaction ${id}`];
  const { validUntil } = transaction;
  if (validUntil < round) {
    return [`R-2.7 transaction ${id} ends PENDING in round ${round}, valid until ${validUntil}`];
  }
  return replayOf(observation).ledger.judge(transaction, round) === null
    ? [`R-3.9 transaction ${id} waits at the end, round ${round}, and could be included`]
    : [];
}
