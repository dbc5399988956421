// Who left for which view. One view change is kept for each seat, the one to the highest
// view, so that memory is bounded whatever views are named; a voter may be any number of views
// behind and still see where the others are.
import { coveringChanges } from "./justification.ts";
import type { ViewChange } from "./messages.ts";
import { honestWitness, quorum } from "./quorum.ts";
import { hasSeat } from "./seats.ts";

export type Departures = readonly (ViewChange | null)[];

export const noDepartures = (seats: number): Departures => Array(seats).fill(null);

/**
 * Each seat that it names moves on to it, unless that seat is known to be as far. Repeated, it
 * changes nothing.
 */
export function noteDeparture(departures: Departures, change: ViewChange): Departures {
  const moves = (known: ViewChange | null, seat: number): boolean =>
    hasSeat(change.seats, seat) && (known === null || known.newView < change.newView);
  if (!departures.some(moves)) return departures;
  return departures.map((known, seat) => (moves(known, seat) ? change : known));
}

const seatsFrom = (departures: Departures, view: number): number =>
  departures.filter((change) => change !== null && change.newView >= view).length;

export const quorumFrom = (departures: Departures, view: number): boolean =>
  seatsFrom(departures, view) >= quorum(departures.length);

/**
 * The highest view that so many seats reached that one of them is honest; 0 if there is none. To
 * join the lowest view of such seats, again and again, ends at the same view.
 */
export function joinableView(departures: Departures): number {
  const views = departures.map((change) => change?.newView ?? 0).sort((a, b) => b - a);
  return views[honestWitness(departures.length) - 1] ?? 0;
}

/** A quorum of view changes to exactly this view, or null. */
export function justificationFor(
  departures: Departures,
  view: number,
): readonly ViewChange[] | null {
  const changes = departures.filter((change) => change !== null && change.newView === view);
  const distinct = [...new Set(changes)] as readonly ViewChange[];
  return coveringChanges(distinct, quorum(departures.length), departures.length);
}
