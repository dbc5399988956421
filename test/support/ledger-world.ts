// One shard run round by round through the real code: a block is built, re-checked from its bytes,
// committed and executed by a replica over SQLite. Only consensus is missing: certificates are
// filled in, nobody signs them.
import type { Network } from "../../src/actors/network.ts";
import type { Store } from "../../src/actors/ports.ts";
import { type ExecutedRound, Replica } from "../../src/actors/replica.ts";
import {
  buildShardBlock,
  checkShardBlock,
  type FormedShardBlock,
} from "../../src/protocol/blocks/build-shard-block.ts";
import {
  type Half,
  JOINT_HEADER_VERSION,
  type JointHeader,
  jointHeaderHash,
} from "../../src/protocol/blocks/joint-header.ts";
import {
  type CertifiedBlock,
  certifiedBlockCodec,
  type ShardBlock,
  totalOrder,
} from "../../src/protocol/blocks/shard-block.ts";
import { seatSet } from "../../src/protocol/consensus/seats.ts";
import type { Account } from "../../src/protocol/ledger/account.ts";
import type { Receipt } from "../../src/protocol/ledger/receipt.ts";
import {
  storedTransaction,
  type VerifiedTransaction,
} from "../../src/protocol/ledger/unverified.ts";
import type { Refusal } from "../../src/protocol/refusal.ts";
import { nodeSqlite } from "../../src/storage/node-sqlite.ts";
import { createSqlStore } from "../../src/storage/sql-store.ts";
import type { TestAccount } from "./signer.ts";
import { accepted, paperTransaction, type TransactionSpec } from "./transactions.ts";

export const memoryStore = (): Store => createSqlStore(nodeSqlite(":memory:"));

export const openReplica = (store: Store, network: Network): Replica =>
  store.transaction(() => new Replica(store, network, 0));

/** A block over one half with a certificate that only looks like one. */
export function certify(
  network: Network,
  round: number,
  { half, shardBlock }: { readonly half: Half; readonly shardBlock: ShardBlock },
): CertifiedBlock {
  const header: JointHeader = {
    version: JOINT_HEADER_VERSION,
    networkId: network.id,
    epoch: 0,
    set: 1,
    round,
    view: 0,
    halves: [half],
    merkleChain: null,
  };
  const certificate = {
    epoch: 0,
    set: 1,
    round,
    view: 0,
    phase: "commit" as const,
    value: jointHeaderHash(header),
    seats: seatSet(4, [0, 1, 2]),
    signature: new Uint8Array(48).fill(round & 0xff),
  };
  return { block: { header, shardBlocks: [shardBlock], merkleChain: null }, certificate };
}

/** The transactions of a stored block, decoded, in total order. */
export const transactionsIn = (networkId: Uint8Array, block: ShardBlock): VerifiedTransaction[] =>
  [...totalOrder(block)].map((bytes) => storedTransaction(bytes, networkId));

/** What a replica makes of a block that it got as bytes. */
export function recheck(replica: Replica, bytes: Uint8Array): [CertifiedBlock, FormedShardBlock] {
  const certified = accepted(certifiedBlockCodec.decode(bytes));
  const { header, shardBlocks } = certified.block;
  const [half, shardBlock] = [header.halves[0] as Half, shardBlocks[0] as ShardBlock];
  const transactions = transactionsIn(header.networkId, shardBlock);
  const view = replica.view(header.round);
  return [certified, accepted(checkShardBlock(view, shardBlock, half, transactions))];
}

export class LedgerWorld {
  readonly network: Network;
  readonly store: Store;
  replica: Replica;
  /** Bytes of the committed blocks by round. */
  readonly blocks = new Map<number, Uint8Array>();
  /** By id in hex. */
  readonly receipts = new Map<string, Receipt>();
  readonly refusals = new Map<string, Refusal>();

  constructor(network: Network, store: Store = memoryStore()) {
    this.network = network;
    this.store = store;
    this.replica = openReplica(store, network);
  }

  paper(spec: TransactionSpec): VerifiedTransaction {
    return paperTransaction(this.network.id, spec);
  }

  /**
   * Executes what must be executed before `round`, then commits a block over the candidates that it
   * can hold.
   */
  round(round: number, candidates: readonly VerifiedTransaction[] = []): FormedShardBlock {
    this.executeFor(round);
    const { formed, left } = buildShardBlock(this.replica.view(round), candidates);
    for (const [id, refusal] of left) this.refusals.set(id, refusal);
    this.commit(certifiedBlockCodec.encode(certify(this.network, round, formed)));
    return formed;
  }

  /** Commits a block given as bytes. */
  commit(bytes: Uint8Array): void {
    const [certified, formed] = recheck(this.replica, bytes);
    this.store.transaction(() => this.replica.commit(certified, formed));
    this.blocks.set(certified.block.header.round, bytes);
  }

  /** Executes only as much as judging `round` needs: execution as late as allows. */
  executeFor(round: number): void {
    while (!this.replica.canJudge(round)) this.executeNext();
  }

  executeAll(): void {
    while (this.executeNext() !== null);
  }

  executeNext(): ExecutedRound | null {
    const executed = this.store.transaction(() => this.replica.executeNext());
    for (const receipt of executed?.receipts ?? []) {
      this.receipts.set(Buffer.from(receipt.id).toString("hex"), receipt);
    }
    return executed;
  }

  /** 2 and 1 of what was executed, 0 of what was left out. */
  code({ idHex }: VerifiedTransaction): number {
    const receipt = this.receipts.get(idHex);
    if (receipt !== undefined) return receipt.code;
    if (this.refusals.has(idHex)) return 0;
    throw new Error("Neither executed nor left out");
  }

  account({ address }: TestAccount, chain = 0): Account {
    return this.replica.state.account(chain, address);
  }

  /** Another life of the replica over the same store. */
  restart(): void {
    this.replica = openReplica(this.store, this.network);
  }
}
