// What the blocks of a run say, by shard, chain and transaction. Where they contradict each other, which `agreement` reports, the
// block seen first counts.
import type {
  Observation,
  ObservedBlock,
  ObservedChainBlock,
  ObservedTransaction,
} from "./observation.ts";
import { roundAt } from "./timetable.ts";

export interface Place {
  readonly shard: number;
  readonly chain: number;
  readonly round: number;
}

export interface History {
  /** By shard in order of numbers: one block a round, ascending. */
  readonly shards: ReadonlyMap<number, readonly ObservedBlock[]>;
  /** By chain: its headers, ascending by round. */
  readonly chains: ReadonlyMap<
    number,
    readonly (ObservedChainBlock & { readonly round: number })[]
  >;
  /** By id: every place of it in a chain's block. */
  readonly places: ReadonlyMap<string, readonly Place[]>;
}

export function push<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

const histories = new WeakMap<Observation, History>();

export function historyOf(observation: Observation): History {
  const known = histories.get(observation);
  if (known !== undefined) return known;
  const made = makeHistory(observation);
  histories.set(observation, made);
  return made;
}

function makeHistory({ commits }: Observation): History {
  const byRound = new Map<string, ObservedBlock>();
  for (const block of commits) {
    const key = `${block.shard} ${block.round}`;
    if (!byRound.has(key)) byRound.set(key, block);
  }
  const blocks = [...byRound.values()].sort((a, b) => a.shard - b.shard || a.round - b.round);
  const shards = new Map<number, ObservedBlock[]>();
  const chains = new Map<number, (ObservedChainBlock & { readonly round: number })[]>();
  const places = new Map<string, Place[]>();
  for (const block of blocks) {
    const { shard, round } = block;
    push(shards, shard, block);
    for (const header of block.chains) {
      push(chains, header.chain, { ...header, round });
      for (const id of header.transactions) push(places, id, { shard, chain: header.chain, round });
    }
  }
  for (const headers of chains.values()) headers.sort((a, b) => a.round - b.round);
  return { shards, chains, places };
}

/** How far an actor's clock is ever off, where one is wrong; and how far a block may be ahead of the clock of whoever signs it. */
const CLOCK_OFF_ROUNDS = 2;
const AHEAD_ROUNDS = 1;

/** The latest round that a clock may have shown at a moment. */
export const latestRoundAt = (observation: Observation, ms: number): number =>
  roundAt(observation, ms) + (observation.world.isFaultFree ? 0 : CLOCK_OFF_ROUNDS);

/** The latest round of which there may have been a block. */
export const latestBlockAt = (observation: Observation, ms: number): number =>
  latestRoundAt(observation, ms) + AHEAD_ROUNDS;

/** From when on nothing disturbed the world; null if something did until the end. */
export const healedMs = ({ world }: Observation): number | null =>
  world.isFaultFree ? 0 : world.healedMs;

/** The round up to which a shard itself has executed at the end; everything, if nobody says. */
export const executedRound = ({ replicas }: Observation, shard: number): number =>
  replicas.find(({ name }) => name === `shard ${shard}`)?.executedRound ?? Number.POSITIVE_INFINITY;

/** By chain: the shard that has it. */
export const homesOf = ({
  genesis,
  created,
}: Pick<Observation, "genesis" | "created">): ReadonlyMap<number, number> =>
  new Map([...genesis.chains, ...created].map(({ chain, shard }) => [chain, shard]));

/** The shards that a transaction touches, each once; one for a chain that there is not. */
export const shardsOf = (
  homes: ReadonlyMap<number, number>,
  { legs }: Pick<ObservedTransaction, "legs">,
): readonly number[] => [...new Set(legs.map(({ chain }) => homes.get(chain) ?? -1))];
