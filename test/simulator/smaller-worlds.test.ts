import { describe, expect, it } from "vitest";
import { shrink } from "../../src/simulator/shrink.ts";
import { REDUCTIONS } from "../../src/simulator/smaller-worlds.ts";
import { QUIET } from "../../src/simulator/stored-world.ts";
import {
  drawOptions,
  FAULT_KINDS,
  LOAD_KINDS,
  type WorldOptions,
} from "../../src/simulator/world-options.ts";
import { setsOf } from "../../src/simulator/world-shards.ts";

const everything = <Name extends string>(names: readonly Name[], each: number) =>
  Object.fromEntries(names.map((name) => [name, each])) as Record<Name, number>;

const BIG: WorldOptions = {
  ...drawOptions(7),
  seats: 21,
  voters: Array.from({ length: 7 }, (_, voter) => [3 * voter, 3 * voter + 1, 3 * voter + 2]),
  byzantine: [
    { set: 1, voter: 2, behaviour: "silent" },
    { set: 1, voter: 5, behaviour: "equivocating" },
  ],
  shards: 4,
  placement: [3, 0, 1],
  plainSets: [2, 4],
  chains: 3,
  accounts: 9,
  realCrypto: true,
  faults: everything(FAULT_KINDS, 0.1),
  load: { clients: 3, perRound: 2, mix: everything(LOAD_KINDS, 2) },
};

/** The smallest world of which this holds, as shrinking finds it. */
async function smallest(holds: (options: WorldOptions) => boolean, from = BIG) {
  const seen: WorldOptions[] = [];
  const run = async (options: WorldOptions): Promise<readonly string[]> => {
    seen.push(options);
    return holds(options) ? ["R-1.1 it fails"] : [];
  };
  const start = { options: from, violations: ["R-1.1 it fails"] };
  const limits = { runsMax: 10_000, width: 2, isTimeUp: () => false };
  const { options } = await shrink(start, REDUCTIONS, run, limits);
  return { options, seen };
}

describe("smaller worlds", () => {
  it("end with the quiet one, with one thing sent now and then", async () => {
    const { options } = await smallest(() => true);
    const { load, ...rest } = options;
    expect(rest).toEqual({
      ...QUIET,
      load: undefined,
      seed: BIG.seed,
      accounts: 2,
      faultRounds: 1,
    });
    expect(load).toMatchObject({ clients: 1, perRound: 0.1 });
    expect(LOAD_KINDS.filter((kind) => load.mix[kind] > 0)).toHaveLength(1);
  });

  it("keep what the failure needs", async () => {
    const needs = ({ faults, load, chains, byzantine }: WorldOptions): boolean =>
      faults.late > 0 &&
      load.mix.delegate > 0 &&
      chains >= 2 &&
      byzantine.some(({ behaviour }) => behaviour === "equivocating");
    const { options } = await smallest(needs);
    expect(FAULT_KINDS.filter((kind) => options.faults[kind] > 0)).toEqual(["late"]);
    expect(LOAD_KINDS.filter((kind) => options.load.mix[kind] > 0)).toEqual(["delegate"]);
    expect(options.chains).toBe(2);
    const [faulty, ...others] = options.byzantine;
    expect([faulty?.behaviour, others]).toEqual(["equivocating", []]);
    // The faulty voter has what a set bears, all honest ones the rest.
    expect([options.voters, faulty?.voter]).toEqual([[[0, 2, 3], [1]], 1]);
  });

  it("never have more faulty seats than a set bears, unless they are a cartel", async () => {
    const isFaulty = ({ byzantine }: WorldOptions): boolean => byzantine.length === 2;
    const { options, seen } = await smallest(isFaulty);
    // One of four could be faulty, two of seven.
    expect([options.seats, options.voters.length]).toEqual([7, 3]);
    expect(options.byzantine.map(({ voter }) => options.voters[voter]?.length)).toEqual([1, 1]);
    for (const { seats, voters, byzantine } of seen) {
      const faulty = byzantine.flatMap(({ voter }) => voters[voter] ?? []).length;
      expect(3 * faulty).toBeLessThan(seats);
    }
    const cartel = await smallest(isFaulty, { ...BIG, cartel: true });
    expect(cartel.options).toMatchObject({ seats: 4, voters: [[0], [1, 3], [2]] });
  });

  it("R-3.3 have fewer shards, and with them fewer sets, as long as that is enough", async () => {
    const two = await smallest(({ shards }) => shards >= 2);
    expect(two.options).toMatchObject({ shards: 2, placement: [] });
    const away = { ...BIG, byzantine: [{ set: 6, voter: 2, behaviour: "silent" }] };
    const faulty = await smallest(({ byzantine }) => byzantine.length === 1, away);
    expect(faulty.options).toMatchObject({ shards: 1, byzantine: [{ set: 1 }] });
    for (const { byzantine, shards, placement, plainSets } of [...two.seen, ...faulty.seen]) {
      const sets = setsOf({ shards }).map(({ set }) => set);
      for (const { set } of byzantine) expect(sets).toContain(set);
      for (const { set } of byzantine) expect(plainSets).not.toContain(set);
      for (const set of plainSets) expect(sets).toContain(set);
      for (const shard of placement) expect(shard).toBeLessThan(shards);
    }
  });

  it("always seat every seat once", async () => {
    const { seen } = await smallest(({ voters }) => voters.length > 1);
    for (const { voters, seats } of seen) {
      const seated = voters.flat().sort((a, b) => a - b);
      expect(seated).toEqual(Array.from({ length: seats }, (_, seat) => seat));
    }
  });
});
