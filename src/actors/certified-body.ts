// The shard's part of a certified block. A certificate is over the header only, so before a block decides anything its body must
// be the one that the header commits to: another body says nothing about what the quorum certified.
import { blocksOfChains, bodyFault } from "../protocol/blocks/block-order.ts";
import { chainHeaderHash } from "../protocol/blocks/chain-header.ts";
import type { Half } from "../protocol/blocks/joint-header.ts";
import { isOwn } from "../protocol/blocks/reach.ts";
import {
  type JointBlock,
  type ShardBlock,
  totalOrder,
  transactionsRoot,
} from "../protocol/blocks/shard-block.ts";
import { equalBytes } from "../protocol/encoding/bytes.ts";
import { decodeTransaction, type UnverifiedTransaction } from "../protocol/ledger/unverified.ts";
import { merkleRoot } from "../protocol/merkle/transaction-tree.ts";
import type { KnownTransactions } from "./known-transactions.ts";
import type { Network } from "./network.ts";

export interface CertifiedBody {
  readonly half: Half;
  readonly shardBlock: ShardBlock;
  /** In total order. */
  readonly transactions: readonly UnverifiedTransaction[];
}

/**
 * null if the block has no half for the shard, or another body than the header commits to. What `known` has is taken from
 * there, the rest decoded.
 */
export function certifiedBody(
  network: Network,
  { header, shardBlocks }: JointBlock,
  shard: number,
  known: KnownTransactions,
): CertifiedBody | null {
  const half = header.halves.find((one) => one.shard === shard);
  const [shardBlock, another] = shardBlocks.filter((one) => one.shard === shard);
  if (half === undefined || shardBlock === undefined || another !== undefined) return null;
  const { chainHeaders } = shardBlock;
  if (chainHeaders.length !== half.chainCount) return null;
  const hashes = chainHeaders.map((one) => chainHeaderHash(network.id, header.epoch, one));
  if (!equalBytes(merkleRoot(hashes), half.chainsRoot)) return null;
  const transactions = decodeAll(network, [...totalOrder(shardBlock)], known);
  if (transactions === null || bodyFault(shardBlock, transactions) !== null) return null;
  const cross = transactions.slice(0, shardBlock.crossShard.length);
  if (!equalBytes(transactionsRoot(cross), half.crossRoot)) return null;
  const chains = blocksOfChains(shardBlock, transactions);
  const headed = new Set(chainHeaders.map(({ chain }) => chain));
  // What touches both shards has its place in the other half, too.
  const places = { shard, shardOf: (chain: number) => network.shardOf(chain, header.round) };
  const isBare = (chain: number) => isOwn(places, chain) && !headed.has(chain);
  if ([...chains.keys()].some(isBare)) return null;
  const rooted = chainHeaders.every(({ chain, transactionsRoot: root }) =>
    equalBytes(transactionsRoot(chains.get(chain) ?? []), root),
  );
  return rooted ? { half, shardBlock, transactions } : null;
}

function decodeAll(
  network: Network,
  bodies: readonly Uint8Array[],
  known: KnownTransactions,
): UnverifiedTransaction[] | null {
  const transactions: UnverifiedTransaction[] = [];
  for (const bytes of bodies) {
    const found = known.find(bytes);
    if (found !== undefined) {
      transactions.push(found);
      continue;
    }
    const decoded = decodeTransaction(bytes, network.id);
    if (!decoded.ok) return null;
    transactions.push(decoded.value);
  }
  return transactions;
}
