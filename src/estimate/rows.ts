// The rows of the table: what is shown of an estimate, in which unit, and where it is from. docs/estimate.md explains each.
import type { PairPerformance, Performance } from "../protocol/topology/performance.ts";
import { count, mebibytes, percent, seconds } from "./format.ts";

export interface Row {
  readonly label: string;
  /** "" for a plain count. */
  readonly unit: string;
  /** The rule or section that it follows. */
  readonly rule: string;
  readonly text: (of: Performance) => string;
}

export interface Group {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** Where there is no such thing, as a pair of a lone shard. */
const NONE = "-";

type Value<Of> = (of: Of) => number | null;

const row =
  (unit: string, format: (value: number) => string) =>
  (label: string, rule: string, value: Value<Performance>): Row => ({
    label,
    unit,
    rule,
    text: (of) => {
      const number = value(of);
      return number === null ? NONE : format(number);
    },
  });

const counted = row("", count);
const perSecond = row("tx/s", count);
const time = row("s", seconds);
const share = row("%", percent);
const size = row("MiB", mebibytes);

const ofPair =
  (value: Value<PairPerformance>): Value<Performance> =>
  ({ pair }) =>
    pair === null ? null : value(pair);

export const GROUPS: readonly Group[] = [
  {
    title: "Network",
    rows: [
      counted("Shards", "R-3.3", ({ shape }) => shape.shards),
      counted("Chains", "section 13", ({ chains }) => chains),
      counted("Chains a shard", "section 13", ({ shape }) => shape.chainsPerShard),
      counted("Pairs of shards", "R-3.3", ({ pairs }) => pairs),
      counted("Validator sets", "R-3.3", ({ sets }) => sets),
      counted("Shards that a set covers", "R-3.3", ({ shardsOfSet }) => shardsOfSet),
      counted("Sets that cover a shard", "R-3.3", ({ setsOfShard }) => setsOfShard),
      counted("Rounds a cycle", "R-3.4", ({ cycleRounds }) => cycleRounds),
      counted("Sets that propose in a round", "R-3.4", ({ setsOnDuty }) => setsOnDuty),
    ],
  },
  {
    title: "Validators",
    rows: [
      counted("Seats of a set", "R-3.2", ({ shape }) => shape.seats),
      counted("Seats that decide", "R-3.2", ({ quorum }) => quorum),
      counted("Validators needed", "R-11.3", ({ validators }) => validators),
      counted("More than with one shard fewer", "R-11.3", ({ validatorsNew }) => validatorsNew),
      share("Saturation, for the caps below", "R-12.1", ({ shape }) => {
        return shape.saturationPermille / 1_000;
      }),
      counted("Most validators of a set", "R-11.2", ({ cap }) => cap),
      counted("Most validators of all sets", "R-11.2", ({ validatorsCapped }) => validatorsCapped),
    ],
  },
  {
    title: "Watching",
    rows: [
      counted("Validators of a shard", "R-10.1", ({ shardValidators }) => shardValidators),
      counted("Watching in a round", "section 14", ({ shardWatchers }) => shardWatchers),
      share("Validators of a shard, of all", "section 13", ({ shardShare }) => shardShare),
      counted(
        "Validators of either shard of a pair",
        "section 14",
        ofPair(({ validators }) => validators),
      ),
      counted(
        "Seeing both sides of a trade",
        "R-10.1",
        ofPair(({ bothSides }) => bothSides),
      ),
      counted(
        "Seeing one side only",
        "R-10.1",
        ofPair(({ oneSide }) => oneSide),
      ),
      share(
        "Fault tolerance",
        "section 14",
        ofPair(({ faultTolerance }) => faultTolerance),
      ),
    ],
  },
  {
    title: "Throughput",
    rows: [
      perSecond("TPS of a shard", "section 13", ({ shape }) => shape.tpsPerShard),
      perSecond("TPS of a set", "section 13", ({ tpsPerSet }) => tpsPerSet),
      perSecond("TPS of the network", "section 13", ({ tps }) => tps),
      perSecond("A shard splits from this TPS on", "R-12.2", ({ tpsSplit }) => tpsSplit),
      size(
        "or from this size of its blocks on",
        "R-12.2",
        ({ blockBytesSplit }) => blockBytesSplit,
      ),
    ],
  },
  {
    title: "Time",
    rows: [
      time("Commit within a shard", "R-3.1", ({ commitMs }) => commitMs),
      time(
        "Commit across shards, best",
        "R-3.6",
        ofPair(({ delay }) => delay.bestMs),
      ),
      time(
        "Commit across shards, mean",
        "R-3.6",
        ofPair(({ delay }) => delay.meanMs),
      ),
      time(
        "Commit across shards, worst",
        "R-3.6",
        ofPair(({ delay }) => delay.worstMs),
      ),
      share(
        "The next round is the pair's",
        "R-3.4",
        ofPair((pair) => pair.nextRoundShare),
      ),
    ],
  },
  {
    title: "Trades between two random chains",
    rows: [
      share("Trades within a shard", "section 14", ({ intraShardShare }) => intraShardShare),
      share("Trades across shards", "section 14", ({ intraShardShare }) => {
        return intraShardShare === null ? null : 1 - intraShardShare;
      }),
      share(
        "Common share of a pair's sets",
        "section 13",
        ofPair((pair) => pair.commonShare),
      ),
    ],
  },
];
