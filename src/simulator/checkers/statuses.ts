// statuses never go backwards. An answer counts as later only if its question was sent after the other was heard.
import { push } from "./history.ts";
import type { Checker, ObservedAnswer, Violation } from "./observation.ts";

const STATUSES = [
  "UNKNOWN",
  "PENDING",
  "COMMITTED",
  "EXECUTED",
  "FINAL",
  "REJECTED",
  "DROPPED",
  "EXPIRED",
];

/** What can be said after a status; of those that are not named, anything. */
const AFTER: Readonly<Record<string, readonly string[]>> = {
  PENDING: STATUSES.filter((status) => status !== "UNKNOWN"),
  COMMITTED: ["COMMITTED", "EXECUTED", "FINAL"],
  EXECUTED: ["EXECUTED", "FINAL"],
  FINAL: ["FINAL"],
  REJECTED: ["REJECTED"],
  // It may come back until its validUntil.
  DROPPED: STATUSES.filter((status) => status !== "UNKNOWN"),
  EXPIRED: ["EXPIRED"],
};

type StatusAnswer = Extract<ObservedAnswer, { kind: "status" }>;

export const statuses: Checker = ({ answers, transactions }) => {
  const byId = new Map<string, StatusAnswer[]>();
  for (const answer of answers) if (answer.kind === "status") push(byId, answer.id, answer);
  return [...byId].flatMap(([id, heard]) =>
    backwards(heard, transactions.get(id)?.isSigned ?? true),
  );
};

/** of a copy whose signatures do not hold, another with right ones may come, and be the same transaction. */
function backwards(heard: readonly StatusAnswer[], isSigned: boolean): Violation[] {
  const violations: Violation[] = [];
  const before = new Map<string, StatusAnswer>();
  let next = 0;
  for (const answer of [...heard].sort((a, b) => a.askedMs - b.askedMs)) {
    const { id, status, askedMs, atMs } = answer;
    if (!STATUSES.includes(status)) violations.push(`R-2.7 transaction ${id} is ${status}`);
    for (
      let known = heard[next];
      known !== undefined && known.atMs < askedMs;
      known = heard[next]
    ) {
      if (!before.has(known.status)) before.set(known.status, known);
      next += 1;
    }
    for (const known of before.values()) {
      if (AFTER[known.status]?.includes(status) ?? true) continue;
      if (known.status === "REJECTED" && status !== "UNKNOWN" && !isSigned) continue;
      violations.push(
        `R-2.7 transaction ${id} is ${known.status} at ${known.atMs} ms and then ${status} at ${atMs} ms`,
      );
    }
  }
  return violations;
}
