// What every actor knows of its network: the genesis record and what follows from it.
import type { JointHeader } from "../protocol/blocks/joint-header.ts";
import { EpochKeys, provesPossession } from "../protocol/consensus/epoch-keys.ts";
import type { Certificate } from "../protocol/consensus/messages.ts";
import type { ResultCertificate } from "../protocol/consensus/result-certificate.ts";
import { BLS_SEATS, type SeatScheme } from "../protocol/consensus/seat-scheme.ts";
import type { SeatVerifier } from "../protocol/consensus/verify-message.ts";
import { decodeStored } from "../protocol/encoding/codec.ts";
import { ROOT_CHAIN } from "../protocol/ledger/chain-id.ts";
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
  readonly #shards = new Map<number, number>();

  constructor(genesisBytes: Uint8Array, scheme: SeatScheme = BLS_SEATS) {
    this.genesisBytes = genesisBytes;
    this.id = genesisHash(genesisBytes);
    this.genesis = decodeStored(genesisCodec, genesisBytes);
    this.scheme = scheme;
    this.timetable = new Timetable(this.epoch);
    for (const { shard, chains } of this.epoch.shards) {
      for (const chain of chains) this.#shards.set(chain, shard);
    }
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

  /** R-7.1: those whose certificates a set looks at. What is on T0's duty checks the headers of all. */
  setsSeenBy(set: number): readonly ValidatorSetRecord[] {
    const shards = this.setRecord(set)?.shards ?? [];
    return shards.includes(this.rootShard) ? this.epoch.sets : this.setsOf(shards);
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

  /** the same of the result of a round's cross-shard transactions. */
  certifiesResult(
    certificate: ResultCertificate,
    expected: Pick<ResultCertificate, "set" | "round" | "value">,
  ): boolean {
    return this.#keys.certifiesResult(certificate, expected);
  }

  /** The shard that has a chain. Chains made after genesis live on T0's (R-2.10). */
  shardOf(chain: number): number {
    return this.#shards.get(chain) ?? this.#shards.get(ROOT_CHAIN) ?? 0;
  }

  /** T0's: whose duty is the MerkleChain's, too (R-7.1). */
  get rootShard(): number {
    return this.shardOf(ROOT_CHAIN);
  }

  /** the shards that a transaction touches, ascending. */
  shardsOf(chains: Iterable<number>): number[] {
    return [...new Set([...chains].map((chain) => this.shardOf(chain)))].sort((a, b) => a - b);
  }
}
