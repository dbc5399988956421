// Who trades with whom: how often two chains stood in one transaction, of which a split keeps together what it can. Blocks say
// their busiest pairs, and the MerkleChain keeps so many of each shard by the summary of Misra and Gries (1982): any pair that has more than
// a 33rd of all counts is in it.
import { list, struct, u32 } from "../encoding/codec.ts";

/** Transactions over two chains. */
export interface TradeCount {
  readonly first: number;
  /** Above `first`. */
  readonly second: number;
  readonly count: number;
}

const tradeCountType = struct<TradeCount>("TradeCount", { first: u32, second: u32, count: u32 });

/** What one block says. */
export const BLOCK_PAIRS_MAX = 8;
/** What is kept of a shard. */
export const PAIRS_KEPT = 32;
/** Behind so many old counts fade. */
const COUNTS_MAX = 1_000_000;

export const blockTradesType = list(tradeCountType, BLOCK_PAIRS_MAX);
export const keptTradesType = list(tradeCountType, PAIRS_KEPT);

/** The busiest pairs of those given, by count, then by chains. `pairs`: the two chains of each transaction, in any order. */
export function busiestPairs(pairs: Iterable<readonly [number, number]>): TradeCount[] {
  const counts = new Map<string, TradeCount>();
  for (const [a, b] of pairs) {
    const [first, second] = a < b ? [a, b] : [b, a];
    const key = keyOf({ first, second });
    const { count } = counts.get(key) ?? { count: 0 };
    counts.set(key, { first, second, count: count + 1 });
  }
  return [...counts.values()].sort(byCount).slice(0, BLOCK_PAIRS_MAX);
}

/** The summary with a block's counts in it, by count, then by chains. Costs O(PAIRS_KEPT) a pair. */
export function addTrades(
  kept: readonly TradeCount[],
  trades: readonly TradeCount[],
): TradeCount[] {
  const counts = new Map(kept.map((one) => [keyOf(one), one]));
  for (const trade of trades) addOne(counts, trade);
  const sum = [...counts.values()].reduce((all, { count }) => all + count, 0);
  const faded = [...counts.values()]
    .map((one) => (sum > COUNTS_MAX ? { ...one, count: one.count >> 1 } : one))
    .filter(({ count }) => count > 0);
  return faded.sort(byCount);
}

/**
 * The trades of the whole network by what is kept of each of its shards, by count, then by chains. A transaction over two shards is in a
 * block of either, so both count it: of a pair that several shards name the highest count stands, since none is ever too high.
 */
export function networkTrades(shards: readonly (readonly TradeCount[])[]): TradeCount[] {
  const counts = new Map<string, TradeCount>();
  for (const trade of shards.flat()) {
    const known = counts.get(keyOf(trade));
    if (known === undefined || known.count < trade.count) counts.set(keyOf(trade), trade);
  }
  return [...counts.values()].sort(byCount);
}

function addOne(counts: Map<string, TradeCount>, trade: TradeCount): void {
  const key = keyOf(trade);
  const known = counts.get(key);
  if (known !== undefined || counts.size < PAIRS_KEPT) {
    counts.set(key, { ...trade, count: (known?.count ?? 0) + trade.count });
    return;
  }
  const least = Math.min(trade.count, ...[...counts.values()].map(({ count }) => count));
  for (const [other, one] of counts) {
    if (one.count === least) counts.delete(other);
    else counts.set(other, { ...one, count: one.count - least });
  }
  if (trade.count > least) counts.set(key, { ...trade, count: trade.count - least });
}

const keyOf = ({ first, second }: Pick<TradeCount, "first" | "second">): string =>
  `${first}:${second}`;

const byCount = (a: TradeCount, b: TradeCount): number =>
  b.count - a.count || a.first - b.first || a.second - b.second;
