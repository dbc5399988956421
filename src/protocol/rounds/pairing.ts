// The circle method: who meets whom in which round, by places 0 .. N-1 alone. One place, or a pivot, stands still while the
// others turn, so that every two places meet once a cycle and nobody meets twice in a round. Everything here costs O(1).

/** Rounds in which every two of `count` places meet once. */
export const cycleLength = (count: number): number => (count % 2 === 0 ? count - 1 : count);

const modulo = (value: number, by: number): number => ((value % by) + by) % by;

/**
 * Whom `place` meets in the round that is `elapsed` rounds behind the first one; null if it sits out, as one place of an odd
 * number does in every round.
 */
export function partnerOf(count: number, elapsed: number, place: number): number | null {
  const length = cycleLength(count);
  const pivot = modulo(elapsed - 1, length);
  if (count % 2 === 0) {
    if (place === count - 1) return pivot;
    if (place === pivot) return count - 1;
  } else if (place === pivot) return null;
  return modulo(2 * pivot - place, length);
}

/** The first round, counted like `elapsed` and not before `from`, in which the two different places meet. */
export function nextMeeting(count: number, from: number, a: number, b: number): number {
  const length = cycleLength(count);
  const still = count - 1;
  let pivot: number;
  if (count % 2 === 0 && (a === still || b === still)) pivot = a === still ? b : a;
  // a + b = 2 * pivot, and 2 has an inverse for every odd length.
  else pivot = modulo((a + b) * ((length + 1) / 2), length);
  return from + modulo(pivot + 1 - from, length);
}

/**
 * Whose set with the place that sits out produces for it alone: a set of two places that do not meet in this round. Over the
 * cycles every set serves equally. `count` is odd and at least 3.
 */
export function idlePartnerOf(count: number, elapsed: number, place: number): number {
  const distances = (count - 1) / 2;
  const cycle = Math.floor(elapsed / cycleLength(count));
  return modulo(place + 1 + modulo(cycle, distances), count);
}
