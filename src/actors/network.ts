// What every actor knows of its network: the genesis record and what follows from it, and the epochs that it has heard of since.
import { provesPossession } from "../protocol/consensus/epoch-keys.ts";
import { BLS_SEATS, type SeatScheme } from "../protocol/consensus/seat-scheme.ts";
import type { SeatVerifier } from "../protocol/consensus/verify-message.ts";
import { decodeStored } from "../protocol/encoding/codec.ts";
import { KnownEpochs } from "../protocol/proofs/known-epochs.ts";
import {
  type Epoch,
  type EpochRecord,
  epochRecordCodec,
  type Genesis,
  genesisCodec,
  genesisHash,
  type ValidatorSetRecord,
} from "../protocol/rounds/epoch.ts";
import { Epochs } from "../protocol/rounds/epochs.ts";
import { type Seat, type SeatListRows, SeatLists } from "../protocol/rounds/seat-lists.ts";
import type { Duty } from "../protocol/rounds/timetable.ts";
import { u64Key } from "./keys.ts";
import type { Store, Table } from "./ports.ts";

export class Network extends KnownEpochs {
  readonly genesisBytes: Uint8Array;
  readonly genesis: Genesis;
  readonly scheme: SeatScheme;
  readonly #table: Table | null;

  /** `store`: where the epochs behind genesis and their lists of seats are kept; null for an actor that forgets them. */
  constructor(
    genesisBytes: Uint8Array,
    scheme: SeatScheme = BLS_SEATS,
    store: Store | null = null,
  ) {
    const genesis = decodeStored(genesisCodec, genesisBytes);
    const table = store?.table("epochs") ?? null;
    const older = (round: number): EpochRecord | undefined => newestUpTo(table, round);
    const lists = new SeatLists(store === null ? null : rowsOf(store.table("seats")));
    const epochs = new Epochs(genesis.epoch, newestUpTo(table), older, lists);
    super(genesisHash(genesisBytes), genesis, epochs, scheme);
    this.genesisBytes = genesisBytes;
    this.genesis = genesis;
    this.scheme = scheme;
    this.#table = table;
  }

  /** The newest epoch that it knows. */
  get epoch(): Epoch {
    return this.epochs.latest;
  }

  get k(): number {
    return this.genesis.epoch.k;
  }

  /** How long rounds are by the newest epoch that it knows: the measure of patience. */
  get roundMs(): number {
    return this.epoch.roundMs;
  }

  /** the epoch behind the newest known one, which is proven, or by the log. Durable with the step. */
  override follow(record: EpochRecord, seats: readonly (readonly Seat[])[]): void {
    if (record.epoch <= this.epoch.epoch) return;
    super.follow(record, seats);
    this.#table?.put(u64Key(record.activationRound), epochRecordCodec.encode(record));
  }

  /** Forgets what a step heard that was taken back. */
  reload(): void {
    if (this.#table !== null) this.epochs.rewind(newestUpTo(this.#table));
  }

  /** of the sets whose certificates an object looks at; asked once, when it takes the record over. */
  provesPossession(sets: Iterable<ValidatorSetRecord> = this.genesis.epoch.sets): boolean {
    return provesPossession(this.genesis.name, sets, this.scheme);
  }

  /** Sets that cover one of the shards. */
  setsOf(shards: readonly number[]): ValidatorSetRecord[] {
    return this.epoch.sets.filter((set) => set.shards.some((shard) => shards.includes(shard)));
  }

  /** R-7.1: those whose certificates a set looks at. What is on T0's duty checks the headers of all. */
  setsSeenBy(set: number): readonly ValidatorSetRecord[] {
    const shards = this.setRecord(set)?.shards ?? [];
    return shards.includes(this.rootShard)
      ? this.epoch.sets
      : this.setsOf([...shards, this.rootShard]);
  }

  /** its own sets', and those on T0's duty, which certify new epochs. */
  setsSeenByShard(shard: number): readonly ValidatorSetRecord[] {
    return this.setsOf([shard, this.rootShard]);
  }

  /** undefined for a set that the epoch does not have. */
  setRecord(set: number): ValidatorSetRecord | undefined {
    return this.keysAt(this.epoch.activationRound).record(set);
  }

  seatKeys(set: number): SeatVerifier {
    return this.keysAt(this.epoch.activationRound).seatKeys(set);
  }

  /** The number of a round's epoch. */
  epochAt(round: number): number {
    return this.epochs.at(round).epoch;
  }

  /** who is at work for the shard in the round. */
  dutyOf(shard: number, round: number): Duty {
    return this.epochs.dutyOf(shard, round);
  }

  /** The shard that has the chain, in the newest epoch that is known or in that of a round. */
  shardOf(chain: number, round: number = this.epoch.activationRound): number {
    return this.epochs.shardOf(chain, round);
  }

  /** the shards that a transaction touches, ascending. */
  shardsOf(chains: Iterable<number>): number[] {
    return [...new Set([...chains].map((chain) => this.shardOf(chain)))].sort((a, b) => a - b);
  }
}

const rowsOf = (table: Table): SeatListRows => ({
  get: (hash) => table.get(hash),
  put: (hash, bytes) => table.put(hash, bytes),
});

/** The newest stored record that begins with the round or before it. */
function newestUpTo(table: Table | null, round?: number): EpochRecord | undefined {
  const to = round === undefined ? {} : { to: u64Key(round + 1) };
  const [row] = table?.range({ ...to, reverse: true, limit: 1 }) ?? [];
  return row === undefined ? undefined : decodeStored(epochRecordCodec, row[1]);
}
