// What every actor knows of its network: the genesis record and what follows from it.
import { decodeStored } from "../protocol/encoding/codec.ts";
import { SeatKeys } from "../protocol/crypto/seat-keys.ts";
import { type Epoch, type Genesis, genesisCodec, genesisHash } from "../protocol/rounds/epoch.ts";
import { invariant } from "../protocol/assert.ts";

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

  /** The keys of a set, parsed and subgroup-checked once. */
  seatKeys(set: number): SeatKeys {
    const known = this.#keys.get(set);
    if (known !== undefined) return known;
    const record = this.epoch.sets.find((candidate) => candidate.set === set);
    invariant(record !== undefined, "A set that the epoch does not have", { set });
    const keys = new SeatKeys(record.seats.map(({ publicKey }) => publicKey));
    this.#keys.set(set, keys);
    return keys;
  }
}
