// What the MerkleChain's blocks leave behind: all that the next one is judged by.
import { bool, codec, hash32, list, optional, safeU64, struct, u32 } from "../encoding/codec.ts";
import { epochRecordType, type Genesis, genesisEpochRecord } from "../rounds/epoch.ts";
import type { EpochState } from "../rounds/epoch-change.ts";
import { PACE_START, paceType } from "../rounds/pace.ts";
import { type Head, headType } from "./joint-header.ts";

export interface ShardHead {
  readonly shard: number;
  /** The newest notarised header of the shard; round 0 and the network's id before the first. */
  readonly head: Head;
  /** The newest round of which a header of it is recorded as void; 0 before the first. */
  readonly voidedRound: number;
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
      struct<ShardHead>("ShardHead", { shard: u32, head: headType, voidedRound: safeU64 }),
    ),
    chains: u32,
    epoch: epochRecordType,
    announced: optional(epochRecordType),
    isUnproven: bool,
    pace: paceType,
  }),
  64 * 1024,
);

export function genesisState(networkId: Uint8Array, { epoch, chains }: Genesis): MerkleChainState {
  const shards = epoch.shards.map(({ shard }) => shard).sort((a, b) => a - b);
  const head: Head = { round: 0, hash: networkId };
  const heads = shards.map((shard) => ({ shard, head, voidedRound: 0 }));
  return {
    number: 0,
    blockHash: networkId,
    heads,
    chains: chains.length,
    epoch: genesisEpochRecord(networkId, epoch),
    announced: null,
    isUnproven: false,
    pace: PACE_START,
  };
}

/** The notarised head of a shard; undefined for one that the network does not have. */
export const notarisedHead = ({ heads }: MerkleChainState, shard: number): Head | undefined =>
  heads.find((one) => one.shard === shard)?.head;
