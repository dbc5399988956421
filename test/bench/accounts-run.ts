// One run of the accounts benchmark, in a process of its own with --expose-gc: what it holds is what the actors hold.
import { AccountWorld } from "./account-world.ts";

export interface RunOptions {
  readonly accounts: number;
  readonly rounds: number;
  /** In a round. */
  readonly transfers: number;
}

export interface ObjectCost {
  /** Microseconds in the object's steps, for each transfer. */
  readonly microseconds: number;
  /** Rows written and searches, by table, for each transfer. */
  readonly rows: Readonly<Record<string, number>>;
  readonly reads: Readonly<Record<string, number>>;
  readonly bytesWritten: number;
  readonly databaseBytes: number;
  /** Bytes of heap and buffers that go when the object goes. */
  readonly heapAfterOpening: number;
  readonly heapAfterLoad: number;
}

export interface RunResult {
  readonly executed: number;
  readonly seedSeconds: number;
  readonly shard: ObjectCost;
  readonly set: ObjectCost;
}

const WARM_UP_ROUNDS = 3;

const heapBytes = (): number => {
  for (let i = 0; i < 3; i++) globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

async function run({ accounts, rounds, transfers }: RunOptions): Promise<RunResult> {
  const started = performance.now();
  const senders = (WARM_UP_ROUNDS + rounds) * transfers;
  using world = await AccountWorld.open({ accounts, senders });
  const seedSeconds = (performance.now() - started) / 1_000;
  const { net } = world;
  const opening = { shard: 0, set: 0 };
  for (const who of ["shard", "set"] as const) {
    const before = heapBytes();
    net.runner(who).step(() => undefined);
    opening[who] = heapBytes() - before;
  }
  for (let i = 0; i < WARM_UP_ROUNDS; i++) await world.round(transfers);
  await world.advance(4);
  const warm = world.executed();
  world.clearMeters();
  for (let i = 0; i < rounds; i++) await world.round(transfers);
  await world.advance(4);
  const { shard, set } = world.meters;
  // `executed` reads through the same store.
  const costs = { shard: structuredClone(shard), set: structuredClone(set) };
  const executed = world.executed() - warm;
  const left = { shard: 0, set: 0 };
  for (const who of ["shard", "set"] as const) {
    const before = heapBytes();
    net.crash(who);
    left[who] = before - heapBytes();
  }
  const each = (counts: ReadonlyMap<string, number>) =>
    Object.fromEntries([...counts].map(([table, count]) => [table, count / executed]));
  const costOf = (who: "shard" | "set"): ObjectCost => ({
    microseconds: (costs[who].milliseconds * 1_000) / executed,
    rows: each(costs[who].rows),
    reads: each(costs[who].reads),
    bytesWritten: costs[who].bytes / executed,
    databaseBytes: world.databaseBytes(who),
    heapAfterOpening: opening[who],
    heapAfterLoad: left[who],
  });
  return { executed, seedSeconds, shard: costOf("shard"), set: costOf("set") };
}

process.once("message", (options: RunOptions) => {
  void run(options).then((result) => {
    process.send?.(result);
    process.disconnect();
  });
});
