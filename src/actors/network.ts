// What every actor knows of its network: the genesis record and what follows from it.
import { invariant } from "../protocol/assert.ts";
import type { JointHeader } from "../protocol/blocks/joint-header.ts";
import type { Certificate } from "../protocol/consensus/messages.ts";
import { quorum } from "../protocol/consensus/quorum.ts";
import { countSeats, isSeatSet } from "../protocol/consensus/seats.ts";
import { voteBytes } from "../protocol/consensus/signed-bytes.ts";
import { verifyPossession } from "../protocol/crypto/bls.ts";
import { SeatKeys } from "../protocol/crypto/seat-keys.ts";
import { equalBytes } from "../protocol/encoding/bytes.ts";
import { decodeStored } from "../protocol/encoding/codec.ts";
import { possessionDomain } from "../protocol/genesis/make-genesis.ts";
import { type Epoch, type Genesis, genesisCodec, genesisHash } from "../protocol/rounds/epoch.ts";

export class Network {
  readonly id: Uint8Array;
  readonly genesisBytes: Uint8Array;
  readonly genesis: Genesis;
  readonly #keys = new Map<number, SeatKeys>();

  constructor(genesisBytes: Uint8Array) {
    this.genesisBytes = genesisBytes;
    this.id = genesisHash(genesisBytes);
    this.genesis = decodeStored(genesisCodec, genesisBytes);
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

  /**
   * whether the holder of every seat has proven to know its secret; without that, aggregates could be forged. One pairing
   * check a seat, so it is asked once, when an object takes the record over.
   */
  provesPossession(): boolean {
    const domain = possessionDomain(this.genesis.name);
    return this.epoch.sets.every(({ seats }) =>
      seats.every(({ publicKey, proofOfPossession }) =>
        verifyPossession(publicKey, domain, proofOfPossession),
      ),
    );
  }

  /** The keys of a set, parsed and subgroup-checked once. */
  seatKeys(set: number): SeatKeys {
    const known = this.#keys.get(set);
    if (known !== undefined) return known;
    const record = this.epoch.sets.find((candidate) => candidate.set === set);
    invariant(record !== undefined, "A set that the epoch does not have", { set });
    const keys = SeatKeys.parse(record.seats.map(({ publicKey }) => publicKey));
    invariant(keys.ok, "The epoch has a seat without a valid key", { set });
    this.#keys.set(set, keys.value);
    return keys.value;
  }

  /** whether a quorum of the header's set committed to this header. Costs one pairing check. */
  certifies(certificate: Certificate, header: JointHeader, hash: Uint8Array): boolean {
    const { epoch, set, round, phase, value, view, seats, signature } = certificate;
    const record = this.epoch.sets.find((candidate) => candidate.set === header.set);
    if (record === undefined || header.epoch !== this.epoch.epoch) return false;
    if (epoch !== header.epoch || set !== header.set || round !== header.round) return false;
    if (phase !== "commit" || !equalBytes(value, hash)) return false;
    if (!isSeatSet(seats, record.seats.length)) return false;
    if (countSeats(seats) < quorum(record.seats.length)) return false;
    const message = voteBytes({ networkId: this.id, epoch, set, round }, phase, view, value);
    return this.seatKeys(set).verify(seats, message, signature);
  }
}
