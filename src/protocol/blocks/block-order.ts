// The one total order of a shard block: where each transaction stands follows from what the chain headers commit to, so that
// a header has one body. Of those over two chains the headers fix the order on each chain; where that leaves two ways, the one
// with the lower first chain comes first.
import { equalBytes } from "../encoding/bytes.ts";
import { Heap } from "../ledger/heap.ts";
import type { UnverifiedTransaction } from "../ledger/unverified.ts";
import { isCross, type Places } from "./reach.ts";
import { byChain, type ShardBlock } from "./shard-block.ts";

export const isSingle = ({ transaction }: UnverifiedTransaction): boolean =>
  transaction.legs.length === 1;

const firstChain = ({ transaction }: UnverifiedTransaction): number =>
  transaction.legs[0]?.chain ?? 0;

/** Transactions over two chains in their one order; on each chain they keep that in which they come. */
export function twoChainOrder<T extends UnverifiedTransaction>(transactions: readonly T[]): T[] {
  const queues = byChain(transactions);
  const heads = new Map([...queues.keys()].map((chain) => [chain, 0]));
  const front = (chain: number) => queues.get(chain)?.[heads.get(chain) ?? 0];
  const ready = new Heap<T>((a, b) => firstChain(a) < firstChain(b));
  const ordered: T[] = [];
  // Of two that are ready no chain is the same: each is the front of all its chains.
  const offer = (one: T | undefined) => {
    if (one?.transaction.legs.every(({ chain }) => front(chain) === one)) ready.push(one);
  };
  for (const one of new Set([...queues.keys()].map(front))) offer(one);
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
    ordered.push(next);
    const chains = next.transaction.legs.map(({ chain }) => chain);
    for (const chain of chains) heads.set(chain, (heads.get(chain) ?? 0) + 1);
    for (const one of new Set(chains.map(front))) offer(one);
  }
  return ordered;
}

/**
 * What is wrong with the shape of a body whose transactions, decoded, come in total order; null if nothing is. Of all bodies in
 * shape a header commits to one at most, so another is none of its, whoever hands it over.
 */
export function bodyFault(
  { crossShard, twoChain, singleChain }: ShardBlock,
  transactions: readonly UnverifiedTransaction[],
): string | null {
  const crossEnd = crossShard.length;
  const pairsEnd = crossEnd + twoChain.length;
  const cross = transactions.slice(0, crossEnd);
  const pairs = transactions.slice(crossEnd, pairsEnd);
  const singles = transactions.slice(pairsEnd);
  const lists = singleChain.map((list) => list.transactions);
  const areAll = areBodies(cross, crossShard) && areBodies(pairs, twoChain);
  if (!areAll || !areBodies(singles, lists.flat())) return "one body per transaction";
  if (cross.some(isSingle) || pairs.some(isSingle) || !singles.every(isSingle)) {
    return "transactions over two chains stand apart";
  }
  const ordered = twoChainOrder(pairs);
  if (pairs.some((one, i) => one !== ordered[i])) return "two-chain transactions stand in order";
  if (lists.some(({ length }) => length === 0)) return "no empty transaction list";
  const ascend = singleChain.every(
    ({ chain }, i) => i === 0 || chain > (singleChain[i - 1]?.chain ?? -1),
  );
  return ascend ? null : "chains ascend";
}

/** Of a body in shape: by chain, what its block holds, in total order. One chain's own stand where the body has them. */
export function blocksOfChains<T extends UnverifiedTransaction>(
  { crossShard, twoChain, singleChain }: ShardBlock,
  transactions: readonly T[],
): Map<number, T[]> {
  let next = crossShard.length + twoChain.length;
  const chains = byChain(transactions.slice(0, next));
  for (const { chain, transactions: bodies } of singleChain) {
    const own = transactions.slice(next, next + bodies.length);
    next += bodies.length;
    chains.set(chain, [...(chains.get(chain) ?? []), ...own]);
  }
  return chains;
}

/** why the transactions over two chains cannot be where they stand; null if they can. */
export function pairsFault(
  places: Places,
  { crossShard, twoChain }: ShardBlock,
  transactions: readonly UnverifiedTransaction[],
): string | null {
  const cross = transactions.slice(0, crossShard.length);
  if (!cross.every((one) => isOfPair(places, one)))
    return "cross-shard transactions touch both shards of the pair";
  const pairs = transactions.slice(crossShard.length, crossShard.length + twoChain.length);
  const leaves = pairs.some((one) => isCross(places, one));
  return leaves ? "two-chain transactions stay in the shard" : null;
}

/** One leg here, one at the partner. */
const isOfPair = (
  { shard, partner, shardOf }: Places,
  { transaction }: UnverifiedTransaction,
): boolean => {
  const shards = transaction.legs.map(({ chain }) => shardOf(chain));
  return (
    partner !== null && shards.length === 2 && shards.includes(shard) && shards.includes(partner)
  );
};

const areBodies = (
  transactions: readonly UnverifiedTransaction[],
  bodies: readonly Uint8Array[],
): boolean =>
  transactions.length === bodies.length &&
  transactions.every(({ bytes }, i) => equalBytes(bytes, bodies[i] as Uint8Array));
