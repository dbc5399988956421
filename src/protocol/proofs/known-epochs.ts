// Whose word counts in which round: the epochs that somebody knows, from genesis on, with the keys of their sets. Actors and light
// clients ask the same code.
import type { JointHeader } from "../blocks/joint-header.ts";
import { EpochKeys } from "../consensus/epoch-keys.ts";
import type { Certificate } from "../consensus/messages.ts";
import type { ResultCertificate } from "../consensus/result-certificate.ts";
import { BLS_SEATS, type SeatScheme } from "../consensus/seat-scheme.ts";
import type { SeatVerifier } from "../consensus/verify-message.ts";
import { possessionDomain } from "../genesis/possession-domain.ts";
import { ROOT_CHAIN } from "../ledger/chain-id.ts";
import {
  type Epoch,
  type EpochRecord,
  epochSeed,
  type Genesis,
  type Seat,
  type ValidatorSetRecord,
} from "../rounds/epoch.ts";
import type { Epochs } from "../rounds/epochs.ts";
import { newSeatHashes } from "../rounds/seat-lists.ts";

export class KnownEpochs {
  readonly id: Uint8Array;
  readonly epochs: Epochs;
  /** T0's: whose duty is the MerkleChain's, too (R-7.1). */
  readonly rootShard: number;
  readonly #genesis: Genesis;
  readonly #scheme: SeatScheme;
  readonly #keys = new WeakMap<Epoch, EpochKeys>();
  readonly #parsed: WeakMap<ValidatorSetRecord, SeatVerifier>;

  /** `id`: the network's. */
  constructor(
    id: Uint8Array,
    genesis: Genesis,
    epochs: Epochs,
    scheme: SeatScheme = BLS_SEATS,
    parsed: WeakMap<ValidatorSetRecord, SeatVerifier> = new WeakMap(),
  ) {
    this.id = id;
    this.epochs = epochs;
    this.#genesis = genesis;
    this.#scheme = scheme;
    this.#parsed = parsed;
    const root = genesis.epoch.shards.find(({ chains }) => chains.includes(ROOT_CHAIN));
    this.rootShard = root?.shard ?? 0;
  }

  /** the epoch behind the newest known one, with the lists of seats that it names and nobody had. */
  follow(record: EpochRecord, seats: readonly (readonly Seat[])[]): void {
    for (const list of seats) this.epochs.seats.add(list);
    this.epochs.follow(record);
  }

  /** What would be known if the next epoch were this one: of it and of the newest known. */
  ahead(record: EpochRecord, seats: readonly (readonly Seat[])[]): KnownEpochs {
    const both = this.epochs.ahead(record, seats);
    return new KnownEpochs(this.id, this.#genesis, both, this.#scheme, this.#parsed);
  }

  /** The lists of seats that the record names and the epoch before it does not: of an epoch that is known. */
  seatsNewIn({ activationRound, topology }: EpochRecord): (readonly Seat[])[] {
    const before = this.epochs.at(activationRound - 1);
    return newSeatHashes(before, topology).flatMap((hash) => {
      const seats = this.epochs.seats.get(hash);
      return seats === undefined ? [] : [seats];
    });
  }

  /** whether the keys can be a set's, and each holder proved to know its secret. Costs a pairing check a seat. */
  admitsSeats(seats: readonly Seat[]): boolean {
    const domain = possessionDomain(this.#genesis.name);
    return seats.every(({ publicKey, proofOfPossession }) =>
      this.#scheme.provesPossession(publicKey, domain, proofOfPossession),
    );
  }

  /** The keys of the epoch of a round. */
  keysAt(round: number): EpochKeys {
    const epoch = this.epochs.at(round);
    const known = this.#keys.get(epoch);
    if (known !== undefined) return known;
    const keys = new EpochKeys(this.id, epoch, this.#scheme, this.#parsed);
    this.#keys.set(epoch, keys);
    return keys;
  }

  /** */
  seedAt(round: number): Uint8Array {
    return epochSeed(this.id, this.epochs.at(round));
  }

  /**
   * whether a quorum of the header's set committed to this header, in the epoch of its round. Costs one pairing check.
   */
  certifies(certificate: Certificate, header: JointHeader, hash: Uint8Array): boolean {
    return this.keysAt(header.round).certifies(certificate, header, hash);
  }

  /** the same of the result of a round's cross-shard transactions. */
  certifiesResult(
    certificate: ResultCertificate,
    expected: Pick<ResultCertificate, "set" | "round" | "value">,
  ): boolean {
    return this.keysAt(expected.round).certifiesResult(certificate, expected);
  }
}
