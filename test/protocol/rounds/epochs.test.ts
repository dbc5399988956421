// How epochs follow each other: rounds without a gap, and what a block of the MerkleChain has to say of them.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sha256 } from "../../../src/protocol/crypto/sha256.ts";
import { messagePrefix } from "../../../src/protocol/encoding/domain.ts";
import { type EpochRecord, recordOf } from "../../../src/protocol/rounds/epoch.ts";
import { changeIn, type EpochState } from "../../../src/protocol/rounds/epoch-change.ts";
import { Epochs } from "../../../src/protocol/rounds/epochs.ts";
import { counted, nextRoundMs, PACE_START, type Pace } from "../../../src/protocol/rounds/pace.ts";
import { seatListHash } from "../../../src/protocol/rounds/seat-lists.ts";
import { pairsOf } from "../../../src/protocol/rounds/timetable.ts";
import { testGenesis } from "../../support/genesis.ts";

const ID = new Uint8Array(32).fill(9);
const { epoch } = testGenesis();
const shards = [0, 1, 2, 3].map((shard) => ({ shard, chains: [shard] }));
const sets = pairsOf([0, 1, 2, 3]).map((pair, i) => ({ set: i + 1, shards: pair, seats: [] }));
const GENESIS = { ...epoch, shards, sets };
const MS = GENESIS.roundMs;
const FIRST_ROUND = GENESIS.activationRound;
const BEGINNING_MS = GENESIS.activationTimeMs;

/** The next one behind another, in the round that it says. */
const behind = (before: EpochRecord, activationRound: number, roundMs: number): EpochRecord => ({
  epoch: before.epoch + 1,
  activationRound,
  activationTimeMs:
    before.activationTimeMs + (activationRound - before.activationRound) * before.roundMs,
  roundMs,
  seed: ID,
  topology: null,
});
const genesisRecord = recordOf(ID, GENESIS);

const chains = fc
  .array(
    fc.record({
      rounds: fc.integer({ min: 1, max: 500 }),
      roundMs: fc.constantFrom(250, 500, 1_000),
    }),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((steps) => {
    const records: EpochRecord[] = [];
    for (const { rounds, roundMs } of steps) {
      const before = records.at(-1) ?? genesisRecord;
      records.push(behind(before, before.activationRound + rounds, roundMs));
    }
    return records;
  });

describe("epochs one behind the other", () => {
  it("R-3.7, R-2.10 have each chain on the shard of the round's epoch, and what no epoch lists on T0's", () => {
    const epochs = new Epochs(GENESIS);
    const list = epochs.seats;
    const entries = sets.map(({ set, shards: pair, seats }) => {
      list.know(seats);
      return { set, shards: pair, seatsHash: seatListHash(seats) };
    });
    const moved = [
      { shard: 0, chains: [0, 2] },
      { shard: 1, chains: [1] },
      { shard: 2, chains: [9] },
      { shard: 3, chains: [3] },
    ];
    const topology = { shards: moved, sets: entries, nextShard: 4, nextSet: 7 };
    epochs.follow({ ...behind(genesisRecord, FIRST_ROUND + 100, MS), topology });
    const at = (round: number) => [0, 1, 2, 9, 50].map((chain) => epochs.shardOf(chain, round));
    expect(at(FIRST_ROUND + 99)).toEqual([0, 1, 2, 0, 0]);
    expect(at(FIRST_ROUND + 100)).toEqual([0, 1, 0, 2, 0]);
    expect(epochs.at(FIRST_ROUND + 100).sets[0]).toBe(GENESIS.sets[0]);
  });

  it("R-3.1, R-3.7 have every moment in one round and every round in one epoch, without a gap", () => {
    fc.assert(
      fc.property(chains, fc.nat(2_000_000), (records, ms) => {
        const epochs = new Epochs(GENESIS);
        for (const record of records) epochs.follow(record);
        const now = BEGINNING_MS + ms;
        const round = epochs.roundAt(now);
        expect(epochs.roundStartMs(round)).toBeLessThanOrEqual(now);
        expect(epochs.roundStartMs(round + 1)).toBeGreaterThan(now);
        expect(epochs.at(round).epoch).toBe(epochs.atMs(now).epoch);
        for (const record of records) {
          expect(epochs.at(record.activationRound).epoch).toBe(record.epoch);
          expect(epochs.at(record.activationRound - 1).epoch).toBe(record.epoch - 1);
          expect(epochs.roundStartMs(record.activationRound)).toBe(record.activationTimeMs);
          const last = record.activationRound - 1;
          const { roundMs } = epochs.at(last);
          // one roundMs after its end.
          expect(epochs.roundCloseMs(last)).toBe(record.activationTimeMs + roundMs);
        }
      }),
    );
  });

  it("R-3.7 say the same from a table as from memory, however many there were", () => {
    fc.assert(
      fc.property(chains, fc.nat(5_000), (records, round) => {
        const all = new Epochs(GENESIS);
        for (const record of records) all.follow(record);
        const older = (of: number): EpochRecord | undefined =>
          records.findLast(({ activationRound }) => activationRound <= of);
        const stored = new Epochs(GENESIS, records.at(-1), older);
        const of = FIRST_ROUND + round;
        expect(stored.at(of)).toEqual(all.at(of));
        expect(stored.roundStartMs(of)).toBe(all.roundStartMs(of));
        expect(stored.roundAt(all.roundStartMs(of))).toBe(of);
        expect(stored.dutiesIn(of)).toEqual(all.dutiesIn(of));
      }),
    );
  });

  it("R-3.4, R-3.7 begin their timetable with their first round; R-3.6 a pair waits for the first in which it meets", () => {
    const epochs = new Epochs(GENESIS);
    // Two rounds into a cycle of three.
    epochs.follow(behind(genesisRecord, FIRST_ROUND + 5, MS));
    const setsIn = (round: number): number[] => epochs.dutiesIn(round).map(({ set }) => set);
    const cycle = [0, 1, 2].map((i) => setsIn(FIRST_ROUND + i));
    expect(setsIn(FIRST_ROUND + 3)).toEqual(cycle[0]);
    expect(setsIn(FIRST_ROUND + 4)).toEqual(cycle[1]);
    expect(setsIn(FIRST_ROUND + 5)).toEqual(cycle[0]);
    for (const [a, b] of pairsOf([0, 1, 2, 3]) as [number, number][]) {
      const met = epochs.nextMeeting(a, b, FIRST_ROUND + 3);
      const first = [3, 4, 5, 6, 7]
        .map((i) => FIRST_ROUND + i)
        .find((round) => epochs.dutyOf(a, round).shards.includes(b));
      expect(met).toBe(first);
    }
  });

  it("R-3.7 forget what a step heard that was taken back", () => {
    const epochs = new Epochs(GENESIS);
    const first = behind(genesisRecord, FIRST_ROUND + 5, MS);
    epochs.follow(first);
    epochs.follow(behind(first, FIRST_ROUND + 9, 2 * MS));
    epochs.rewind(first);
    expect(epochs.latest.epoch).toBe(1);
    expect(epochs.roundStartMs(FIRST_ROUND + 10)).toBe(BEGINNING_MS + 10 * MS);
    epochs.rewind(undefined);
    expect(epochs.latest).toBe(GENESIS);
  });

  it("R-3.7 leave none out, and take a known one without a word", () => {
    const epochs = new Epochs(GENESIS);
    const first = behind(genesisRecord, FIRST_ROUND + 5, MS);
    epochs.follow(first);
    epochs.follow(first);
    expect(epochs.latest.epoch).toBe(1);
    const skipped = { ...behind(first, FIRST_ROUND + 9, MS), epoch: 3 };
    expect(() => epochs.follow(skipped)).toThrow("R-3.7");
    expect(() => epochs.follow(behind(first, FIRST_ROUND + 5, MS))).toThrow("R-3.7");
  });
});

/** So many rounds in time and late, in this order. */
function paced(...runs: readonly (readonly [times: number, isLate: boolean])[]): Pace {
  let pace = PACE_START;
  for (const [times, isLate] of runs) for (let i = 0; i < times; i++) pace = counted(pace, isLate);
  return pace;
}
const next = (pace: Pace, roundMs = MS): number | null =>
  nextRoundMs(pace, { roundMs, epochRounds: 7_200 }, MS);

describe("the length of the next epoch's rounds", () => {
  it("R-3.8 doubles when over a quarter of the last 100 certificates came late", () => {
    expect(next(paced([75, false], [25, true]))).toBe(null);
    expect(next(paced([74, false], [26, true]))).toBe(2 * MS);
    expect(next(paced([26, true]))).toBe(2 * MS);
    // The 26th is the 101st from the end.
    expect(next(paced([1, true], [74, false], [25, true]))).toBe(2 * MS);
    expect(next(paced([1, true], [75, false], [25, true]))).toBe(null);
  });

  it("R-3.8 grows to 16 times the genesis value, and no further", () => {
    const late = paced([100, true]);
    expect(next(late, 8 * MS)).toBe(16 * MS);
    expect(next(late, 16 * MS)).toBe(null);
  });

  it("R-3.8 halves again after 10,000 good ones in a row, never below the genesis value", () => {
    const good = paced([10_000, false]);
    expect(next(good, 4 * MS)).toBe(2 * MS);
    expect(next(good, MS)).toBe(null);
    expect(next(paced([9_999, false]), 4 * MS)).toBe(null);
    expect(next(paced([9_999, false], [1, true], [9_999, false]), 4 * MS)).toBe(null);
  });

  it("R-11.6 stays as it is when the epoch ends after 7,200 rounds with traffic", () => {
    expect(next({ ...PACE_START, trafficRounds: 7_199 })).toBe(null);
    expect(next({ ...PACE_START, trafficRounds: 7_200 }, 4 * MS)).toBe(4 * MS);
  });
});

describe("what a block says of epochs", () => {
  const due: EpochState = {
    epoch: genesisRecord,
    announced: null,
    closings: [],
    isUnproven: false,
    pace: { ...PACE_START, trafficRounds: 7_200 },
  };
  const at = (state: EpochState, round: number) => changeIn(ID, GENESIS, state, round);

  it("R-3.7 nothing while none is due", () => {
    expect(at({ ...due, pace: PACE_START }, 50)).toBe(null);
  });

  it("R-3.7, R-8.3 announces the next one beyond every lease, with a seed of the hash chain", () => {
    const change = at(due, 50);
    const activationRound = 50 + GENESIS.leaseRounds + 1;
    expect(change).toEqual({
      kind: "announced",
      epoch: {
        epoch: 1,
        activationRound,
        activationTimeMs: BEGINNING_MS + (activationRound - FIRST_ROUND) * MS,
        roundMs: MS,
        seed: sha256(messagePrefix(ID, 0, 22), ID),
        topology: null,
      },
    });
  });

  it("R-3.7 activates it before its round, and says lapsed from then on", () => {
    const announced = at(due, 50)?.epoch as EpochRecord;
    const state = { ...due, announced };
    expect(at(state, 51)).toEqual({ kind: "activated", epoch: announced });
    expect(at(state, announced.activationRound - 1)?.kind).toBe("activated");
    expect(at(state, announced.activationRound)?.kind).toBe("lapsed");
    expect(at(state, announced.activationRound + 1_000)?.kind).toBe("lapsed");
  });

  it("R-3.7 announces none before the one that is activated has begun", () => {
    const epoch = at(due, 50)?.epoch as EpochRecord;
    const state = { ...due, epoch };
    expect(at(state, epoch.activationRound - 1)).toBe(null);
    expect(at(state, epoch.activationRound)).toMatchObject({
      kind: "announced",
      epoch: { epoch: 2 },
    });
  });
});
