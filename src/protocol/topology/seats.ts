// Who gets the seats: the auction for open seats, what a split takes of the queue, and the draw that says which
// set a validator joins.
import { compareBytes } from "../encoding/bytes.ts";
import { accept, type Result, refuse } from "../result.ts";
import type { Draws } from "./draws.ts";
import type { TopologyRefusalOf } from "./refusals.ts";
import { bySet } from "./relations.ts";
import { validatorsNeeded } from "./set-counts.ts";
import { StakeTree } from "./stake-tree.ts";

export interface Validator {
  /** 20 bytes; each validator has its own. */
  readonly address: Uint8Array;
  /** Its own and what others delegate to it, in the smallest unit of Rune. */
  readonly stake: bigint;
}

/** the order of the queue, by falling stake; of equals the lower address first. */
export function byStake(a: Validator, b: Validator): number {
  if (a.stake !== b.stake) return a.stake > b.stake ? -1 : 1;
  return compareBytes(a.address, b.address);
}

export interface Auction {
  /** Both in the order of the queue. */
  readonly seated: readonly Validator[];
  readonly waiting: readonly Validator[];
}

/** open seats go to the highest stake. `seats`: how many are open. */
export function auction(queue: readonly Validator[], seats: number): Auction {
  const ordered = queue.toSorted(byStake);
  return { seated: ordered.slice(0, seats), waiting: ordered.slice(seats) };
}

/** how many validators a split of one of so many shards takes beside those that have a vote. */
export const validatorsTaken = (shards: number, seats: number): number =>
  validatorsNeeded(shards + 1, seats) - validatorsNeeded(shards, seats);

/** whether all the validators there are, seated or waiting, fill the sets of one shard more; how many it then takes. */
export function canSplit(
  validators: number,
  shards: number,
  seats: number,
): Result<number, TopologyRefusalOf<"VALIDATORS_MISSING">> {
  const required = validatorsNeeded(shards + 1, seats);
  if (validators >= required) return accept(validatorsTaken(shards, seats));
  const missing = required - validators;
  return refuse({ code: "VALIDATORS_MISSING", validators, required, missing });
}

/** So many places of a set to fill. */
export interface OpenPlaces {
  readonly set: number;
  readonly places: number;
}

/** The validators that a set gets, in the order in which they were drawn. */
export interface Assignment {
  readonly set: number;
  readonly validators: readonly Validator[];
}

/**
 * which set each validator joins: drawn from the seed by stake, without repetition, and dealt to the sets in turn, so that the
 * great stakes, which tend to be drawn first, spread over all sets. Nobody knows the draw before the seed is made, so no set picks its
 * members and no validator its set. Validators are drawn until all places are filled; where there are too few, places stay open.
 * A stake of 0 is drawn as if it were 1.
 */
export function assignSeats(
  open: readonly OpenPlaces[],
  validators: readonly Validator[],
  draws: Draws,
): readonly Assignment[] {
  const filled = open
    .toSorted(bySet)
    .map(({ set, places }) => ({ set, places, validators: [] as Validator[] }));
  // The order in which they are given must not matter.
  const candidates = validators.toSorted(byStake);
  const tree = new StakeTree(candidates.map(({ stake }) => (stake > 0n ? stake : 1n)));
  let turn = filled.filter(({ places }) => places > 0);
  while (turn.length > 0 && tree.total > 0n) {
    for (const set of turn) {
      if (tree.total === 0n) break;
      set.validators.push(candidates[tree.take(draws.below(tree.total))] as Validator);
    }
    turn = turn.filter((set) => set.validators.length < set.places);
  }
  return filled.map(({ set, validators: drawn }) => ({ set, validators: drawn }));
}
