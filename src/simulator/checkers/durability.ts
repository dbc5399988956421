// what was answered Accepted is never lost, ends in one of the four ways, and all that is said of it on the way is what the blocks
// and receipts hold.
import { finalAtEnd } from "./finality.ts";
import { healedMs, historyOf, roundAt } from "./history.ts";
import type { Checker, Observation, ObservedAnswer, Violation } from "./observation.ts";
import { replayOf } from "./replay.ts";

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
    ...left(observation),
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
  readonly isFinal: (id: string) => boolean;
}

function truthOf(observation: Observation): Truth {
  const { places } = historyOf(observation);
  const codes = new Map(observation.receipts.map(({ id, code }) => [id, code]));
  return {
    round: (id) => places.get(id)?.[0]?.round ?? null,
    code: (id) => codes.get(id) ?? null,
    isFinal: finalAtEnd(observation),
  };
}

function placeSaid(truth: Truth, { id, status, round, atMs }: StatusAnswer): Violation[] {
  const included = truth.round(id);
  const what = `R-2.7 transaction ${id} is ${status} at ${atMs} ms`;
  if (INCLUDED.includes(status)) {
    if (included === null) return [`${what} and in no block`];
    if (round !== included) return [`${what} in round ${round}, its block is of round ${included}`];
    if (status === "FINAL" && !truth.isFinal(id)) {
      return [
        `R-3.9 transaction ${id} of round ${round} is FINAL, no notarised header has its state`,
      ];
    }
    return [];
  }
  if (round !== null) return [`${what} and in round ${round}`];
  // For ever: whether the block came before or after makes no difference.
  return LEFT.includes(status) && included !== null
    ? [`${what} and in a block of round ${included}`]
    : [];
}

function codeSaid(truth: Truth, { id, status, code, atMs }: StatusAnswer): Violation[] {
  const isExecuted = status === "EXECUTED" || status === "FINAL";
  const right = isExecuted ? truth.code(id) : null;
  // what was left out has code 0, and before execution there is none.
  const isRight = isExecuted ? right !== null && code === right : code === null || code === 0;
  return isRight
    ? []
    : [
        `R-6.7 transaction ${id} is ${status} with code ${code} at ${atMs} ms, by its receipt ${right}`,
      ];
}

/** What was given up for ever has to be past its time or never valid. */
function left(observation: Observation): Violation[] {
  const { answers, transactions, world } = observation;
  const { ledger } = replayOf(observation);
  const violations: Violation[] = [];
  const judged = new Set<string>();
  for (const answer of answers) {
    const transaction = transactions.get(answer.id);
    if (answer.kind !== "status" || transaction === undefined) continue;
    const { id, status, atMs } = answer;
    const round = roundAt(observation, atMs);
    const { validUntil } = transaction;
    // A shard's own clock decides: only where all clocks are right does ours tell.
    if (status === "EXPIRED" && world.isFaultFree && round <= validUntil) {
      violations.push(
        `R-2.7 transaction ${id} is EXPIRED at ${atMs} ms in round ${round}, valid until ${validUntil}`,
      );
    }
    if (status !== "REJECTED" || !transaction.isSigned || judged.has(id)) continue;
    judged.add(id);
    const verdict = ledger.judge(
      transaction,
      Math.min(validUntil, roundAt(observation, world.endMs)),
    );
    if (verdict === null || verdict.startsWith("R-6.4")) {
      violations.push(
        `R-2.7 transaction ${id} is REJECTED at ${atMs} ms and may still be included (${verdict})`,
      );
    }
  }
  return violations;
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
