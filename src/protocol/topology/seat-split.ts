// Who votes in the sets that a split forms.
import { invariant } from "../assert.ts";
import { accept, type Result, refuse } from "../result.ts";
import type { ExtraSeats } from "./cap-review.ts";
import { Draws } from "./draws.ts";
import type { TopologyRefusalOf } from "./refusals.ts";
import { bySet, type SpawnedSet } from "./relations.ts";
import { type Assignment, assignSeats, byStake, type OpenPlaces, type Validator } from "./seats.ts";

/** A set with all its validators. */
export interface SeatedSet extends ExtraSeats {
  /** At most p, as the extras are. */
  readonly voting: readonly Validator[];
}

export interface SplitSeats {
  /** The sets that get other voters by the split, ascending: those that divide, and the new ones. p each, and no extras. */
  readonly formed: readonly Assignment[];
  /** The extras that the other sets still have, ascending by set. */
  readonly extras: readonly ExtraSeats[];
  /** In the order of the queue. */
  readonly waiting: readonly Validator[];
}

/**
 * A set that divides is dealt out with its extras over itself and the one that it spawns: who watches has no say in which half it
 * joins. Where it has fewer than 2p the first of the queue join in, with everything to sync. Then the queue forms the other new
 * sets. Extras of the other sets come behind the queue, which may be too short while counts them. Refused if p for each are
 * not there. `sets`: all before the split. `seats`: p.
 */
export function seatSplit(
  spawned: readonly SpawnedSet[],
  sets: readonly SeatedSet[],
  queue: readonly Validator[],
  seats: number,
  seed: Uint8Array,
): Result<SplitSeats, TopologyRefusalOf<"VALIDATORS_MISSING">> {
  const halfOf = new Map(
    spawned.filter(({ seatsFrom }) => seatsFrom === "spawner").map(({ by, set }) => [by, set]),
  );
  const others = sets.filter(({ set }) => !halfOf.has(set)).toSorted(bySet);
  const dividing = sets
    .filter(({ set }) => halfOf.has(set))
    .toSorted(bySet)
    .map(({ set, voting, extras }) => {
      const isWithinCap = voting.length <= seats && extras.length <= seats;
      invariant(isWithinCap, "A set beyond its cap", { set, extras: extras.length });
      return { set, members: [...voting, ...extras] };
    });
  const fresh = queue.toSorted(byStake);
  const pool = [...fresh, ...others.flatMap(({ extras }) => extras).toSorted(byStake)];
  const there = dividing.reduce((sum, { members }) => sum + members.length, pool.length);
  const required = seats * (dividing.length + spawned.length);
  if (there < required) {
    const missing = required - there;
    return refuse({ code: "VALIDATORS_MISSING", validators: there, required, missing });
  }
  const take = (count: number): readonly Validator[] => pool.splice(0, count);
  const formed = dividing.flatMap(({ set, members }) => {
    const all = [...members, ...take(2 * seats - members.length)];
    return assignSeats(
      placesOf([set, halfOf.get(set) as number], seats),
      all,
      new Draws(seed, "seats", set),
    );
  });
  const queued = spawned.filter(({ seatsFrom }) => seatsFrom === "queue").map(({ set }) => set);
  const [subject] = queued;
  if (subject !== undefined) {
    const taken = take(seats * queued.length);
    formed.push(...assignSeats(placesOf(queued, seats), taken, new Draws(seed, "seats", subject)));
  }
  const left = new Set(pool);
  return accept({
    formed: formed.toSorted(bySet),
    extras: others.map(({ set, extras }) => ({
      set,
      extras: extras.filter((one) => left.has(one)),
    })),
    waiting: fresh.filter((one) => left.has(one)),
  });
}

const placesOf = (sets: readonly number[], places: number): readonly OpenPlaces[] =>
  sets.map((set) => ({ set, places }));
