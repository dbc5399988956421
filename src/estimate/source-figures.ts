// Every figure that the source document gives of a network's size and speed, beside what is calculated here. Where the two
// differ, the reading that is built, and its rule or section 14.
import { shardsForChains, shardsForValidators } from "../protocol/topology/network-size.ts";
import { estimate, type Performance, SOURCE_SHAPE } from "../protocol/topology/performance.ts";
import { setsBesidePair, setsOfPair } from "../protocol/topology/set-counts.ts";
import { validatorCap } from "../protocol/topology/validator-cap.ts";
import { count, mebibytes, seconds } from "./format.ts";

export interface Figure {
  readonly what: string;
  /** As the source has it, in the spelling of `here`. */
  readonly source: string;
  /** Calculated, no more precise than the source. */
  readonly here: string;
  /** Why they differ, if they do. */
  readonly reading?: string;
}

export interface Figures {
  readonly title: string;
  readonly figures: readonly Figure[];
}

/** Of a network with at least two shards. */
type PairedPerformance = Performance & { readonly pair: NonNullable<Performance["pair"]> };

export function sourceFigures(): readonly Figures[] {
  return [
    { title: "31 shards of 58 chains, 21 seats a set, rounds of 500 ms", figures: ofThirtyOne() },
    { title: "Small networks, 21 seats a set", figures: ofSmallNetworks() },
    { title: "Caps and splits, 21 seats a set", figures: ofSplits() },
    { title: "At most 10,000 validators, 7 seats a set", figures: ofSmallSets() },
    { title: "200 shards", figures: ofMillion() },
    { title: "4,000 validators, 21 seats a set", figures: ofFourThousand() },
  ];
}

function at(shards: number, seats: number = SOURCE_SHAPE.seats): PairedPerformance {
  const performance = estimate({ ...SOURCE_SHAPE, shards, seats });
  const { pair } = performance;
  if (pair === null) throw new RangeError(`No pair of shards: ${shards}`);
  return { ...performance, pair };
}

const figure = (what: string, source: string, here: string, reading?: string): Figure => ({
  what,
  source,
  here,
  ...(reading === undefined ? {} : { reading }),
});

const percent = (share: number): string => `${Math.round(100 * share)}%`;
const time = (ms: number): string => `${seconds(ms)} s`;

function ofThirtyOne(): readonly Figure[] {
  const { pair, ...all } = at(31);
  const across = 1 - (all.intraShardShare ?? 0);
  return [
    figure("Shards for 1,800 chains", "31", count(shardsForChains(1_800, 58))),
    figure("Shards that a set covers", "2", count(all.shardsOfSet)),
    figure("Validator sets", "465", count(all.sets)),
    figure("Validators needed", "9,765", count(all.validators)),
    figure("Validators of a shard", "630", count(all.shardValidators)),
    figure(
      "Watching in a round",
      "504",
      count(all.shardWatchers),
      "29 of a shard's 30 sets watch while one proposes (section 14)",
    ),
    figure(
      "Validators of either shard of a pair",
      "18,249",
      count(pair.validators),
      "2N-3 sets; the source's formula gives more than all validators (section 14)",
    ),
    figure(
      "Fault tolerance",
      "50%",
      percent(pair.faultTolerance),
      "(N-1)/(2N-3) nears 50%; the source's formula is 50% for any N (section 14)",
    ),
    figure("TPS of a set", "10,000", count(all.tpsPerSet)),
    figure("TPS of a shard", "5,000", count(all.shape.tpsPerShard)),
    figure("TPS of the network", "155,000", count(all.tps)),
    figure("Commit within a shard", "0.5 s", time(all.commitMs)),
    figure("Commit across shards, best", "0.5 s", time(pair.delay.bestMs)),
    figure("Commit across shards, typical", "8.0 s", time(pair.delay.meanMs)),
    figure(
      "Commit across shards, worst",
      "16.0 s",
      time(pair.delay.worstMs),
      "30 rounds of waiting and one to commit; the source rounds up (R-3.6)",
    ),
    figure("The next round is the pair's", "3%", percent(pair.nextRoundShare)),
    figure(
      "Random trades that cross shards",
      "98%",
      percent(across),
      "all but (c-1)/(cn-1) of them; the source says over 98% (section 14)",
    ),
  ];
}

function ofSmallNetworks(): readonly Figure[] {
  const { pair, ...four } = at(4);
  return [
    figure("2 shards: validators that see both", "42", count(at(2).pair.bothSides)),
    figure("4 shards: pairs", "6", count(four.pairs)),
    // The source gets 126 from 4 x 21, which it is not: section 14.
    figure("4 shards: validators needed", "126", count(four.validators)),
    figure("4 shards: validators of a shard", "63", count(four.shardValidators)),
    figure(
      "4 shards: sets that cover a shard",
      "6",
      count(four.setsOfShard),
      "six in all, of which a shard is in three (R-3.3)",
    ),
    figure("4 shards: sets that see both sides", "1", count(setsOfPair(4))),
    figure("4 shards: sets that see one side", "4", count(setsBesidePair(4))),
    figure("4 shards: validators of either shard of a pair", "105", count(pair.validators)),
    figure("4 shards: common share of a pair's sets", "33%", percent(pair.commonShare)),
    figure("10 shards: common share of a pair's sets", "11%", percent(at(10).pair.commonShare)),
  ];
}

function ofSplits(): readonly Figure[] {
  const { seats } = SOURCE_SHAPE;
  const ten = estimate({ ...SOURCE_SHAPE, chainsPerShard: 10 });
  const [before, after] = [at(4), at(3)];
  return [
    figure("Seats that decide", "15", count(before.quorum)),
    figure(
      "the same, of all seats",
      "67%",
      percent(before.quorum / seats),
      "more than two thirds: floor(2n/3)+1 (section 14)",
    ),
    figure("Most validators of a set, 10% saturated", "21", count(validatorCap(seats, 100))),
    figure("Most validators of a set, 90% saturated", "42", count(validatorCap(seats, 900))),
    figure("TPS from which a shard splits", "4,500", count(ten.tpsSplit)),
    figure(
      "Block of ten chains from which it splits",
      "36.0 MiB",
      `${mebibytes(ten.blockBytesSplit)} MiB`,
      "a shard's block has at most 4 MiB, however many its chains (R-3.10)",
    ),
    figure("4 shards merge to 3: sets that stay", "3", count(after.sets)),
    figure("4 shards merge to 3: validators that stay", "63", count(after.validators)),
    figure(
      "4 shards merge to 3: validators kept warm",
      "63",
      count(before.validators - after.validators),
    ),
  ];
}

function ofSmallSets(): readonly Figure[] {
  const shards = shardsForValidators(10_000, 7);
  const all = at(shards, 7);
  return [
    figure("Shards", "53", count(shards)),
    figure("Validators needed", "9,646", count(all.validators)),
    figure("TPS of the network", "265,000", count(all.tps)),
    figure(
      "more than with 21 seats",
      "70%",
      percent(all.tps / at(shardsForValidators(10_000, 21)).tps - 1),
      "265 are 71% more than 155",
    ),
    figure(
      "Validators of a shard that propose",
      "7",
      count(all.shardValidators - all.shardWatchers),
    ),
    figure(
      "Watching in a round",
      "350",
      count(all.shardWatchers),
      "51 of a shard's 52 sets watch while one proposes (section 14)",
    ),
  ];
}

function ofMillion(): readonly Figure[] {
  const all = at(200, 4);
  return [
    figure("TPS of the network", "1,000,000", count(all.tps)),
    figure("Validators needed, 4 seats a set", "79,600", count(all.validators)),
    figure("Validators needed, 7 seats a set", "139,300", count(at(200, 7).validators)),
    // The source's "at least 1% of all": so it is up to 200 shards.
    figure("Validators of a shard, of all", "1%", percent(all.shardShare)),
  ];
}

function ofFourThousand(): readonly Figure[] {
  const shards = shardsForValidators(4_000, 21);
  const all = at(shards);
  return [
    figure("Shards", "20", count(shards)),
    // The source's "100k with less than 10k nodes": 3,990 do.
    figure("TPS of the network", "100,000", count(all.tps)),
    figure(
      "Of the network's work, spared to a validator",
      "95%",
      percent(1 - all.shardShare),
      "a validator covers two of the twenty shards, not one",
    ),
  ];
}
