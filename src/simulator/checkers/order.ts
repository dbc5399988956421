// R-5.3: a shard's block has one order: what is of two shards, then of two chains, then each chain's own; its chains' blocks keep it.
import { historyOf, homesOf } from "./history.ts";
import type { Checker, Observation, ObservedBlock, Violation } from "./observation.ts";

/** */
const TRANSACTIONS_MAX = 2_500;

export const order: Checker = (observation) => {
  const shardOf = homesOf(observation);
  return [...historyOf(observation).shards.values()]
    .flat()
    .flatMap((block) => [
      ...size(block),
      ...sameOrder(observation, block),
      ...groups(observation, block, shardOf),
    ]);
};

const name = ({ shard, round }: ObservedBlock): string => `round ${round} of shard ${shard}`;

const size = (block: ObservedBlock): Violation[] =>
  block.order.length > TRANSACTIONS_MAX
    ? [`R-3.10 ${name(block)} has ${block.order.length} transactions`]
    : [];

function sameOrder({ transactions }: Observation, block: ObservedBlock): Violation[] {
  const known = new Set(block.order);
  const violations: Violation[] = [];
  const placed = new Set<string>();
  for (const header of block.chains) {
    for (const id of header.transactions) placed.add(id);
    const own = new Set(header.transactions);
    const inOrder = block.order.filter((id) => own.has(id));
    if (inOrder.join() !== header.transactions.join()) {
      violations.push(
        `R-5.3 chain ${header.chain} in ${name(block)} has ${header.transactions.join(" ")}, the shard ${inOrder.join(" ")}`,
      );
    }
    for (const id of header.transactions) {
      const legs = transactions.get(id)?.legs;
      if (legs === undefined || legs.some(({ chain }) => chain === header.chain)) continue;
      violations.push(
        `R-2.8 transaction ${id} is in ${name(block)} on chain ${header.chain}, where it has no leg`,
      );
    }
  }
  for (const id of known) {
    if (!placed.has(id)) {
      violations.push(`R-5.3 transaction ${id} is in the order of ${name(block)} and on no chain`);
    }
  }
  return violations;
}

/** Two shards' come first, then two chains', then each chain's own in one piece. */
function groups(
  { transactions }: Observation,
  block: ObservedBlock,
  shardOf: ReadonlyMap<number, number>,
): Violation[] {
  const seen: string[] = [];
  for (const id of block.order) {
    const legs = transactions.get(id)?.legs ?? [];
    const shards = new Set(legs.map(({ chain }) => shardOf.get(chain))).size;
    const group =
      shards > 1 ? "two shards" : legs.length > 1 ? "two chains" : `chain ${legs[0]?.chain}`;
    if (seen.at(-1) !== group) seen.push(group);
  }
  const isSound =
    new Set(seen).size === seen.length &&
    seen.indexOf("two shards") <= 0 &&
    seen.indexOf("two chains") <= (seen[0] === "two shards" ? 1 : 0);
  return isSound ? [] : [`R-5.3 ${name(block)} holds in this order what is of ${seen.join(", ")}`];
}
