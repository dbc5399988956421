// A set of seats as a bitmap: ceil(p/8) bytes, bit i of byte floor(i/8), lowest bit first,
// is seat i. Unused bits are zero, so a set of seats has one encoding only.

/** Which seats of one validator set: bytes, never mutated once made. */
export type SeatSet = Uint8Array;

/**
 * A set has 4 to 21 seats, and twice as many while it waits to divide in a split.
 */
export const SEATS_MAX = 42;
const seatBytes = (seats: number): number => Math.ceil(seats / 8);
export const SEAT_BYTES_MAX: number = seatBytes(SEATS_MAX);

export const noSeats = (seats: number): SeatSet => new Uint8Array(seatBytes(seats));

export function allSeats(seats: number): SeatSet {
  return seatSet(
    seats,
    Array.from({ length: seats }, (_, seat) => seat),
  );
}

/** Throws RangeError for a seat that the set does not have: a bug of the caller. */
export function seatSet(seats: number, members: Iterable<number>): SeatSet {
  const bitmap = new Uint8Array(seatBytes(seats));
  for (const seat of members) {
    if (!Number.isInteger(seat) || seat < 0 || seat >= seats) {
      throw new RangeError(`Invalid seat: ${seat} is not in 0..${seats - 1}`);
    }
    bitmap[seat >> 3] = (bitmap[seat >> 3] as number) | (1 << (seat & 7));
  }
  return bitmap;
}

/** Is this the one bitmap form of some seats of a set with so many seats? */
export function isSeatSet(bitmap: Uint8Array, seats: number): boolean {
  if (bitmap.length !== seatBytes(seats)) return false;
  const used = seats & 7;
  return used === 0 || (bitmap[bitmap.length - 1] as number) >> used === 0;
}

export const hasSeat = (bitmap: SeatSet, seat: number): boolean =>
  (((bitmap[seat >> 3] ?? 0) >> (seat & 7)) & 1) === 1;

/** The seats in ascending order. */
export function seatList(bitmap: SeatSet): readonly number[] {
  const members: number[] = [];
  for (let seat = 0; seat < bitmap.length * 8; seat++) {
    if (hasSeat(bitmap, seat)) members.push(seat);
  }
  return members;
}

export function countSeats(bitmap: SeatSet): number {
  let count = 0;
  for (let byte of bitmap) {
    for (; byte !== 0; byte &= byte - 1) count++;
  }
  return count;
}

export const unionSeats = (a: SeatSet, b: SeatSet): SeatSet =>
  a.map((byte, i) => byte | (b[i] as number));
export const intersectSeats = (a: SeatSet, b: SeatSet): SeatSet =>
  a.map((byte, i) => byte & (b[i] as number));
export const withoutSeats = (a: SeatSet, b: SeatSet): SeatSet =>
  a.map((byte, i) => byte & ~(b[i] as number));
export const disjointSeats = (a: SeatSet, b: SeatSet): boolean =>
  a.every((byte, i) => (byte & (b[i] as number)) === 0);
