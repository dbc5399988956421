// All that a light client trusts: one genesis record. Its SHA-256 is the network's id, and its epoch names the sets with
// their keys. Each later epoch is followed from the one before.
import { JOINT_HEADER_VERSION, type JointHeader } from "../blocks/joint-header.ts";
import { provesPossession } from "../consensus/epoch-keys.ts";
import type { Certificate } from "../consensus/messages.ts";
import { SeatKeys } from "../crypto/seat-keys.ts";
import { equalBytes, toHex } from "../encoding/bytes.ts";
import { accept, type Result, refuse } from "../result.ts";
import {
  type EpochRecord,
  GENESIS_VERSION,
  type Genesis,
  genesisCodec,
  genesisHash,
} from "../rounds/epoch.ts";
import { Epochs } from "../rounds/epochs.ts";
import { verifyEpochProof } from "./epoch-proof.ts";
import { KnownEpochs } from "./known-epochs.ts";
import type { EpochProofRefusal, FormProofRefusal, GenesisRefusal } from "./refusals.ts";

export class TrustedNetwork {
  /** SHA-256 of the record. */
  readonly id: Uint8Array;
  readonly genesis: Genesis;
  readonly #known: KnownEpochs;

  private constructor(id: Uint8Array, genesis: Genesis) {
    this.id = id;
    this.genesis = genesis;
    this.#known = new KnownEpochs(id, genesis, new Epochs(genesis.epoch));
  }

  /**
   * Checks the record once, half a second to one for 21 seats: keys, and that each seat's holder knows its secret. `expectedId`: the network's
   * id from a source that is trusted; without it the bytes themselves must come from one.
   */
  static open(
    genesisBytes: Uint8Array,
    expectedId?: Uint8Array,
  ): Result<TrustedNetwork, GenesisRefusal> {
    const id = genesisHash(genesisBytes);
    if (expectedId !== undefined && !equalBytes(id, expectedId)) {
      return refuse({ code: "GENESIS_OTHER_NETWORK", networkId: toHex(id) });
    }
    const malformed = refuse({ code: "GENESIS_MALFORMED", bytes: genesisBytes.length });
    const decoded = genesisCodec.decode(genesisBytes);
    if (!decoded.ok) return malformed;
    const genesis = decoded.value;
    const { version } = genesis;
    if (version !== GENESIS_VERSION)
      return refuse({ code: "GENESIS_UNSUPPORTED_VERSION", version });
    for (const { seats } of genesis.epoch.sets) {
      if (!SeatKeys.parse(seats.map(({ publicKey }) => publicKey)).ok) return malformed;
    }
    if (!provesPossession(genesis.name, genesis.epoch.sets))
      return refuse({ code: "GENESIS_WITHOUT_POSSESSION" });
    return accept(new TrustedNetwork(id, genesis));
  }

  /** The number of the newest epoch that it knows. */
  get epoch(): number {
    return this.#known.epochs.latest.epoch;
  }

  /** takes over the epoch behind the newest known one, and remembers it. Costs two pairing checks. */
  follow(epochProof: Uint8Array): Result<EpochRecord, EpochProofRefusal> {
    const verified = verifyEpochProof(this.#known, epochProof);
    if (!verified.ok) return verified;
    const { record, seats } = verified.value;
    this.#known.follow(record, seats);
    return accept(record);
  }

  /** Whether the header is of this network, of a format that this code reads, and of the epoch of its round among the known ones. */
  refusalOf({ version, networkId, epoch, round }: JointHeader): FormProofRefusal | null {
    if (!equalBytes(networkId, this.id)) {
      return { code: "PROOF_OTHER_NETWORK", networkId: toHex(networkId) };
    }
    if (version !== JOINT_HEADER_VERSION) return { code: "PROOF_UNSUPPORTED_VERSION", version };
    if (epoch !== this.#known.epochs.at(round).epoch) return { code: "PROOF_OTHER_EPOCH", epoch };
    return null;
  }

  /**
   * Whether a quorum of a set that covers the shard in the epoch of the round committed to this header. Which set was on duty
   * (R-3.4) is the voters' own check.
   */
  certifies(
    certificate: Certificate,
    header: JointHeader,
    hash: Uint8Array,
    shard: number,
  ): boolean {
    const { sets } = this.#known.epochs.at(header.round);
    const covers = sets.some((one) => one.set === header.set && one.shards.includes(shard));
    return covers && this.#known.certifies(certificate, header, hash);
  }
}
