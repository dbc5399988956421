// What every actor knows of its network: the genesis record and what follows from it.
import type { JointHeader } from "../protocol/blocks/joint-header.ts";
import { EpochKeys, provesPossession } from "../protocol/consensus/epoch-keys.ts";
import type { Certificate } from "../protocol/consensus/messages.ts";
import { BLS_SEATS, type SeatScheme } from "../protocol/consensus/seat-scheme.ts";
import type { SeatVerifier } from "../protocol/consensus/verify-message.ts";
import { decodeStored } from "../protocol/encoding/codec.ts";
import { type Epoch, type Genesis, genesisCodec, genesisHash } from "../protocol/rounds/epoch.ts";

export class Network {
  readonly id: Uint8Array;
  readonly genesisBytes: Uint8Array;
  readonly genesis: Genesis;
  readonly scheme: SeatScheme;
  readonly #keys: EpochKeys;

  constructor(genesisBytes: Uint8Array, scheme: SeatScheme = BLS_SEATS) {
    this.genesisBytes = genesisBytes;
    this.id = genesisHash(genesisBytes);
    this.genesis = decodeStored(genesisCodec, genesisBytes);
    this.scheme = scheme;
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

  /** asked once, when an object takes the record over. */
  provesPossession(): boolean {
    return provesPossession(this.genesis, this.scheme);
  }

  seatKeys(set: number): SeatVerifier {
    return this.#keys.seatKeys(set);
  }

  /** whether a quorum of the header's set committed to this header. Costs one pairing check. */
  certifies(certificate: Certificate, header: JointHeader, hash: Uint8Array): boolean {
    return this.#keys.certifies(certificate, header, hash);
  }
}
