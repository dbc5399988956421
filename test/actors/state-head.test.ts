import { describe, expect, it } from "vitest";
import { type StateHead, stateHeadCodec, vouchingRound } from "../../src/actors/state-head.ts";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import { accepted } from "../support/transactions.ts";

const HEAD: StateHead = {
  round: 40,
  headRound: 43,
  rounds: [
    { round: 41, emptying: Uint8Array.of(0, 1) },
    { round: 43, emptying: Uint8Array.of() },
  ],
  chains: [
    { chain: 0, headerHash: null, headerRound: 0, carriedRoot: new Uint8Array(32) },
    {
      chain: 258,
      headerHash: new Uint8Array(32).fill(1),
      headerRound: 43,
      carriedRoot: new Uint8Array(32).fill(2),
    },
  ],
};

describe("state head", () => {
  it("R-2.3 golden bytes, one form of each value", () => {
    const bytes = stateHeadCodec.encode(HEAD);
    expect(accepted(stateHeadCodec.decode(bytes))).toEqual(HEAD);
    expect(toHex(bytes)).toMatchInlineSnapshot(
      `"28000000000000002b000000000000000229000000000000000200012b000000000000000002000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000020100000101010101010101010101010101010101010101010101010101010101010101012b000000000000000202020202020202020202020202020202020202020202020202020202020202"`,
    );
    for (let length = 0; length < bytes.length; length++) {
      expect(stateHeadCodec.decode(bytes.subarray(0, length)).ok).toBe(false);
    }
    expect(stateHeadCodec.decode(Uint8Array.of(...bytes, 0)).ok).toBe(false);
  });

  const busy = (round: number) => ({ round, emptying: Uint8Array.of(0) });
  const quiet = (round: number) => ({ round, emptying: new Uint8Array() });

  it.each([
    ["the block of round + k", 10, [busy(11), busy(12), busy(13)], 13],
    ["the newest that has the same state", 10, [busy(10), quiet(11), quiet(13), quiet(14)], 14],
    [
      "none: no round + k, and the next one is behind other transactions",
      10,
      [busy(11), busy(14)],
      null,
    ],
    ["one behind a gap", 10, [busy(12), busy(14)], 14],
    ["none: the state is that of the head", 10, [busy(8), busy(9), busy(10)], null],
    ["one without transactions, of a shard that sleeps", 13, [quiet(12), quiet(13)], 13],
    ["none: transactions between its state and this one", 13, [busy(12), quiet(13)], null],
  ])("R-5.2 R-12.4 a state's roots are carried by %s", (_, round, rounds, expected) => {
    const headRound = rounds.at(-1)?.round ?? 0;
    expect(vouchingRound({ round, headRound, rounds }, 3)).toBe(expected);
  });
});
