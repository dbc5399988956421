// Seats that sign with tags instead of curves: what a test of who says what needs, a thousand times as fast. A tag follows from the
// public key, so only those sign who are given the seat; the sum of tags is their exclusive or.
import type { HostedSeats } from "../../src/actors/hosted-seats.ts";
import type { SeatScheme } from "../../src/protocol/consensus/seat-scheme.ts";
import { type SeatSet, seatList } from "../../src/protocol/consensus/seats.ts";
import { sha256 } from "../../src/protocol/crypto/sha256.ts";
import { equalBytes } from "../../src/protocol/encoding/bytes.ts";

const TAG_BYTES = 48;

function tag(publicKey: Uint8Array, message: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(TAG_BYTES);
  bytes.set(sha256(publicKey, message));
  return bytes;
}

function sum(tags: readonly Uint8Array[]): Uint8Array {
  const total = new Uint8Array(TAG_BYTES);
  for (const one of tags)
    for (let i = 0; i < TAG_BYTES; i++) total[i] = (total[i] ?? 0) ^ (one[i] ?? 0);
  return total;
}

const sumOf = (keys: readonly Uint8Array[], members: SeatSet, message: Uint8Array): Uint8Array =>
  sum(seatList(members).map((seat) => tag(keys[seat] ?? new Uint8Array(), message)));

export const TAG_SEATS: SeatScheme = {
  keys: (publicKeys) => ({
    verify: (members, message, signature) =>
      equalBytes(sumOf(publicKeys, members, message), signature),
  }),
  aggregate: sum,
};

export const tagSeats = (publicKeys: readonly Uint8Array[], seats: SeatSet): HostedSeats => ({
  seats,
  sign: (members, message) => sumOf(publicKeys, members, message),
});
