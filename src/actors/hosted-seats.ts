// The seats of one set that this deployment hosts: one voter, whose signature over a message is made with the sum of the
// seats' secrets: one multiplication instead of one a seat, and the same bytes.

import { type SeatSet, seatList } from "../protocol/consensus/seats.ts";
import { sign } from "../protocol/crypto/bls.ts";
import { deriveSeatSecret, sumSecrets } from "../protocol/crypto/seat-secret.ts";
import { equalBytes } from "../protocol/encoding/bytes.ts";

export interface HostedSeats {
  readonly seats: SeatSet;
  sign(seats: SeatSet, message: Uint8Array): Uint8Array;
}

export function hostedSeats(
  deploymentSecret: Uint8Array,
  networkName: string,
  epoch: number,
  set: number,
  seats: SeatSet,
): HostedSeats {
  const secretOf = (seat: number): Uint8Array =>
    deriveSeatSecret(deploymentSecret, { networkName, epoch, set, seat });
  const sumOf = (members: SeatSet): Uint8Array => sumSecrets(seatList(members).map(secretOf));
  const all = sumOf(seats);
  return {
    seats,
    sign: (members, message) => sign(equalBytes(members, seats) ? all : sumOf(members), message),
  };
}
