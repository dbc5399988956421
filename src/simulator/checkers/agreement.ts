// a shard's history is one chain of blocks, the same for everybody who ever saw it.
import type { Checker, ObservedBlock } from "./observation.ts";

export const agreement: Checker = ({ commits }) => {
  const violations: string[] = [];
  const byParent = new Map<string, ObservedBlock>();
  const byRound = new Map<string, ObservedBlock>();
  for (const block of commits) {
    const sibling = byParent.get(`${block.shard} ${block.parent.hash}`);
    if (sibling !== undefined && sibling.hash !== block.hash) {
      violations.push(
        `R-4.7 blocks of rounds ${sibling.round} and ${block.round} extend ${block.parent.hash}`,
      );
    }
    const twin = byRound.get(`${block.shard} ${block.round}`);
    if (twin !== undefined && twin.hash !== block.hash) {
      violations.push(`R-4.7 shard ${block.shard} has two blocks of round ${block.round}`);
    }
    byParent.set(`${block.shard} ${block.parent.hash}`, block);
    byRound.set(`${block.shard} ${block.round}`, block);
  }
  return violations;
};
