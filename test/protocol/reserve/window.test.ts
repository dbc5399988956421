// The stored record of what a round included: what a replica knows of its windows after a restart.
import { describe, expect, it } from "vitest";
import { decodeStored } from "../../../src/protocol/encoding/codec.ts";
import {
  AUTHORISATIONS_MAX,
  LEGS_MAX,
  SHARD_BLOCK_TRANSACTIONS_MAX,
} from "../../../src/protocol/limits.ts";
import {
  type RoundInclusions,
  roundInclusionsCodec,
  withoutLegs,
} from "../../../src/protocol/reserve/window.ts";

const hexOf = (bytes: number, value: number): string => value.toString(16).padStart(2 * bytes, "0");

/** A round of so many transactions, each with as many legs and authorisations as one may have. */
function roundOf(transactions: number): RoundInclusions {
  const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
  return {
    round: 9,
    chains: numbers(LEGS_MAX).map((chain) => ({
      chain,
      legs: numbers(transactions).map((i) => ({
        sender: hexOf(20, i),
        value: BigInt(i) << 100n,
        fee: BigInt(i),
        offer: i % 2 === 0 ? null : BigInt(i) << 32n,
        possiblyEmptying: i % 3 === 0,
        transaction: hexOf(32, i),
      })),
      authorised: numbers((AUTHORISATIONS_MAX / LEGS_MAX) * transactions).map((i) => hexOf(20, i)),
    })),
  };
}

describe("the record of a round", () => {
  it("R-6.1 R-6.2 the fullest round comes back as it was: legs, verdicts, authorisations", () => {
    const round = roundOf(SHARD_BLOCK_TRANSACTIONS_MAX);
    expect(decodeStored(roundInclusionsCodec, roundInclusionsCodec.encode(round))).toEqual(round);
  });

  it("R-6.1 what no window reaches any more keeps its round and chains, and nothing else", () => {
    const chains = [0, 1].map((chain) => ({ chain, legs: [], authorised: [] }));
    expect(withoutLegs(roundOf(3))).toEqual({ round: 9, chains });
  });

  it("R-6.1 a record that cannot be read stops the replica and says which", () => {
    expect(() => decodeStored(roundInclusionsCodec, new Uint8Array(3))).toThrow(
      "Cannot read a stored round inclusions of 3 bytes: the database is corrupt",
    );
  });

  it("R-6.1 a longer record than any round's is refused before it is read", () => {
    const refusal = roundInclusionsCodec.decode(new Uint8Array(2 * 1024 * 1024 + 1));
    expect(refusal).toMatchObject({ ok: false, refusal: { code: "BYTES_TOO_LONG" } });
  });
});
