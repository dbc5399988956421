// Any sequence of splits and merges, held against a plain reading of what must never break.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  checkTopology,
  type StakeOf,
  type Topology,
} from "../../../src/protocol/topology/allocation.ts";
import { type MergePlan, planMerge } from "../../../src/protocol/topology/merge.ts";
import { raceTasks } from "../../../src/protocol/topology/merge-race.ts";
import type { RemainingSet, SpawnedSet } from "../../../src/protocol/topology/relations.ts";
import { validatorsTaken } from "../../../src/protocol/topology/seats.ts";
import { planSplit, type SplitPlan } from "../../../src/protocol/topology/split.ts";
import { accepted, topologyOf } from "../../support/topology.ts";

const SEATS = 21;
const sorted = (numbers: Iterable<number>): number[] => [...numbers].sort((a, b) => a - b);
const chainsOf = ({ shards }: Topology): number[] => sorted(shards.flatMap(({ chains }) => chains));

/** word by word, without the module under test. */
function expectPairs({ shards, sets }: Topology): void {
  const ids = shards.map(({ shard }) => shard);
  const on = (pair: readonly number[]): number =>
    sets.filter((one) => one.shards.join() === pair.join()).length;
  const pairs = ids.flatMap((a) => ids.filter((b) => b > a).map((b) => [a, b]));
  if (ids.length === 1) {
    expect(sets.map((one) => one.shards)).toEqual([ids]);
    return;
  }
  const counts = pairs.map(on);
  expect(counts.every((count) => count === (ids.length === 2 ? 2 : 1))).toBe(true);
  expect(sets.length).toBe(counts.reduce((sum, count) => sum + count, 0));
}

/** Ids that were ever given out; a new one must be above all. */
class Ids {
  #highest: number;
  constructor(present: readonly number[]) {
    this.#highest = Math.max(...present);
  }
  expectNew(ids: readonly number[]): void {
    for (const id of ids) {
      expect(id).toBeGreaterThan(this.#highest);
      this.#highest = id;
    }
  }
}

type Live = RemainingSet | SpawnedSet;

/** What each set has and needs, in shards of the finer topology. */
function expectHoldings(live: Live, has: readonly number[], needs: readonly number[]): void {
  expect(sorted([...live.keeps, ...live.prunes])).toEqual(sorted(has));
  expect(sorted([...live.keeps, ...live.syncs])).toEqual(sorted(needs));
  expect(live.prunes.filter((shard) => live.syncs.includes(shard))).toEqual([]);
}

function expectDuties({ after, relations }: SplitPlan | MergePlan): void {
  const live = relations.filter((one) => one.kind !== "demoted");
  expect(
    live.map(({ set, maintains, watches }) => [
      set,
      sorted([...(maintains === null ? [] : [maintains]), ...watches]),
    ]),
  ).toEqual(after.sets.map(({ set, shards }) => [set, [...shards]]));
  const maintained = live.flatMap(({ maintains }) => (maintains === null ? [] : [maintains]));
  expect(sorted(maintained)).toEqual(after.shards.map(({ shard }) => shard));
}

function expectSplit(before: Topology, plan: SplitPlan): void {
  const { after, relations, shard, newShard } = plan;
  const had = new Map(
    before.sets.map(({ set, shards }) => [
      set,
      shards.includes(shard) ? [...shards, newShard] : shards,
    ]),
  );
  const live = new Map(relations.map((relation) => [relation.set, relation]));
  expect([...live.keys()]).toEqual(after.sets.map(({ set }) => set));
  for (const { set, shards } of after.sets) {
    const relation = live.get(set);
    if (relation === undefined || relation.kind === "demoted")
      throw new Error(`Set ${set} is lost`);
    if (relation.kind === "remains") {
      // A set that was there needs no state that it lacks.
      expectHoldings(relation, had.get(set) ?? [], shards);
      expect(relation.syncs).toEqual([]);
    } else {
      const fromSpawner = relation.seatsFrom === "spawner";
      expectHoldings(relation, fromSpawner ? (had.get(relation.by) ?? []) : [], shards);
      expect(relation.syncs.length === 0).toBe(fromSpawner);
      expectStandIn(relation, shards, live.get(relation.standIn ?? -1), had);
      expect(live.get(relation.by)).toMatchObject({
        spawns: expect.arrayContaining([set]) as unknown,
      });
    }
  }
  // Nobody divides twice, since 2p are two sets.
  const divided = relations.filter((one) => one.kind === "spawned" && one.seatsFrom === "spawner");
  const spawners = divided.map((one) => (one.kind === "spawned" ? one.by : -1));
  expect(new Set(spawners).size).toBe(spawners.length);
  const spawned = relations.filter(({ kind }) => kind === "spawned");
  expect(spawned.length * SEATS).toBe(validatorsTaken(before.shards.length, SEATS));
  const halves = [shard, newShard].map(
    (one) => after.shards.find((record) => record.shard === one)?.chains.length ?? 0,
  );
  const chains = before.shards.find((record) => record.shard === shard)?.chains.length ?? 0;
  expect(sorted(halves)).toEqual([Math.floor(chains / 2), Math.ceil(chains / 2)]);
  expect(after.shards.map((record) => record.shard)).toEqual([
    ...before.shards.map((record) => record.shard),
    newShard,
  ]);
}

/** No pair is without a set: one that must sync has a stand-in, which has both shards at the split and says so. */
function expectStandIn(
  spawned: SpawnedSet,
  shards: readonly number[],
  standIn: unknown,
  had: ReadonlyMap<number, readonly number[]>,
): void {
  expect(spawned.standIn === null).toBe(spawned.syncs.length === 0);
  if (spawned.standIn === null) return;
  expect(had.get(spawned.standIn)).toEqual(expect.arrayContaining([...shards]));
  expect(standIn).toMatchObject({
    kind: "remains",
    standsInFor: expect.arrayContaining([spawned.set]) as unknown,
  });
}

function expectMerge(before: Topology, plan: MergePlan, winner: number, stakeOf: StakeOf): void {
  const { after, relations, heir, endedShard } = plan;
  const finer = (shards: readonly number[]): readonly number[] =>
    shards.flatMap((shard) => (shard === heir ? [heir, endedShard] : [shard]));
  expect(relations.map(({ set }) => set)).toEqual(before.sets.map(({ set }) => set));
  const left = new Map(after.sets.map(({ set, shards }) => [set, shards]));
  for (const [i, relation] of relations.entries()) {
    const had = before.sets[i]?.shards ?? [];
    const shards = left.get(relation.set);
    if (relation.kind === "remains") expectHoldings(relation, had, finer(shards ?? []));
    else {
      expect(relation.kind).toBe("demoted");
      expect(shards).toBe(undefined);
    }
    if (relation.kind !== "demoted") continue;
    expect(relation.warm).toEqual(had);
    expect(left.has(relation.redundantWith)).toBe(true);
    const isOwn = had.includes(heir) && had.includes(endedShard);
    if (relation.redundantWith !== winner && !isOwn)
      expect(stakeOf(relation.set)).toBeLessThanOrEqual(stakeOf(relation.redundantWith));
  }
  expect(left.has(winner)).toBe(true);
  // A set of other shards is not touched.
  for (const { set, shards } of before.sets)
    if (!shards.includes(heir) && !shards.includes(endedShard)) expect(left.get(set)).toBe(shards);
  expect(after.shards.length).toBe(before.shards.length - 1);
}

interface Step {
  readonly isSplit: boolean;
  readonly pick: number;
  readonly other: number;
  readonly racer: number;
  readonly stakes: number;
}

const steps = (splits: number): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.record({
      isSplit: fc.nat(99).map((drawn) => drawn < splits),
      pick: fc.nat(1_000),
      other: fc.nat(1_000),
      racer: fc.nat(1_000),
      stakes: fc.integer({ min: 1, max: 97 }),
    }),
    { minLength: 1, maxLength: 25 },
  );

const at = <T>(items: readonly T[], pick: number): T => items[pick % items.length] as T;

/** One step, checked; null where nothing can split or merge. */
function walk(topology: Topology, step: Step): SplitPlan | MergePlan | null {
  // Few values, so that equal stakes are common.
  const stakeOf: StakeOf = (set) => BigInt((set * step.stakes) % 7);
  if (step.isSplit) {
    const wide = topology.shards.filter(({ chains }) => chains.length >= 2);
    if (wide.length === 0 || topology.shards.length >= 31) return null;
    const { shard } = at(wide, step.pick);
    const seed = new Uint8Array(32).fill(step.other % 256);
    const plan = accepted(planSplit(topology, { shard, seed, trades: [], stakeOf }));
    expectSplit(topology, plan);
    return plan;
  }
  if (topology.shards.length < 2) return null;
  const { shard } = at(topology.shards, step.pick);
  const { shard: partner } = at(
    topology.shards.filter((record) => record.shard !== shard),
    step.other,
  );
  const tasks = accepted(raceTasks(topology, { shard, partner }, stakeOf));
  const { set: winner, syncs } = at(tasks, step.racer);
  const plan = accepted(planMerge(topology, { shard, partner, winner, stakeOf }));
  expectMerge(topology, plan, winner, stakeOf);
  // What the winner synced for the race is what it covers.
  expect(plan.relations.find(({ set }) => set === winner)).toMatchObject({ syncs });
  return plan;
}

function walkAll(start: Topology, all: readonly Step[]): Topology {
  let topology = start;
  const shardIds = new Ids(start.shards.map(({ shard }) => shard));
  const setIds = new Ids(start.sets.map(({ set }) => set));
  for (const step of all) {
    const plan = walk(topology, step);
    if (plan === null) continue;
    const { after } = plan;
    checkTopology(after);
    expectPairs(after);
    expectDuties(plan);
    expect(chainsOf(after)).toEqual(chainsOf(start));
    const before = topology;
    const added = <T>(now: readonly T[], then: readonly T[]): T[] =>
      now.filter((one) => !then.includes(one));
    shardIds.expectNew(
      added(
        after.shards.map(({ shard }) => shard),
        before.shards.map(({ shard }) => shard),
      ),
    );
    setIds.expectNew(
      added(
        after.sets.map(({ set }) => set),
        before.sets.map(({ set }) => set),
      ),
    );
    // no plan moves T0.
    const rootOf = ({ shards }: Topology): number | undefined =>
      shards.find(({ chains }) => chains.includes(0))?.shard;
    expect(rootOf(after)).toBe(rootOf(before));
    topology = after;
  }
  return topology;
}

describe("splits and merges in any sequence", () => {
  it("R-12.2, R-12.3 leave every pair with its set, every chain in its place and no id used twice", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom(30, 50, 75).chain(steps),
        (shards, all) => {
          walkAll(topologyOf(shards, 6), all);
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);

  it("R-12.2, R-12.3 from one shard to 31 and back to one", () => {
    const step = (isSplit: boolean, i: number): Step => ({
      isSplit,
      pick: i * 7,
      other: i * 13,
      racer: i * 5,
      stakes: 1 + (i % 90),
    });
    const up = walkAll(
      topologyOf(1, 400),
      Array.from({ length: 30 }, (_, i) => step(true, i)),
    );
    expect([up.shards.length, up.sets.length]).toEqual([31, 465]);
    const down = walkAll(
      up,
      Array.from({ length: 30 }, (_, i) => step(false, i)),
    );
    expect([down.shards.length, down.sets.length]).toEqual([1, 1]);
    // 465 sets were made on the way up, with the one at genesis.
    expect([down.nextShard, down.nextSet]).toEqual([31, 466]);
  }, 60_000);
});
