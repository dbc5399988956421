// Draws the options of a run from its seed.

import { Random } from "../../../src/simulator/random.ts";
import type { Plan } from "./simulation.ts";

const FAULTS: Readonly<Record<number, number>> = { 4: 1, 7: 2, 21: 6 };

export function planOf(seed: number, changes: Partial<Plan> = {}): Plan {
  const random = new Random(seed ^ 0x5eed);
  const seats = changes.seats ?? random.pick([4, 4, 4, 7, 7, 21]);
  // Often a seat a voter; else groups of several, as co-hosted seats are.
  const groupMax = random.pick([1, 1, 2, seats <= 7 ? 2 : 6]);
  const voters: number[][] = [];
  const order = random.shuffle([...Array(seats).keys()]);
  while (order.length > 0) voters.push(order.splice(0, random.between(1, groupMax)));
  const budget = random.pick([0, FAULTS[seats] as number, FAULTS[seats] as number]);
  return {
    seed,
    seats,
    voters,
    faulty: faultyVoters(voters, budget),
    silent: random.chance(0.25),
    lossMax: random.pick([0, 0.1, 0.4]),
    prepareLoss: random.pick([0, 0, 0.4]),
    commitLoss: random.pick([0, 0.5, 0.8]),
    crashChance: random.pick([0, 0.01, 0.04]),
    chaosMs: random.between(0, seats === 21 ? 1_500 : 4_000),
    amnesia: false,
    ...changes,
  };
}

function faultyVoters(voters: readonly (readonly number[])[], budget: number): number[] {
  let left = budget;
  return [...voters.entries()].flatMap(([index, own]) => {
    if (own.length > left) return [];
    left -= own.length;
    return [index];
  });
}
