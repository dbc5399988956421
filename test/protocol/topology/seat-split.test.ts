// Who votes after a split: every set has its p, nobody is in two, and who had extras need not ask the queue.
import { describe, expect, it } from "vitest";
import type { Topology } from "../../../src/protocol/topology/allocation.ts";
import type { SpawnedSet } from "../../../src/protocol/topology/relations.ts";
import { type SeatedSet, seatSplit } from "../../../src/protocol/topology/seat-split.ts";
import { validatorsTaken } from "../../../src/protocol/topology/seats.ts";
import { planSplit } from "../../../src/protocol/topology/split.ts";
import { accepted, topologyOf } from "../../support/topology.ts";
import { addressesOf, validators } from "../../support/validators.ts";

const P = 7;
const seed = new Uint8Array(32).fill(3);

function spawnedOf(topology: Topology): readonly SpawnedSet[] {
  const order = { shard: 0, seed, trades: [], stakeOf: () => 1n };
  const { relations } = accepted(planSplit(topology, order));
  return relations.filter((relation) => relation.kind === "spawned");
}

/** Each set with p voters, and extras for those that have some; set s has the addresses from 1,000 s on. */
const seated = (topology: Topology, extrasOf: (set: number) => number): readonly SeatedSet[] =>
  topology.sets.map(({ set }) => ({
    set,
    voting: validators(P, 10n, 1_000 * set),
    extras: validators(extrasOf(set), 5n, 1_000 * set + P),
  }));

describe("seats of a split", () => {
  it.each([1, 2, 3, 4, 5, 10])(
    "R-11.3 of %d shards: with exactly the validators it takes every set has p, with one fewer none forms",
    (shards) => {
      const topology = topologyOf(shards);
      const spawned = spawnedOf(topology);
      const taken = validatorsTaken(shards, P);
      const sets = seated(topology, () => 0);
      const queue = validators(taken);
      const result = accepted(seatSplit(spawned, sets, queue, P, seed));
      const everybody = [
        ...result.formed.flatMap((one) => addressesOf(one.validators)),
        ...sets
          .filter(({ set }) => !result.formed.some((one) => one.set === set))
          .flatMap(({ voting }) => addressesOf(voting)),
      ];
      expect(new Set(everybody).size).toBe(everybody.length);
      expect(everybody.length).toBe(topology.sets.length * P + taken);
      for (const one of result.formed) expect(one.validators.length).toBe(P);
      expect(result.waiting).toEqual([]);
      expect(seatSplit(spawned, sets, queue.slice(1), P, seed)).toMatchObject({
        ok: false,
        refusal: { code: "VALIDATORS_MISSING", missing: 1 },
      });
    },
  );

  it("R-12.2 a set at 2p divides by itself: neither half has anyone who must sync, and both are mixed", () => {
    const topology = topologyOf(1);
    const sets = seated(topology, () => P);
    const result = accepted(seatSplit(spawnedOf(topology), sets, validators(5, 99n), P, seed));
    expect(result.formed.map(({ set }) => set)).toEqual([1, 2]);
    for (const { validators: half } of result.formed) {
      const ids = addressesOf(half);
      expect(ids.every((id) => id >= 1_000)).toBe(true);
      // who watched has no say in which half it joins.
      expect(ids.some((id) => id < 1_000 + P) && ids.some((id) => id >= 1_000 + P)).toBe(true);
    }
    expect(result.waiting.length).toBe(5);
  });

  it("R-12.2 three to four: set 1 divides with its extras, the queue forms 5 and 6, richest first", () => {
    const topology = topologyOf(3);
    const sets = seated(topology, (set) => (set === 1 ? P : 2));
    const queue = [...validators(2 * P, 50n), ...validators(4, 40n, 500)];
    const result = accepted(seatSplit(spawnedOf(topology), sets, queue, P, seed));
    expect(result.formed.map(({ set }) => set)).toEqual([1, 4, 5, 6]);
    const [one, four, five, six] = result.formed.map((set) => addressesOf(set.validators));
    expect([...(one ?? []), ...(four ?? [])].every((id) => id >= 1_000 && id < 2_000)).toBe(true);
    expect([...(five ?? []), ...(six ?? [])].every((id) => id < 2 * P)).toBe(true);
    expect(addressesOf(result.waiting)).toEqual([500, 501, 502, 503]);
    expect(result.extras.map(({ set, extras }) => [set, extras.length])).toEqual([
      [2, 2],
      [3, 2],
    ]);
  });

  it("R-11.3 extras of other sets fill what the queue cannot", () => {
    const topology = topologyOf(3);
    const sets = seated(topology, () => P);
    const result = accepted(seatSplit(spawnedOf(topology), sets, validators(4), P, seed));
    const taken = result.formed
      .filter(({ set }) => set >= 5)
      .flatMap((one) => addressesOf(one.validators));
    expect(taken.filter((id) => id < 4).length).toBe(4);
    const left = result.extras.flatMap(({ extras }) => addressesOf(extras));
    expect(left.length).toBe(2 * P - (2 * P - 4));
    expect(left.some((id) => taken.includes(id))).toBe(false);
    expect(result.waiting).toEqual([]);
  });
});
