// Forms a shard block from transactions in order, and re-checks one by forming it again: what a replica would have built
// from the same transactions is the only valid block.

import type { Certificate } from "../consensus/messages.ts";
import { concatBytes, equalBytes } from "../encoding/bytes.ts";
import type { VerifiedTransaction } from "../ledger/unverified.ts";
import { merkleRoot } from "../merkle/transaction-tree.ts";
import type { Refusal } from "../refusal.ts";
import type { RoundInclusions } from "../reserve/window.ts";
import { accept, type Result, refuse } from "../result.ts";
import { type BlockLoad, blockLoadType } from "../topology/saturation.ts";
import { blockTradesType, busiestPairs } from "../topology/trade-counts.ts";
import { BlockAssembler, type Inclusion, type RoundView } from "./assembler.ts";
import { blocksOfChains, bodyFault, isSingle, pairsFault, twoChainOrder } from "./block-order.ts";
import { type ChainHeader, chainHeaderCodec, chainHeaderHash, NO_PARENT } from "./chain-header.ts";
import type { Half, Head } from "./joint-header.ts";
import { isCross, isOwn } from "./reach.ts";
import { byChain, type ShardBlock, transactionsRoot } from "./shard-block.ts";

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

/** A shard whose half is to be formed: what its replica knows, and what may go in. */
export interface Offered {
  readonly view: ShardView;
  readonly candidates: readonly VerifiedTransaction[];
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
  const forming = new Forming(view);
  const left = forming.addOwn(candidates);
  return { formed: forming.done(), left };
}

/**
 * The halves of one or two shards, in their order. What touches both shards comes first, if both offer it and both can hold it
 * next, in the order in which the first one has it; each shard's own follows.
 */
export function buildHalves(offered: readonly Offered[]): FormedShardBlock[] {
  const formings = offered.map(({ view }) => new Forming(view));
  const [first, second] = offered;
  const [a, b] = formings;
  if (first !== undefined && second !== undefined && a !== undefined && b !== undefined) {
    const theirs = new Set(second.candidates.map(({ idHex }) => idHex));
    for (const candidate of first.candidates) {
      if (isCross(first.view, candidate) && theirs.has(candidate.idHex)) addToBoth(a, b, candidate);
    }
  }
  for (const [i, { candidates }] of offered.entries()) formings[i]?.addOwn(candidates);
  return formings.map((forming) => forming.done());
}

function addToBoth(a: Forming, b: Forming, transaction: VerifiedTransaction): void {
  const [here, there] = [a.check(transaction), b.check(transaction)];
  if (!here.ok || !there.ok) return;
  a.record(transaction, here.value);
  b.record(transaction, there.value);
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
  const fault = bodyFault(shardBlock, transactions) ?? pairsFault(view, shardBlock, transactions);
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
    equalBytes(saidOfLoad(ours), saidOfLoad(theirs)) &&
    theirs.merkleChainRead === null
  );
}

const saidOfLoad = ({ load, trades }: Half): Uint8Array =>
  concatBytes(blockLoadType.serialize(load), blockTradesType.serialize(trades));

const loadOf = (transactions: readonly VerifiedTransaction[]): BlockLoad => ({
  transactions: transactions.length,
  bytes: transactions.reduce((sum, { bytes }) => sum + bytes.length, 0),
});

/** Of one over two chains. */
const chainsOf = ({ transaction: { legs } }: VerifiedTransaction): readonly [number, number] => [
  legs[0]?.chain ?? 0,
  legs[1]?.chain ?? 0,
];

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
    const checked = this.check(transaction);
    if (!checked.ok) return checked.refusal;
    this.record(transaction, checked.value);
    return null;
  }

  check(transaction: VerifiedTransaction): Result<Inclusion> {
    return this.#assembler.check(transaction);
  }

  record(transaction: VerifiedTransaction, inclusion: Inclusion): void {
    this.#assembler.record(transaction, inclusion);
    const emptying = new Map(inclusion.legs.map((one) => [one.leg, one.possiblyEmptying]));
    this.#placed.set(
      transaction,
      transaction.transaction.legs.map((leg) => emptying.get(leg) ?? false),
    );
  }

  /** Those of the candidates that touch no other shard, as far as they can be in the block; why the others cannot. */
  addOwn(candidates: readonly VerifiedTransaction[]): Map<string, Refusal> {
    const own = candidates.filter((one) => !isCross(this.#view, one));
    const singles = [...byChain(own.filter(isSingle))].sort(([a], [b]) => a - b);
    const twoChain = own.filter((one) => !isSingle(one));
    const left = new Map<string, Refusal>();
    for (const candidate of [...twoChain, ...singles.flatMap(([, some]) => some)]) {
      const refusal = this.add(candidate);
      if (refusal !== null) left.set(candidate.idHex, refusal);
    }
    return left;
  }

  done(): FormedShardBlock {
    const { networkId, epoch, shard, head, headCertificate } = this.#view;
    const came = [...this.#placed.keys()];
    const cross = came.filter((one) => isCross(this.#view, one));
    const own = came.filter((one) => !isCross(this.#view, one));
    const pairs = twoChainOrder(own.filter((one) => !isSingle(one)));
    const singles = own.filter(isSingle);
    const transactions = [...cross, ...pairs, ...singles];
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
      crossRoot: transactionsRoot(cross),
      chainsRoot: merkleRoot(hashes),
      chainCount: chainHeaders.length,
      partnerPayloadRoot: null,
      load: loadOf(transactions),
      trades: busiestPairs([...cross, ...pairs].map(chainsOf)),
      merkleChainRead: null,
    };
    return {
      shardBlock: {
        shard,
        chainHeaders,
        crossShard: cross.map(({ bytes }) => bytes),
        twoChain,
        singleChain,
      },
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
  const touched = [...touching.keys()].filter((chain) => isOwn(view, chain));
  const chains = [...new Set([...touched, ...view.rootsToCarry()])].sort((a, b) => a - b);
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
