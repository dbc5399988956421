// what leaves the mempool had a reason to: REJECTED is what no block can ever take, by the blocks that there were when it was
// said, EXPIRED what is past its time, and DROPPED what another took the place of, or what a full mempool had no room for.
import { homesOf, latestBlockAt, latestRoundAt, push, shardsOf } from "./history.ts";
import type {
  Checker,
  Observation,
  ObservedAnswer,
  ObservedLeg,
  ObservedTransaction,
  Violation,
} from "./observation.ts";
import type { PlainLedger } from "./plain-ledger.ts";
import { offerIn } from "./plain-trade.ts";
import { replayOf } from "./replay.ts";
import { roundAt } from "./timetable.ts";

type StatusAnswer = Extract<ObservedAnswer, { kind: "status" }>;

export const departures: Checker = (observation) => {
  const seen = new Set<string>();
  const rivals = rivalsOf(observation);
  return observation.answers.flatMap((answer) => {
    const transaction = observation.transactions.get(answer.id);
    if (answer.kind !== "status" || transaction === undefined) return [];
    // What is said for ever is said again and again: the first time is the one that counts.
    const name = `${answer.id} ${answer.status}`;
    if (seen.has(name)) return [];
    seen.add(name);
    switch (answer.status) {
      case "EXPIRED":
        return expired(observation, transaction, answer);
      case "REJECTED":
        return rejected(observation, transaction, answer);
      case "DROPPED":
        return mayBeDropped(observation, transaction) ? [] : dropped(transaction, answer, rivals);
      default:
        return [];
    }
  });
};

/** A small mempool makes room; and what one of two shards refuses, the other lets go. */
function mayBeDropped(observation: Observation, transaction: ObservedTransaction): boolean {
  const { answers, world } = observation;
  if (world.mempoolMax !== null) return true;
  if (shardsOf(homesOf(observation), transaction).length < 2) return false;
  return answers.some((answer) => answer.kind === "refused" && answer.id === transaction.id);
}

/** By payer's nonce: the transactions that ever came in, and those of two shards, one of which can have taken it for a while. */
type Rivals = ReadonlyMap<string, readonly string[]>;

function rivalsOf(observation: Observation): Rivals {
  const { transactions, answers } = observation;
  const homes = homesOf(observation);
  const admitted = new Set(
    answers.flatMap((answer) =>
      answer.kind === "accepted" || (answer.kind === "status" && answer.status !== "UNKNOWN")
        ? [answer.id]
        : [],
    ),
  );
  const rivals = new Map<string, string[]>();
  for (const transaction of transactions.values()) {
    const { id, legs } = transaction;
    const shards = shardsOf(homes, transaction);
    // Also with a false signature, by a faulty gateway.
    const mayBeTaken = shards.length > 1 && shards.every((one) => one >= 0);
    if (!admitted.has(id) && !mayBeTaken) continue;
    for (const leg of legs) if (leg.nonce !== null) push(rivals, placeOf(leg), id);
  }
  return rivals;
}

const placeOf = ({ chain, payer, nonce }: ObservedLeg): string => `${chain} ${payer} ${nonce}`;

function dropped(
  { id, legs }: ObservedTransaction,
  { atMs }: StatusAnswer,
  rivals: Rivals,
): Violation[] {
  const hasRival = legs.some((leg) => rivals.get(placeOf(leg))?.some((other) => other !== id));
  return hasRival
    ? []
    : [
        `R-2.7 transaction ${id} is DROPPED at ${atMs} ms, no other has its nonce, nor was there no room`,
      ];
}

function expired(
  observation: Observation,
  { id, validUntil }: ObservedTransaction,
  answer: StatusAnswer,
): Violation[] {
  // A shard's own clock decides.
  if (latestRoundAt(observation, answer.atMs) > validUntil) return [];
  const round = roundAt(observation, answer.atMs);
  return [
    `R-2.7 transaction ${id} is EXPIRED at ${answer.atMs} ms in round ${round}, valid until ${validUntil}`,
  ];
}

function rejected(
  observation: Observation,
  transaction: ObservedTransaction,
  answer: StatusAnswer,
): Violation[] {
  const { ledger } = replayOf(observation);
  const round = latestBlockAt(observation, answer.atMs);
  if (!transaction.isSigned || isOvertaken(ledger, transaction, round)) return [];
  const verdict = ledger.judge(transaction, Math.min(round, transaction.validUntil));
  return [
    `R-2.7 transaction ${transaction.id} is REJECTED at ${answer.atMs} ms and may still be included (${verdict})`,
  ];
}

/** nonces only grow, those of accounts and those of authorisations; used offers stay so until they end. */
const isOvertaken = (
  { chains }: PlainLedger,
  transaction: ObservedTransaction,
  round: number,
): boolean => {
  const { legs, authorisations, validUntil } = transaction;
  const offer = offerIn(transaction);
  const used =
    offer === null ? undefined : chains.get(offer.chain)?.usedOffers(offer.maker, 0, round);
  return (
    (used?.get(offer?.number ?? -1n) ?? -1) >= validUntil ||
    legs.some(
      ({ chain, payer, nonce }) =>
        nonce !== null && nonce < (chains.get(chain)?.sentUntil(payer, round) ?? 0),
    ) ||
    authorisations.some(
      ({ chain, owner, nonce }) =>
        nonce < (chains.get(chain)?.account(owner, round).authorisationNonce ?? 0),
    )
  );
};
