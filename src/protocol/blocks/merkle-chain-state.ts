// What the MerkleChain's blocks leave behind: all that the next one is judged by.
import { bool, codec, hash32, list, optional, safeU64, struct, u32 } from "../encoding/codec.ts";
import { MIB } from "../limits.ts";
import { type Epoch, epochRecordType, type Genesis, recordOf } from "../rounds/epoch.ts";
import { CLOSINGS_MAX, closingType, type EpochState } from "../rounds/epoch-change.ts";
import { PACE_START, paceType } from "../rounds/pace.ts";
import {
  countRound,
  type Saturation,
  type SaturationContext,
  type SaturationState,
  saturationFrom,
  saturationOf,
  saturationStateType,
} from "../topology/saturation.ts";
import { addTrades, keptTradesType, type TradeCount } from "../topology/trade-counts.ts";
import { type Half, type Head, headType } from "./joint-header.ts";

export interface ShardHead {
  readonly shard: number;
  /** The newest notarised header of the shard; round 0 and the network's id before the first. */
  readonly head: Head;
  /** The newest round of which a header of it is recorded as void; 0 before the first. */
  readonly voidedRound: number;
  /** How many chains it has. */
  readonly chainCount: number;
  /** up to the notarised head. */
  readonly saturation: SaturationState;
  /** which chains its blocks joined most often, by count, then by chains. */
  readonly trades: readonly TradeCount[];
}

export interface MerkleChainState extends EpochState {
  /** Of the newest block; 0 before the first. */
  readonly number: number;
  /** Its hash; the network's id before the first. */
  readonly blockHash: Uint8Array;
  /** Ascending by shard. */
  readonly heads: readonly ShardHead[];
  /** How many chains the directory has. */
  readonly chains: number;
}

export const merkleChainStateCodec = codec<MerkleChainState>(
  "MerkleChain state",
  struct<MerkleChainState>("MerkleChainState", {
    number: safeU64,
    blockHash: hash32,
    heads: list(
      struct<ShardHead>("ShardHead", {
        shard: u32,
        head: headType,
        voidedRound: safeU64,
        chainCount: u32,
        saturation: saturationStateType,
        trades: keptTradesType,
      }),
    ),
    chains: u32,
    epoch: epochRecordType,
    announced: optional(epochRecordType),
    closings: list(closingType, CLOSINGS_MAX),
    isUnproven: bool,
    pace: paceType,
  }),
  MIB,
);

export function genesisState(networkId: Uint8Array, { epoch, chains }: Genesis): MerkleChainState {
  const shards = [...epoch.shards].sort((a, b) => a.shard - b.shard);
  const head: Head = { round: 0, hash: networkId };
  const heads = shards.map((one) => ({
    shard: one.shard,
    head,
    voidedRound: 0,
    chainCount: one.chains.length,
    saturation: saturationFrom(epoch.saturation, 0),
    trades: [],
  }));
  return {
    number: 0,
    blockHash: networkId,
    heads,
    chains: chains.length,
    epoch: recordOf(networkId, epoch),
    announced: null,
    closings: [],
    isUnproven: false,
    pace: PACE_START,
  };
}

/** What asks of the shard's epoch. `genesis`: epoch 0. */
export const saturationContext = (
  genesis: Epoch,
  { epoch }: Pick<MerkleChainState, "epoch">,
  { chainCount }: ShardHead,
): SaturationContext => ({
  parameters: genesis.saturation,
  roundMs: epoch.roundMs,
  chains: chainCount,
});

/** the shard with one more of its halves notarised, and its saturation in that round. */
export function headBehind(
  context: SaturationContext,
  known: ShardHead,
  head: Head,
  { load, trades }: Half,
): { readonly next: ShardHead; readonly saturation: Saturation } {
  const saturation = countRound(context, known.saturation, head.round, load);
  const next = { ...known, head, saturation, trades: addTrades(known.trades, trades) };
  return { next, saturation: saturationOf(context, saturation) };
}

/** The notarised head of a shard; undefined for one that the network does not have. */
export const notarisedHead = ({ heads }: MerkleChainState, shard: number): Head | undefined =>
  heads.find((one) => one.shard === shard)?.head;
