// What a network of a given shape can do and needs (section 13, read as section 14 says), by calculation. An estimate for
// people: no rule of the ledger reads it, so shares and times may be fractions.
import { quorum } from "../consensus/quorum.ts";
import {
  CHAIN_BLOCK_BYTES_MAX,
  SHARD_BLOCK_BYTES_MAX,
  SHARD_BLOCK_TRANSACTIONS_MAX,
} from "../limits.ts";
import { cycleLength } from "../rounds/pairing.ts";
import {
  pairCount,
  setCount,
  setsBesidePair,
  setsOfPair,
  setsOfShard,
  setsOnDuty,
  shardsOfSet,
  validatorsNeeded,
} from "./set-counts.ts";
import { validatorCap } from "./validator-cap.ts";

/** What is chosen; everything else follows. */
export interface NetworkShape {
  readonly shards: number;
  /** Of each set. */
  readonly seats: number;
  readonly roundMs: number;
  /** On average, so it may be a fraction; at least 1. */
  readonly chainsPerShard: number;
  /** Transactions that one shard executes in a second. */
  readonly tpsPerShard: number;
  /** Of every shard: it moves the caps of the sets only. */
  readonly saturationPermille: number;
}

/** The source's scenario: 1,800 chains on 31 shards. */
export const SOURCE_SHAPE: NetworkShape = {
  shards: 31,
  seats: 21,
  roundMs: 500,
  chainsPerShard: 58,
  tpsPerShard: 5_000,
  saturationPermille: 900,
};

/** where a shard splits if it stays there. */
const SPLIT_PERMILLE = 900;

export interface Delay {
  readonly bestMs: number;
  readonly meanMs: number;
  readonly worstMs: number;
}

/** What holds between any two shards. */
export interface PairPerformance {
  /** Who can prove fraud on either of the two (section 14): `bothSides` and `oneSide` together. */
  readonly validators: number;
  /** full clarity. */
  readonly bothSides: number;
  /** partial clarity. */
  readonly oneSide: number;
  /** Section 14: the part of `validators` that would have to be at fault before a fraud goes unproven, 0 to 1. */
  readonly faultTolerance: number;
  /** Of the sets of one shard, the part that covers the other as well, 0 to 1. */
  readonly commonShare: number;
  /** from the beginning of any round to the commit of a transaction over both shards. */
  readonly delay: Delay;
  /** The part of a cycle's rounds that are the pair's, 0 to 1: how likely the very next one is. */
  readonly nextRoundShare: number;
}

export interface Performance {
  readonly shape: NetworkShape;
  readonly chains: number;
  readonly pairs: number;
  readonly sets: number;
  readonly shardsOfSet: number;
  readonly cycleRounds: number;
  /** Sets that propose in one round. */
  readonly setsOnDuty: number;
  readonly quorum: number;
  /** to fill every seat. */
  readonly validators: number;
  /** of them those that one shard fewer does not need; null for the first shard. */
  readonly validatorsNew: number | null;
  /** the most that a set takes at the shape's saturation. */
  readonly cap: number;
  /** all sets at that cap. */
  readonly validatorsCapped: number;
  readonly setsOfShard: number;
  /** Who replicates one given shard. */
  readonly shardValidators: number;
  /** Of them those whose set does not propose in a round: they watch. */
  readonly shardWatchers: number;
  /** The part of all validators that covers one shard, and as well the part of all shards that one validator covers. */
  readonly shardShare: number;
  readonly tpsPerSet: number;
  readonly tps: number;
  /** from this rate on a shard can split. */
  readonly tpsSplit: number;
  /** the bytes of a shard's block that do the same. */
  readonly blockBytesSplit: number;
  /** a transaction on one shard commits in the round that takes it. */
  readonly commitMs: number;
  /** The part of trades between two random chains that stays on one shard; null if there is one chain only. */
  readonly intraShardShare: number | null;
  /** null for a lone shard. */
  readonly pair: PairPerformance | null;
}

/** what a full block a round comes to, in transactions a second. */
export const tpsOfFullBlocks = (roundMs: number): number =>
  (SHARD_BLOCK_TRANSACTIONS_MAX * 1_000) / roundMs;

export function estimate(shape: NetworkShape): Performance {
  const { shards, seats, chainsPerShard, tpsPerShard } = shape;
  const chains = chainsPerShard * shards;
  const sets = setCount(shards);
  const validators = validatorsNeeded(shards, seats);
  const cap = validatorCap(seats, shape.saturationPermille);
  const covering = setsOfShard(shards);
  const blockBytes = Math.min(SHARD_BLOCK_BYTES_MAX, chainsPerShard * CHAIN_BLOCK_BYTES_MAX);
  return {
    shape,
    chains,
    pairs: pairCount(shards),
    sets,
    shardsOfSet: shardsOfSet(shards),
    cycleRounds: cycleLength(shards),
    setsOnDuty: setsOnDuty(shards),
    quorum: quorum(seats),
    validators,
    validatorsNew: shards === 1 ? null : validators - validatorsNeeded(shards - 1, seats),
    cap,
    validatorsCapped: sets * cap,
    setsOfShard: covering,
    shardValidators: covering * seats,
    shardWatchers: (covering - 1) * seats,
    shardShare: covering / sets,
    tpsPerSet: shardsOfSet(shards) * tpsPerShard,
    tps: shards * tpsPerShard,
    tpsSplit: (tpsPerShard * SPLIT_PERMILLE) / 1_000,
    blockBytesSplit: (blockBytes * SPLIT_PERMILLE) / 1_000,
    commitMs: shape.roundMs,
    intraShardShare: chains === 1 ? null : (chainsPerShard - 1) / (chains - 1),
    pair: shards === 1 ? null : pairPerformance(shape),
  };
}

function pairPerformance({ shards, seats, roundMs }: NetworkShape): PairPerformance {
  const common = setsOfPair(shards);
  const beside = setsBesidePair(shards);
  const cycle = cycleLength(shards);
  return {
    validators: (common + beside) * seats,
    bothSides: common * seats,
    oneSide: beside * seats,
    faultTolerance: setsOfShard(shards) / (common + beside),
    commonShare: common / setsOfShard(shards),
    // A transaction that any round of the cycle may see first waits 0 to cycle - 1 rounds and is committed in one more.
    delay: {
      bestMs: roundMs,
      meanMs: ((1 + cycle) / 2) * roundMs,
      worstMs: cycle * roundMs,
    },
    nextRoundShare: 1 / cycle,
  };
}
