// What the objects offer over RPC: to the gateway, to each other, and to development tools. Types only: the gateway knows the
// actors by nothing else. All values survive structured cloning.
import type { MerkleChainBlock } from "../protocol/blocks/merkle-chain-block.ts";
import type { ChainRecord } from "../protocol/ledger/chain-record.ts";
import type { Refusal } from "../protocol/refusal.ts";
import type { EpochRecord } from "../protocol/rounds/epoch.ts";
import type { Admission } from "./admission.ts";
import type { Finding } from "./findings.ts";
import type { Directory } from "./merkle-chain.ts";
import type { PeerAnswer, PeerRequest } from "./peers.ts";
import type { AccountProofView, InclusionProofView, NoProof } from "./proof-queries.ts";
import type { RoundSaturation, SaturationQuery, ShardSaturation } from "./saturation-history.ts";
import type { HistoryEntry, HistoryQuery } from "./shard-log.ts";
import type { BalanceView, BlockView, TransactionView } from "./shard-queries.ts";
import type { Simulation } from "./simulate.ts";
import type { StakingAnswer, StakingQuestion } from "./staking-queries.ts";
import type { TopologyFacts } from "./topology-facts.ts";

export type { Admission } from "./admission.ts";
export type { Finding } from "./findings.ts";
export type { Directory } from "./merkle-chain.ts";
export type { AccountProofView, InclusionProofView, NoProof } from "./proof-queries.ts";
export type { RoundSaturation, SaturationQuery, ShardSaturation } from "./saturation-history.ts";
export type { HistoryEntry, HistoryQuery } from "./shard-log.ts";
export type { BalanceView, BlockView, LegView, TransactionView } from "./shard-queries.ts";
export type { SimulatedLeg, Simulation } from "./simulate.ts";
export type { StakingAnswers, StakingQuestion, ValidatorView } from "./staking-queries.ts";
export type { TopologyFacts } from "./topology-facts.ts";
export type { ValidatorPlace } from "./validator-index.ts";

/** What an object has ahead of it and whom it called: for whoever moves a manual clock. */
export interface Activity {
  /** When it wants its next tick, in ms since 1970; null for never. */
  readonly dueMs: number | null;
  /** By the name of the other object: how often this one has called it in its life. */
  readonly calls: Readonly<Record<string, number>>;
}

/** What every object answers. */
export interface ActorRpc {
  /**
   * `callerMs`: on a network with a manual clock, the time that the caller's stands at. The callee's moves there, too: a clock that
   * nobody has moved for a while must not find its callers in its future.
   */
  receive(request: PeerRequest, callerMs?: number): Promise<PeerAnswer>;
  /** Development networks with a manual clock only: moves this object's clock and ticks it. */
  advanceClock(nowMs: number): Promise<void>;
  /** Waits until nothing that this object started is under way. Does not wake one that nobody has called yet. */
  settled(): Promise<Activity>;
}

/** what a gateway acts under, as actors do. */
export interface GatewayLease {
  /** The clock of this object, in ms since 1970: manual or not. */
  readonly nowMs: number;
  /** The newest epochs, ascending without a gap; the last one may be to come. */
  readonly epochs: readonly EpochRecord[];
  /** Up to this round no other epoch begins. */
  readonly lastRound: number;
}

export interface NetworkInfo extends GatewayLease {
  readonly genesisBytes: Uint8Array;
  readonly merkleChainBlock: number;
  /** Open streams of the network's own events. */
  readonly subscribers: number;
}

/** An epoch by its number or by a round of it. */
export type FirstEpoch = { readonly number: number } | { readonly round: number };

export interface MerkleChainRpc extends ActorRpc {
  /** Creates the network on the very first call. */
  network(): Promise<NetworkInfo>;
  /** The part of it that a gateway asks for again and again. */
  lease(): Promise<GatewayLease>;
  /** Epochs from one on, ascending; at most a page. None for a number that no epoch has yet. */
  epochsFrom(first: FirstEpoch): Promise<readonly EpochRecord[]>;
  /** what shows the epochs behind this one, at most a page. */
  epochProofs(after: number): Promise<readonly Uint8Array[]>;
  directory(from: number): Promise<Directory>;
  blocksAfter(number: number, limit: number): Promise<readonly MerkleChainBlock[]>;
  /** as of this object's clock; null for a shard that the network does not have. */
  saturation(shard: number): Promise<ShardSaturation | null>;
  saturationHistory(shard: number, query: SaturationQuery): Promise<readonly RoundSaturation[]>;
  /** of all shards, as of this object's clock. */
  topologyFacts(): Promise<TopologyFacts>;
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

/** How far one replica of a shard is. */
export interface ReplicaStatus {
  readonly shard: number;
  readonly headRound: number;
  /** Of the joint header. */
  readonly headHash: Uint8Array;
  readonly executedRound: number;
}

export interface SetStatus {
  /** One for each shard that the set covers; none if nobody has called the set yet. */
  readonly replicas: readonly ReplicaStatus[];
  /** What its own voter found wrong with what it followed, the newest first. */
  readonly findings: readonly Finding[];
}

export interface ValidatorSetRpc extends ActorRpc {
  /** Does not wake a set that nobody has called yet. */
  status(): Promise<SetStatus>;
}

/** the answer to a question about a chain, or that this shard does not have the chain. */
export type OnChain<T> =
  | { readonly kind: "here"; readonly value: T }
  | { readonly kind: "elsewhere" };

/** One answer for each transaction of a batch, in its order. */
export interface AdmittedBatch {
  readonly admissions: readonly Admission[];
  /** The first round that is not decided yet: what was admitted can be in it. */
  readonly nextRound: number;
}

export interface HistoryPage {
  readonly entries: readonly (HistoryEntry & { readonly view: TransactionView })[];
  /** Nothing more is executed in rounds up to here. */
  readonly completeRound: number;
}

export interface ShardRpc extends ActorRpc {
  /**
   * Encoded transactions whose signatures the caller has checked; durable when answered. One whose first chain is not here is
   * refused with UNKNOWN_CHAIN.
   */
  admit(batch: readonly Uint8Array[]): Promise<AdmittedBatch>;
  /**
   * another shard that the transactions touch has refused them: by the ids in lower-case hex, why. Those that wait here leave
   * as DROPPED, so that they hold no place for nothing; others stay as they are.
   */
  withdraw(refused: readonly { readonly id: string; readonly refusal: Refusal }[]): Promise<void>;
  status(): Promise<ShardStatus>;
  chain(chain: number): Promise<ChainRecord | undefined>;
  balance(chain: number, address: Uint8Array): Promise<OnChain<BalanceView>>;
  balances(
    address: Uint8Array,
    from: number,
    limit: number,
  ): Promise<{ readonly balances: readonly BalanceView[]; readonly next: number | null }>;
  unattributedFees(chain: number): Promise<OnChain<bigint>>;
  /** About stakes, which are on T0. */
  staking(question: StakingQuestion): Promise<OnChain<StakingAnswer>>;
  /** `chain`: one that it touches; null asks this shard whatever the chain. */
  transaction(id: Uint8Array, chain: number | null): Promise<OnChain<TransactionView | undefined>>;
  history(address: Uint8Array, query: HistoryQuery): Promise<HistoryPage>;
  block(chain: number, round: number): Promise<OnChain<BlockView | undefined>>;
  /** `chain`: of its first leg. */
  simulate(bytes: Uint8Array, chain: number): Promise<OnChain<Simulation>>;
  /** `chain`: in whose block the transaction is to be shown; null for any. */
  inclusionProof(
    id: Uint8Array,
    chain: number | null,
  ): Promise<OnChain<InclusionProofView | NoProof>>;
  accountProof(chain: number, address: Uint8Array): Promise<OnChain<AccountProofView | NoProof>>;
}

/**
 * Streams: a WebSocket upgrade on the object (`fetch` with `Upgrade: websocket`), hibernatable, so that a waiting subscriber
 * costs nothing. Query parameters say what to stream; each message is one event as JSON, in order, from behind `after`.
 * Of a chain that the shard does not have there is none: HTTP 421.
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
