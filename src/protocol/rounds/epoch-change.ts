// How one epoch follows another on the MerkleChain: a block announces it, a later one activates it or says that it lapsed. Every
// voter derives the same change from the log.

import { type Head, headType } from "../blocks/joint-header.ts";
import { sha256 } from "../crypto/sha256.ts";
import { type StructType, struct, taggedUnion, u32 } from "../encoding/codec.ts";
import { MessageKind, messagePrefix } from "../encoding/domain.ts";
import { ROOT_CHAIN } from "../ledger/chain-id.ts";
import {
  type Epoch,
  type EpochRecord,
  type EpochTopology,
  epochRecordType,
  roundStartMs,
  type ShardRecord,
} from "./epoch.ts";
import { nextRoundMs, type Pace } from "./pace.ts";

export type EpochChange =
  /** It is to begin with its activation round. Until one of the others stands behind it, nobody acts beyond the round before. */
  | { readonly kind: "announced"; readonly epoch: EpochRecord }
  | { readonly kind: "activated"; readonly epoch: EpochRecord }
  /** It never begins: the one before goes on. */
  | { readonly kind: "lapsed"; readonly epoch: EpochRecord };

const fields: StructType<{ readonly epoch: EpochRecord }> = struct("EpochChange", {
  epoch: epochRecordType,
});

export const epochChangeType = taggedUnion<EpochChange>("EpochChange", {
  announced: { tag: 0, fields },
  activated: { tag: 1, fields },
  lapsed: { tag: 2, fields },
});

/** the last word of a shard that ends with its epoch, or goes on with other chains: its final head, behind which it refuses all rounds of it. */
export interface Closing {
  readonly shard: number;
  readonly head: Head;
}

/** A split ends one shard, a merge two. */
export const CLOSINGS_MAX = 2;

export const closingType = struct<Closing>("Closing", { shard: u32, head: headType });

/** Where the MerkleChain's log stands between two epochs. */
export interface EpochState {
  /** The newest that is activated. */
  readonly epoch: EpochRecord;
  /** Its successor, announced and neither activated nor lapsed. */
  readonly announced: EpochRecord | null;
  /** Of the announced one, by shard, ascending: each belongs to this announcement alone. */
  readonly closings: readonly Closing[];
  /** whether it is activated by the newest block, so that only the next one will show it to be committed. */
  readonly isUnproven: boolean;
  readonly pace: Pace;
}

/**
 * the shards of an epoch that lose or gain chains in the next one, or are gone; ascending. A chain that the epoch does not name
 * was made since, on the shard that it stays on or leaves with others.
 */
export function endingShards(before: Epoch, { topology }: EpochRecord): number[] {
  if (topology === null) return [];
  const named = new Set(before.shards.flatMap(({ chains }) => chains));
  const root = before.shards.find(({ chains }) => chains.includes(ROOT_CHAIN))?.shard;
  const after = new Map(topology.shards.map((record) => [record.shard, record.chains]));
  const isKept = ({ shard, chains }: ShardRecord): boolean => {
    const own = after.get(shard);
    if (own === undefined) return false;
    const isSame = own.filter((chain) => named.has(chain)).join() === chains.join();
    // T0's shard has all that were made since, unless some of them leave.
    return isSame && (shard !== root || !leavesRoot(topology, shard, named));
  };
  return before.shards
    .filter((record) => !isKept(record))
    .map(({ shard }) => shard)
    .sort((a, b) => a - b);
}

const leavesRoot = ({ shards }: EpochTopology, root: number, named: ReadonlySet<number>): boolean =>
  shards.some(({ shard, chains }) => shard !== root && chains.some((chain) => !named.has(chain)));

/** Of those that end with the epoch, the ones whose closing record the log has not. `present`: the newest activated epoch, whole. */
export function stillOpen(present: Epoch, { announced, closings }: EpochState): number[] {
  if (announced === null) return [];
  const closed = new Set(closings.map(({ shard }) => shard));
  return endingShards(present, announced).filter((shard) => !closed.has(shard));
}

/**
 * what a block in `round` has to say behind this state; null if nothing is due. `genesis`: epoch 0. `open`: how many shards
 * still have to close, this block's records counted. No lease that was given before this block is opened reaches the announced round.
 */
export function changeIn(
  networkId: Uint8Array,
  genesis: Epoch,
  { epoch, announced, pace }: EpochState,
  round: number,
  open = 0,
): EpochChange | null {
  if (announced !== null) {
    if (round >= announced.activationRound) return { kind: "lapsed", epoch: announced };
    return open > 0 ? null : { kind: "activated", epoch: announced };
  }
  // The one that is activated may have to begin first.
  if (round < epoch.activationRound) return null;
  const { leaseRounds, epochRounds } = genesis;
  const roundMs = nextRoundMs(pace, { roundMs: epoch.roundMs, epochRounds }, genesis.roundMs);
  if (roundMs === null) return null;
  return announcement(networkId, leaseRounds, epoch, round, { roundMs, topology: epoch.topology });
}

/** What a block in `round` says that announces the epoch behind this one. */
export function announcement(
  networkId: Uint8Array,
  leaseRounds: number,
  epoch: EpochRecord,
  round: number,
  changed: Pick<EpochRecord, "roundMs" | "topology">,
): EpochChange {
  const activationRound = round + leaseRounds + 1;
  return {
    kind: "announced",
    epoch: {
      epoch: epoch.epoch + 1,
      activationRound,
      activationTimeMs: roundStartMs(epoch, activationRound),
      seed: nextSeed(networkId, epoch.seed),
      ...changed,
    },
  };
}

/** the hash chain from genesis, which stands for the beacon. */
export const nextSeed = (networkId: Uint8Array, seed: Uint8Array): Uint8Array =>
  sha256(messagePrefix(networkId, 0, MessageKind.epochSeed), seed);
