// A block with fewer transactions than another, and as valid: what a faulty proposer may offer as well as, or instead of, the other.
import type { JointBlock } from "../../protocol/blocks/shard-block.ts";
import { equalBytes } from "../../protocol/encoding/bytes.ts";
import type { Means } from "./behaviour.ts";
import { bodyOf, type Draft, withChainHeaders, withTransactions } from "./forged-block.ts";

/** Without those that are left out; null if that would leave it as it is. */
export function smallerBlock(
  block: Draft,
  { rootsToCarry }: Means,
  isLeftOut: (bytes: Uint8Array) => boolean,
): Draft | null {
  const { singleChain } = bodyOf(block);
  const lists = singleChain.map(({ chain, transactions }) => ({
    chain,
    transactions: transactions.filter((bytes) => !isLeftOut(bytes)),
  }));
  const emptied = lists.flatMap(({ chain, transactions }, i) =>
    transactions.length === 0 && singleChain[i] !== undefined ? [chain] : [],
  );
  if (lists.every(({ transactions }, i) => transactions.length === sizeOf(singleChain[i]))) {
    return null;
  }
  const smaller = withTransactions(block, lists);
  // A chain that has nothing else to say goes with its transactions; one with a root to carry stays.
  const carried = rootsToCarry(block.shard, block.header.round);
  const headers = bodyOf(smaller).chainHeaders.filter(
    ({ chain }) => !emptied.includes(chain) || carried.includes(chain),
  );
  return withChainHeaders(smaller, headers);
}

const sizeOf = (list: { readonly transactions: readonly unknown[] } | undefined): number =>
  list?.transactions.length ?? 0;

/** Without its last transaction, on which no other hangs; null if there is none. */
export function withoutLast(block: JointBlock, means: Means): JointBlock | null {
  const body = block.shardBlocks.findLast(({ singleChain }) => singleChain.length > 0);
  const last = body?.singleChain.at(-1)?.transactions.at(-1);
  if (body === undefined || last === undefined) return null;
  return smallerBlock({ ...block, shard: body.shard }, means, (bytes) => equalBytes(bytes, last));
}
