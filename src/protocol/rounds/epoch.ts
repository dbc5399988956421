// An epoch is a numbered topology: shards with chains, sets with seats and keys, parameters, activation. Epoch 0
// stands in the genesis record, whose SHA-256 is the network's id and the first seed. Each later one is what its record
// changes of the one before.
import { sha256 } from "../crypto/sha256.ts";
import {
  bool,
  codec,
  fixedBytes,
  hash32,
  list,
  optional,
  safeU64,
  struct,
  taggedUnion,
  text,
  u8,
  u16,
  u32,
  u128,
} from "../encoding/codec.ts";
import { type ChainRecord, chainRecordType } from "../ledger/chain-record.ts";
import { GENESIS_BYTES_MAX, KIB } from "../limits.ts";
import { type StakingRules, stakingRulesType } from "../staking/staking-rules.ts";
import { type SaturationParameters, saturationParametersType } from "../topology/saturation.ts";
import { type Seat, seatType } from "./seat-lists.ts";

export interface ValidatorSetRecord {
  readonly set: number;
  /** The one or two shards that the set covers, ascending. */
  readonly shards: readonly number[];
  readonly seats: readonly Seat[];
}

export interface ShardRecord {
  readonly shard: number;
  readonly chains: readonly number[];
}

/** A set as an epoch's record has it. */
export interface SetEntry extends Omit<ValidatorSetRecord, "seats"> {
  /** of its seats in their order; see `seat-lists.ts`. */
  readonly seatsHash: Uint8Array;
}

/** who covers what, once that is not as in the genesis record any more. */
export interface EpochTopology {
  /** In the order of their creation. */
  readonly shards: readonly ShardRecord[];
  /** Ascending by set. */
  readonly sets: readonly SetEntry[];
  /** The ids that the next shard and the next set get. */
  readonly nextShard: number;
  readonly nextSet: number;
}

/** What a new epoch changes of the one before it, as the MerkleChain's blocks have it. */
export interface EpochRecord {
  readonly epoch: number;
  readonly activationRound: number;
  /** Milliseconds since 1970 (UTC) at which the activation round begins. */
  readonly activationTimeMs: number;
  readonly roundMs: number;
  /** */
  readonly seed: Uint8Array;
  /** null while it is that of the genesis record. */
  readonly topology: EpochTopology | null;
}

export interface Epoch extends Omit<EpochRecord, "seed" | "topology"> {
  /** null in the genesis record, whose own hash it is. */
  readonly seed: Uint8Array | null;
  /** How many rounds ahead an actor may be allowed to act without asking again. */
  readonly leaseRounds: number;
  /** after so many of the MerkleChain's blocks with headers in them the next epoch is due. */
  readonly epochRounds: number;
  /** execution lags consensus by at most so many rounds. Fixed at genesis. */
  readonly k: number;
  /** */
  readonly saturation: SaturationParameters;
  readonly shards: readonly ShardRecord[];
  readonly sets: readonly ValidatorSetRecord[];
  /** Where its shards and sets come from, if not from the genesis record. */
  readonly topology?: EpochTopology | null;
}

export interface GenesisAllocation {
  readonly chain: number;
  readonly address: Uint8Array;
  readonly balance: bigint;
  /** The account's own reserve setting; null for the chain's default. */
  readonly reserve: bigint | null;
}

/** a validator that is bonded from the beginning. It holds a seat of the genesis epoch, or stands by for one. */
export interface GenesisValidator {
  readonly address: Uint8Array;
  readonly key: GenesisKey;
  /** Basis points. */
  readonly commission: number;
  /** Its own stake, in base units of Rune: a part of T0's supply. */
  readonly bond: bigint;
}
/** A seat's key stands in the epoch's sets and not a second time here. */
export type GenesisKey =
  | { readonly kind: "seat"; readonly set: number; readonly seat: number }
  | ({ readonly kind: "standby" } & Seat);

export interface Genesis {
  readonly version: number;
  readonly name: string;
  /** Whether the network offers the development operations (faucet, manual rounds). */
  readonly development: boolean;
  readonly epoch: Epoch;
  readonly chains: readonly ChainRecord[];
  /** By chain, then address, ascending. */
  readonly allocations: readonly GenesisAllocation[];
  readonly staking: StakingRules;
  readonly validators: readonly GenesisValidator[];
}

export const GENESIS_VERSION = 1;

export type { Seat } from "./seat-lists.ts";

const shardRecordType = struct<ShardRecord>("ShardRecord", { shard: u32, chains: list(u32) });

const epochTopologyType = struct<EpochTopology>("EpochTopology", {
  shards: list(shardRecordType),
  sets: list(struct<SetEntry>("SetEntry", { set: u32, shards: list(u32), seatsHash: hash32 })),
  nextShard: u32,
  nextSet: u32,
});

export const epochRecordType = struct<EpochRecord>("EpochRecord", {
  epoch: safeU64,
  activationRound: safeU64,
  activationTimeMs: safeU64,
  roundMs: u32,
  seed: hash32,
  topology: optional(epochTopologyType),
});

/** With the 1,378 sets of 53 shards. */
export const EPOCH_RECORD_BYTES_MAX = 128 * KIB;

export const epochRecordCodec = codec<EpochRecord>(
  "epoch record",
  epochRecordType,
  EPOCH_RECORD_BYTES_MAX,
);

const epochType = struct<Omit<Epoch, "topology">>("Epoch", {
  epoch: safeU64,
  activationRound: safeU64,
  activationTimeMs: safeU64,
  roundMs: u32,
  seed: optional(hash32),
  leaseRounds: u32,
  epochRounds: u32,
  k: u8,
  saturation: saturationParametersType,
  shards: list(shardRecordType),
  sets: list(
    struct<ValidatorSetRecord>("ValidatorSetRecord", {
      set: u32,
      shards: list(u32),
      seats: list(seatType),
    }),
  ),
});

export const epochCodec = codec<Omit<Epoch, "topology">>("epoch", epochType, GENESIS_BYTES_MAX);

type GenesisSeat = Omit<Extract<GenesisKey, { readonly kind: "seat" }>, "kind">;

export const genesisCodec = codec<Genesis>(
  "genesis record",
  struct<Genesis>("Genesis", {
    version: u8,
    name: text,
    development: bool,
    epoch: epochType,
    chains: list(chainRecordType),
    allocations: list(
      struct<GenesisAllocation>("GenesisAllocation", {
        chain: u32,
        address: fixedBytes(20),
        balance: u128,
        reserve: optional(u128),
      }),
    ),
    staking: stakingRulesType,
    validators: list(
      struct<GenesisValidator>("GenesisValidator", {
        address: fixedBytes(20),
        key: taggedUnion<GenesisKey>("GenesisKey", {
          seat: { tag: 0, fields: struct<GenesisSeat>("GenesisSeat", { set: u32, seat: u16 }) },
          standby: { tag: 1, fields: seatType },
        }),
        commission: u16,
        bond: u128,
      }),
    ),
  }),
  GENESIS_BYTES_MAX,
);

/** The network's id, and the seed of epoch 0. */
export const genesisHash = (genesisBytes: Uint8Array): Uint8Array => sha256(genesisBytes);

/** What the MerkleChain's blocks say of the epoch, or would of epoch 0. */
export const recordOf = (networkId: Uint8Array, epoch: Epoch): EpochRecord => {
  const { activationRound, activationTimeMs, roundMs } = epoch;
  const seed = epochSeed(networkId, epoch);
  const topology = epoch.topology ?? null;
  return { epoch: epoch.epoch, activationRound, activationTimeMs, roundMs, seed, topology };
};

/** what the proposers of the epoch's rounds follow from. */
export const epochSeed = (networkId: Uint8Array, { seed }: Epoch): Uint8Array => seed ?? networkId;

type Timing = Pick<EpochRecord, "activationRound" | "activationTimeMs" | "roundMs">;

/** the round that `nowMs` lies in; the activation round before its time has come. */
export function roundAt(epoch: Timing, nowMs: number): number {
  const elapsed = Math.max(0, nowMs - epoch.activationTimeMs);
  return epoch.activationRound + Math.floor(elapsed / epoch.roundMs);
}

/** Until when in a round a shard opens it, in rounds. */
const OPENABLE_ROUNDS = 0.9;
/**
 * Until when the MerkleChain's part waits for a shard, in rounds: a little longer, as clocks differ. Then a shard could not come in
 * any more.
 */
export const PART_WAIT_ROUNDS: number = (OPENABLE_ROUNDS + 1) / 2;

/** the first round that a shard can open at `nowMs` or later: the present one, but for its end. */
export function openableRound(epoch: Timing, nowMs: number): number {
  return roundAt(epoch, nowMs + epoch.roundMs * (1 - OPENABLE_ROUNDS));
}

/** When a round begins, in milliseconds since 1970. */
export function roundStartMs(epoch: Timing, round: number): number {
  return epoch.activationTimeMs + (round - epoch.activationRound) * epoch.roundMs;
}
