// The extra seats of the sets, which are there before a split needs them.
import type { SetAllocation, Topology } from "./allocation.ts";
import { Draws } from "./draws.ts";
import { assignSeats, auction, type Validator } from "./seats.ts";
import { validatorCap } from "./validator-cap.ts";

/** Who is in a set besides the p that vote: they watch and sync. */
export interface ExtraSeats {
  readonly set: number;
  readonly extras: readonly Validator[];
}

export interface CapReview {
  /** Ascending by set; each within its cap. */
  readonly sets: readonly ExtraSeats[];
  /** In the order of the queue. */
  readonly waiting: readonly Validator[];
}

/** how many validators a set takes, p to 2p. `permilleOf`: of a shard as it counts for a split. */
export function capOf(
  { shards }: SetAllocation,
  seats: number,
  permilleOf: (shard: number) => number,
): number {
  return validatorCap(seats, Math.max(...shards.map(permilleOf)));
}

/**
 * every 100 rounds (a parameter): the caps follow saturation. Where a cap fell the lowest stakes beyond it go back to the
 * queue; then what is open goes to the highest stakes of the queue, and the seed says which set each joins. Those that vote are not
 * touched. `sets`: the present extras, of any sets; a set that is missing has none.
 */
export function reviewCaps(
  topology: Topology,
  sets: readonly ExtraSeats[],
  queue: readonly Validator[],
  review: {
    readonly seats: number;
    readonly permilleOf: (shard: number) => number;
    readonly seed: Uint8Array;
    /** Tells the reviews of one epoch apart: each has its own draw. */
    readonly review: number;
  },
): CapReview {
  const { seats, permilleOf, seed } = review;
  const present = new Map(sets.map(({ set, extras }) => [set, extras]));
  const back = [...queue];
  for (const [set, extras] of present)
    if (!topology.sets.some((known) => known.set === set)) back.push(...extras);
  const kept = topology.sets.map((allocation) => {
    const places = capOf(allocation, seats, permilleOf) - seats;
    const { seated, waiting } = auction(present.get(allocation.set) ?? [], places);
    back.push(...waiting);
    return { set: allocation.set, extras: seated, places: places - seated.length };
  });
  const open = kept.reduce((sum, { places }) => sum + places, 0);
  const { seated, waiting } = auction(back, open);
  const drawn = new Map(
    assignSeats(kept, seated, new Draws(seed, "extras", review.review)).map((one) => [
      one.set,
      one.validators,
    ]),
  );
  return {
    sets: kept.map(({ set, extras }) => ({ set, extras: [...extras, ...(drawn.get(set) ?? [])] })),
    waiting,
  };
}
