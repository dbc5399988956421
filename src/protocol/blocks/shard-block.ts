// The body of one half: its chains' headers and its transactions in the one total order of R-5.3: cross-shard transactions,
// then those over two chains of the shard, then each chain's own.

import { type Certificate, certificateType } from "../consensus/messages.ts";
import { sha256 } from "../crypto/sha256.ts";
import { boundedBytes, codec, hash32, list, safeU64, struct, u32 } from "../encoding/codec.ts";
import { MessageKind, messagePrefix } from "../encoding/domain.ts";
import type { UnverifiedTransaction } from "../ledger/unverified.ts";
import {
  JOINT_BLOCK_BYTES_MAX,
  SHARD_BLOCK_TRANSACTIONS_MAX,
  TRANSACTION_BYTES_MAX,
  TRANSACTION_BYTES_MIN,
} from "../limits.ts";
import { merkleRoot } from "../merkle/transaction-tree.ts";
import { type JointHeader, jointHeaderType } from "./joint-header.ts";

/** one chain in one round. A chain without transactions stands here only to carry a new state root. */
export interface ChainHeader {
  readonly chain: number;
  readonly round: number;
  /** The hash of the chain's header before; zeros before its first. */
  readonly parent: Uint8Array;
  /** Over all that touch the chain, in total order: also those over two chains. */
  readonly transactionsRoot: Uint8Array;
  readonly transactionCount: number;
  /** Sum of the gas limits of the legs on this chain. */
  readonly gas: number;
  /** The root after round n-k. */
  readonly stateRoot: Uint8Array;
}

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
}

/** A joint block with the commit certificate of its header's hash. */
export interface CertifiedBlock {
  readonly block: JointBlock;
  readonly certificate: Certificate;
}

export const NO_PARENT: Uint8Array = new Uint8Array(32);

export const chainHeaderType = struct<ChainHeader>("ChainHeader", {
  chain: u32,
  round: safeU64,
  parent: hash32,
  transactionsRoot: hash32,
  transactionCount: u32,
  gas: safeU64,
  stateRoot: hash32,
});

export const CHAIN_HEADER_BYTES_MAX = 256;
export const chainHeaderCodec = codec<ChainHeader>(
  "chain header",
  chainHeaderType,
  CHAIN_HEADER_BYTES_MAX,
);

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

export function chainHeaderHash(
  networkId: Uint8Array,
  epoch: number,
  header: ChainHeader,
): Uint8Array {
  return sha256(
    messagePrefix(networkId, epoch, MessageKind.chainHeader),
    chainHeaderCodec.encode(header),
  );
}

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
