// Forms a shard block from transactions in order, and re-checks one by forming it again: what a replica would have built
// from the same transactions is the only valid block.

import type { Certificate } from "../consensus/messages.ts";
import { equalBytes } from "../encoding/bytes.ts";
import type { VerifiedTransaction } from "../ledger/unverified.ts";
import { merkleRoot } from "../merkle/transaction-tree.ts";
import type { Refusal } from "../refusal.ts";
import type { RoundInclusions } from "../reserve/window.ts";
import { accept, type Result, refuse } from "../result.ts";
import { BlockAssembler, type RoundView } from "./assembler.ts";
import type { Half, Head } from "./joint-header.ts";
import {
  type ChainHeader,
  chainHeaderHash,
  NO_PARENT,
  type ShardBlock,
  type SingleChainTransactions,
  shardBlockCodec,
  transactionsRoot,
} from "./shard-block.ts";

/** What a replica knows of its shard before round n: enough to judge, form and check a half. */
export interface ShardView extends RoundView {
  readonly networkId: Uint8Array;
  readonly epoch: number;
  readonly shard: number;
  readonly head: Head;
  readonly headCertificate: Certificate | null;
  /** Whether this certifies the head: the replica's own certificate, or another one of the same seats' quorum. */
  certifiesHead(certificate: Certificate): boolean;
  /** The hash of the chain's last header, or null before its first. */
  chainParent(chain: number): Uint8Array | null;
  /** the chain's root after round n-k. */
  stateRoot(chain: number): Uint8Array;
  /** The chains whose root after n-k no header of this shard carries yet, ascending. */
  rootsToCarry(): readonly number[];
}

/** A transaction in a block with of each leg, as execution needs it. */
export interface PlacedTransaction {
  readonly transaction: VerifiedTransaction;
  readonly possiblyEmptying: readonly boolean[];
}

export interface FormedShardBlock {
  readonly shardBlock: ShardBlock;
  readonly half: Half;
  /** In total order. */
  readonly placed: readonly PlacedTransaction[];
  readonly inclusions: RoundInclusions;
}

/**
 * The block over those of the candidates that can be in it, tried in the given order; `left` says why the others are not.
 * Cost: candidates + chains touched.
 */
export function buildShardBlock(
  view: ShardView,
  candidates: readonly VerifiedTransaction[],
): { readonly formed: FormedShardBlock; readonly left: ReadonlyMap<string, Refusal> } {
  const selection = new BlockAssembler(view);
  const left = new Map<string, Refusal>();
  const byChain = new Map<number, VerifiedTransaction[]>();
  for (const candidate of candidates) {
    const added = selection.add(candidate);
    if (!added.ok) {
      left.set(candidate.idHex, added.refusal);
      continue;
    }
    const chain = candidate.transaction.legs[0]?.chain ?? 0;
    const chosen = byChain.get(chain);
    if (chosen === undefined) byChain.set(chain, [candidate]);
    else chosen.push(candidate);
  }
  const singles = [...byChain].sort(([a], [b]) => a - b);
  const formed = formShardBlock(view, singles);
  if (!formed.ok) throw new Error(`Selected transactions form no block: ${formed.refusal.code}`);
  return { formed: formed.value, left };
}

/**
 * the block's transactions, decoded and verified in total order, must form exactly this block and half.
 * Refuses INVALID_BLOCK, or what refuses the first bad transaction.
 */
export function checkShardBlock(
  view: ShardView,
  shardBlock: ShardBlock,
  half: Half,
  transactions: readonly VerifiedTransaction[],
): Result<FormedShardBlock> {
  if (shardBlock.crossShard.length > 0 || shardBlock.twoChain.length > 0) {
    return refuse({
      code: "INVALID_BLOCK",
      check: "no payload of this protocol version has two legs",
    });
  }
  const singles: [number, VerifiedTransaction[]][] = [];
  let next = 0;
  for (const { chain, transactions: bodies } of shardBlock.singleChain) {
    const own = transactions.slice(next, next + bodies.length);
    next += bodies.length;
    const foreign = own.some(({ transaction }) =>
      transaction.legs.some((leg) => leg.chain !== chain),
    );
    if (foreign)
      return refuse({ code: "INVALID_BLOCK", check: "transactions stand under their chain" });
    if (own.length === 0)
      return refuse({ code: "INVALID_BLOCK", check: "no empty transaction list" });
    if ((singles.at(-1)?.[0] ?? -1) >= chain) {
      return refuse({ code: "INVALID_BLOCK", check: "chains ascend" });
    }
    singles.push([chain, own]);
  }
  if (next !== transactions.length) {
    return refuse({ code: "INVALID_BLOCK", check: "one body per transaction" });
  }
  const formed = formShardBlock(view, singles);
  if (!formed.ok) return formed;
  const { shardBlock: ours, half: ourHalf } = formed.value;
  if (!equalBytes(shardBlockCodec.encode(ours), shardBlockCodec.encode(shardBlock))) {
    return refuse({
      code: "INVALID_BLOCK",
      check: "chain headers follow from the transactions and the state",
    });
  }
  if (!equalHalves(view, ourHalf, half)) {
    return refuse({
      code: "INVALID_BLOCK",
      check: "the half extends the head and commits to the block",
    });
  }
  return formed;
}

function equalHalves(view: ShardView, ours: Half, theirs: Half): boolean {
  const certified =
    ours.headCertificate === null
      ? theirs.headCertificate === null
      : theirs.headCertificate !== null && view.certifiesHead(theirs.headCertificate);
  return (
    certified &&
    ours.shard === theirs.shard &&
    ours.head.round === theirs.head.round &&
    equalBytes(ours.head.hash, theirs.head.hash) &&
    equalBytes(ours.crossRoot, theirs.crossRoot) &&
    equalBytes(ours.chainsRoot, theirs.chainsRoot) &&
    ours.chainCount === theirs.chainCount &&
    theirs.partnerPayloadRoot === null &&
    theirs.merkleChainRead === null
  );
}

function formShardBlock(
  view: ShardView,
  singles: readonly (readonly [chain: number, transactions: readonly VerifiedTransaction[]])[],
): Result<FormedShardBlock> {
  const assembler = new BlockAssembler(view);
  const placed: PlacedTransaction[] = [];
  for (const [, transactions] of singles) {
    for (const transaction of transactions) {
      const added = assembler.add(transaction);
      if (!added.ok) return added;
      const possiblyEmptying = added.value.legs.map((leg) => leg.possiblyEmptying);
      placed.push({ transaction, possiblyEmptying });
    }
  }
  const chainHeaders = formChainHeaders(view, singles);
  const { networkId, epoch, shard, head, headCertificate } = view;
  const singleChain: SingleChainTransactions[] = singles.map(([chain, transactions]) => ({
    chain,
    transactions: transactions.map(({ bytes }) => bytes),
  }));
  const half: Half = {
    shard,
    head,
    headCertificate,
    crossRoot: merkleRoot([]),
    chainsRoot: merkleRoot(chainHeaders.map((header) => chainHeaderHash(networkId, epoch, header))),
    chainCount: chainHeaders.length,
    partnerPayloadRoot: null,
    merkleChainRead: null,
  };
  const shardBlock = { shard, chainHeaders, crossShard: [], twoChain: [], singleChain };
  return accept({ shardBlock, half, placed, inclusions: assembler.inclusions() });
}

function formChainHeaders(
  view: ShardView,
  singles: readonly (readonly [chain: number, transactions: readonly VerifiedTransaction[]])[],
): ChainHeader[] {
  const bodies = new Map(singles);
  const chains = [...new Set([...bodies.keys(), ...view.rootsToCarry()])].sort((a, b) => a - b);
  return chains.map((chain) => {
    const transactions = bodies.get(chain) ?? [];
    return {
      chain,
      round: view.round,
      parent: view.chainParent(chain) ?? NO_PARENT,
      transactionsRoot: transactionsRoot(transactions),
      transactionCount: transactions.length,
      gas: transactions.reduce((sum, { transaction }) => sum + gasOn(transaction, chain), 0),
      stateRoot: view.stateRoot(chain),
    };
  });
}

const gasOn = (transaction: VerifiedTransaction["transaction"], chain: number): number =>
  transaction.legs.reduce((sum, leg) => sum + (leg.chain === chain ? leg.gasLimit : 0), 0);
