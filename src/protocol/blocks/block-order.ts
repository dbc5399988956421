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

/** What does not hold of the places of the body's transactions, decoded in total order; null if all do. */
export function misplaced(
  places: Places,
  { crossShard, twoChain, singleChain }: ShardBlock,
  transactions: readonly UnverifiedTransaction[],
): string | null {
  let next = 0;
  const take = (count: number) => {
    next += count;
    return transactions.slice(next - count, next);
  };
  const cross = take(crossShard.length);
  if (!areBodies(cross, crossShard)) return "one body per transaction";
  if (!cross.every((one) => isOfPair(places, one)))
    return "cross-shard transactions touch both shards of the pair";
  const pairs = take(twoChain.length);
  if (!areBodies(pairs, twoChain)) return "one body per transaction";
  if (pairs.some(isSingle)) return "transactions of one chain stand under it";
  if (pairs.some((one) => isCross(places, one))) return "two-chain transactions stay in the shard";
  const ordered = twoChainOrder(pairs);
  if (pairs.some((one, i) => one !== ordered[i])) return "two-chain transactions stand in order";
  let chainBefore = -1;
  for (const { chain, transactions: bodies } of singleChain) {
    const own = take(bodies.length);
    if (own.some((one) => !isSingle(one) || firstChain(one) !== chain)) {
      return "transactions stand under their chain";
    }
    if (bodies.length === 0) return "no empty transaction list";
    if (chainBefore >= chain) return "chains ascend";
    chainBefore = chain;
    if (!areBodies(own, bodies)) return "one body per transaction";
  }
  return next === transactions.length ? null : "one body per transaction";
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
