// The body of one half: its chains' headers and its transactions in the one total order of R-5.3: cross-shard transactions,
// then those over two chains of the shard, then each chain's own.

import { type Certificate, certificateType } from "../consensus/messages.ts";
import { boundedBytes, codec, list, optional, struct, u32 } from "../encoding/codec.ts";
import type { UnverifiedTransaction } from "../ledger/unverified.ts";
import {
  JOINT_BLOCK_BYTES_MAX,
  SHARD_BLOCK_TRANSACTIONS_MAX,
  TRANSACTION_BYTES_MAX,
  TRANSACTION_BYTES_MIN,
} from "../limits.ts";
import { merkleRoot } from "../merkle/transaction-tree.ts";
import { type ChainHeader, chainHeaderType } from "./chain-header.ts";
import { type JointHeader, jointHeaderType } from "./joint-header.ts";
import { type MerkleChainBody, merkleChainBodyType } from "./merkle-chain-body.ts";

export interface ShardBlock {
  readonly shard: number;
  /** Ascending by chain. */
  readonly chainHeaders: readonly ChainHeader[];
  readonly crossShard: readonly Uint8Array[];
  readonly twoChain: readonly Uint8Array[];
  /** By chain, ascending; chains without transactions of their own are left out. */
  readonly singleChain: readonly SingleChainTransactions[];
}

export interface SingleChainTransactions {
  readonly chain: number;
  readonly transactions: readonly Uint8Array[];
}

export interface JointBlock {
  readonly header: JointHeader;
  /** In the order of the header's halves. */
  readonly shardBlocks: readonly ShardBlock[];
  /** the body of the header's MerkleChain part, if it has one. */
  readonly merkleChain: MerkleChainBody | null;
}

/** A joint block with the commit certificate of its header's hash. */
export interface CertifiedBlock {
  readonly block: JointBlock;
  readonly certificate: Certificate;
}

// Bounded, or a block of nine megabytes of nothing would take hundreds in memory before anybody looks at its certificate.
const bodiesType = list(
  boundedBytes(TRANSACTION_BYTES_MIN, TRANSACTION_BYTES_MAX),
  SHARD_BLOCK_TRANSACTIONS_MAX,
);

const shardBlockType = struct<ShardBlock>("ShardBlock", {
  shard: u32,
  chainHeaders: list(chainHeaderType),
  crossShard: bodiesType,
  twoChain: bodiesType,
  singleChain: list(
    struct<SingleChainTransactions>("SingleChainTransactions", {
      chain: u32,
      transactions: bodiesType,
    }),
    SHARD_BLOCK_TRANSACTIONS_MAX,
  ),
});

export const shardBlockCodec = codec<ShardBlock>(
  "shard block",
  shardBlockType,
  JOINT_BLOCK_BYTES_MAX,
);

const jointBlockType = struct<JointBlock>("JointBlock", {
  header: jointHeaderType,
  shardBlocks: list(shardBlockType),
  merkleChain: optional(merkleChainBodyType),
});

export const jointBlockCodec = codec<JointBlock>(
  "joint block",
  jointBlockType,
  JOINT_BLOCK_BYTES_MAX,
);

export const certifiedBlockCodec = codec<CertifiedBlock>(
  "certified block",
  struct<CertifiedBlock>("CertifiedBlock", { block: jointBlockType, certificate: certificateType }),
  JOINT_BLOCK_BYTES_MAX,
);

/** All transactions of the shard block in total order. */
export function* totalOrder(block: ShardBlock): Generator<Uint8Array> {
  yield* block.crossShard;
  yield* block.twoChain;
  for (const { transactions } of block.singleChain) yield* transactions;
}

/** By chain, the transactions that touch it, in the order given: one over two chains stands under both. */
export function byChain<T extends UnverifiedTransaction>(
  transactions: readonly T[],
): Map<number, T[]> {
  const chains = new Map<number, T[]>();
  for (const one of transactions) {
    for (const { chain } of one.transaction.legs) {
      const own = chains.get(chain);
      if (own === undefined) chains.set(chain, [one]);
      else own.push(one);
    }
  }
  return chains;
}

export const transactionsRoot = (transactions: readonly UnverifiedTransaction[]): Uint8Array =>
  merkleRoot(transactions.map(({ leaf }) => leaf));
