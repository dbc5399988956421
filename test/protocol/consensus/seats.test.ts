import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  allSeats,
  countSeats,
  disjointSeats,
  hasSeat,
  intersectSeats,
  isSeatSet,
  noSeats,
  SEATS_MAX,
  seatList,
  seatSet,
  unionSeats,
  withoutSeats,
} from "../../../src/protocol/consensus/seats.ts";

const someSeats = fc
  .integer({ min: 1, max: SEATS_MAX })
  .chain((seats) =>
    fc.tuple(
      fc.constant(seats),
      fc.uniqueArray(fc.nat(seats - 1)),
      fc.uniqueArray(fc.nat(seats - 1)),
    ),
  );

describe("R-4.1 a set of seats", () => {
  test.each([
    { seats: 4, members: [0, 3], bytes: [0b1001] },
    { seats: 7, members: [], bytes: [0] },
    { seats: 21, members: [0, 8, 20], bytes: [1, 1, 16] },
  ])("R-4.1 seats $members of $seats as a bitmap", ({ seats, members, bytes }) => {
    expect([...seatSet(seats, members)]).toEqual(bytes);
    expect(seatList(Uint8Array.from(bytes))).toEqual(members);
  });

  test("R-4.1 the operations are those of sets", () => {
    fc.assert(
      fc.property(someSeats, ([seats, left, right]) => {
        const [a, b] = [seatSet(seats, left), seatSet(seats, right)];
        const sorted = (members: Iterable<number>): number[] => [...members].sort((x, y) => x - y);
        const l = new Set(left);
        const r = new Set(right);
        expect(seatList(a)).toEqual(sorted(left));
        expect(countSeats(a)).toBe(l.size);
        expect(seatList(unionSeats(a, b))).toEqual(sorted(new Set([...l, ...r])));
        expect(seatList(intersectSeats(a, b))).toEqual(sorted(left.filter((seat) => r.has(seat))));
        expect(seatList(withoutSeats(a, b))).toEqual(sorted(left.filter((seat) => !r.has(seat))));
        expect(disjointSeats(a, b)).toBe(!left.some((seat) => r.has(seat)));
        expect(left.every((seat) => hasSeat(a, seat))).toBe(true);
        expect(isSeatSet(a, seats)).toBe(true);
      }),
    );
  });

  test("R-2.3 unused bits and wrong lengths are no second form", () => {
    expect(isSeatSet(allSeats(21), 21)).toBe(true);
    expect(isSeatSet(Uint8Array.of(0, 0, 32), 21)).toBe(false);
    expect(isSeatSet(Uint8Array.of(0, 0), 21)).toBe(false);
    expect(isSeatSet(Uint8Array.of(0, 0, 0, 0), 21)).toBe(false);
    expect(isSeatSet(Uint8Array.of(255), 8)).toBe(true);
    expect(isSeatSet(Uint8Array.of(16), 4)).toBe(false);
    expect(seatList(noSeats(21))).toEqual([]);
  });

  test("R-4.1 all seats are those below their number", () => {
    expect(seatList(allSeats(9))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test.each([4, -1, 0.5])("R-4.1 seat %d of 4 is a bug of the caller", (seat) => {
    const error = new RangeError(`Invalid seat: ${seat} is not in 0..3`);
    expect(() => seatSet(4, [seat])).toThrow(error);
  });
});
