// The shard's part of a certified block. A certificate is over the header only, so before a block decides anything its body must
// be the one that the header commits to: another body says nothing about what the quorum certified.
import { blocksOfChains, bodyFault } from "../protocol/blocks/block-order.ts";
import type { Half } from "../protocol/blocks/joint-header.ts";
import {
  chainHeaderHash,
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
  const place = header.halves.findIndex((half) => half.shard === shard);
  const half = header.halves[place];
  const shardBlock = shardBlocks[place];
  if (half === undefined || shardBlock === undefined) return null;
  if (shardBlock.shard !== shard || shardBlocks.length !== header.halves.length) return null;
  const { chainHeaders } = shardBlock;
  if (chainHeaders.length !== half.chainCount) return null;
  const hashes = chainHeaders.map((one) => chainHeaderHash(network.id, header.epoch, one));
  if (!equalBytes(merkleRoot(hashes), half.chainsRoot)) return null;
  const transactions = decodeAll(network, [...totalOrder(shardBlock)], known);
  if (transactions === null || bodyFault(shardBlock, transactions) !== null) return null;
  const chains = blocksOfChains(shardBlock, transactions);
  const headed = new Set(chainHeaders.map(({ chain }) => chain));
  if ([...chains.keys()].some((chain) => !headed.has(chain))) return null;
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
