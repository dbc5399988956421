import { describe, expect, test } from "vitest";
import { proposerSeat } from "../../../src/protocol/consensus/proposer.ts";

const seed = new Uint8Array(32).fill(9);

describe("R-4.2 the proposer of a view", () => {
  test.each([
    { set: 1, round: 0, view: 0, seats: 21, seat: 16 },
    { set: 1, round: 0, view: 1, seats: 21, seat: 15 },
    { set: 2, round: 2 ** 40, view: 0, seats: 7, seat: 2 },
    { set: 2, round: 2 ** 40, view: 2 ** 32 - 1, seats: 4, seat: 2 },
  ])("R-4.2 set $set, round $round, view $view: seat $seat of $seats", (row) => {
    expect(proposerSeat(seed, row.set, row.round, row.view, row.seats)).toBe(row.seat);
  });

  test("R-4.2 every seat gets its share of views", () => {
    const turns = Array<number>(21).fill(0);
    for (let view = 0; view < 21_000; view++) {
      const seat = proposerSeat(seed, 1, 7, view, 21);
      turns[seat] = (turns[seat] as number) + 1;
    }
    expect(Math.min(...turns)).toBeGreaterThan(850);
    expect(Math.max(...turns)).toBeLessThan(1_150);
  });

  test("R-4.2 a seed has 32 bytes", () => {
    expect(() => proposerSeat(new Uint8Array(31), 1, 1, 0, 4)).toThrow(TypeError);
  });
});
