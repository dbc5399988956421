import { describe, expect, it } from "vitest";
import { allSeats, seatSet } from "../../src/protocol/consensus/seats.ts";
import { isWellFormedSignature } from "../../src/protocol/crypto/ed25519-validity.ts";
import { utf8 } from "../../src/protocol/encoding/bytes.ts";
import { SeatTags, sumTags, UserTags } from "../../src/simulator/tags.ts";

const SEATS = 7;
const message = utf8("a vote");

describe("tags of seats", () => {
  const tags = new SeatTags("a world");
  const keys = Array.from({ length: SEATS }, (_, seat) => tags.publicKey(`seat ${seat}`));
  const verifier = tags.scheme.keys(keys);
  const voter = tags.hosted(keys, seatSet(SEATS, [0, 1, 2]));

  it("[R-4.1] hold for exactly the seats and the message that they were made for", () => {
    const two = seatSet(SEATS, [0, 2]);
    const signature = voter.sign(two, message);
    expect(verifier.verify(two, message, signature)).toBe(true);
    expect(verifier.verify(two, utf8("a vota"), signature)).toBe(false);
    expect(verifier.verify(seatSet(SEATS, [0, 1]), message, signature)).toBe(false);
    expect(verifier.verify(seatSet(SEATS, [0, 1, 2]), message, signature)).toBe(false);
  });

  it("[R-4.1] add up, and take apart to nothing else", () => {
    const one = voter.sign(seatSet(SEATS, [0]), message);
    const two = voter.sign(seatSet(SEATS, [1, 2]), message);
    const sum = tags.scheme.aggregate([one, two]);
    expect(sum).toEqual(sumTags([one, two]));
    expect(sum).toEqual(voter.sign(seatSet(SEATS, [0, 1, 2]), message));
  });

  it("[R-4.1] are made for no seat that the signer does not hold", () => {
    expect(() => voter.sign(seatSet(SEATS, [3]), message)).toThrow("seat 3 is not held here");
    expect(() => voter.sign(allSeats(SEATS), message)).toThrow("seat 3 is not held here");
    const other = new SeatTags("another world");
    const forged = other.hosted(keys, allSeats(SEATS)).sign(seatSet(SEATS, [0]), message);
    expect(verifier.verify(seatSet(SEATS, [0]), message, forged)).toBe(false);
  });

  it("[R-4.1] prove possession of one key in one domain", () => {
    const [key = new Uint8Array(), other = new Uint8Array()] = keys;
    const proof = tags.provePossession(key, utf8("a domain"));
    expect(tags.scheme.provesPossession(key, utf8("a domain"), proof)).toBe(true);
    expect(tags.scheme.provesPossession(key, utf8("b domain"), proof)).toBe(false);
    expect(tags.scheme.provesPossession(other, utf8("a domain"), proof)).toBe(false);
  });
});

describe("tags of users", () => {
  const tags = new UserTags("a world");

  it("[R-2.1] are well-formed signatures that hold for one key and one message", () => {
    const bob = tags.user("bob");
    for (let i = 0; i < 500; i++) {
      const alice = tags.user(`alice ${i}`);
      const text = utf8(`pay ${i}`);
      const signature = alice.sign(text);
      expect(isWellFormedSignature(alice.publicKey, signature)).toBe(true);
      expect(tags.verify(alice.publicKey, text, signature)).toBe(true);
      expect(tags.verify(bob.publicKey, text, signature)).toBe(false);
      expect(tags.verify(alice.publicKey, utf8(`pay ${i + 1}`), signature)).toBe(false);
    }
  });
});
