// Whose word counts in an epoch (R-3.2, R-4.1): the keys of its sets' seats, whether their holders proved to know the secrets,
// and whether a certificate is a quorum's. Actors and light clients ask the same code.
import { invariant } from "../assert.ts";
import type { JointHeader } from "../blocks/joint-header.ts";
import { equalBytes } from "../encoding/bytes.ts";
import { possessionDomain } from "../genesis/possession-domain.ts";
import type { Epoch, Genesis } from "../rounds/epoch.ts";
import type { Certificate } from "./messages.ts";
import { quorum } from "./quorum.ts";
import { BLS_SEATS, type SeatScheme } from "./seat-scheme.ts";
import { countSeats, isSeatSet } from "./seats.ts";
import { voteBytes } from "./signed-bytes.ts";
import type { SeatVerifier } from "./verify-message.ts";

export class EpochKeys {
  readonly #networkId: Uint8Array;
  readonly #epoch: Epoch;
  readonly #scheme: SeatScheme;
  readonly #keys = new Map<number, SeatVerifier>();

  constructor(networkId: Uint8Array, epoch: Epoch, scheme: SeatScheme = BLS_SEATS) {
    this.#networkId = networkId;
    this.#epoch = epoch;
    this.#scheme = scheme;
  }

  /** The keys of a set, parsed and subgroup-checked once. */
  seatKeys(set: number): SeatVerifier {
    const known = this.#keys.get(set);
    if (known !== undefined) return known;
    const record = this.#epoch.sets.find((candidate) => candidate.set === set);
    invariant(record !== undefined, "A set that the epoch does not have", { set });
    const keys = this.#scheme.keys(record.seats.map(({ publicKey }) => publicKey));
    this.#keys.set(set, keys);
    return keys;
  }

  /** whether a quorum of the header's set committed to this header. Costs one pairing check. */
  certifies(certificate: Certificate, header: JointHeader, hash: Uint8Array): boolean {
    const { epoch, set, round, phase, value, view, seats, signature } = certificate;
    const record = this.#epoch.sets.find((candidate) => candidate.set === header.set);
    if (record === undefined || header.epoch !== this.#epoch.epoch) return false;
    if (epoch !== header.epoch || set !== header.set || round !== header.round) return false;
    if (phase !== "commit" || !equalBytes(value, hash)) return false;
    if (!isSeatSet(seats, record.seats.length)) return false;
    if (countSeats(seats) < quorum(record.seats.length)) return false;
    const message = voteBytes(
      { networkId: this.#networkId, epoch, set, round },
      phase,
      view,
      value,
    );
    return this.seatKeys(set).verify(seats, message, signature);
  }
}

/**
 * whether the holder of every seat has proven to know its secret; without that, aggregates could be forged. One pairing
 * check a seat, so it is asked once, when somebody takes the record over.
 */
export function provesPossession(
  { name, epoch }: Genesis,
  scheme: SeatScheme = BLS_SEATS,
): boolean {
  const domain = possessionDomain(name);
  return epoch.sets.every(({ seats }) =>
    seats.every(({ publicKey, proofOfPossession }) =>
      scheme.provesPossession(publicKey, domain, proofOfPossession),
    ),
  );
}
