import { describe, expect, it } from "vitest";
import { runSchedule } from "./schedule.ts";

// One failing schedule again: SEED=123 npx vitest run test/actors/voter-schedules.test.ts; SEEDS=50 for so many from there.
const first = Number(process.env.SEED ?? 1);
const usual = process.env.DEEP === undefined ? 100 : 1_000;
const count = Number(process.env.SEEDS ?? (process.env.SEED === undefined ? usual : 1));

const SETS: readonly { readonly seats: number; readonly voters: readonly number[][] }[] = [
  { seats: 4, voters: [[0], [1], [2], [3]] },
  { seats: 7, voters: [[0, 3], [1], [2, 6], [4, 5]] },
  {
    seats: 4,
    voters: [
      [1, 2],
      [0, 3],
    ],
  },
];

describe("several voters under any schedule of losses, repetitions, crashes and clock jumps", () => {
  it(`[R-4.1, R-4.3, R-4.7] seeds ${first} to ${first + count - 1}`, async () => {
    let [accepted, final] = [0, 0];
    for (let seed = first; seed < first + count; seed++) {
      const options = SETS[seed % SETS.length];
      const { bank, sent, faults } = await runSchedule(seed, { ...options, tags: true });
      expect(faults, `seed ${seed}`).toEqual([]);
      accepted += sent.length;
      final += sent.filter(({ id }) => bank.status(id) === "FINAL").length;
    }
    if (count > 1) expect(final / accepted).toBeGreaterThan(0.3);
  });
});
