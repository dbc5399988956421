// What a quorum of view changes permits: the value of their newest lock, or any value when
// none of them is locked.
//
// Why this is safe: if a value was decided in view v, a quorum sent commit votes in v, each after
// locking it. Any quorum of view changes to a later view shares an honest seat with that one, and
// that seat's newest lock is of view v or later. By induction over views, no later view could lock
// another value. So the newest lock here is the decided value, and a voter may follow a justified
// proposal even against a lock of its own.
import type { Certificate, ViewChange } from "./messages.ts";
import { countSeats, noSeats, unionSeats } from "./seats.ts";

/**
 * The newest lock among them; the first listed, should faulty quorums have made two in one view.
 */
export function bindingLock(changes: readonly ViewChange[]): Certificate | null {
  let newest: Certificate | null = null;
  for (const { lock } of changes) {
    if (lock !== null && (newest === null || lock.view > newest.view)) newest = lock;
  }
  return newest;
}

/**
 * A shortest run of these that covers `required` seats, each adding one; null if all together do
 * not.
 */
export function coveringChanges(
  changes: readonly ViewChange[],
  required: number,
  seats: number,
): readonly ViewChange[] | null {
  const chosen: ViewChange[] = [];
  let covered = noSeats(seats);
  for (const change of changes) {
    if (countSeats(covered) >= required) break;
    const wider = unionSeats(covered, change.seats);
    if (countSeats(wider) === countSeats(covered)) continue;
    covered = wider;
    chosen.push(change);
  }
  return countSeats(covered) >= required ? chosen : null;
}
