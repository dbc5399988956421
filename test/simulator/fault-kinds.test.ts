import { describe, expect, it } from "vitest";
import { runWorld } from "../../src/simulator/world.ts";
import {
  drawOptions,
  FAULT_KINDS,
  type FaultKind,
  NO_FAULTS,
  type WorldOptions,
} from "../../src/simulator/world-options.ts";

const base: WorldOptions = {
  ...drawOptions(1),
  seats: 4,
  voters: [
    [0, 1],
    [2, 3],
  ],
  faultRounds: 30,
  roundMs: 500,
  realCrypto: false,
};

/** A world where this kind alone goes wrong, often; tried with some seeds until it has. */
async function happens(kind: FaultKind): Promise<Readonly<Record<FaultKind, number>>> {
  let happened = NO_FAULTS;
  for (let seed = 1; seed <= 5 && happened[kind] === 0; seed++) {
    const outcome = await runWorld({ ...base, seed, faults: { ...NO_FAULTS, [kind]: 0.3 } });
    expect(outcome.violations).toEqual([]);
    happened = outcome.faults;
  }
  return happened;
}

describe("faults", () => {
  it.each(FAULT_KINDS)("%s happens where it is asked for, and is counted alone", async (kind) => {
    const happened = await happens(kind);
    expect(happened[kind]).toBeGreaterThan(0);
    const others = FAULT_KINDS.filter((one) => one !== kind);
    expect(others.filter((one) => happened[one] > 0)).toEqual([]);
  });
});
