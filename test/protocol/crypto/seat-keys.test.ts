import { describe, expect, it } from "vitest";
import { isSeatSet, seatList, seatSet } from "../../../src/protocol/consensus/seats.ts";
import { aggregateSignatures, publicKeyOf, sign } from "../../../src/protocol/crypto/bls.ts";
import { BoundedCache } from "../../../src/protocol/crypto/bounded-cache.ts";
import { SeatKeys } from "../../../src/protocol/crypto/seat-keys.ts";
import { deriveSeatSecret, sumSecrets } from "../../../src/protocol/crypto/seat-secret.ts";
import { utf8 } from "../../../src/protocol/encoding/bytes.ts";

const message = utf8("a commit vote");
const secrets = Array.from({ length: 21 }, (_, seat) =>
  deriveSeatSecret(new Uint8Array(32), { networkName: "seats", epoch: 0, set: 0, seat }),
);
const publicKeys = secrets.map(publicKeyOf);
const seatKeys = (): SeatKeys => {
  const parsed = SeatKeys.parse(publicKeys);
  if (!parsed.ok) throw new Error("Cannot parse the keys of the test");
  return parsed.value;
};
const signAs = (seats: readonly number[]): Uint8Array =>
  sign(sumSecrets(seats.map((seat) => secrets[seat] as Uint8Array)), message);

describe("R-4.1 certificates by bitmap", () => {
  const quorum = [0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 18, 19, 20];
  const bitmap = seatSet(21, quorum);
  const certificate = signAs(quorum);
  const keys = seatKeys();

  it("R-4.1 verifies 15 of 21, again from the cache, and no other bitmap", () => {
    const votes = quorum.map((seat) => sign(secrets[seat] as Uint8Array, message));
    expect(aggregateSignatures(votes)).toEqual(certificate);
    expect(keys.verify(bitmap, message, certificate)).toBe(true);
    expect(keys.verify(bitmap, message, certificate)).toBe(true);
    expect(keys.verify(bitmap, utf8("another"), certificate)).toBe(false);
    expect(keys.verify(seatSet(21, quorum.slice(1)), message, certificate)).toBe(false);
    expect(keys.verify(seatSet(21, [...quorum, 7]), message, certificate)).toBe(false);
  });

  it("R-4.1 what was found for a certificate says nothing of bytes that are cut elsewhere", () => {
    expect(keys.verify(bitmap, message, certificate)).toBe(true);
    const moved = Uint8Array.of(...message, certificate[0] as number);
    expect(keys.verify(bitmap, moved, certificate.subarray(1))).toBe(false);
  });

  it.each([
    ["empty", new Uint8Array(3)],
    ["too short", bitmap.subarray(0, 2)],
    ["too long", new Uint8Array([...bitmap, 0])],
    ["with a bit beyond the seats", bitmap.map((byte, i) => (i === 2 ? byte | 0x20 : byte))],
    ["no bytes", new Uint8Array(0)],
  ])("R-4.1 refuses a bitmap that is %s", (_, bytes) => {
    expect(keys.verify(bytes, message, certificate)).toBe(false);
  });

  it("R-4.1 bit i of byte floor(i/8) is seat i", () => {
    expect(seatSet(21, [0, 7, 8, 20])).toEqual(new Uint8Array([0x81, 0x01, 0x10]));
    expect(seatList(new Uint8Array([0x81, 0x01, 0x10]))).toEqual([0, 7, 8, 20]);
    expect(isSeatSet(new Uint8Array([0x0f]), 4)).toBe(true);
    expect(isSeatSet(new Uint8Array([0x1f]), 4)).toBe(false);
    expect(() => seatSet(21, [21])).toThrow(RangeError);
  });

  it("R-4.1 judges single votes, and those of seats that do not exist", () => {
    const votes = [3, 4, 21, 5].map((seat) => ({ seat, signature: signAs([Math.min(seat, 20)]) }));
    expect(votes.map((vote) => keys.verifyVote(vote, message))).toEqual([true, true, false, true]);
    expect(keys.findInvalidVotes(votes, message)).toEqual([2]);
    const swapped = [...votes, { seat: 7, signature: signAs([8]) }];
    expect(keys.findInvalidVotes(swapped, message)).toEqual([2, 4]);
    expect(keys.verifyVote({ seat: -1, signature: signAs([0]) }, message)).toBe(false);
    expect(keys.verifyVote({ seat: 0.5, signature: signAs([0]) }, message)).toBe(false);
  });

  it("R-4.1 refuses a bad key with its seat", () => {
    const bad = publicKeys.map((key, seat) => (seat === 9 ? new Uint8Array(96) : key));
    expect(SeatKeys.parse(bad)).toEqual({
      ok: false,
      refusal: { code: "INVALID_SEAT_KEY", seat: 9 },
    });
  });
});

describe("R-4.1 the cache of bitmaps", () => {
  it("R-4.1 forgets the entry used longest ago", () => {
    const cache = new BoundedCache<number>(2);
    const made: string[] = [];
    const get = (key: string) => cache.getOrMake(key, () => made.push(key));
    for (const key of ["a", "b", "a", "c", "a", "b"]) get(key);
    expect(made).toEqual(["a", "b", "c", "b"]);
    expect(cache.size).toBe(2);
  });
});
