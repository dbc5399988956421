// where nothing goes wrong, nobody is awake without work: shards only while something waits there, is sent there or has to be
// carried on, sets only for one of their shards, or on T0's duty for the MerkleChain.
import { historyOf } from "./history.ts";
import type { Checker, Observation } from "./observation.ts";
import { roundAt } from "./timetable.ts";

type Span = readonly [from: number, to: number];

// Until everybody has followed a block, and the MerkleChain has it.
const FOLLOWED_ROUNDS = 2;
// Until the MerkleChain's block with a header is made: at the end of the round behind it, in the next one if that is lost.
const NOTARISED_ROUNDS = 3;
/** T0. */
const ROOT_CHAIN = 0;

export const waking: Checker = (observation) => {
  if (!observation.world.isFaultFree) return [];
  const busy = new Map(
    observation.genesis.shards.map((shard) => [shard, spansOf(observation, shard)]),
  );
  const isBusy = (shard: number, round: number): boolean =>
    busy.get(shard)?.some(([from, to]) => from <= round && round <= to) ?? false;
  const { genesis } = observation;
  const root = genesis.chains.find(({ chain }) => chain === ROOT_CHAIN)?.shard;
  const headers = [...historyOf(observation).shards.values()].flat().map(({ round }) => round);
  const isNotarising = (round: number): boolean =>
    headers.some(
      (header) =>
        header <= round && round <= header + NOTARISED_ROUNDS + genesis.k + FOLLOWED_ROUNDS,
    );
  // an epoch takes a block that announces it and one that activates it, with headers in them or not.
  const changes = observation.epochs.map(({ decidedMs }) => roundAt(observation, decidedMs ?? 0));
  const isChanging = (round: number): boolean =>
    changes.some(
      (change) =>
        change - 2 * NOTARISED_ROUNDS <= round && round <= change + genesis.k + FOLLOWED_ROUNDS,
    );
  // A set, not T0's shard: that wakes for its own.
  const isOnRootDuty = (actor: string, shards: readonly number[]): boolean =>
    actor.startsWith("set ") && shards.some((shard) => shard === root);
  return observation.awake.flatMap(({ actor, shards, rounds }) =>
    rounds
      .filter((round) => !shards.some((shard) => isBusy(shard, round)))
      .filter(
        (round) => !isOnRootDuty(actor, shards) || !(isNotarising(round) || isChanging(round)),
      )
      .map(
        (round) =>
          `R-3.9 ${actor} is awake in round ${round}, shards ${shards.join(" and ")} have no work`,
      ),
  );
};

/** The rounds in which there is something to do for a shard. */
function spansOf(observation: Observation, shard: number): Span[] {
  const { genesis, created, transactions, answers } = observation;
  const { shards, places } = historyOf(observation);
  const homes = new Map([...genesis.chains, ...created].map((one) => [one.chain, one.shard]));
  const spans: Span[] = (shards.get(shard) ?? []).map(({ round }) => [
    round,
    round + genesis.k + FOLLOWED_ROUNDS,
  ]);
  // every shard is told of a new epoch.
  for (const { decidedMs } of observation.epochs) {
    const told = roundAt(observation, decidedMs ?? 0);
    spans.push([told, told + FOLLOWED_ROUNDS]);
  }
  for (const answer of answers) {
    if (answer.kind !== "accepted" && answer.kind !== "refused") continue;
    const { id, atMs } = answer;
    const transaction = transactions.get(id);
    // What names a chain that nobody knows can have been sent to anybody.
    const isHere = (transaction?.legs ?? []).some(
      ({ chain }) => (homes.get(chain) ?? shard) === shard,
    );
    if (transaction === undefined || !isHere) continue;
    const heard = roundAt(observation, atMs);
    const included = places.get(id)?.[0]?.round ?? transaction.validUntil;
    // What one of two shards refuses may wait at the other all the same.
    const isGone = answer.kind === "refused" && transaction.legs.length === 1;
    spans.push([heard - 1, isGone ? heard : Math.max(heard, included + 1)]);
  }
  return spans;
}
