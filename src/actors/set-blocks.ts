// The blocks of a validator set: formed from the shard's candidates, and checked on this voter's own replica.
import { invariant } from "../protocol/assert.ts";
import {
  buildShardBlock,
  checkShardBlock,
  type FormedShardBlock,
} from "../protocol/blocks/build-shard-block.ts";
import { checkJointHeader } from "../protocol/blocks/check-joint-header.ts";
import {
  JOINT_HEADER_VERSION,
  type JointHeader,
  jointHeaderHash,
} from "../protocol/blocks/joint-header.ts";
import { type JointBlock, jointBlockCodec, totalOrder } from "../protocol/blocks/shard-block.ts";
import { equalBytes } from "../protocol/encoding/bytes.ts";
import {
  decodeTransaction,
  storedTransaction,
  type UnverifiedTransaction,
  type VerifiedTransaction,
} from "../protocol/ledger/unverified.ts";
import { MIB, SHARD_BLOCK_BYTES_MAX, SHARD_BLOCK_TRANSACTIONS_MAX } from "../protocol/limits.ts";
import { certifiedBody } from "./certified-body.ts";
import { KnownTransactions } from "./known-transactions.ts";
import type { Network } from "./network.ts";
import type { Log } from "./ports.ts";
import type { Replica } from "./replica.ts";

export interface SetBlocksPorts {
  readonly network: Network;
  readonly log: Log;
  readonly replica: Replica;
  readonly set: number;
}

/** A block whose body is the one that its header commits to, and what this voter thinks of it. */
export interface ProposedBlock {
  readonly block: JointBlock;
  /** The head that it extends. */
  readonly head: { readonly round: number; readonly hash: Uint8Array };
  /** In total order. */
  readonly transactions: readonly UnverifiedTransaction[];
  /** The same once this voter has checked every signature; null before. */
  verified: readonly VerifiedTransaction[] | null;
  /** null until the replica has checked the block; a block that failed never gets one. */
  formed: FormedShardBlock | null;
  refused: boolean;
}

/** What a block of one shard may take: beyond it nobody can have formed it, and it is not decoded. */
const PROPOSED_BYTES_MAX = SHARD_BLOCK_BYTES_MAX + MIB;

export class SetBlocks {
  readonly #ports: SetBlocksPorts;

  constructor(ports: SetBlocksPorts) {
    this.#ports = ports;
  }

  /** The candidates that can be read; a gateway hands on no others. */
  decode(candidates: readonly Uint8Array[]): UnverifiedTransaction[] {
    return candidates.flatMap((bytes) => {
      const decoded = decodeTransaction(bytes, this.#ports.network.id);
      return decoded.ok ? [decoded.value] : [];
    });
  }

  /**
   * A fresh block over those of the candidates that can be in it; null if there is no work in it. Forming it judges each
   * of them on this replica, so that it needs no other check here.
   */
  form(
    round: number,
    view: number,
    candidates: readonly VerifiedTransaction[],
  ): ProposedBlock | null {
    const { network, replica, set } = this.#ports;
    const { formed } = buildShardBlock(replica.view(round), candidates);
    if (formed.placed.length === 0 && formed.shardBlock.chainHeaders.length === 0) return null;
    const header: JointHeader = {
      version: JOINT_HEADER_VERSION,
      networkId: network.id,
      epoch: network.epoch.epoch,
      set,
      round,
      view,
      halves: [formed.half],
      merkleChain: null,
    };
    const transactions = formed.placed.map(({ transaction }) => transaction);
    return {
      block: { header, shardBlocks: [formed.shardBlock] },
      head: formed.half.head,
      transactions,
      verified: transactions,
      formed,
      refused: false,
    };
  }

  /** A block of others by its bytes; null for bytes that are not the whole block of this value. */
  read(
    bytes: Uint8Array,
    value: Uint8Array,
    known: readonly VerifiedTransaction[],
  ): ProposedBlock | null {
    if (bytes.length > PROPOSED_BYTES_MAX) return null;
    const decoded = jointBlockCodec.decode(bytes);
    if (!decoded.ok || !equalBytes(jointHeaderHash(decoded.value.header), value)) return null;
    return this.#proposed(decoded.value, new KnownTransactions(known));
  }

  /** A block that this voter's votes are about, from its own store: it checked the signatures before it voted. */
  restored(block: JointBlock, voted: boolean): ProposedBlock | null {
    if (!voted) return this.#proposed(block, KnownTransactions.none);
    const { network } = this.#ports;
    const transactions = block.shardBlocks
      .flatMap((shardBlock) => [...totalOrder(shardBlock)])
      .map((bytes) => storedTransaction(bytes, network.id));
    const proposed = this.#proposed(block, new KnownTransactions(transactions));
    return proposed === null ? null : { ...proposed, verified: transactions };
  }

  /** Why the header cannot be one of this round, whatever stands below it; null if it can. */
  headerRefusal(round: number, viewMax: number, { header }: JointBlock): string | null {
    const { network, replica, set } = this.#ports;
    const { id, epoch } = network;
    const shards = [replica.shard];
    const expected = { networkId: id, epoch: epoch.epoch, set, round, viewMax, shards };
    const refusal = checkJointHeader(header, expected);
    return refusal === null ? null : JSON.stringify(refusal);
  }

  /**
   * What follows from the block on this replica's head, which it must extend; null, with the reason in the log, if the replica
   * would have formed another.
   */
  check(round: number, { block, verified }: ProposedBlock): FormedShardBlock | null {
    const { log, replica, set } = this.#ports;
    const [half] = block.header.halves;
    const [shardBlock] = block.shardBlocks;
    invariant(
      half !== undefined && shardBlock !== undefined && verified !== null,
      "R-4.4 A block is judged before its body and signatures are",
      { set, round },
    );
    const formed = checkShardBlock(replica.view(round), shardBlock, half, verified);
    if (formed.ok) return formed.value;
    log.write("block refused", { set, round, refusal: formed.refusal });
    return null;
  }

  #proposed(block: JointBlock, known: KnownTransactions): ProposedBlock | null {
    const { network, replica } = this.#ports;
    // Counted before it is decoded: decoded transactions take more than ten times the memory.
    let count = 0;
    for (const shardBlock of block.shardBlocks) count += transactionCount(shardBlock);
    if (count > SHARD_BLOCK_TRANSACTIONS_MAX) return null;
    const body = certifiedBody(network, block, replica.shard, known);
    if (body === null) return null;
    const { half, transactions } = body;
    const { head } = half;
    return { block, head, transactions, verified: null, formed: null, refused: false };
  }
}

const transactionCount = ({
  crossShard,
  twoChain,
  singleChain,
}: JointBlock["shardBlocks"][number]): number =>
  singleChain.reduce(
    (sum, { transactions }) => sum + transactions.length,
    crossShard.length + twoChain.length,
  );
