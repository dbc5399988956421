// What a run at scale came to, as lines for people.
import { count } from "../estimate/format.ts";
import { alignColumns } from "../estimate/table.ts";
import { cycleLength } from "../protocol/rounds/pairing.ts";
import { estimate, SOURCE_SHAPE } from "../protocol/topology/performance.ts";
import { pairCount } from "../protocol/topology/set-counts.ts";
import { OPERATIONS } from "./counted-crypto.ts";
import type { ActorClass, GroupCounts, Spread } from "./meter.ts";
import type { OperationCosts } from "./operation-costs.ts";
import type { Delays } from "./scale-ledger.ts";
import { DELAY_MS, describeShape, ROUND_MS } from "./scale-options.ts";
import type { ScaleOutcome } from "./scale-run.ts";

const CLASS_NAMES: Readonly<Record<ActorClass, string>> = {
  shard: "a shard",
  set: "a set",
  merkleChain: "the MerkleChain",
  gateway: "the gateway",
};
const REPORTED: readonly ActorClass[] = ["shard", "set", "merkleChain"];

export const fixed = (value: number, digits: number): string =>
  value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
export const percent = (part: number, of: number): string =>
  of === 0 ? "-" : `${fixed((100 * part) / of, 1)}%`;

/** Of one actor and round. */
export const meanOf = (outcome: ScaleOutcome, of: ActorClass, { sum }: Spread): number =>
  sum / (outcome.meter.classes[of].actors * outcome.meter.rounds);

export function reportRun(outcome: ScaleOutcome, costs: OperationCosts): readonly string[] {
  return [
    ...reportNetwork(outcome),
    ...reportThroughput(outcome),
    ...reportDelays(outcome),
    ...reportTraffic(outcome),
    ...reportSteps(outcome),
    ...reportOperations(outcome, costs),
  ];
}

const section = (title: string, rows: readonly (readonly string[])[]): readonly string[] => [
  "",
  title,
  ...alignColumns(rows, ["left", "right", "left"]).map((line) => `  ${line}`),
];

function reportNetwork(outcome: ScaleOutcome): readonly string[] {
  const { options, replicas, replicasEqual, logged } = outcome;
  const chains = options.shards * options.chainsPerShard;
  const lines = Object.entries(logged).map(([event, times]) => `${event}: ${count(times)}`);
  return [
    `${describeShape(options)}; ${count(chains)} chains, ${count(outcome.accounts)} accounts; seed ${options.seed}`,
    `every message takes ${DELAY_MS} ms; the cryptography is counted, not computed`,
    ...section("Run", [
      [
        "rounds",
        count(options.rounds),
        `counted, of ${ROUND_MS} ms: ${fixed((options.rounds * ROUND_MS) / 1_000, 1)} s of virtual time`,
      ],
      [
        "asleep after",
        fixed(outcome.virtualMs / 1_000, 1),
        outcome.isAsleep ? "s" : "s: NOT ASLEEP",
      ],
      [
        "transactions sent",
        count(outcome.sent),
        `${percent(outcome.trades.count, outcome.sent)} of them trades between two shards`,
      ],
      [
        "FINAL with code 2",
        count(outcome.final),
        outcome.final === outcome.sent ? "all, on each of their shards" : "NOT ALL",
      ],
      [
        "replicas",
        count(replicas),
        replicas === replicasEqual ? "all equal in the end (R-5.5)" : `ONLY ${replicasEqual} EQUAL`,
      ],
      ["genesis record", count(outcome.genesisBytes), "bytes"],
      [
        "real time",
        fixed(outcome.realMs / 1_000, 0),
        `s on this machine, ${fixed(outcome.processorMs / 1_000, 0)} s of processor time`,
      ],
      [
        "memory",
        count(Math.ceil(outcome.residentBytesMax / 1_000_000)),
        "MB at most, all actors together",
      ],
      ["logged by actors", lines.length === 0 ? "nothing" : "", lines.join(", ")],
    ]),
  ];
}

function reportThroughput(outcome: ScaleOutcome): readonly string[] {
  const { options, jointBlocksOfOne: one, jointBlocksOfTwo: two } = outcome;
  const seconds = (options.rounds * ROUND_MS) / 1_000;
  const halves = one + 2 * two;
  const { tpsPerShard } = SOURCE_SHAPE;
  const calculated = estimate({ ...SOURCE_SHAPE, shards: options.shards, seats: options.seats });
  const perRound = (value: number): string => fixed(value / options.rounds, 2);
  return section("Throughput", [
    [
      "joint blocks a round",
      perRound(one + two),
      `${perRound(two)} with two halves, ${perRound(one)} with one`,
    ],
    [
      "shards with a block",
      percent(halves, options.shards * options.rounds),
      "of shards and rounds",
    ],
    [
      "pairs with trades",
      count(outcome.pairCover.pairs),
      `of ${count(pairCount(options.shards))}; ${percent(outcome.pairCover.meetings, two)} of the blocks with two halves hold some`,
    ],
    ["transactions a round", perRound(outcome.included), "of the load above, each counted once"],
    ["transactions a second", fixed(outcome.included / seconds, 1), "of the load above"],
    [
      "at the source's capacity",
      count(Math.round((halves * tpsPerShard) / options.rounds)),
      `tx/s: 10,000 for each block of two halves that was made, ${count(tpsPerShard)} for one`,
    ],
    [
      "by calculation",
      count(calculated.tps),
      `tx/s: ${options.shards} shards of ${count(tpsPerShard)} (section 13)`,
    ],
  ]);
}

function reportDelays({ options, transfers, trades }: ScaleOutcome): readonly string[] {
  const cycle = cycleLength(options.shards);
  const row = (name: string, delays: Delays): readonly string[] => {
    if (delays.count === 0) return [name, "-", "", "", "", ""];
    const mean = delays.sum / delays.count;
    const cells = [delays.min, mean, delays.max].map((rounds, i) => fixed(rounds, i === 1 ? 2 : 0));
    const times = [delays.min, mean, delays.max].map((rounds) =>
      fixed((rounds * ROUND_MS) / 1_000, 1),
    );
    return [
      name,
      ...cells,
      `${times.join(" / ")} s`,
      percent(delays.inPromisedRound, delays.count),
    ];
  };
  const { pair } = estimate({ ...SOURCE_SHAPE, shards: options.shards, roundMs: ROUND_MS });
  const rows = [
    ["", "min", "mean", "max", "min / mean / max", "in the promised round"],
    row("within a shard", transfers),
    row("between two shards", trades),
    ...(pair === null
      ? []
      : [
          [
            "R-3.6, calculated",
            "1",
            fixed((cycle + 1) / 2, 2),
            `${cycle}`,
            `${[pair.delay.bestMs, pair.delay.meanMs, pair.delay.worstMs].map((ms) => fixed(ms / 1_000, 1)).join(" / ")} s`,
            "",
          ],
        ]),
  ];
  return [
    "",
    "Delay, in rounds from the first that could hold it to its commit",
    ...alignColumns(rows, ["left", "right", "right", "right", "right", "right"]).map(
      (line) => `  ${line}`,
    ),
  ];
}

/** The kinds that make up most of a group, the greatest first. */
const byShare = ({ kinds }: GroupCounts): readonly (readonly [string, Spread])[] =>
  [...kinds].sort(([, a], [, b]) => b.sum - a.sum);

function reportTraffic(outcome: ScaleOutcome): readonly string[] {
  return REPORTED.flatMap((of) => {
    const { messages, bytes } = outcome.meter.classes[of].groups;
    const row = (name: string, sent: Spread, size: Spread): readonly string[] => [
      name,
      fixed(meanOf(outcome, of, sent), 2),
      count(sent.max),
      count(Math.round(meanOf(outcome, of, size))),
      count(size.max),
    ];
    const none: Spread = { sum: 0, max: 0 };
    const rows = [
      [`sent by ${CLASS_NAMES[of]}, a round`, "messages", "most", "bytes", "most"],
      row("all", messages.all, bytes.all),
      ...byShare(messages).map(([kind, sent]) => row(kind, sent, bytes.kinds.get(kind) ?? none)),
    ];
    return [
      "",
      ...alignColumns(rows, ["left", "right", "right", "right", "right"]).map(
        (line) => `  ${line}`,
      ),
    ];
  });
}

function reportSteps(outcome: ScaleOutcome): readonly string[] {
  return REPORTED.flatMap((of) => {
    const { steps, cpuUs, rows: written } = outcome.meter.classes[of].groups;
    const rows = [
      [`steps of ${CLASS_NAMES[of]}, a round`, "steps", "µs", "µs a step"],
      ["all", "", fixed(meanOf(outcome, of, cpuUs.all), 0), ""],
      ...byShare(cpuUs).map(([kind, time]) => {
        const times = steps.kinds.get(kind)?.sum ?? 0;
        const mean = meanOf(outcome, of, { sum: times, max: 0 });
        return [
          kind,
          fixed(mean, 2),
          fixed(meanOf(outcome, of, time), 0),
          times === 0 ? "-" : fixed(time.sum / times, 0),
        ];
      }),
      ["rows written", fixed(meanOf(outcome, of, written.all), 1), "", ""],
    ];
    return [
      "",
      ...alignColumns(rows, ["left", "right", "right", "right"]).map((line) => `  ${line}`),
    ];
  });
}

function reportOperations(outcome: ScaleOutcome, costs: OperationCosts): readonly string[] {
  const header = [
    "operations of cryptography, an actor and round",
    "operations",
    "most",
    "ms each",
    "ms a round",
  ];
  const rows = REPORTED.concat("gateway").flatMap((of) =>
    OPERATIONS.flatMap((operation) => {
      const spread = outcome.meter.classes[of].groups.operations.kinds.get(operation);
      if (spread === undefined) return [];
      const mean = meanOf(outcome, of, spread);
      return [
        [
          `${CLASS_NAMES[of]}: ${operation}`,
          fixed(mean, 2),
          count(spread.max),
          fixed(costs[operation], 3),
          fixed(mean * costs[operation], 1),
        ],
      ];
    }),
  );
  const opening = (["shard", "set", "merkleChain"] as const).map((of) => {
    const checks = outcome.possessionChecks[of];
    return [
      `${CLASS_NAMES[of]} opens: possession`,
      count(checks),
      "",
      fixed(costs.possession, 3),
      count(Math.round(checks * costs.possession)),
    ];
  });
  return [
    "",
    ...alignColumns(
      [header, ...rows, ...opening],
      ["left", "right", "right", "right", "right"],
    ).map((line) => `  ${line}`),
  ];
}
