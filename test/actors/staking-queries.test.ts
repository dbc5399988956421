// What T0's shard answers about many validators at once is bounded.
import { beforeAll, describe, expect, it } from "vitest";
import {
  answerStaking,
  SEAT_KEYS_MAX,
  type StakingQuestion,
} from "../../src/actors/staking-queries.ts";
import { Bank } from "./bank.ts";

const SEATS = 4;

let bank: Bank;
const ask = (question: StakingQuestion) =>
  bank.net.shardOf(0).read((shard) => answerStaking(shard, question));

beforeAll(async () => {
  bank = await Bank.open({ shards: 3, chains: 3, seats: SEATS, tags: true });
});

describe("questions about stakes", () => {
  it("R-11.3 counts the validators that seats can be filled with", () => {
    expect(ask({ kind: "candidates" })).toBe(3 * SEATS);
  });

  it("R-12.3 sums the stakes of each set by its seats' keys, in the order of the question", () => {
    const { sets } = bank.net.network.genesis.epoch;
    const keys = sets.map(({ seats }) => seats.map(({ publicKey }) => publicKey));
    const [{ bond } = { bond: 0n }] = bank.net.network.genesis.validators;
    expect(bond).toBeGreaterThan(0n);
    const halves = [[], keys[0]?.slice(0, 2) ?? [], keys[1] ?? []];
    expect(ask({ kind: "setStakes", sets: halves })).toEqual([0n, 2n * bond, 4n * bond]);
  });

  it.each([
    [SEAT_KEYS_MAX - 1, 2],
    [SEAT_KEYS_MAX, 2],
  ])("takes %d keys", (keys, sets) => {
    const unknown = new Uint8Array(96);
    const first = Array.from({ length: keys - 5 }, () => unknown);
    const second = Array.from({ length: 5 }, () => unknown);
    expect(ask({ kind: "setStakes", sets: [first, second] })).toEqual(Array(sets).fill(0n));
  });

  it("refuses more keys than that", () => {
    const keys = Array.from({ length: SEAT_KEYS_MAX + 1 }, () => new Uint8Array(96));
    expect(() => ask({ kind: "setStakes", sets: [keys] })).toThrow("4097 keys are too many");
  });
});
