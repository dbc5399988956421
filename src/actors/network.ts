// What every actor knows of its network: the genesis record and what follows from it.
import type { JointHeader } from "../protocol/blocks/joint-header.ts";
import { EpochKeys, provesPossession } from "../protocol/consensus/epoch-keys.ts";
import type { Certificate } from "../protocol/consensus/messages.ts";
import { BLS_SEATS, type SeatScheme } from "../protocol/consensus/seat-scheme.ts";
import type { SeatVerifier } from "../protocol/consensus/verify-message.ts";
import { decodeStored } from "../protocol/encoding/codec.ts";
import {
  type Epoch,
  type Genesis,
  genesisCodec,
  genesisHash,
  type ValidatorSetRecord,
} from "../protocol/rounds/epoch.ts";
import { Timetable } from "../protocol/rounds/timetable.ts";

export class Network {
  readonly id: Uint8Array;
  readonly genesisBytes: Uint8Array;
  readonly genesis: Genesis;
  readonly scheme: SeatScheme;
  readonly timetable: Timetable;
  readonly #keys: EpochKeys;

  constructor(genesisBytes: Uint8Array, scheme: SeatScheme = BLS_SEATS) {
    this.genesisBytes = genesisBytes;
    this.id = genesisHash(genesisBytes);
    this.genesis = decodeStored(genesisCodec, genesisBytes);
    this.scheme = scheme;
    this.timetable = new Timetable(this.epoch);
    this.#keys = new EpochKeys(this.id, this.epoch, scheme);
  }

  get epoch(): Epoch {
    return this.genesis.epoch;
  }

  /** the seed of epoch 0. */
  get seed(): Uint8Array {
    return this.id;
  }

  get k(): number {
    return this.epoch.k;
  }

  /** of the sets whose certificates an object looks at; asked once, when it takes the record over. */
  provesPossession(sets: Iterable<ValidatorSetRecord> = this.epoch.sets): boolean {
    return provesPossession(this.genesis.name, sets, this.scheme);
  }

  /** Sets that cover one of the shards. */
  setsOf(shards: readonly number[]): ValidatorSetRecord[] {
    return this.epoch.sets.filter((set) => set.shards.some((shard) => shards.includes(shard)));
  }

  /** undefined for a set that the epoch does not have. */
  setRecord(set: number): ValidatorSetRecord | undefined {
    return this.#keys.record(set);
  }

  seatKeys(set: number): SeatVerifier {
    return this.#keys.seatKeys(set);
  }

  /** whether a quorum of the header's set committed to this header. Costs one pairing check. */
  certifies(certificate: Certificate, header: JointHeader, hash: Uint8Array): boolean {
    return this.#keys.certifies(certificate, header, hash);
  }
}
