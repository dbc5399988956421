// once nothing is disturbed any more, all replicas of a shard end with the same head, the same execution, the same state.
import { healedMs, historyOf } from "./history.ts";
import type { Checker, ObservedReplica } from "./observation.ts";

export const replicas: Checker = (observation) => {
  if (healedMs(observation) === null) return [];
  const { shards } = historyOf(observation);
  return observation.replicas.flatMap((replica) => {
    const first = observation.replicas.find(({ shard }) => shard === replica.shard) ?? replica;
    const head = shards.get(replica.shard)?.at(-1);
    const violations: string[] = [];
    if (
      head !== undefined &&
      (head.round !== replica.headRound || head.hash !== replica.headHash)
    ) {
      violations.push(
        `R-4.7 ${replica.name} ends at round ${replica.headRound} with ${replica.headHash}, the last block of shard ${replica.shard} is ${head.hash} of round ${head.round}`,
      );
    }
    if (describe(first) !== describe(replica)) {
      violations.push(
        `R-5.5 ${first.name} ends with ${describe(first)}, ${replica.name} with ${describe(replica)}`,
      );
    }
    return violations;
  });
};

const describe = ({ headRound, headHash, executedRound, roots }: ObservedReplica): string =>
  [
    `head ${headHash} of round ${headRound}`,
    `executed ${executedRound}`,
    ...[...roots]
      .sort(([a], [b]) => a - b)
      .map(([chain, root]) => `root ${root} of chain ${chain}`),
  ].join(", ");
