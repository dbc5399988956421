// who is at work in a round, read off the specification's own list of pairs; and which epoch has a round. Worlds
// begin with round 0 of epoch 0.
import type { Observation, ObservedEpoch, ObservedGenesis } from "./observation.ts";

export interface Duty {
  readonly set: number;
  /** The shards that its joint block may have halves of. */
  readonly shards: readonly number[];
}

/** rounds in which every pair has its turn once. */
export const cycleOf = (shards: number): number => (shards % 2 === 0 ? shards - 1 : shards);

/** By places: the pairs of a round; a pair of one place and null for the place that sits out. */
function pairsIn(count: number, round: number): (readonly [number, number | null])[] {
  const m = cycleOf(count);
  const t = round % m;
  const q = (t - 1 + m) % m;
  const pairs: (readonly [number, number | null])[] = [[q, count % 2 === 0 ? count - 1 : null]];
  for (let i = 1; 2 * i < m; i++) pairs.push([(q + i) % m, (q - i + m) % m]);
  return pairs;
}

/** What says who is at work when. */
export interface Timeline {
  readonly genesis: Pick<ObservedGenesis, "shards" | "sets" | "roundMs">;
  readonly epochs: Observation["epochs"];
}

/** the epoch of a round. */
export function epochOf({ genesis, epochs }: Timeline, round: number): ObservedEpoch {
  const { roundMs } = genesis;
  const found = epochs.findLast(({ activationRound }) => activationRound <= round);
  return found ?? { epoch: 0, activationRound: 0, activationMs: 0, roundMs, decidedMs: 0 };
}

/** when a round begins, in ms since the run's beginning. */
export function roundStartMs(timeline: Timeline, round: number): number {
  const { activationRound, activationMs, roundMs } = epochOf(timeline, round);
  return activationMs + (round - activationRound) * roundMs;
}

/** the round that a moment of the run lies in. */
export function roundAt({ genesis, epochs }: Timeline, ms: number): number {
  const found = epochs.findLast(({ activationMs }) => activationMs <= ms);
  if (found === undefined) return Math.floor(ms / genesis.roundMs);
  return found.activationRound + Math.floor((ms - found.activationMs) / found.roundMs);
}

/** `round`: since the epoch's activation. */
export function dutiesIn(
  { shards, sets }: Pick<ObservedGenesis, "shards" | "sets">,
  round: number,
): readonly Duty[] {
  const { length: count } = shards;
  const [first] = sets;
  if (count === 1 && first !== undefined) return [first];
  const setsOf = (a: number, b: number): readonly number[] =>
    sets
      .filter((one) => [a, b].every((place) => one.shards.includes(shards[place] as number)))
      .map(({ set }) => set);
  return pairsIn(count, round).map(([a, b]) => {
    if (b === null) {
      const z = Math.floor(round / cycleOf(count));
      const d = 1 + (z % ((count - 1) / 2));
      const [set = 0] = setsOf(a, (a + d) % count);
      return { set, shards: [shards[a] as number] };
    }
    const own = setsOf(a, b);
    // The two sets of two shards take turns.
    const set = own[round % own.length] ?? 0;
    return { set, shards: [shards[a] as number, shards[b] as number].sort((x, y) => x - y) };
  });
}

/** Who is at work for a shard; null for a shard that there is not. */
export function dutyOf(timeline: Timeline, shard: number, round: number): Duty | null {
  const elapsed = round - epochOf(timeline, round).activationRound;
  const duties = dutiesIn(timeline.genesis, elapsed);
  return duties.find(({ shards }) => shards.includes(shard)) ?? null;
}
