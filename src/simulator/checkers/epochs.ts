// no two epochs ever make the same round. Whoever opens a round, votes in it or commits a block of it does so in the epoch that has
// it by the MerkleChain's log; and when nothing is disturbed any more, every shard knows the newest.
import { healedMs } from "./history.ts";
import type { Checker, Observation, Violation } from "./observation.ts";
import { epochOf } from "./timetable.ts";

export const epochs: Checker = (observation) => [
  ...successions(observation),
  ...acts(observation).flatMap(({ who, epoch, round }) => {
    const own = epochOf(observation, round).epoch;
    return epoch === own ? [] : [`R-3.7 ${who} round ${round} in epoch ${epoch}, it is of ${own}`];
  }),
  ...unknown(observation),
];

interface Act {
  readonly who: string;
  readonly epoch: number;
  readonly round: number;
}

function acts({ opened, commits, ballots }: Observation): Act[] {
  return [
    ...opened.map(({ shard, ...act }) => ({ who: `shard ${shard} opened`, ...act })),
    ...commits.map(({ shard, epoch, round }) => ({ who: `shard ${shard} commits`, epoch, round })),
    ...(ballots?.commitVotes ?? []).map(({ set, epoch, round }) => ({
      who: `seats of set ${set} voted in`,
      epoch,
      round,
    })),
  ];
}

/** One behind the other, with round lengths that allows. */
function successions(observation: Observation): Violation[] {
  const { genesis } = observation;
  return observation.epochs.flatMap((one, i) => {
    const before = epochOf(observation, one.activationRound - 1);
    const isNext = one.epoch === i + 1 && before.epoch === i;
    const startMs =
      before.activationMs + (one.activationRound - before.activationRound) * before.roundMs;
    const factor = one.roundMs / before.roundMs;
    const isAllowed =
      [0.5, 1, 2].includes(factor) &&
      one.roundMs >= genesis.roundMs &&
      one.roundMs <= 16 * genesis.roundMs;
    return [
      ...(isNext ? [] : [`R-3.7 epoch ${one.epoch} follows ${before.epoch} as number ${i + 1}`]),
      ...(startMs === one.activationMs
        ? []
        : [
            `R-3.1 epoch ${one.epoch} begins at ${one.activationMs} ms, its round at ${startMs} ms`,
          ]),
      ...(isAllowed ? [] : [`R-3.8 rounds of ${before.roundMs} ms become ${one.roundMs} ms`]),
    ];
  });
}

function unknown({ epochs: all, knownEpochs, ...rest }: Observation): Violation[] {
  const newest = all.at(-1)?.epoch ?? 0;
  if (healedMs({ epochs: all, knownEpochs, ...rest }) === null) return [];
  return [...knownEpochs].flatMap(([shard, known]) =>
    known === newest ? [] : [`R-3.7 shard ${shard} knows epoch ${known} at the end, not ${newest}`],
  );
}
