// What the gateway knows of epochs, and when it asks for more: under a lease, as actors act.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { formatAddress } from "../../src/protocol/crypto/address.ts";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import { type EpochRecord, roundStartMs } from "../../src/protocol/rounds/epoch.ts";
import { GENESIS_MS } from "../actors/local-network.ts";
import { paperAccount } from "../support/signer.ts";
import { GatewayWorld } from "./gateway-world.ts";

const ROUND_MS = 500;
const ADVANCE = "mutation ($rounds: Int!) { dev { advance(rounds: $rounds) { round time } } }";
const TIMETABLE =
  "query ($from: Round, $rounds: Int) { timetable(from: $from, rounds: $rounds) { round time } }";
const EPOCH = `query ($number: Int) { epoch(number: $number) {
  number activationRound activationTime roundMs seed begun } }`;
const FAUCET = `mutation ($address: Address!) {
  dev { faucet(chain: "T0", address: $address, amount: "1000") { ... on Accepted { id } } } }`;

let world: GatewayWorld;

const callsOf = (method: string): number =>
  world.calls.filter((call) => call === `merkle-chain.${method}`).length;

/** Epochs of so many rounds each, whose rounds are by turns of one length and of twice that. */
function epochsOf(count: number, rounds: number): EpochRecord[] {
  const records: EpochRecord[] = [
    {
      epoch: 0,
      activationRound: 0,
      activationTimeMs: GENESIS_MS,
      roundMs: ROUND_MS,
      seed: world.local.network.id,
      topology: null,
    },
  ];
  for (let epoch = 1; epoch < count; epoch++) {
    const before = records[epoch - 1] as EpochRecord;
    const activationRound = epoch * rounds;
    records.push({
      epoch,
      activationRound,
      activationTimeMs: roundStartMs(before, activationRound),
      roundMs: ROUND_MS * ((epoch % 2) + 1),
      seed: new Uint8Array(32).fill(epoch),
      topology: null,
    });
  }
  return records;
}

const timeOf = (records: readonly EpochRecord[], round: number): string => {
  const epoch = records.findLast(({ activationRound }) => activationRound <= round);
  return new Date(roundStartMs(epoch as EpochRecord, round)).toISOString();
};

describe("a gateway whose clock is live", () => {
  const ASK = "{ network { round } }";
  const goTo = (round: number): void => {
    world.local.nowMs = GENESIS_MS + round * ROUND_MS;
    vi.setSystemTime(world.local.nowMs);
  };

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.setSystemTime(GENESIS_MS);
    world = await GatewayWorld.create({ clock: "live" });
    await world.data(ASK);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("R-3.7 previews go by the epoch that the log has, also if it began since the lease", async () => {
    const preview = async () =>
      (
        await world.data(
          `{ previewSplit(shard: "0") { ... on SplitPreview { figures { worstInclusionMs { before after } } } } }`,
        )
      ).previewSplit.figures.worstInclusionMs;
    expect(await preview()).toEqual({ before: ROUND_MS, after: ROUND_MS });
    expect(callsOf("lease")).toBe(0);
    world.toldLease = { epochs: epochsOf(2, 30), lastRound: 60 };
    expect(await preview()).toEqual({ before: 2 * ROUND_MS, after: 2 * ROUND_MS });
    expect(callsOf("lease")).toBe(1);
  });

  it("R-3.7 asks for a lease with the network, and then for one each 19 rounds", async () => {
    for (let round = 0; round <= 18; round++) {
      goTo(round);
      for (let i = 0; i < 3; i++) expect((await world.data(ASK)).network.round).toBe(round);
    }
    expect(callsOf("lease")).toBe(0);
    // One asks ahead for the others.
    goTo(19);
    await Promise.all([world.data(ASK), world.data(ASK), world.data(ASK)]);
    expect(callsOf("lease")).toBe(1);
    goTo(37);
    await world.data(ASK);
    expect(callsOf("lease")).toBe(1);
    expect(callsOf("network")).toBe(1);
  });

  it("R-3.7 answers nothing by a lease that is over before it has asked for another", async () => {
    const [first, ...others] = epochsOf(2, 40);
    world.toldLease = { epochs: [first as EpochRecord, ...others], lastRound: 60 };
    goTo(50);
    expect(await world.data("{ network { round roundMs epoch { number begun } } }")).toEqual({
      network: { round: 45, roundMs: 2 * ROUND_MS, epoch: { number: 1, begun: true } },
    });
    expect(callsOf("lease")).toBe(1);
    // Many at once that find it over: none waits for another's call.
    goTo(100);
    world.toldLease = { ...world.toldLease, lastRound: 90 };
    await Promise.all([world.data(ASK), world.data(ASK), world.data(ASK)]);
    expect(callsOf("lease")).toBe(4);
    await world.data(ASK);
    expect(callsOf("lease")).toBe(4);
  });

  it("R-3.7 goes on by what it knows when nobody gives it a lease, and asks again", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    world.failures.set("merkle-chain.lease", [new Error("away")]);
    goTo(30);
    expect((await world.data(ASK)).network.round).toBe(30);
    expect(logged.mock.calls[0]?.[0]).toMatchObject({ event: "lease not renewed" });
    logged.mockRestore();
    expect((await world.data(ASK)).network.round).toBe(30);
    expect(callsOf("lease")).toBe(2);
    await world.data(ASK);
    expect(callsOf("lease")).toBe(2);
  });

  it("R-3.7 an answer that comes late takes nothing back", async () => {
    const epochs = epochsOf(2, 40);
    world.toldLease = { epochs, lastRound: 60 };
    goTo(30);
    await world.data(ASK);
    world.toldLease = { epochs: epochs.slice(0, 1), lastRound: 39 };
    goTo(90);
    await world.data(ASK);
    expect((await world.data(EPOCH, { number: 1 })).epoch).toMatchObject({ number: 1 });
  });
});

describe("epochs through the gateway", () => {
  beforeEach(async () => {
    world = await GatewayWorld.create();
  });

  it("R-3.1 R-3.7 tells each round by its epoch, however long ago that was", async () => {
    const epochs = epochsOf(30, 15);
    world.toldLease = { epochs, lastRound: 460 };
    for (const [from, calls] of [
      [0, 1],
      [3, 0],
      [250, 0],
      [330, 0],
      [440, 0],
    ] as const) {
      const before = callsOf("epochsFrom");
      const { timetable } = await world.data(TIMETABLE, { from, rounds: 100 });
      const expected = Array.from({ length: 100 }, (_, i) => ({
        round: from + i,
        time: timeOf(epochs, from + i),
      }));
      expect(timetable).toEqual(expected);
      expect([from, callsOf("epochsFrom") - before]).toEqual([from, calls]);
    }
  });

  it("R-3.7 has every epoch from 0 to the newest, which may be to come", async () => {
    const epochs = epochsOf(30, 15);
    world.toldLease = { epochs, lastRound: 460 };
    world.local.nowMs = epochs[28]?.activationTimeMs ?? 0;
    for (const { epoch, activationRound, activationTimeMs, roundMs, seed } of epochs) {
      expect((await world.data(EPOCH, { number: epoch })).epoch).toEqual({
        number: epoch,
        activationRound,
        activationTime: new Date(activationTimeMs).toISOString(),
        roundMs,
        seed: `0x${toHex(seed)}`,
        begun: epoch <= 28,
      });
    }
    expect((await world.data(EPOCH, { number: 30 })).epoch).toBe(null);
    expect((await world.data(EPOCH)).epoch.number).toBe(28);
    const { network } = await world.data("{ network { round roundMs epoch { number } } }");
    expect(network).toEqual({ round: 28 * 15, roundMs: ROUND_MS, epoch: { number: 28 } });
  });

  it("R-3.7 says in the network's events what becomes of epochs, and R-7.2 proves them", async () => {
    world = await GatewayWorld.create({ leaseRounds: 4, epochRounds: 10 }, {}, { tags: true });
    const address = formatAddress(paperAccount("somebody").address);
    const { time: start } = (await world.data("{ network { time } }")).network;
    for (let round = 1; round < 30; round++) {
      await world.data(FAUCET, { address });
      const { advance } = (await world.data(ADVANCE, { rounds: 1 })).dev;
      expect(advance.round).toBe(round);
      expect(Date.parse(advance.time)).toBeGreaterThanOrEqual(Date.parse(start) + round * ROUND_MS);
    }
    // The block behind the last activation shows that it is committed.
    await world.data(ADVANCE, { rounds: 2 });
    const response = await world.post(
      `subscription { network { round ... on MerkleChainBlock { number voided { late }
        epochChange { kind epoch { number activationRound begun seed roundMs } } } } }`,
      {},
      { Accept: "text/event-stream" },
    );
    const events = [...(await response.text()).matchAll(/^data: (\{.*\})$/gm)].map(
      ([, json]) => JSON.parse(json as string).data.network,
    );
    expect(events.every(({ voided }) => voided.length === 0)).toBe(true);
    const changes = events.filter(({ epochChange }) => epochChange !== null);
    const [announced, activated] = changes;
    const epoch = { number: 1, begun: true, roundMs: ROUND_MS };
    expect(announced.epochChange).toMatchObject({ kind: "ANNOUNCED", epoch });
    expect(activated.epochChange).toMatchObject({ kind: "ACTIVATED", epoch });
    expect(activated.epochChange.epoch).toEqual(announced.epochChange.epoch);
    expect(activated.epochChange.epoch.activationRound).toBe(announced.round + 5);
    const { epochProofs } = await world.data("{ epochProofs(after: 0) }");
    const kinds = changes.map(({ epochChange }) => epochChange.kind);
    expect(epochProofs).toHaveLength(kinds.filter((kind) => kind === "ACTIVATED").length);
  });

  it("R-3.1 R-3.7 moves the clock through epochs with rounds of other lengths", async () => {
    const epochs = epochsOf(10, 15);
    world.toldLease = { epochs, lastRound: 149 };
    let round = 0;
    for (const rounds of [1, 9, 4, 1, 20, 3, 61]) {
      round += rounds;
      const { advance } = (await world.data(ADVANCE, { rounds })).dev;
      expect(advance).toEqual({ round, time: timeOf(epochs, round) });
      expect((await world.data("{ network { round } }")).network.round).toBe(round);
    }
  });
});
