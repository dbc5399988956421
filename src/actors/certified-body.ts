// The shard's part of a certified block. A certificate is over the header only, so before a block decides anything its body must
// be the one that the header commits to: another body says nothing about what the quorum certified.
import type { Half } from "../protocol/blocks/joint-header.ts";
import {
  chainHeaderHash,
  type JointBlock,
  type ShardBlock,
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
  const { chainHeaders, crossShard, twoChain, singleChain } = shardBlock;
  // Transactions over two chains have no place in the roots of this version.
  if (crossShard.length > 0 || twoChain.length > 0) return null;
  if (chainHeaders.length !== half.chainCount) return null;
  const hashes = chainHeaders.map((one) => chainHeaderHash(network.id, header.epoch, one));
  if (!equalBytes(merkleRoot(hashes), half.chainsRoot)) return null;
  const bodies = new Map(singleChain.map(({ chain, transactions }) => [chain, transactions]));
  if (bodies.size !== singleChain.length) return null;
  const headed = new Set(chainHeaders.map(({ chain }) => chain));
  if ([...bodies.keys()].some((chain) => !headed.has(chain))) return null;
  const byChain = new Map<number, readonly UnverifiedTransaction[]>();
  for (const { chain, transactionsRoot: root } of chainHeaders) {
    const transactions = decodeAll(network, bodies.get(chain) ?? [], known);
    if (transactions === null || !equalBytes(transactionsRoot(transactions), root)) return null;
    byChain.set(chain, transactions);
  }
  const transactions = singleChain.flatMap(({ chain }) => byChain.get(chain) ?? []);
  return { half, shardBlock, transactions };
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
