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
import { blocksOfChains, bodyFault, isSingle, twoChainOrder } from "./block-order.ts";
import type { Half, Head } from "./joint-header.ts";
import {
  byChain,
  type ChainHeader,
  chainHeaderCodec,
  chainHeaderHash,
  NO_PARENT,
  type ShardBlock,
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
 * The block over those of the candidates that can be in it, in the order of: those over two chains, then chain by chain,
 * each in the given order; `left` says why the others are not. Each is judged once, so what is formed here is checked. Cost:
 * candidates + chains touched.
 */
export function buildShardBlock(
  view: ShardView,
  candidates: readonly VerifiedTransaction[],
): { readonly formed: FormedShardBlock; readonly left: ReadonlyMap<string, Refusal> } {
  const singles = [...byChain(candidates.filter(isSingle))].sort(([a], [b]) => a - b);
  const left = new Map<string, Refusal>();
  const forming = new Forming(view);
  const twoChain = candidates.filter((one) => !isSingle(one));
  for (const candidate of [...twoChain, ...singles.flatMap(([, own]) => own)]) {
    const refusal = forming.add(candidate);
    if (refusal !== null) left.set(candidate.idHex, refusal);
  }
  return { formed: forming.done(), left };
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
  const fault = bodyFault(shardBlock, transactions);
  if (fault !== null) return refuse({ code: "INVALID_BLOCK", check: fault });
  for (const [chain, own] of blocksOfChains(shardBlock, transactions)) {
    if (own.every(({ transaction }) => transaction.legs.some((leg) => leg.chain === chain)))
      continue;
    return refuse({ code: "INVALID_BLOCK", check: "transactions stand under their chain" });
  }
  const forming = new Forming(view);
  for (const transaction of transactions) {
    const refusal = forming.add(transaction);
    if (refusal !== null) return refuse(refusal);
  }
  const formed = forming.done();
  const { shardBlock: ours, half: ourHalf } = formed;
  if (
    ours.shard !== shardBlock.shard ||
    !equalHeaders(ours.chainHeaders, shardBlock.chainHeaders)
  ) {
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
  return accept(formed);
}

const equalHeaders = (ours: readonly ChainHeader[], theirs: readonly ChainHeader[]): boolean =>
  ours.length === theirs.length &&
  ours.every((header, i) =>
    equalBytes(chainHeaderCodec.encode(header), chainHeaderCodec.encode(theirs[i] as ChainHeader)),
  );

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

/**
 * A block in the making: those over two chains come first, and on each chain all in order. No judgement looks beyond a
 * chain, so the one order of those over two chains can be made at the end.
 */
class Forming {
  readonly #view: ShardView;
  readonly #assembler: BlockAssembler;
  /** With of each leg, in the order in which they came. */
  readonly #placed = new Map<VerifiedTransaction, readonly boolean[]>();

  constructor(view: ShardView) {
    this.#view = view;
    this.#assembler = new BlockAssembler(view);
  }

  /** Why the transaction cannot come next; null if it does. */
  add(transaction: VerifiedTransaction): Refusal | null {
    const added = this.#assembler.add(transaction);
    if (!added.ok) return added.refusal;
    this.#placed.set(
      transaction,
      added.value.legs.map((leg) => leg.possiblyEmptying),
    );
    return null;
  }

  done(): FormedShardBlock {
    const { networkId, epoch, shard, head, headCertificate } = this.#view;
    const came = [...this.#placed.keys()];
    const pairs = twoChainOrder(came.filter((one) => !isSingle(one)));
    const singles = came.filter(isSingle);
    const transactions = [...pairs, ...singles];
    const twoChain = pairs.map(({ bytes }) => bytes);
    const singleChain = [...byChain(singles)].map(([chain, own]) => ({
      chain,
      transactions: own.map(({ bytes }) => bytes),
    }));
    const chainHeaders = formChainHeaders(this.#view, byChain(transactions));
    const hashes = chainHeaders.map((header) => chainHeaderHash(networkId, epoch, header));
    const half: Half = {
      shard,
      head,
      headCertificate,
      crossRoot: merkleRoot([]),
      chainsRoot: merkleRoot(hashes),
      chainCount: chainHeaders.length,
      partnerPayloadRoot: null,
      merkleChainRead: null,
    };
    return {
      shardBlock: { shard, chainHeaders, crossShard: [], twoChain, singleChain },
      half,
      placed: transactions.map((transaction) => ({
        transaction,
        possiblyEmptying: this.#placed.get(transaction) ?? [],
      })),
      inclusions: this.#assembler.inclusions(),
    };
  }
}

/** `touching`: by chain, what touches it, in total order. */
function formChainHeaders(
  view: ShardView,
  touching: ReadonlyMap<number, readonly VerifiedTransaction[]>,
): ChainHeader[] {
  const chains = [...new Set([...touching.keys(), ...view.rootsToCarry()])].sort((a, b) => a - b);
  return chains.map((chain) => {
    const transactions = touching.get(chain) ?? [];
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
