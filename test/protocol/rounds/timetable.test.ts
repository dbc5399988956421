// The timetable against the source's tables, and its properties for every number of shards up to 200.

import { describe, expect, it } from "vitest";
import type { Epoch } from "../../../src/protocol/rounds/epoch.ts";
import { cycleRounds, pairsOf, Timetable } from "../../../src/protocol/rounds/timetable.ts";
import { DEFAULT_SATURATION } from "../../../src/protocol/topology/saturation.ts";

const ACTIVATION_ROUND = 1_000;

function epochOf(count: number): Epoch {
  const shards = Array.from({ length: count }, (_, shard) => ({ shard, chains: [] }));
  const sets = pairsOf(shards.map(({ shard }) => shard)).map((pair, i) => ({
    set: i + 1,
    shards: pair,
    seats: [],
  }));
  return {
    epoch: 0,
    activationRound: ACTIVATION_ROUND,
    activationTimeMs: 0,
    roundMs: 500,
    seed: null,
    leaseRounds: 20,
    epochRounds: 7_200,
    k: 3,
    saturation: DEFAULT_SATURATION,
    shards,
    sets,
  };
}

const LETTERS = "ABCDEFG";
const lettersOf = (shards: readonly number[]) => shards.map((shard) => LETTERS[shard]).join("");

/** "1 AB, 6 CD": the sets at work in the round, by number. */
function rowOf(count: number, elapsed: number): string {
  const duties = new Timetable(epochOf(count)).dutiesIn(ACTIVATION_ROUND + elapsed);
  return duties
    .toSorted((a, b) => a.set - b.set)
    .map(({ set, shards }) => `${set} ${lettersOf(shards)}`)
    .join(", ");
}

const rowsOf = (count: number, rounds: number): string[] =>
  Array.from({ length: rounds }, (_, elapsed) => rowOf(count, elapsed));

describe("the source's timetables", () => {
  it("R-3.3 numbers the sets of a new shard behind those before", () => {
    const names = (count: number) =>
      pairsOf(Array.from({ length: count }, (_, i) => i)).map(lettersOf);
    expect(names(1)).toEqual(["A"]);
    expect(names(2)).toEqual(["AB", "AB"]);
    expect(names(3)).toEqual(["AB", "BC", "AC"]);
    expect(names(4)).toEqual(["AB", "BC", "AC", "AD", "BD", "CD"]);
  });

  it("R-3.3 has one set for one shard, and two in turn for two", () => {
    expect(rowsOf(1, 3)).toEqual(["1 A", "1 A", "1 A"]);
    expect(rowsOf(2, 4)).toEqual(["1 AB", "2 AB", "1 AB", "2 AB"]);
  });

  it("R-3.4 leaves one of three shards to an idle set: 3, 1, 2", () => {
    expect(rowsOf(3, 4)).toEqual(["1 AB, 3 C", "1 A, 2 BC", "2 B, 3 AC", "1 AB, 3 C"]);
  });

  it("R-3.4 has AB+CD, BC+AD, AC+BD for four", () => {
    expect(rowsOf(4, 4)).toEqual(["1 AB, 6 CD", "2 BC, 4 AD", "3 AC, 5 BD", "1 AB, 6 CD"]);
  });
});

const COUNTS = [...Array.from({ length: 33 }, (_, i) => i + 1), 53, 64, 99, 100, 199, 200];

describe("the timetable of any number of shards", () => {
  it.each(COUNTS)(
    "R-3.4 covers each of %i shards once a round, and each pair once a cycle",
    (count) => {
      const epoch = epochOf(count);
      const timetable = new Timetable(epoch);
      const met = new Map<string, number>();
      for (let elapsed = 0; elapsed < cycleRounds(epoch); elapsed++) {
        const round = ACTIVATION_ROUND + elapsed;
        const duties = timetable.dutiesIn(round);
        const shards = duties.flatMap((duty) => duty.shards);
        expect(shards.toSorted((a, b) => a - b)).toEqual(epoch.shards.map(({ shard }) => shard));
        for (const { set, shards: covered } of duties) {
          const record = epoch.sets[set - 1];
          expect(record?.set).toBe(set);
          for (const shard of covered) expect(record?.shards).toContain(shard);
          if (covered.length === 2) met.set(`${covered}`, (met.get(`${covered}`) ?? 0) + 1);
        }
      }
      expect([...met.values()].every((times) => times === 1)).toBe(true);
      expect(met.size).toBe((count * (count - 1)) / 2);
    },
  );

  it.each(COUNTS.filter((count) => count % 2 === 1 && count > 1 && count < 60))(
    "R-3.4 lets every set of %i shards serve equally",
    (count) => {
      const epoch = epochOf(count);
      const timetable = new Timetable(epoch);
      const served = new Map<number, number>();
      // Each distance between the places once.
      const rounds = (cycleRounds(epoch) * (count - 1)) / 2;
      for (let elapsed = 0; elapsed < rounds; elapsed++) {
        for (const { set } of timetable.dutiesIn(ACTIVATION_ROUND + elapsed)) {
          served.set(set, (served.get(set) ?? 0) + 1);
        }
      }
      expect(served.size).toBe(epoch.sets.length);
      expect(new Set(served.values()).size).toBe(1);
    },
  );

  it.each([2, 3, 4, 7, 8, 31])("R-3.6 finds the next meeting of any two of %i shards", (count) => {
    const epoch = epochOf(count);
    const timetable = new Timetable(epoch);
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < count; b++) {
        for (const from of [ACTIVATION_ROUND, ACTIVATION_ROUND + 1, ACTIVATION_ROUND + 5 * count]) {
          const meets = (round: number) => timetable.dutyOf(a, round).shards.includes(b);
          const next = timetable.nextMeeting(a, b, from);
          expect(meets(next)).toBe(true);
          expect(next - from).toBeLessThan(cycleRounds(epoch));
          for (let round = from; round < next; round++) expect(meets(round)).toBe(false);
        }
      }
    }
  });

  it("R-3.6 makes a pair of 31 shards wait 0.5 s to 15.5 s, 8 s on average", () => {
    const epoch = epochOf(31);
    const timetable = new Timetable(epoch);
    const waits: number[] = [];
    for (let elapsed = 0; elapsed < cycleRounds(epoch); elapsed++) {
      const from = ACTIVATION_ROUND + elapsed;
      waits.push(timetable.nextMeeting(3, 17, from) - from);
    }
    const rounds = waits.map((wait) => wait + 1);
    expect(Math.min(...rounds) * epoch.roundMs).toBe(500);
    expect(Math.max(...rounds) * epoch.roundMs).toBe(15_500);
    expect((rounds.reduce((sum, one) => sum + one, 0) / rounds.length) * epoch.roundMs).toBe(8_000);
  });

  it("R-3.4 knows nothing of other shards, nor of rounds before its epoch", () => {
    const timetable = new Timetable(epochOf(4));
    expect(() => timetable.dutyOf(4, ACTIVATION_ROUND)).toThrow("No set covers the shard");
    expect(() => timetable.dutyOf(0, ACTIVATION_ROUND - 1)).toThrow("A round before its epoch");
    expect(() => timetable.nextMeeting(0, 9, ACTIVATION_ROUND)).toThrow("No set covers the shards");
    expect(timetable.nextMeeting(0, 1, 0)).toBe(ACTIVATION_ROUND);
  });
});
