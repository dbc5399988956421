// One instance for tests: configs of voters and the matching context that verifies what they send.
import { proposerSeat } from "../../../src/protocol/consensus/proposer.ts";
import { seatList, seatSet } from "../../../src/protocol/consensus/seats.ts";
import type { Instance } from "../../../src/protocol/consensus/signed-bytes.ts";
import { type ConsensusConfig, TIMEOUT_MS_BASE } from "../../../src/protocol/consensus/state.ts";
import type { VerifyContext } from "../../../src/protocol/consensus/verify-message.ts";
import { sumTags, tag, verifyTags } from "./tags.ts";

export const INSTANCE: Instance = {
  networkId: new Uint8Array(32).fill(7),
  epoch: 3,
  set: 5,
  round: 1000,
};

export type ProposerOf = (view: number) => number;

export function seededProposer(seats: number, seed: number): ProposerOf {
  const epochSeed = new Uint8Array(32);
  new DataView(epochSeed.buffer).setUint32(0, seed);
  return (view) => proposerSeat(epochSeed, INSTANCE.set, INSTANCE.round, view, seats);
}

export const rotatingProposer =
  (seats: number): ProposerOf =>
  (view) =>
    view % seats;

export function configOf(
  seats: number,
  own: readonly number[],
  proposerOf: ProposerOf = rotatingProposer(seats),
): ConsensusConfig {
  return {
    ...INSTANCE,
    seats,
    own: seatSet(seats, own),
    proposerOf,
    sign(signers, message) {
      const list = seatList(signers);
      for (const seat of list) if (!own.includes(seat)) throw new Error(`Not own: seat ${seat}`);
      return tag(list, message);
    },
    aggregate: sumTags,
    timeoutMsBase: TIMEOUT_MS_BASE,
  };
}

export function contextOf(
  seats: number,
  proposerOf: ProposerOf = rotatingProposer(seats),
): VerifyContext {
  const keys = {
    verify: (bitmap: Uint8Array, message: Uint8Array, signature: Uint8Array) =>
      verifyTags(seatList(bitmap), message, signature),
  };
  return { ...INSTANCE, seats, keys, proposerOf };
}

/**
 * A valid value by its first byte: 1 is what honest replicas make, 2 what others make, 0xee what no
 * replica accepts.
 */
export function testValue(kind: 1 | 2 | 0xee, ...rest: readonly number[]): Uint8Array {
  const value = new Uint8Array(32);
  value.set([kind, ...rest.map((byte) => byte & 0xff)]);
  return value;
}
