// what the MerkleChain says of how full a shard is follows from the shard's blocks: the rate exactly, the fill at least as much as
// their transactions alone make it.
import { historyOf } from "./history.ts";
import type { Checker, Observation, Violation } from "./observation.ts";

/** */
const TRANSACTIONS_MAX = 2_500;

type Notarised = Observation["notarised"][number];

export const saturation: Checker = (observation) => {
  const { windowRounds, benchmarkTps } = observation.genesis.saturation ?? {};
  if (windowRounds === undefined || benchmarkTps === undefined) return [];
  const { shards } = historyOf(observation);
  return [...shards].flatMap(([shard, blocks]) => {
    const counts = new Map(blocks.map(({ round, order }) => [round, order.length]));
    const own = observation.notarised.filter((one) => one.shard === shard);
    let highest = 1_000 * benchmarkTps;
    return own.flatMap((one: Notarised): Violation[] => {
      if (one.saturation === null) return [];
      const { fillPermille, ratePermille, roundMs } = one.saturation;
      const window = Array.from({ length: windowRounds }, (_, i) => counts.get(one.round - i) ?? 0);
      const sum = window.reduce((all, count) => all + count, 0);
      const rate = Math.floor((sum * 1_000_000) / (windowRounds * roundMs));
      highest = Math.max(highest, rate);
      const expected = Math.floor((1_000 * rate) / highest);
      const fills = window.map((count) => Math.floor((1_000 * count) / TRANSACTIONS_MAX));
      const least = Math.floor(fills.reduce((all, fill) => all + fill, 0) / windowRounds);
      const where = `shard ${shard} with round ${one.round}`;
      return [
        ...(ratePermille === expected
          ? []
          : [`R-12.1 the rate of ${where} is said to be ${ratePermille}, it is ${expected}`]),
        ...(fillPermille >= least
          ? []
          : [`R-12.1 the fill of ${where} is said to be ${fillPermille}, it is ${least} or more`]),
      ];
    });
  });
};
