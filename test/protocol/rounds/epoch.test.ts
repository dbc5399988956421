import { describe, expect, it } from "vitest";
import { allSeats } from "../../../src/protocol/consensus/seats.ts";
import { sha256 } from "../../../src/protocol/crypto/sha256.ts";
import {
  type Epoch,
  epochCodec,
  genesisCodec,
  genesisHash,
  roundAt,
  roundStartMs,
} from "../../../src/protocol/rounds/epoch.ts";
import { cycleRounds } from "../../../src/protocol/rounds/timetable.ts";
import { testGenesis, testNetwork } from "../../support/genesis.ts";

const { epoch } = testGenesis();
const START = epoch.activationTimeMs;

describe("rounds", () => {
  it.each([
    [START - 10_000, 1],
    [START, 1],
    [START + 499, 1],
    [START + 500, 2],
    [START + 500 * 1_000_000 - 1, 1_000_000],
  ])("R-3.1 at %d ms it is round %d", (nowMs, round) => {
    expect(roundAt(epoch, nowMs)).toBe(round);
  });

  it("R-3.1 a round begins when the one before ends", () => {
    for (const round of [1, 2, 77, 10 ** 9]) {
      const startMs = roundStartMs(epoch, round);
      expect(roundAt(epoch, startMs)).toBe(round);
      expect(roundAt(epoch, startMs - 1)).toBe(Math.max(1, round - 1));
    }
  });
});

describe("the cycle", () => {
  it.each([
    [1, 1],
    [2, 1],
    [3, 3],
    [4, 3],
    [5, 5],
    [30, 29],
    [31, 31],
  ])("R-3.4 a cycle of %d shards has %d rounds", (count, rounds) => {
    const shards = Array.from({ length: count }, (_, shard) => ({ shard, chains: [] }));
    expect(cycleRounds({ ...epoch, shards } as Epoch)).toBe(rounds);
  });
});

describe("genesis", () => {
  it.each([
    ["genesis record", genesisCodec],
    ["epoch", epochCodec],
  ])("R-2.3 bytes that are no %s are refused as such", (format, codec) => {
    const refusal = { code: "MALFORMED_BYTES", format, bytes: 1 };
    expect(codec.decode(new Uint8Array(1))).toEqual({ ok: false, refusal });
  });

  it("R-2.3 R-4.2 the network's id and first seed are the SHA-256 of the record", () => {
    const network = testNetwork();
    const bytes = genesisCodec.encode(testGenesis());
    expect(network.id).toEqual(sha256(bytes));
    expect(network.id).toEqual(genesisHash(bytes));
    expect(network.seedAt(1)).toEqual(network.id);
    expect(testNetwork({ k: 2 }).id).not.toEqual(network.id);
  });

  it("R-4.1 seats have valid keys; a set that the epoch does not have stops the actor", () => {
    const network = testNetwork({ seats: 2 });
    expect(network.seatKeys(1).verify(allSeats(2), new Uint8Array(), new Uint8Array(48))).toBe(
      false,
    );
    expect(() => network.seatKeys(2)).toThrow("set");
  });
});
