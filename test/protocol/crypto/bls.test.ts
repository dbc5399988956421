import { bls12_381 } from "@noble/curves/bls12-381.js";
import { describe, expect, it } from "vitest";
import {
  aggregatePublicKeys,
  aggregateSignatures,
  provePossession,
  publicKeyOf,
  sign,
  verify,
  verifyAggregate,
  verifyPossession,
} from "../../../src/protocol/crypto/bls.ts";
import {
  type PublicKey,
  parsePublicKey,
  parseSignature,
  Suite,
} from "../../../src/protocol/crypto/bls-curve.ts";
import { deriveSeatSecret, sumSecrets } from "../../../src/protocol/crypto/seat-secret.ts";
import { sha256 } from "../../../src/protocol/crypto/sha256.ts";
import { concatBytes, fromHex, toHex, utf8 } from "../../../src/protocol/encoding/bytes.ts";
import { MessageKind, messagePrefix } from "../../../src/protocol/encoding/domain.ts";
import drand from "../../vectors/drand.json" with { type: "json" };
import { foreignG1, foreignG2, secondForm } from "./bls-points.ts";

const deploymentSecret = sha256(utf8("a known deployment secret"));
const place = { networkName: "golden", epoch: 3, set: 2, seat: 1 };
const networkId = sha256(utf8("golden"));
const message = utf8("a vote");
const secrets = Array.from({ length: 15 }, (_, seat) =>
  deriveSeatSecret(deploymentSecret, { ...place, seat }),
);
const secret = secrets[1] as Uint8Array;
const keys = secrets.map((one) => parsePublicKey(publicKeyOf(one)) as PublicKey);
const key = keys[1] as PublicKey;
const signatures = secrets.map((one) => sign(one, message));
const signature = signatures[1] as Uint8Array;

describe("R-4.1 keys, votes and proofs of possession", () => {
  it("R-4.1 keeps their bytes (golden)", () => {
    expect(toHex(secret)).toBe("13e3f05a6b6c72ec9398423ca1d8be8953b4c575518a8538f0a8d61a0e747021");
    expect(toHex(key.bytes)).toBe(
      "8227a416d0845a0af7a053132e8a55f08e09ece0bbb7a2f339869a8a24bece68ae420b84044b03faec3f4ab7e079daee12af8198d5c9b4c6e6af5a2e2d6e57bd8097901c1dbc20467a6dc7d4bc270b5abd2f5ad7490eb4a076c915aba779c4ab",
    );
    expect(toHex(signature)).toBe(
      "a58c511638ecbd467328c349f4c84663666890f5aa5eeb0bf1c04ffe4ebef7a7b6a12e0f381ed46452f64ae7ea089eff",
    );
    expect(toHex(provePossession(secret, networkId))).toBe(
      "98d2bc8631d8ea9ecb2770d39cd857606432fc5815ccb69132ded7f40b321a10155b0336bb1b67384cb615b7a289ae46",
    );
  });

  it("R-4.1 verifies a vote with its key, its message and its suite only", () => {
    expect(verify(key, message, signature)).toBe(true);
    expect(verify(key.bytes, message, signature)).toBe(true);
    expect(verify(keys[0] as PublicKey, message, signature)).toBe(false);
    expect(verify(key, utf8("another vote"), signature)).toBe(false);
    expect(verify(key, message, signature, Suite.beacon)).toBe(false);
    expect(verify(key, message, signature, Suite.possession)).toBe(false);
  });

  it("R-4.1 agrees with the library's own verification", () => {
    const { shortSignatures: library } = bls12_381;
    const hashed = library.hash(message, utf8(Suite.vote));
    expect(library.verify(signature, hashed, key.bytes)).toBe(true);
    expect(library.sign(hashed, secret).toBytes()).toEqual(signature);
  });
});

describe("R-4.1 aggregates", () => {
  const sum = sumSecrets(secrets);
  const aggregate = aggregateSignatures(signatures);

  it("R-4.1 one signature by the sum of 15 secrets is the aggregate of 15", () => {
    expect(sign(sum, message)).toEqual(aggregate);
    expect(publicKeyOf(sum)).toEqual(aggregatePublicKeys(keys)?.bytes);
  });

  it("R-4.1 verifies an aggregate with exactly its keys", () => {
    const all = aggregate as Uint8Array;
    expect(verifyAggregate(keys, message, all)).toBe(true);
    expect(verifyAggregate(keys.slice(1), message, all)).toBe(false);
    expect(verifyAggregate([...keys, key], message, all)).toBe(false);
    expect(verifyAggregate(keys, utf8("another vote"), all)).toBe(false);
    expect(verifyAggregate(keys, message, signature)).toBe(false);
    expect(verifyAggregate([], message, all)).toBe(false);
  });

  it("R-4.1 has no aggregate of nothing, of junk, or of what cancels out", () => {
    const negated = bls12_381.G1.Point.fromBytes(signature).negate().toBytes();
    expect(aggregateSignatures([])).toBeUndefined();
    expect(aggregateSignatures([signature, new Uint8Array(48)])).toBeUndefined();
    expect(aggregateSignatures([signature, negated])).toBeUndefined();
    const opposite = { ...key, point: key.point.negate() };
    expect(aggregatePublicKeys([])).toBeUndefined();
    expect(aggregatePublicKeys([key, opposite])).toBeUndefined();
    expect(verifyAggregate([key, opposite], message, signature)).toBe(false);
  });
});

describe("R-11.1 proofs of possession", () => {
  const proof = provePossession(secret, networkId);

  it("R-11.1 hold for one key on one network", () => {
    expect(verifyPossession(key.bytes, networkId, proof)).toBe(true);
    expect(verifyPossession((keys[0] as PublicKey).bytes, networkId, proof)).toBe(false);
    expect(verifyPossession(key.bytes, sha256(networkId), proof)).toBe(false);
    expect(verifyPossession(new Uint8Array(96), networkId, proof)).toBe(false);
    expect(verifyPossession(new Uint8Array(3), networkId, proof)).toBe(false);
  });

  it("R-11.1 are no votes, and votes are no proofs", () => {
    const prefix = messagePrefix(networkId, 0, MessageKind.proofOfPossession);
    const proved = concatBytes(prefix, key.bytes);
    expect(verify(key, proved, proof)).toBe(false);
    expect(verifyPossession(key.bytes, networkId, sign(secret, proved))).toBe(false);
  });

  it("R-11.1 stop a rogue key: it signs for others, but its maker cannot prove it", () => {
    // The rogue key is own - victim: own signs alone for {victim, rogue}.
    const rogue = bls12_381.G2.Point.fromBytes(publicKeyOf(secret)).subtract(
      keys[0]?.point as never,
    );
    const bytes = rogue.toBytes();
    const pair = [keys[0] as PublicKey, parsePublicKey(bytes) as PublicKey];
    expect(verifyAggregate(pair, message, signature)).toBe(true);
    expect(verifyPossession(bytes, networkId, proof)).toBe(false);
  });
});

describe("R-4.1 bytes from outside", () => {
  const { G1, G2 } = bls12_381;
  const identityKey = G2.Point.ZERO.toBytes();
  const identity = G1.Point.ZERO.toBytes();

  it.each([
    ["no bytes", new Uint8Array(0)],
    ["zeros", new Uint8Array(48)],
    ["47 bytes", signature.subarray(1)],
    ["49 bytes", concatBytes(signature, new Uint8Array(1))],
    ["the uncompressed form", G1.Point.fromBytes(signature).toBytes(false)],
    ["the identity", identity],
    ["x of the identity that is not 0", identity.map((byte, i) => (i === 47 ? 1 : byte))],
    ["x + p", secondForm()],
    ["a point of another subgroup", foreignG1()],
    ["all ones", new Uint8Array(48).fill(255)],
  ])("R-4.1 a signature that is %s is invalid, without a throw", (_, bytes) => {
    expect(parseSignature(bytes)).toBeUndefined();
    expect(verify(key, message, bytes)).toBe(false);
    expect(verifyAggregate([key], message, bytes)).toBe(false);
  });

  it.each([
    ["no bytes", new Uint8Array(0)],
    ["zeros", new Uint8Array(96)],
    ["95 bytes", key.bytes.subarray(1)],
    ["97 bytes", concatBytes(key.bytes, new Uint8Array(1))],
    ["the uncompressed form", key.point.toBytes(false)],
    ["the identity", identityKey],
    ["a point of another subgroup", foreignG2()],
    ["all ones", new Uint8Array(96).fill(255)],
    ["a signature", signature],
  ])("R-4.1 a key that is %s is refused, without a throw", (_, bytes) => {
    expect(parsePublicKey(bytes)).toBeUndefined();
    expect(verify(bytes, message, signature)).toBe(false);
  });

  it("R-4.1 the identity would fit the identity key and every message: neither is parsed", () => {
    expect(verify(identityKey, message, identity)).toBe(false);
  });
});

describe("R-8.2 drand's quicknet", () => {
  it.each(drand.beacons)("R-8.2 verifies the real round $round", (beacon) => {
    const publicKey = fromHex(drand.publicKey);
    const round = new DataView(new ArrayBuffer(8));
    round.setBigUint64(0, BigInt(beacon.round));
    const hashed = sha256(new Uint8Array(round.buffer));
    const bytes = fromHex(beacon.signature);
    expect(toHex(hashed)).toBe(beacon.message);
    expect(toHex(sha256(bytes))).toBe(beacon.randomness);
    expect(verify(publicKey, hashed, bytes, Suite.beacon)).toBe(true);
    expect(verify(publicKey, hashed, bytes, Suite.vote)).toBe(false);
    expect(verify(publicKey, sha256(hashed), bytes, Suite.beacon)).toBe(false);
  });
});
