// Which set proposes for which shards in a round. Shards have their places in the order in which the epoch lists
// them, which is that of their creation.
import { invariant } from "../assert.ts";
import type { Epoch, ShardRecord } from "./epoch.ts";
import { cycleLength, idlePartnerOf, nextMeeting, partnerOf } from "./pairing.ts";

/** A set at work in a round. */
export interface Duty {
  readonly set: number;
  /** The shards that its joint block can have halves of: one or two, ascending. */
  readonly shards: readonly number[];
}

/** Rounds in which every pair of shards meets once. */
export const cycleRounds = ({ shards }: Pick<Epoch, "shards">): number =>
  cycleLength(shards.length);

const pairName = (a: number, b: number): string => (a < b ? `${a} ${b}` : `${b} ${a}`);

/** The timetable of one epoch. Each question costs O(1), but for those about a whole round. */
export class Timetable {
  readonly #epoch: Epoch;
  /** By shard: its place. */
  readonly #places: ReadonlyMap<number, number>;
  /** By pair of shards, in the order of the epoch: two sets for the one pair of two shards. */
  readonly #sets = new Map<string, number[]>();

  constructor(epoch: Epoch) {
    this.#epoch = epoch;
    this.#places = new Map(epoch.shards.map(({ shard }, place) => [shard, place]));
    for (const { set, shards } of epoch.sets) {
      const [a, b = a] = shards;
      invariant(a !== undefined && b !== undefined, "A set without a shard", { set });
      const name = pairName(a, b);
      const sets = this.#sets.get(name);
      if (sets === undefined) this.#sets.set(name, [set]);
      else sets.push(set);
    }
  }

  /** Who is at work for the shard in the round. */
  dutyOf(shard: number, round: number): Duty {
    const { shards } = this.#epoch;
    const elapsed = this.#elapsed(round);
    const place = this.#places.get(shard);
    invariant(place !== undefined, "No set covers the shard", { shard });
    if (shards.length === 1) return { set: this.#setOf(shard, shard, elapsed), shards: [shard] };
    const partner = partnerOf(shards.length, elapsed, place);
    if (partner === null) {
      const other = this.#shardAt(idlePartnerOf(shards.length, elapsed, place));
      return { set: this.#setOf(shard, other, elapsed), shards: [shard] };
    }
    const other = this.#shardAt(partner);
    const both = shard < other ? [shard, other] : [other, shard];
    return { set: this.#setOf(shard, other, elapsed), shards: both };
  }

  /** Everybody at work in the round, in the order of the shards' places. Costs O(shards). */
  dutiesIn(round: number): readonly Duty[] {
    const duties = new Map<number, Duty>();
    for (const { shard } of this.#epoch.shards) {
      const duty = this.dutyOf(shard, round);
      duties.set(duty.set, duty);
    }
    return [...duties.values()];
  }

  /** The first round, not before `from`, in which one set sees both shards; `from` for a shard and itself. */
  nextMeeting(a: number, b: number, from: number): number {
    if (a === b) return from;
    const [first, second] = [this.#places.get(a), this.#places.get(b)];
    invariant(first !== undefined && second !== undefined, "No set covers the shards", { a, b });
    const { activationRound, shards } = this.#epoch;
    const elapsed = this.#elapsed(Math.max(from, activationRound));
    return activationRound + nextMeeting(shards.length, elapsed, first, second);
  }

  #elapsed(round: number): number {
    const { activationRound } = this.#epoch;
    invariant(round >= activationRound, "A round before its epoch", { round });
    return round - activationRound;
  }

  #shardAt(place: number): number {
    return (this.#epoch.shards[place] as ShardRecord).shard;
  }

  /** of several sets on one pair each has its round in turn. */
  #setOf(a: number, b: number, elapsed: number): number {
    const sets = this.#sets.get(pairName(a, b)) ?? [];
    const set = sets[elapsed % sets.length];
    invariant(set !== undefined, "No set covers the shards", { a, b });
    return set;
  }
}

/**
 * the pairs of so many shards, in the order in which sets are numbered from 1: those of a new shard behind all before, as the
 * source's tables have it. One shard has one set, two have two.
 */
export function pairsOf(shards: readonly number[]): (readonly number[])[] {
  const [first, second] = shards;
  if (first === undefined) return [];
  if (second === undefined) return [[first]];
  const pair = [first, second];
  if (shards.length === 2) return [pair, pair];
  const pairs: (readonly number[])[] = [];
  for (const [place, shard] of shards.entries()) {
    const partners = shards.slice(0, place);
    // The source numbers BC before AC.
    if (place === 2) partners.reverse();
    for (const partner of partners) pairs.push([partner, shard].sort((a, b) => a - b));
  }
  return pairs;
}
