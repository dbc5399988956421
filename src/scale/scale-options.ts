// What a run at scale is: how large the network, how long, how much load. The same options give the same counts.
import { cycleLength } from "../protocol/rounds/pairing.ts";
import { setCount, validatorsNeeded } from "../protocol/topology/set-counts.ts";

export interface ScaleOptions {
  readonly shards: number;
  /** Of each set. */
  readonly seats: number;
  readonly chainsPerShard: number;
  /** Rounds that are counted; one before them opens everybody, and some behind them let the last transactions become final. */
  readonly rounds: number;
  readonly transactionsPerShardAndRound: number;
  /** The part of them that are trades with another shard, 0 to 1. */
  readonly crossShare: number;
  readonly seed: number;
}

export const DEFAULTS: ScaleOptions = {
  shards: 31,
  seats: 21,
  chainsPerShard: 2,
  rounds: 200,
  transactionsPerShardAndRound: 4,
  crossShare: 0.5,
  seed: 1,
};

export const ROUND_MS = 500;
export const LEASE_ROUNDS = 20;
export const EPOCH_ROUNDS = 7_200;
/** */
export const K = 3;
/** How long every message and every check of signatures takes: sets and shards of one region. */
export const DELAY_MS = 5;

/** Of accounts in use at once, for chance. */
const MARGIN = 1.6;
const ACCOUNTS_LEAST = 24;

/**
 * Accounts on each chain: nobody has two transactions under way there. A trade waits for a cycle at most, and is on two shards; any
 * other is in a block within two rounds.
 */
export function accountsPerChain(options: ScaleOptions): number {
  const { shards, chainsPerShard, transactionsPerShardAndRound, crossShare } = options;
  const trades = shards === 1 ? 0 : transactionsPerShardAndRound * crossShare;
  const waiting = 2 * trades * (cycleLength(shards) + 2) + 3 * transactionsPerShardAndRound;
  return Math.ceil((MARGIN * waiting) / chainsPerShard) + ACCOUNTS_LEAST;
}

/** "31 shards, 465 sets of 21 seats: 9,765 seats". */
export function describeShape({ shards, seats }: ScaleOptions): string {
  const count = (value: number): string => value.toLocaleString("en-US");
  return `${count(shards)} shards, ${count(setCount(shards))} sets of ${seats} seats, ${count(validatorsNeeded(shards, seats))} seats`;
}
