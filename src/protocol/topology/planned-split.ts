// The split that is due by the MerkleChain's log, with the seats of its sets: what its next block may announce. Everybody who has
// the log derives the same one.

import { invariant } from "../assert.ts";
import type { ShardHead } from "../blocks/merkle-chain-state.ts";
import { toHex } from "../encoding/bytes.ts";
import {
  EPOCH_RECORD_BYTES_MAX,
  type Epoch,
  type EpochTopology,
  epochRecordType,
  type Genesis,
  type ValidatorSetRecord,
} from "../rounds/epoch.ts";
import {
  announcement,
  type EpochChange,
  type EpochState,
  nextSeed,
} from "../rounds/epoch-change.ts";
import { type Seat, seatListHash } from "../rounds/seat-lists.ts";
import type { Topology } from "./allocation.ts";
import { presentTopology } from "./present-topology.ts";
import type { SpawnedSet } from "./relations.ts";
import { countSettled, isSplitDue } from "./saturation.ts";
import { type SeatedSet, seatSplit } from "./seat-split.ts";
import { canSplit, type Validator } from "./seats.ts";
import { planSplit } from "./split.ts";

export interface PlannedTopology {
  readonly topology: EpochTopology;
  /** The lists of seats that it names and the epoch before did not. */
  readonly seats: readonly (readonly Seat[])[];
}

/** What a plan is made from. */
export interface PlanContext {
  readonly genesis: Genesis;
  /** The newest activated epoch, whole. */
  readonly epoch: Epoch;
  /** Ascending by shard, as the log has them. */
  readonly heads: readonly ShardHead[];
  /** How many chains the directory has: those made after genesis live on T0's shard until a split moves them. */
  readonly chains: number;
  /** The present one: a shard that has had nothing since is full no more. */
  readonly round: number;
  /** of the epoch to come. */
  readonly seed: Uint8Array;
}

interface SeatedValidator extends Validator {
  readonly seat: Seat;
}

export interface SplitChange extends PlannedTopology {
  readonly change: EpochChange;
}

/**
 * what a block in `round` may announce; null if no split is due, or one epoch is announced already. `present`: the newest
 * activated epoch, whole.
 */
export function splitIn(
  networkId: Uint8Array,
  genesis: Genesis,
  present: Epoch,
  state: EpochState & Pick<PlanContext, "heads" | "chains">,
  round: number,
): SplitChange | null {
  const { epoch, announced, heads, chains } = state;
  if (announced !== null || round < epoch.activationRound) return null;
  const seed = nextSeed(networkId, epoch.seed);
  const planned = plannedSplit({ genesis, epoch: present, heads, chains, round, seed });
  if (planned === null) return null;
  const { leaseRounds } = genesis.epoch;
  const { roundMs } = epoch;
  const changed = { roundMs, topology: planned.topology };
  const change = announcement(networkId, leaseRounds, epoch, round, changed);
  // More chains than a record can name: the shards stay as they are.
  const { length } = epochRecordType.serialize(change.epoch);
  return length > EPOCH_RECORD_BYTES_MAX ? null : { ...planned, change };
}

/**
 * null if no shard is full for long enough, or none of those that are can split: for want of chains or of validators. Of
 * several the one with the lowest id comes first. Stakes are the bonds of the genesis record.
 */
function plannedSplit(context: PlanContext): PlannedTopology | null {
  const { genesis, epoch, heads, round } = context;
  const { saturation: parameters, roundMs } = epoch;
  const full = heads.filter(({ chainCount, saturation }) => {
    const settled = countSettled({ parameters, roundMs, chains: chainCount }, saturation, round);
    return isSplitDue(parameters, settled);
  });
  if (full.length === 0) return null;
  const before = presentTopology(epoch, context.chains);
  const validators = validatorsOf(genesis);
  const seats = epoch.sets[0]?.seats.length ?? 0;
  if (!canSplit(validators.length, before.shards.length, seats).ok) return null;
  const byKey = byKeyOf(validators);
  const stakes = new Map(epoch.sets.map((record) => [record.set, stakeOfSet(record, byKey)]));
  for (const { shard, trades } of full) {
    const planned = planSplit(before, {
      shard,
      seed: context.seed,
      trades,
      stakeOf: (set) => stakes.get(set) ?? 0n,
    });
    if (!planned.ok) continue;
    const { after, relations } = planned.value;
    const spawned = relations.filter((one): one is SpawnedSet => one.kind === "spawned");
    const seated = seatsAfter(epoch, spawned, validators, context.seed);
    if (seated !== null) return withSeats(epoch, after, seated);
  }
  return null;
}

/** By set: its seats after the split; null for want of validators. */
function seatsAfter(
  { sets }: Epoch,
  spawned: readonly SpawnedSet[],
  validators: readonly SeatedValidator[],
  seed: Uint8Array,
): ReadonlyMap<number, readonly Seat[]> | null {
  const byKey = byKeyOf(validators);
  const seated = sets.map(
    ({ set, seats }): SeatedSet => ({
      set,
      voting: seats.flatMap(({ publicKey }) => byKey.get(toHex(publicKey)) ?? []),
      extras: [],
    }),
  );
  const busy = new Set<Validator>(seated.flatMap(({ voting }) => voting));
  const queue = validators.filter((one) => !busy.has(one));
  const size = sets[0]?.seats.length ?? 0;
  const split = seatSplit(spawned, seated, queue, size, seed);
  if (!split.ok) return null;
  return new Map(
    split.value.formed.map(({ set, validators: formed }) => [
      set,
      formed.map((one) => (one as SeatedValidator).seat),
    ]),
  );
}

function withSeats(
  epoch: Epoch,
  { shards, sets, nextShard, nextSet }: Topology,
  formed: ReadonlyMap<number, readonly Seat[]>,
): PlannedTopology {
  const seatsOf = (set: number): readonly Seat[] => {
    const seats = formed.get(set) ?? epoch.sets.find((one) => one.set === set)?.seats;
    invariant(seats !== undefined, "A set without seats", { set });
    return seats;
  };
  const entries = sets.map(({ set, shards }) => ({
    set,
    shards,
    seatsHash: seatListHash(seatsOf(set)),
  }));
  const had = new Set(epoch.sets.map(({ seats }) => toHex(seatListHash(seats))));
  const fresh = entries.filter(({ seatsHash }) => !had.has(toHex(seatsHash)));
  return {
    topology: { shards, sets: entries, nextShard, nextSet },
    seats: fresh.map(({ set }) => seatsOf(set)),
  };
}

function validatorsOf({ epoch, validators }: Genesis): SeatedValidator[] {
  return validators.map(({ address, bond, key }) => {
    const seat =
      key.kind === "standby"
        ? { publicKey: key.publicKey, proofOfPossession: key.proofOfPossession }
        : epoch.sets.find(({ set }) => set === key.set)?.seats[key.seat];
    invariant(seat !== undefined, "A validator without its seat", { key });
    return { address, stake: bond, seat };
  });
}

const byKeyOf = (validators: readonly SeatedValidator[]): ReadonlyMap<string, SeatedValidator> =>
  new Map(validators.map((one) => [toHex(one.seat.publicKey), one]));

const stakeOfSet = (
  { seats }: ValidatorSetRecord,
  byKey: ReadonlyMap<string, SeatedValidator>,
): bigint =>
  seats.reduce((sum, { publicKey }) => sum + (byKey.get(toHex(publicKey))?.stake ?? 0n), 0n);
