// What the objects offer over RPC: to the gateway, to each other, and to development tools. Types only: the gateway knows the
// actors by nothing else. All values survive structured cloning.
import type { MerkleChainBlock } from "../protocol/blocks/merkle-chain-block.ts";
import type { ChainRecord } from "../protocol/ledger/chain-record.ts";
import type { Admission } from "./admission.ts";
import type { Directory } from "./merkle-chain.ts";
import type { PeerAnswer, PeerRequest } from "./peers.ts";
import type { AccountProofView, InclusionProofView, NoProof } from "./proof-queries.ts";
import type { HistoryEntry, HistoryQuery } from "./shard-log.ts";
import type { BalanceView, BlockView, TransactionView } from "./shard-queries.ts";
import type { Simulation } from "./simulate.ts";

export type { Admission } from "./admission.ts";
export type { Directory } from "./merkle-chain.ts";
export type { AccountProofView, InclusionProofView, NoProof } from "./proof-queries.ts";
export type { HistoryEntry, HistoryQuery } from "./shard-log.ts";
export type { BalanceView, BlockView, LegView, TransactionView } from "./shard-queries.ts";
export type { SimulatedLeg, Simulation } from "./simulate.ts";

/** What every object answers. */
export interface ActorRpc {
  receive(request: PeerRequest): Promise<PeerAnswer>;
  /**
   * Development networks with a manual clock only: moves this object's clock and ticks it. Answers when its next tick
   * is due, in ms since 1970, or null.
   */
  advanceClock(nowMs: number): Promise<number | null>;
  /** Waits until nothing that this object started is under way; answers how many steps it has run in its life. */
  settled(): Promise<number>;
}

export interface NetworkInfo {
  readonly genesisBytes: Uint8Array;
  /** The clock of this object, in ms since 1970: manual or not. */
  readonly nowMs: number;
  readonly merkleChainBlock: number;
  /** Open streams of the network's own events. */
  readonly subscribers: number;
}

export interface MerkleChainRpc extends ActorRpc {
  /** Creates the network on the very first call. */
  network(): Promise<NetworkInfo>;
  directory(from: number): Promise<Directory>;
  blocksAfter(number: number, limit: number): Promise<readonly MerkleChainBlock[]>;
}

export interface ShardStatus {
  readonly headRound: number;
  /** Of the joint header. */
  readonly headHash: Uint8Array;
  readonly executedRound: number;
  readonly finalRound: number;
  /** The first round that is not decided yet. */
  readonly nextRound: number;
  readonly waiting: number;
  /** When the shard wakes next, ms since 1970; null: it sleeps until a transaction comes. */
  readonly nextTickMs: number | null;
  /** Open streams of blocks and of transactions. */
  readonly subscribers: number;
}

export interface ShardRpc extends ActorRpc {
  /** Encoded transactions whose signatures the caller has checked; durable when answered. */
  admit(batch: readonly Uint8Array[]): Promise<readonly Admission[]>;
  status(): Promise<ShardStatus>;
  chain(chain: number): Promise<ChainRecord | undefined>;
  balance(chain: number, address: Uint8Array): Promise<BalanceView | null>;
  balances(
    address: Uint8Array,
    from: number,
    limit: number,
  ): Promise<{ readonly balances: readonly BalanceView[]; readonly next: number | null }>;
  unattributedFees(chain: number): Promise<bigint | null>;
  transaction(id: Uint8Array): Promise<TransactionView | undefined>;
  history(
    address: Uint8Array,
    query: HistoryQuery,
  ): Promise<readonly (HistoryEntry & { readonly view: TransactionView })[]>;
  block(chain: number, round: number): Promise<BlockView | undefined>;
  simulate(bytes: Uint8Array): Promise<Simulation>;
  /** `chain`: in whose block the transaction is to be shown; null for any. */
  inclusionProof(id: Uint8Array, chain: number | null): Promise<InclusionProofView | NoProof>;
  accountProof(chain: number, address: Uint8Array): Promise<AccountProofView | NoProof>;
}

/**
 * Streams: a WebSocket upgrade on the object (`fetch` with `Upgrade: websocket`), hibernatable, so that a waiting subscriber
 * costs nothing. Query parameters say what to stream; each message is one event as JSON, in order, from behind `after`.
 *
 * Shard: `?stream=transaction&id=<hex>[&after=<status>]`, events `{ cursor: status, view: TransactionView }`, closed by the
 * object after a status that cannot change; `?stream=blocks[&chain=<number>][&after=<round>:<chain>]`, events
 * `{ cursor: "<round>:<chain>", view: BlockView }`.
 * MerkleChain: `?stream=network[&after=<number>]`, events `{ cursor: "<number>", view: MerkleChainBlock }`.
 *
 * In JSON a bigint is `{ "$bigint": "123" }` and bytes are `{ "$bytes": "<hex>" }`: see `protocol/encoding/stream-json.ts`.
 */
export type StreamName = "transaction" | "blocks" | "network";

export interface StreamEvent<T> {
  readonly cursor: string;
  readonly view: T;
}
