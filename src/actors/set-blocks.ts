// The blocks of a validator set: formed from the shard's candidates, and checked on the set's own replica.
import {
  buildShardBlock,
  checkShardBlock,
  type FormedShardBlock,
} from "../protocol/blocks/build-shard-block.ts";
import { checkJointHeader } from "../protocol/blocks/check-joint-header.ts";
import { JOINT_HEADER_VERSION, type JointHeader } from "../protocol/blocks/joint-header.ts";
import { type JointBlock, totalOrder } from "../protocol/blocks/shard-block.ts";
import {
  decodeTransaction,
  type UnverifiedTransaction,
  type VerifiedTransaction,
} from "../protocol/ledger/unverified.ts";
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
  ): { readonly block: JointBlock; readonly formed: FormedShardBlock } | null {
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
    return { block: { header, shardBlocks: [formed.shardBlock] }, formed };
  }

  /**
   * Everything that a vote for the block needs to have been checked; null, with the reason in the log, if it fails.
   * `verified`: the transactions whose signatures this set has checked; the block may hold no other.
   */
  check(
    round: number,
    viewMax: number,
    block: JointBlock,
    verified: readonly VerifiedTransaction[],
  ): FormedShardBlock | null {
    const { network, log, replica, set } = this.#ports;
    const { id, epoch } = network;
    const shards = [replica.shard];
    const expected = { networkId: id, epoch: epoch.epoch, set, round, viewMax, shards };
    const refusal = checkJointHeader(block.header, expected);
    const [half] = block.header.halves;
    const [shardBlock] = block.shardBlocks;
    if (refusal !== null || half === undefined || shardBlock === undefined) {
      log.write("block refused", { set, round, refusal });
      return null;
    }
    const transactions = this.#verifiedOf([...totalOrder(shardBlock)], verified);
    if (transactions === null) {
      log.write("block refused", {
        set,
        round,
        why: "a transaction that the set has not verified",
      });
      return null;
    }
    const formed = checkShardBlock(replica.view(round), shardBlock, half, transactions);
    if (formed.ok) return formed.value;
    log.write("block refused", { set, round, refusal: formed.refusal });
    return null;
  }

  /** The block's transactions as this set has verified them; null if it holds one that it has not. */
  #verifiedOf(
    bodies: readonly Uint8Array[],
    verified: readonly VerifiedTransaction[],
  ): VerifiedTransaction[] | null {
    const known = new KnownTransactions(verified);
    const transactions: VerifiedTransaction[] = [];
    for (const bytes of bodies) {
      const transaction = known.find(bytes);
      if (transaction === undefined) return null;
      transactions.push(transaction);
    }
    return transactions;
  }
}
