// Runs of several sizes beside each other: whether the work of one actor grows with the number of shards.
import { alignColumns } from "../estimate/table.ts";
import type { ActorClass, Group } from "./meter.ts";
import { fixed, meanOf, percent } from "./report.ts";
import type { ScaleOutcome } from "./scale-run.ts";

/** What is sent to and asked by each of the sets that follow a shard: there are N-1 of them. */
const FOLLOWING: readonly string[] = [
  "follow",
  "answer to blocks",
  "answer to result",
  "receive blocks",
  "receive result",
  "answer to follow",
];

interface Load {
  readonly name: string;
  readonly of: (outcome: ScaleOutcome) => number;
  readonly digits: number;
}

const total =
  (of: ActorClass, group: Group): ((outcome: ScaleOutcome) => number) =>
  (outcome) =>
    meanOf(outcome, of, outcome.meter.classes[of].groups[group].all);

const following =
  (group: Group, isFollowing: boolean): ((outcome: ScaleOutcome) => number) =>
  (outcome) => {
    let sum = 0;
    for (const [kind, spread] of outcome.meter.classes.shard.groups[group].kinds) {
      if (FOLLOWING.includes(kind) === isFollowing) sum += spread.sum;
    }
    return meanOf(outcome, "shard", { sum, max: 0 });
  };

const perSet =
  (of: (outcome: ScaleOutcome) => number): ((outcome: ScaleOutcome) => number) =>
  (outcome) =>
    of(outcome) / Math.max(1, outcome.options.shards - 1);

const perShard =
  (of: (outcome: ScaleOutcome) => number): ((outcome: ScaleOutcome) => number) =>
  (outcome) =>
    of(outcome) / outcome.options.shards;

const UNITS = [
  ["messages", "messages", 2, 1],
  ["bytes", "bytes", 0, 1],
  ["processor time, µs", "cpuUs", 0, 1],
] as const;

const LOADS: readonly Load[] = [
  ...UNITS.map(([name, group, digits]) => ({
    name: `a set: ${name}`,
    of: total("set", group),
    digits,
  })),
  { name: "a set: rows written", of: total("set", "rows"), digits: 1 },
  ...UNITS.map(([name, group, digits]) => ({
    name: `a shard without its followers: ${name}`,
    of: following(group, false),
    digits,
  })),
  ...UNITS.map(([name, group, digits]) => ({
    name: `a shard for each set that follows it: ${name}`,
    of: perSet(following(group, true)),
    digits,
  })),
  ...UNITS.map(([name, group, digits]) => ({
    name: `a shard for all of them (grows with N-1): ${name}`,
    of: following(group, true),
    digits,
  })),
  ...UNITS.map(([name, group, digits]) => ({
    name: `the MerkleChain for each shard: ${name}`,
    of: perShard(total("merkleChain", group)),
    digits,
  })),
];

/** Runs of several sizes beside each other, an actor and round; the ratios are to the first. */
export function reportComparison(outcomes: readonly ScaleOutcome[]): readonly string[] {
  const [first] = outcomes;
  if (first === undefined) return [];
  const rows = LOADS.map(({ name, of, digits }) => {
    const base = of(first);
    return [
      name,
      ...outcomes.flatMap((outcome, i) => {
        const value = of(outcome);
        const ratio = base === 0 ? "-" : `${fixed(value / base, 2)}x`;
        return i === 0 ? [fixed(value, digits)] : [fixed(value, digits), ratio];
      }),
    ];
  });
  const header = [
    "an actor and round",
    ...outcomes.flatMap(({ options }, i) =>
      i === 0 ? [`N = ${options.shards}`] : [`N = ${options.shards}`, ""],
    ),
  ];
  const promised = [
    "trades in the promised round",
    ...outcomes.flatMap(({ trades }, i) => {
      const text = percent(trades.inPromisedRound, trades.count);
      return i === 0 ? [text] : [text, ""];
    }),
  ];
  const width = header.length;
  return alignColumns(
    [header, ...rows, promised],
    ["left", ...Array.from({ length: width - 1 }, () => "right" as const)],
  );
}
