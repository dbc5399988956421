import { describe, expect, it } from "vitest";
import { faultsMax, quorum } from "../../src/protocol/consensus/quorum.ts";
import { ALL_BEHAVIOURS } from "../../src/simulator/byzantine/index.ts";
import {
  describeOptions,
  drawOptions,
  FAULT_KINDS,
  type WorldOptions,
} from "../../src/simulator/world-options.ts";
import { homeOf, shardsOf } from "../../src/simulator/world-shards.ts";

const seeds = Array.from({ length: 2_000 }, (_, seed) => seed);
const kinds = ({ faults }: WorldOptions): number =>
  FAULT_KINDS.filter((kind) => faults[kind] > 0).length;

describe("the options of a world", () => {
  const all = seeds.map(drawOptions);

  it("are the same for the same seed, and survive JSON", () => {
    for (const options of all.slice(0, 50)) {
      expect(drawOptions(options.seed)).toEqual(options);
      expect(JSON.parse(JSON.stringify(options))).toEqual(options);
    }
  });

  it("are fault-free, of one kind of fault, or most often a mix", () => {
    const free = all.filter((options) => kinds(options) === 0).length;
    const alone = all.filter((options) => kinds(options) === 1).length;
    expect(free / all.length).toBeGreaterThan(0.05);
    expect(alone / all.length).toBeGreaterThan(0.15);
    expect((free + alone) / all.length).toBeLessThan(0.5);
    for (const kind of FAULT_KINDS) {
      expect(all.filter(({ faults }) => faults[kind] > 0).length).toBeGreaterThan(100);
    }
  });

  it("give every seat to one voter", () => {
    for (const { seats, voters } of all) {
      const held = voters.flat().sort((a, b) => a - b);
      expect(held).toEqual(Array.from({ length: seats }, (_, seat) => seat));
    }
  });

  it("R-3.2 have up to f faulty seats where there are several voters, most often, and now and then a cartel", () => {
    /** Of the set that has the most, and of all. */
    const heldBy = ({ byzantine, voters }: WorldOptions): readonly number[] => {
      const bySet = new Map<number, number>();
      for (const { set, voter } of byzantine) {
        bySet.set(set, (bySet.get(set) ?? 0) + (voters[voter]?.length ?? 0));
      }
      return [...bySet.values()];
    };
    const held = (one: WorldOptions): number => Math.max(0, ...heldBy(one));
    const several = all.filter(({ voters, cartel }) => voters.length > 2 && !cartel);
    expect(several.filter((one) => held(one) > 0).length / several.length).toBeGreaterThan(0.7);
    const cartels = all.filter(({ cartel }) => cartel);
    expect(cartels.length / all.length).toBeGreaterThan(0.05);
    for (const one of all) {
      // The other sets are honest then.
      if (one.cartel) expect(heldBy(one)).toHaveLength(1);
      if (one.cartel) expect(held(one)).toBeGreaterThanOrEqual(quorum(one.seats));
      else expect(held(one)).toBeLessThanOrEqual(faultsMax(one.seats));
    }
    const drawn = new Set(all.flatMap(({ byzantine }) => byzantine.map((one) => one.behaviour)));
    expect([...drawn].sort()).toEqual(Object.keys(ALL_BEHAVIOURS).sort());
  });

  it("R-3.3 have one shard, a few or up to seven, and each chain in one of them", () => {
    const share = (from: number, to: number): number =>
      all.filter(({ shards }) => shards >= from && shards <= to).length / all.length;
    expect(share(1, 1)).toBeGreaterThan(0.25);
    expect(share(2, 4)).toBeGreaterThan(0.4);
    expect(share(5, 7)).toBeGreaterThan(0.08);
    expect(share(5, 7)).toBeLessThan(0.2);
    expect(share(1, 7)).toBe(1);
    for (const options of all) {
      const homes = Array.from({ length: options.chains }, (_, chain) => homeOf(options, chain));
      for (const home of homes) expect(shardsOf(options)).toContain(home);
    }
    for (const { plainSets, byzantine } of all) {
      for (const { set } of byzantine) expect(plainSets).not.toContain(set);
    }
    const drawn = all.filter(({ shards, byzantine }) => shards > 2 && byzantine.length > 0);
    const sets = drawn.flatMap(({ byzantine }) => byzantine.map(({ set }) => set));
    expect(new Set(sets).size).toBeGreaterThan(12);
    expect(drawn.some(({ byzantine }) => new Set(byzantine.map(({ set }) => set)).size > 2)).toBe(
      true,
    );
  });

  it("have real signatures in one world of a hundred", () => {
    const share = all.filter(({ realCrypto }) => realCrypto).length / all.length;
    expect(share).toBeGreaterThan(0.004);
    expect(share).toBeLessThan(0.02);
  });

  it("are printed with all that is on", () => {
    const options = all.find((one) => kinds(one) === 1) as WorldOptions;
    const kind = FAULT_KINDS.find((one) => options.faults[one] > 0) as string;
    expect(describeOptions(options)).toContain(`faults: ${kind} `);
  });
});
