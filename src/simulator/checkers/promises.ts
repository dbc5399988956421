// where nothing goes wrong, what a client was told of a round holds; and where nothing goes wrong any more, nothing that
// could be included expires.
import { healedMs, historyOf, homesOf, push, shardsOf } from "./history.ts";
import type {
  Checker,
  Observation,
  ObservedAnswer,
  ObservedTransaction,
  Violation,
} from "./observation.ts";
import { isStaking } from "./plain-stakes.ts";
import { replayOf } from "./replay.ts";
import { dutyOf, roundAt, roundStartMs } from "./timetable.ts";

export const promises: Checker = (observation) => [
  ...(observation.world.isFaultFree ? broken(observation) : []),
  ...expired(observation),
];

/** Rounds after healing in which what went wrong before may still be felt: pauses between questions that nobody answered. */
const RECOVERY_ROUNDS = 60;

/** the longest that a shard opens no round after rounds that nothing came of. */
const PAUSE_MS_MAX = 60_000;

type Payers = ReadonlyMap<string, readonly { readonly id: string; readonly atMs: number }[]>;

const touched = ({ legs, authorisations, payload }: ObservedTransaction): readonly string[] => {
  const spent =
    payload.kind === "spendFrom" ? legs.map(({ chain }) => `${chain} ${payload.owner}`) : [];
  return [
    ...legs.map(({ chain, payer }) => `${chain} ${payer}`),
    ...authorisations.map(({ chain, owner }) => `${chain} ${owner}`),
    ...spent,
  ];
};

/** By account: what was accepted and sends from it, spends from it or lets others spend. */
function acceptedBy({ answers, transactions }: Observation): Payers {
  const byAccount = new Map<string, { readonly id: string; readonly atMs: number }[]>();
  for (const { kind, id, atMs } of answers) {
    const transaction = transactions.get(id);
    if (kind !== "accepted" || transaction === undefined) continue;
    for (const account of touched(transaction)) push(byAccount, account, { id, atMs });
  }
  return byAccount;
}

type Promised = Extract<ObservedAnswer, { kind: "promise" }>;

function broken(observation: Observation): Violation[] {
  const { answers, transactions } = observation;
  const { places } = historyOf(observation);
  const accepted = new Map<string, number>();
  for (const { kind, id, atMs } of answers) {
    if (kind === "accepted" && !accepted.has(id)) accepted.set(id, atMs);
  }
  const dropped = droppedOf(observation);
  const isOverdue = ({ id, round }: Promised): boolean => {
    const transaction = transactions.get(id);
    const sentMs = accepted.get(id);
    // Sent in its round or later, the words "sent now" are no longer true; nor where a dearer one took its place.
    if (
      transaction === undefined ||
      // What only looks right is promised by whoever does not check it.
      !transaction.isSigned ||
      sentMs === undefined ||
      dropped.has(id) ||
      roundAt(observation, sentMs) >= round
    ) {
      return false;
    }
    return placeIn(observation, id) > round;
  };
  const isExcused = [
    failedRounds(observation),
    newEpoch(observation),
    tooLate(observation),
    overtaken(observation),
    behindTrade(observation),
    behindUnsigned(observation),
  ];
  return answers.flatMap((answer) =>
    answer.kind === "promise" && isOverdue(answer) && !isExcused.some((excuses) => excuses(answer))
      ? [
          `R-3.6 transaction ${answer.id} was promised round ${answer.round} at ${answer.atMs} ms and is in round ${places.get(answer.id)?.[0]?.round ?? "none"}`,
        ]
      : [],
  );
}

/**
 * what its sender signed badly waited before it when the promise was given, nobody had checked it yet, and it is REJECTED and leaves
 * its nonce open.
 */
function behindUnsigned({ answers, transactions }: Observation): Excuse {
  const acceptedMs = new Map<string, number>();
  const rejectedMs = new Map<string, number>();
  for (const answer of answers) {
    if (transactions.get(answer.id)?.isSigned !== false) continue;
    const isRejected = answer.kind === "status" && answer.status === "REJECTED";
    if (answer.kind === "accepted") acceptedMs.set(answer.id, answer.atMs);
    if (isRejected && !rejectedMs.has(answer.id)) rejectedMs.set(answer.id, answer.atMs);
  }
  return ({ id, atMs }) => {
    const legs = transactions.get(id)?.legs ?? [];
    const waited = [...acceptedMs].flatMap(([bad, sinceMs]) => {
      const isWaiting = sinceMs <= atMs && (rejectedMs.get(bad) ?? Infinity) >= atMs;
      return isWaiting ? (transactions.get(bad) ?? []) : [];
    });
    return legs.some(({ chain, payer, nonce }) =>
      waited.some((one) =>
        one.legs.some(
          (leg) => leg.chain === chain && leg.payer === payer && (leg.nonce ?? 0) < (nonce ?? 0),
        ),
      ),
    );
  };
}

/** The round of its block; beyond all for what is in none. */
const placeIn = (observation: Observation, id: string): number =>
  historyOf(observation).places.get(id)?.[0]?.round ?? Number.POSITIVE_INFINITY;

type Excuse = (promised: Promised) => boolean;

/** a promise is about rounds that come about.: one that the clock closed before its time is no excuse. */
function failedRounds(observation: Observation): Excuse {
  const { failed, genesis, transactions, created } = observation;
  const homes = new Map([...genesis.chains, ...created].map((one) => [one.chain, one.shard]));
  const inTime = failed.filter(
    ({ round, atMs, cause }) => cause !== "clock" || atMs >= roundStartMs(observation, round + 2),
  );
  return ({ id, round, atMs }) => {
    const legs = transactions.get(id)?.legs ?? [];
    const shards = new Set(legs.map(({ chain }) => homes.get(chain)));
    return inTime.some((one) => shards.has(one.shard) && one.round <= round && one.atMs >= atMs);
  };
}

/** a new epoch has another timetable. */
function newEpoch(observation: Observation): Excuse {
  return ({ round, atMs }) =>
    observation.epochs.some(
      ({ activationRound }) =>
        activationRound > roundAt(observation, atMs) && activationRound <= round,
    );
}

/** A replacement comes too late if the block that is being made holds what it was to replace. */
function tooLate(observation: Observation): Excuse {
  const { transactions } = observation;
  return ({ id, round }) => {
    const { legs } = transactions.get(id) as ObservedTransaction;
    return [...transactions.values()].some(
      (other) =>
        other.id !== id &&
        placeIn(observation, other.id) < round &&
        other.legs.some((one) =>
          legs.some(
            ({ chain, payer, nonce }) =>
              nonce !== null && one.chain === chain && one.payer === payer && one.nonce === nonce,
          ),
        ),
    );
  };
}

/**
 * What the account's owner sent besides can take the room that was promised; and so can, though it waited before, what another
 * does with the account.
 */
function overtaken(observation: Observation): Excuse {
  const { transactions } = observation;
  const accounts = acceptedBy(observation);
  return ({ id, round, atMs }) => {
    const transaction = transactions.get(id) as ObservedTransaction;
    // Also who takes an offer: the maker's leg has no nonce.
    const isAnothers = (other: string, chain: number, payer: string): boolean =>
      transactions
        .get(other)
        ?.legs.every((leg) => leg.chain !== chain || leg.payer !== payer || leg.nonce === null) ===
      true;
    const comesMeanwhile = (other: string): boolean => {
      const place = placeIn(observation, other);
      return place > roundAt(observation, atMs) && place <= round;
    };
    const others = transaction.legs.flatMap(({ chain, payer }) =>
      (accounts.get(`${chain} ${payer}`) ?? []).filter(
        (other) =>
          other.id !== id &&
          (other.atMs >= atMs || (isAnothers(other.id, chain, payer) && comesMeanwhile(other.id))),
      ),
    );
    // Whether a stake of its own takes anything hangs on what others stake.
    const stakes = (other: string): boolean =>
      isStaking(transactions.get(other)?.payload) && comesMeanwhile(other);
    const own = transaction.legs.flatMap(
      ({ chain, payer }) => accounts.get(`${chain} ${payer}`) ?? [],
    );
    if (own.some((one) => stakes(one.id))) {
      for (const other of transactions.keys()) if (stakes(other)) others.push({ id: other, atMs });
    }
    return others.length > 0 && replayOf(observation).ledger.judge(transaction, round) !== null;
  };
}

/** it comes after all nonces before its own, and what touches two shards is for both of them to take. */
function behindTrade(observation: Observation): Excuse {
  const { transactions } = observation;
  const homes = homesOf(observation);
  const places = new Map<string, ObservedTransaction[]>();
  for (const transaction of transactions.values()) {
    for (const { chain, payer, nonce } of transaction.legs)
      if (nonce !== null) push(places, `${chain} ${payer} ${nonce}`, transaction);
  }
  return ({ id, round }) => {
    const { legs } = transactions.get(id) as ObservedTransaction;
    return legs.some(({ chain, payer, nonce }) =>
      Array.from({ length: nonce ?? 0 }, (_, before) => `${chain} ${payer} ${before}`).some(
        (place) => {
          const rivals = places.get(place) ?? [];
          const isUsed = rivals.some((rival) => placeIn(observation, rival.id) <= round);
          return !isUsed && rivals.some((rival) => shardsOf(homes, rival).length > 1);
        },
      ),
    );
  };
}

/** What somebody heard to have left the mempool: it was replaced, or had to make room. */
const droppedOf = ({ answers }: Observation): ReadonlySet<string> =>
  new Set(
    answers.flatMap((answer) =>
      answer.kind === "status" && answer.status === "DROPPED" ? [answer.id] : [],
    ),
  );

function expired(observation: Observation): Violation[] {
  const { answers, transactions, genesis, world } = observation;
  const healed = healedMs(observation);
  if (healed === null) return [];
  const { ledger } = replayOf(observation);
  const last = new Map<string, string>();
  const accepted = new Map<string, number>();
  const dropped = droppedOf(observation);
  for (const answer of answers) {
    if (answer.kind === "accepted") accepted.set(answer.id, answer.atMs);
    if (answer.kind === "status") last.set(answer.id, answer.status);
  }
  const recovered = world.isFaultFree ? 0 : roundAt(observation, healed) + RECOVERY_ROUNDS;
  // A turn of every pair, and then time enough for rounds that were full or under way.
  const enough = ledger.cycle + genesis.k;
  const homes = homesOf(observation);
  const pauseRounds = PAUSE_MS_MAX / genesis.roundMs;
  const opened = new Set([
    ...observation.failed.flatMap(({ shard, round, cause }) =>
      cause === "late" ? [] : [`${shard} ${round}`],
    ),
    ...[...historyOf(observation).shards].flatMap(([shard, blocks]) =>
      blocks.map(({ round }) => `${shard} ${round}`),
    ),
  ]);
  const had = (shard: number, round: number): boolean => opened.has(`${shard} ${round}`);
  return [...accepted].flatMap(([id, atMs]) => {
    const transaction = transactions.get(id);
    if (transaction === undefined || last.get(id) !== "EXPIRED" || dropped.has(id)) return [];
    const [home = 0, partner = home] = shardsOf(homes, transaction);
    // what touches two shards has its turn when they meet.
    const meet = (round: number): boolean =>
      dutyOf(observation, home, round)?.shards.includes(partner) === true;
    const turns = home === partner ? enough : genesis.k + 1;
    const rounds: number[] = [];
    for (
      let round = Math.max(roundAt(observation, atMs) + 1, recovered);
      round <= transaction.validUntil;
      round++
    ) {
      if (meet(round) && ledger.judge(transaction, round) === null) rounds.push(round);
    }
    const [first = 0] = rounds;
    // one of the two may pause for what failed before, and knows nothing of what the other has; but not in rounds that both had.
    const met = rounds.filter((round) => had(home, round) && had(partner, round));
    const mayPause =
      home !== partner &&
      observation.failed.some(
        ({ shard, round }) =>
          (shard === home || shard === partner) &&
          round > first - pauseRounds &&
          round <= transaction.validUntil,
      );
    const isLong = (rounds.at(-1) ?? 0) - first > pauseRounds;
    return rounds.length < turns || (mayPause && !isLong && met.length < turns)
      ? []
      : [
          `R-2.7 transaction ${id} is EXPIRED and could be included in rounds ${rounds.slice(0, turns).join(" ")}`,
        ];
  });
}
