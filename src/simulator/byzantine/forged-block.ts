// Blocks made of other blocks: every root that hangs on what was changed is computed anew, so that a block is wrong in one thing only.

import { type ChainHeader, chainHeaderHash } from "../../protocol/blocks/chain-header.ts";
import {
  type Half,
  type JointHeader,
  jointHeaderHash,
  payloadRoot,
} from "../../protocol/blocks/joint-header.ts";
import type {
  JointBlock,
  ShardBlock,
  SingleChainTransactions,
} from "../../protocol/blocks/shard-block.ts";
import { sha256 } from "../../protocol/crypto/sha256.ts";
import {
  splitSignatures,
  type Transaction,
  transactionCodec,
  transactionId,
} from "../../protocol/ledger/transaction.ts";
import { merkleRoot, transactionLeafHash } from "../../protocol/merkle/transaction-tree.ts";
import type { Random } from "../random.ts";
import type { Means } from "./behaviour.ts";

/** A block with the shard whose half is to be forged: one of those that the block has a body of. */
export interface Draft extends JointBlock {
  readonly shard: number;
}

/** A bad block in the place of a good one; null if the good one does not lend itself to this. */
export type Forge = (block: Draft, means: Means) => Draft | null;

/** To forge a half of it, any; null without a body. */
export function draftOf(block: JointBlock, random: Random): Draft | null {
  const shard = random.pick(block.shardBlocks)?.shard;
  return shard === undefined ? null : { ...block, shard };
}

export const halfOf = ({ header, shard }: Draft): Half =>
  header.halves.find((half) => half.shard === shard) as Half;
export const bodyOf = ({ shardBlocks, shard }: Draft): ShardBlock =>
  shardBlocks.find((body) => body.shard === shard) as ShardBlock;

export const withHeader = <Block extends JointBlock>(
  block: Block,
  change: Partial<JointHeader>,
): Block => ({ ...block, header: { ...block.header, ...change } });

/** the other half carries what this one has become. */
export function withHalf(block: Draft, change: Partial<Half>): Draft {
  const { networkId, epoch, halves } = block.header;
  const changed: Half = { ...halfOf(block), ...change };
  return withHeader(block, {
    halves: halves.map((half) =>
      half.shard === block.shard
        ? changed
        : { ...half, partnerPayloadRoot: payloadRoot(networkId, epoch, changed) },
    ),
  });
}

export function withBody(block: Draft, change: Partial<ShardBlock>): Draft {
  const { shardBlocks, shard } = block;
  return {
    ...block,
    shardBlocks: shardBlocks.map((body) => (body.shard === shard ? { ...body, ...change } : body)),
  };
}

export function withChainHeaders(block: Draft, chainHeaders: readonly ChainHeader[]): Draft {
  const { networkId, epoch } = block.header;
  const hashes = chainHeaders.map((one) => chainHeaderHash(networkId, epoch, one));
  const half = { chainsRoot: merkleRoot(hashes), chainCount: chainHeaders.length };
  return withHalf(withBody(block, { chainHeaders }), half);
}

/** The same chains with other transactions; those of chains that have no header in the block are left out. */
export function withTransactions(block: Draft, lists: readonly SingleChainTransactions[]): Draft {
  const { networkId } = block.header;
  const { chainHeaders } = bodyOf(block);
  const singleChain = lists.filter(
    ({ chain, transactions }) =>
      transactions.length > 0 && chainHeaders.some((header) => header.chain === chain),
  );
  const headers = chainHeaders.map((header) => {
    const own = singleChain.flatMap((list) =>
      list.chain === header.chain ? list.transactions : [],
    );
    return {
      ...header,
      transactionsRoot: merkleRoot(own.map((bytes) => leafOf(networkId, bytes))),
      transactionCount: own.length,
      gas: own.reduce((sum, bytes) => sum + gasOn(bytes, header.chain), 0),
    };
  });
  return withChainHeaders(withBody(block, { singleChain }), headers);
}

/** The list of one chain changed. */
export function withList(
  block: Draft,
  chain: number,
  change: (transactions: readonly Uint8Array[]) => readonly Uint8Array[],
): Draft {
  const { singleChain } = bodyOf(block);
  const lists = singleChain.some((list) => list.chain === chain)
    ? singleChain
    : [...singleChain, { chain, transactions: [] }].sort((a, b) => a.chain - b.chain);
  return withTransactions(
    block,
    lists.map((list) =>
      list.chain === chain ? { chain, transactions: change(list.transactions) } : list,
    ),
  );
}

export function readTransaction(bytes: Uint8Array): Transaction | null {
  const decoded = transactionCodec.decode(bytes);
  return decoded.ok ? decoded.value : null;
}

function leafOf(networkId: Uint8Array, bytes: Uint8Array): Uint8Array {
  const transaction = readTransaction(bytes);
  if (transaction === null) return sha256(bytes);
  const [unsigned, signatures] = splitSignatures(bytes, transaction.signatures.length);
  return transactionLeafHash(transactionId(networkId, unsigned), signatures);
}

function gasOn(bytes: Uint8Array, chain: number): number {
  const legs = readTransaction(bytes)?.legs ?? [];
  return legs.reduce((sum, leg) => sum + (leg.chain === chain ? leg.gasLimit : 0), 0);
}

export type Forgeries = Readonly<Record<string, Forge>>;

/** The first of them, in an order drawn anew, that the block lends itself to. */
export function anyOf(forgeries: Forgeries): Forge {
  return (block, means) => {
    for (const [name, forge] of means.random.shuffle(Object.entries(forgeries))) {
      const forged = forge(block, means);
      if (forged === null) continue;
      means.remark(name);
      return forged;
    }
    return null;
  };
}

/** What is voted for. */
export const blockValue = ({ header }: JointBlock): Uint8Array => jointHeaderHash(header);
