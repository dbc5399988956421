// every set has the blocks of both its shards within k rounds, whoever made them, where nothing goes wrong.
import { push } from "./history.ts";
import type { Checker, Observation, Violation } from "./observation.ts";
import { roundAt } from "./timetable.ts";

type Reached = Observation["heads"][number];

export const following: Checker = (observation) => {
  if (!observation.world.isFaultFree) return [];
  const byReplica = new Map<string, Reached[]>();
  for (const one of observation.heads) push(byReplica, `${one.shard} ${one.replica}`, one);
  return [...byReplica.values()].flatMap((reached) => late(observation, byReplica, reached));
};

function late(
  observation: Observation,
  byReplica: ReadonlyMap<string, readonly Reached[]>,
  reached: readonly Reached[],
): Violation[] {
  const { k } = observation.genesis;
  const { shard = 0, replica = "" } = reached[0] ?? {};
  const own = byReplica.get(`${shard} shard ${shard}`) ?? [];
  return own.flatMap(({ round, atMs }) => {
    // Within k rounds of the block; where it took longer to decide, of the decision.
    const due = Math.max(round, roundAt(observation, atMs)) + k;
    const has = reached.find((one) => one.round >= round);
    if (has !== undefined && roundAt(observation, has.atMs) <= due) return [];
    const when = has === undefined ? "never" : `in round ${roundAt(observation, has.atMs)}`;
    return [
      `R-10.1 ${replica} has the block of shard ${shard} and round ${round} ${when}, due by ${due}`,
    ];
  });
}
