// Blocks made of other blocks: every root that hangs on what was changed is computed anew, so that a block is wrong in one thing only.
import {
  type Half,
  type JointHeader,
  jointHeaderHash,
} from "../../protocol/blocks/joint-header.ts";
import {
  type ChainHeader,
  chainHeaderHash,
  type JointBlock,
  type ShardBlock,
  type SingleChainTransactions,
} from "../../protocol/blocks/shard-block.ts";
import { sha256 } from "../../protocol/crypto/sha256.ts";
import {
  splitSignatures,
  type Transaction,
  transactionCodec,
  transactionId,
} from "../../protocol/ledger/transaction.ts";
import { merkleRoot, transactionLeafHash } from "../../protocol/merkle/transaction-tree.ts";
import type { Means } from "./behaviour.ts";

/** A bad block in the place of a good one; null if the good one does not lend itself to this. */
export type Forge = (block: JointBlock, means: Means) => JointBlock | null;

/** The forgeries are for the first half: a set of one shard has no other. */
const PLACE = 0;

export const halfOf = ({ header }: JointBlock): Half => header.halves[PLACE] as Half;
export const bodyOf = ({ shardBlocks }: JointBlock): ShardBlock => shardBlocks[PLACE] as ShardBlock;

export const withHeader = (block: JointBlock, change: Partial<JointHeader>): JointBlock => ({
  ...block,
  header: { ...block.header, ...change },
});

export function withHalf(block: JointBlock, change: Partial<Half>): JointBlock {
  const halves = block.header.halves.map((half, i) =>
    i === PLACE ? { ...half, ...change } : half,
  );
  return withHeader(block, { halves });
}

export function withBody(block: JointBlock, change: Partial<ShardBlock>): JointBlock {
  const { shardBlocks } = block;
  return {
    ...block,
    shardBlocks: shardBlocks.map((body, i) => (i === PLACE ? { ...body, ...change } : body)),
  };
}

export function withChainHeaders(
  block: JointBlock,
  chainHeaders: readonly ChainHeader[],
): JointBlock {
  const { networkId, epoch } = block.header;
  const hashes = chainHeaders.map((one) => chainHeaderHash(networkId, epoch, one));
  const half = { chainsRoot: merkleRoot(hashes), chainCount: chainHeaders.length };
  return withHalf(withBody(block, { chainHeaders }), half);
}

/** The same chains with other transactions; those of chains that have no header in the block are left out. */
export function withTransactions(
  block: JointBlock,
  lists: readonly SingleChainTransactions[],
): JointBlock {
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
  block: JointBlock,
  chain: number,
  change: (transactions: readonly Uint8Array[]) => readonly Uint8Array[],
): JointBlock {
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
