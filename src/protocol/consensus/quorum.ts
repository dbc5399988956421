// The only file that divides by three. Everything else asks here.
//
// With n = 3f+1, 3f+2 or 3f+3 seats, quorum(n) = n - f. Two quorums share at least 2(n-f) - n = n -
// 2f >= f+1 seats, so at least one that follows the protocol; and the n - f seats that are not
// faulty make a quorum by themselves.

/** The seats that decide: 15 of 21, 5 of 7, 3 of 4. */
export const quorum = (seats: number): number => Math.floor((2 * seats) / 3) + 1;

/**
 * The most seats that may be faulty while the others stay safe and live: 6 of 21, 2 of 7, 1 of 4.
 */
export const faultsMax = (seats: number): number => seats - quorum(seats);

/** The fewest seats among which at least one is not faulty. */
export const honestWitness = (seats: number): number => faultsMax(seats) + 1;
