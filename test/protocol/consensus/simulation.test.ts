// Thousands of seeded schedules. `npm test` runs 3,000; DEEP=1 runs ten times as many from another
// range.
import { describe, expect, test } from "vitest";
import { planOf } from "./plans.ts";
import { type Outcome, type Plan, simulate } from "./simulation.ts";

const deep = process.env.DEEP !== undefined;
const SEEDS = deep ? 30_000 : 3_000;
const BATCHES = 6;

function judged(plan: Plan): Outcome {
  const outcome = simulate(plan);
  const [violation] = outcome.violations;
  if (violation !== undefined) {
    throw new Error(`Seed ${plan.seed} (${plan.seats} seats, faulty ${plan.faulty}): ${violation}`);
  }
  return outcome;
}

describe("R-4.1 agreement always, a decision after healing", () => {
  for (let batch = 0; batch < BATCHES; batch++) {
    const first = (deep ? 1_000_000 : 0) + (batch * SEEDS) / BATCHES;
    test(`R-4.1 R-4.3 seeds from ${first}`, { timeout: deep ? 900_000 : 60_000 }, () => {
      let hard = 0;
      for (let seed = first; seed < first + SEEDS / BATCHES; seed++) {
        const outcome = judged(planOf(seed));
        if (outcome.viewMax > 0) hard++;
      }
      expect(hard).toBeGreaterThan(SEEDS / BATCHES / 4);
    });
  }

  test("R-4.6 the same seed is the same run", () => {
    for (const seed of [1, 2, 3]) expect(simulate(planOf(seed))).toEqual(simulate(planOf(seed)));
  });
});

/** The first seed in which the oracle complains of this, or null. */
function firstViolation(about: string, changes: Partial<Plan>, seeds: number): number | null {
  for (let seed = 0; seed < seeds; seed++) {
    const { violations } = simulate(planOf(seed, changes));
    if (violations.some((violation) => violation.includes(about))) return seed;
  }
  return null;
}

describe("the judge can condemn", () => {
  const four = {
    seats: 4,
    voters: [[0], [1], [2], [3]],
    silent: false,
    lossMax: 0,
    prepareLoss: 0,
    commitLoss: 0,
    crashChance: 0,
  };

  test("R-3.2 with f+1 faulty seats two values are decided in some run", () => {
    const faulty = [0, 1];
    expect(firstViolation("two values decided", { ...four, faulty }, 400)).not.toBeNull();
  });

  test("R-4.3 voters that forget in a crash sign two values in some run", () => {
    const changes = { ...four, faulty: [0], crashChance: 0.05, amnesia: true };
    expect(firstViolation("two values signed", changes, 400)).not.toBeNull();
  });

  test("R-4.1 with f+1 silent seats nothing is decided", () => {
    const changes = { ...four, faulty: [0, 1], silent: true };
    expect(firstViolation("no progress after healing", changes, 1)).toBe(0);
  });
});
