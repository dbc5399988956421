import { describe, expect, it } from "vitest";
import { toHex } from "../../../src/protocol/encoding/bytes.ts";
import { seatKeyKey, validatorKey } from "../../../src/protocol/merkle/state-key.ts";
import { stakeOfSeats } from "../../../src/protocol/staking/seat-stakes.ts";
import { validatorCodec } from "../../../src/protocol/staking/validator.ts";

const keyOf = (seat: number): Uint8Array => new Uint8Array(96).fill(seat);
const addressOf = (seat: number): Uint8Array => new Uint8Array(20).fill(seat);

/** Seat n has n of its own, 10n of others, and 100n on their way back. */
function stateOf(...seats: number[]): ReadonlyMap<string, Uint8Array> {
  const state = new Map<string, Uint8Array>();
  for (const seat of seats) {
    const stake = BigInt(seat);
    state.set(toHex(seatKeyKey(keyOf(seat))), addressOf(seat));
    const entry = validatorCodec.encode({
      publicKey: keyOf(seat),
      proofOfPossession: new Uint8Array(48),
      commission: 0,
      ownStake: stake,
      delegatedStake: 10n * stake,
      unbonding: 100n * stake,
    });
    state.set(toHex(validatorKey(addressOf(seat))), entry);
  }
  return state;
}

describe("the stake of a set", () => {
  it.each([
    ["of no seats is nothing", [], 0n],
    [
      "is what its validators have bonded and been delegated, not what is on its way back",
      [1, 2],
      33n,
    ],
    ["counts nothing for a key that nobody has registered", [3, 9], 33n],
  ] as const)("R-12.3 %s", (_, seats, stake) => {
    const state = stateOf(1, 2, 3, 4);
    expect(stakeOfSeats((key) => state.get(toHex(key)), seats.map(keyOf))).toBe(stake);
  });
});
