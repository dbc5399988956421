// the MerkleChain notarises what shards committed, in parent order, each once and none left out before another; when
// nothing is disturbed any more, all of it, and all sets on T0's duty have its blocks.
import { healedMs, historyOf, push } from "./history.ts";
import type { Checker, Violation } from "./observation.ts";

export const notarisation: Checker = (observation) => {
  const { shards } = historyOf(observation);
  const notarised = new Map<number, { readonly round: number; readonly hash: string }[]>();
  for (const one of observation.notarised) push(notarised, one.shard, one);
  const violations: Violation[] = [];
  for (const shard of new Set([...shards.keys(), ...notarised.keys()])) {
    const blocks = shards.get(shard) ?? [];
    const headers = notarised.get(shard) ?? [];
    for (const [i, { round, hash }] of headers.entries()) {
      const block = blocks[i];
      if (block?.round === round && block.hash === hash) continue;
      violations.push(
        `R-7.1 header ${i + 1} of shard ${shard} to be notarised is ${hash} of round ${round}, committed is ${block?.hash} of round ${block?.round}`,
      );
      break;
    }
    if (healedMs(observation) === null || headers.length >= blocks.length) continue;
    violations.push(
      `R-3.9 ${headers.length} of ${blocks.length} blocks of shard ${shard} are notarised at the end, the next is of round ${blocks[headers.length]?.round}`,
    );
  }
  const [own, ...followers] = observation.logs;
  if (own === undefined || healedMs(observation) === null) return violations;
  for (const { name, ...log } of followers) {
    const { number, headRound, headHash } = own;
    if (log.headRound === headRound && log.headHash === headHash && log.number === number) continue;
    violations.push(
      `R-7.1 ${name} ends with block ${log.number} of the MerkleChain in round ${log.headRound}, it has ${number} in round ${headRound}`,
    );
  }
  return violations;
};
