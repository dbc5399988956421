// Whose word counts in an epoch (R-3.2, R-4.1): the keys of its sets' seats, whether their holders proved to know the secrets,
// and whether a certificate is a quorum's. Actors and light clients ask the same code.
import { invariant } from "../assert.ts";
import type { JointHeader } from "../blocks/joint-header.ts";
import { equalBytes } from "../encoding/bytes.ts";
import { possessionDomain } from "../genesis/possession-domain.ts";
import type { Epoch, ValidatorSetRecord } from "../rounds/epoch.ts";
import type { Certificate } from "./messages.ts";
import { quorum } from "./quorum.ts";
import type { ResultCertificate } from "./result-certificate.ts";
import { BLS_SEATS, type SeatScheme } from "./seat-scheme.ts";
import { countSeats, isSeatSet, type SeatSet } from "./seats.ts";
import { resultVoteBytes, voteBytes } from "./signed-bytes.ts";
import type { SeatVerifier } from "./verify-message.ts";

export class EpochKeys {
  readonly #networkId: Uint8Array;
  readonly #epoch: Epoch;
  readonly #sets: ReadonlyMap<number, ValidatorSetRecord>;
  readonly #scheme: SeatScheme;
  readonly #keys: WeakMap<ValidatorSetRecord, SeatVerifier>;

  /** `parsed`: the keys of sets that stand unchanged in other epochs, too. */
  constructor(
    networkId: Uint8Array,
    epoch: Epoch,
    scheme: SeatScheme = BLS_SEATS,
    parsed: WeakMap<ValidatorSetRecord, SeatVerifier> = new WeakMap(),
  ) {
    this.#networkId = networkId;
    this.#epoch = epoch;
    this.#sets = new Map(epoch.sets.map((record) => [record.set, record]));
    this.#scheme = scheme;
    this.#keys = parsed;
  }

  /** undefined for a set that the epoch does not have. */
  record(set: number): ValidatorSetRecord | undefined {
    return this.#sets.get(set);
  }

  /** The keys of a set, parsed and subgroup-checked once. */
  seatKeys(set: number): SeatVerifier {
    const record = this.#sets.get(set);
    invariant(record !== undefined, "A set that the epoch does not have", { set });
    const known = this.#keys.get(record);
    if (known !== undefined) return known;
    const keys = this.#scheme.keys(record.seats.map(({ publicKey }) => publicKey));
    this.#keys.set(record, keys);
    return keys;
  }

  /** whether a quorum of the header's set committed to this header. Costs one pairing check. */
  certifies(certificate: Certificate, header: JointHeader, hash: Uint8Array): boolean {
    const { epoch, set, round, phase, value, view, seats, signature } = certificate;
    const record = this.#sets.get(header.set);
    if (record === undefined || header.epoch !== this.#epoch.epoch) return false;
    if (epoch !== header.epoch || set !== header.set || round !== header.round) return false;
    if (phase !== "commit" || !equalBytes(value, hash)) return false;
    if (!isQuorum(seats, record)) return false;
    const message = voteBytes(
      { networkId: this.#networkId, epoch, set, round },
      phase,
      view,
      value,
    );
    return this.seatKeys(set).verify(seats, message, signature);
  }

  /** whether a quorum of the set signed this result. Costs one pairing check. */
  certifiesResult(
    { epoch, set, round, value, seats, signature }: ResultCertificate,
    expected: Pick<ResultCertificate, "set" | "round" | "value">,
  ): boolean {
    const record = this.#sets.get(expected.set);
    if (record === undefined || epoch !== this.#epoch.epoch) return false;
    if (set !== expected.set || round !== expected.round) return false;
    if (!equalBytes(value, expected.value)) return false;
    if (!isQuorum(seats, record)) return false;
    const message = resultVoteBytes({ networkId: this.#networkId, epoch, set, round }, value);
    return this.seatKeys(set).verify(seats, message, signature);
  }
}

/** */
function isQuorum(members: SeatSet, { seats }: ValidatorSetRecord): boolean {
  return isSeatSet(members, seats.length) && countSeats(members) >= quorum(seats.length);
}

/**
 * whether the holder of every seat of the sets has proven to know its secret; without that, aggregates could be forged. One
 * pairing check a seat, so it is asked once, when somebody takes the record over. `networkName`: that of the genesis record.
 */
export function provesPossession(
  networkName: string,
  sets: Iterable<ValidatorSetRecord>,
  scheme: SeatScheme = BLS_SEATS,
): boolean {
  const domain = possessionDomain(networkName);
  for (const { seats } of sets) {
    const areProven = seats.every(({ publicKey, proofOfPossession }) =>
      scheme.provesPossession(publicKey, domain, proofOfPossession),
    );
    if (!areProven) return false;
  }
  return true;
}
