import { bls12_381 } from "@noble/curves/bls12-381.js";
import { describe, expect, it } from "vitest";
import {
  aggregateSignatures,
  publicKeyOf,
  sign,
  verify,
  verifyAggregate,
} from "../../../src/protocol/crypto/bls.ts";
import {
  type BlsVote,
  findInvalidVotes,
  verifyBatch,
} from "../../../src/protocol/crypto/bls-batch.ts";
import { type PublicKey, parsePublicKey } from "../../../src/protocol/crypto/bls-curve.ts";
import { deriveSeatSecret } from "../../../src/protocol/crypto/seat-secret.ts";
import { utf8 } from "../../../src/protocol/encoding/bytes.ts";

const { Point } = bls12_381.G1;
const message = utf8("a vote");
const secrets = Array.from({ length: 7 }, (_, seat) =>
  deriveSeatSecret(new Uint8Array(32), { networkName: "batch", epoch: 0, set: 0, seat }),
);
const votes: readonly BlsVote[] = secrets.map((secret) => ({
  publicKey: parsePublicKey(publicKeyOf(secret)) as PublicKey,
  signature: sign(secret, message),
}));

/** The votes with other signatures at some places. */
function withSignatures(changed: Readonly<Record<number, Uint8Array>>): BlsVote[] {
  return votes.map((vote, i) => ({ ...vote, signature: changed[i] ?? vote.signature }));
}
const shifted = (index: number, error: typeof Point.BASE): Uint8Array =>
  Point.fromBytes(votes[index]?.signature as Uint8Array)
    .add(error)
    .toBytes();
const error = Point.BASE.multiply(12345n);
const junk = new Uint8Array(48).fill(1);

describe("R-4.1 batches of votes over one message", () => {
  it.each([
    ["none", {}, []],
    ["the first", { 0: shifted(0, error) }, [0]],
    ["the last", { 6: shifted(6, error) }, [6]],
    ["one over another message", { 3: sign(secrets[3] as Uint8Array, utf8("no")) }, [3]],
    ["one of another seat", { 2: votes[4]?.signature as Uint8Array }, [2]],
    ["bytes that are no signature", { 5: junk, 1: new Uint8Array(0) }, [1, 5]],
    ["both kinds", { 5: junk, 4: shifted(4, error) }, [4, 5]],
    ["all", Object.fromEntries(votes.map((_, i) => [i, shifted(i, error)])), [0, 1, 2, 3, 4, 5, 6]],
  ])("R-4.1 finds exactly the invalid votes: %s", (_, changed, invalid) => {
    const batch = withSignatures(changed);
    expect(findInvalidVotes(batch, message)).toEqual(invalid);
    expect(verifyBatch(batch, message)).toBe(invalid.length === 0);
  });

  it.each([
    ["neighbours", { 2: shifted(2, error), 3: shifted(3, error.negate()) }, [2, 3]],
    ["far apart", { 0: shifted(0, error), 6: shifted(6, error.negate()) }, [0, 6]],
    [
      "exchanged",
      { 1: votes[2]?.signature as Uint8Array, 2: votes[1]?.signature as Uint8Array },
      [1, 2],
    ],
    [
      "three of them",
      {
        0: shifted(0, error),
        1: shifted(1, error),
        5: shifted(5, error.double().negate()),
      },
      [0, 1, 5],
    ],
  ])("R-4.1 finds votes whose errors cancel in the sum: %s", (_, changed, invalid) => {
    const batch = withSignatures(changed);
    // What plain summation would say: the aggregate is right although its parts are wrong.
    const sum = aggregateSignatures(batch.map((vote) => vote.signature)) as Uint8Array;
    const keys = batch.map((vote) => vote.publicKey);
    expect(verifyAggregate(keys, message, sum)).toBe(true);
    expect(findInvalidVotes(batch, message)).toEqual(invalid);
  });

  it("R-4.1 a repeated vote is judged like its first copy", () => {
    const [first] = votes as [BlsVote];
    expect(findInvalidVotes([first, first], message)).toEqual([]);
    const bad = { ...first, signature: shifted(0, error) };
    expect(findInvalidVotes([bad, first, bad], message)).toEqual([0, 2]);
  });

  it("R-4.1 judges as one by one does, and no votes as good", () => {
    expect(findInvalidVotes([], message)).toEqual([]);
    const batch = withSignatures({ 4: shifted(4, error) });
    for (const [i, { publicKey, signature }] of batch.entries()) {
      expect(verify(publicKey, message, signature)).toBe(i !== 4);
    }
  });

  it("R-4.1 takes keys that cancel out", () => {
    const [first] = votes as [BlsVote];
    const opposite = first.publicKey.point.negate();
    const publicKey = { point: opposite, bytes: opposite.toBytes() };
    const signature = Point.fromBytes(first.signature).negate().toBytes();
    expect(findInvalidVotes([first, { publicKey, signature }], message)).toEqual([]);
  });
});
