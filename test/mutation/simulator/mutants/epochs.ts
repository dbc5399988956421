// Bugs of how one epoch follows another: leases, the announced round, and who hears of it.
import type { Mutant } from "../mutant.ts";

export const EPOCHS: readonly Mutant[] = [
  {
    name: "lease-ignored",
    breaks: "R-3.7 a shard opens no round beyond its lease",
    file: "src/actors/round-opening.ts",
    line: "return lease.covers(round);",
    replacement: "return lease.covers(round) || round > 0;",
  },
  {
    name: "leases-into-the-announced-epoch",
    breaks: "R-3.7 leases end before the announced round",
    file: "src/actors/leases.ts",
    line: "const announcedRound = unproven?.activationRound ?? Number.POSITIVE_INFINITY;",
    replacement: "const announcedRound = unproven === undefined ? 0 : Number.POSITIVE_INFINITY;",
  },
  {
    name: "activated-after-its-round",
    breaks: "R-3.7 with neither before the announced round, the next block says lapsed",
    file: "src/protocol/rounds/epoch-change.ts",
    line: 'if (round >= announced.activationRound) return { kind: "lapsed", epoch: announced };',
    replacement: 'if (round < 0) return { kind: "lapsed", epoch: announced };',
  },
  {
    name: "leases-beyond-the-block-under-way",
    breaks: "R-3.7 an epoch activates only beyond every lease",
    file: "src/actors/leases.ts",
    line: "const from = Math.min(now, openRound() ?? Number.POSITIVE_INFINITY);",
    replacement: "const from = openRound() === null ? now : now + 2;",
  },
  {
    name: "shards-not-told-of-the-epoch",
    breaks: "R-3.7 every shard knows the newest epoch",
    file: "src/actors/epoch-news.ts",
    line: "return [...this.#known].flatMap(([shard, known]) => (known < epoch ? [shard] : []));",
    replacement:
      "return [...this.#known].flatMap(([shard, known]) => (known > epoch ? [shard] : []));",
  },
  {
    name: "sleeping-set-stays-in-its-epoch",
    breaks: "R-10.1 a set follows its shards into the next epoch",
    file: "src/actors/followed-block.ts",
    line: "lease.heardOf(header.epoch);",
    replacement: "lease.heardOf(0 * header.epoch);",
  },
  {
    name: "epoch-forgotten-by-a-crash",
    breaks: "R-3.7 an epoch that is known is durable",
    file: "src/actors/network.ts",
    line: "this.#table?.put(u64Key(record.activationRound), epochRecordCodec.encode(record));",
    replacement: "this.#table?.get(u64Key(record.activationRound));",
  },
  {
    name: "cycle-not-begun-anew",
    breaks: "R-3.4 an epoch's timetable begins with its activation round",
    file: "src/protocol/rounds/timetable.ts",
    line: "return round - activationRound;",
    replacement: "return round - (activationRound > 0 ? 0 : activationRound);",
  },
  {
    name: "window-one-round-too-long",
    breaks: "R-12.1 the means are over the window",
    file: "src/protocol/topology/saturation.ts",
    line: '): SaturationState["window"] => window.filter((one) => one.round > round - windowRounds);',
    replacement:
      '): SaturationState["window"] => window.filter((one) => one.round >= round - windowRounds);',
  },
  {
    name: "all-time-high-forgotten",
    breaks: "R-12.1 the all-time high is the highest mean rate",
    file: "src/protocol/topology/saturation.ts",
    line: "const allTimeHigh = Math.max(before.allTimeHigh, rate);",
    replacement: "const allTimeHigh = Math.max(1_000 * parameters.benchmarkTps, rate);",
  },
];
