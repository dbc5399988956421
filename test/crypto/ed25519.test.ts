import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { describe, expect, it } from "vitest";
import {
  generateSigningKey,
  importSigningKey,
  signEd25519,
  verifyEd25519,
} from "../../src/crypto/ed25519.ts";
import { isWellFormedSignature } from "../../src/protocol/crypto/ed25519-validity.ts";
import { concatBytes, fromHex, toHex, utf8 } from "../../src/protocol/encoding/bytes.ts";
import vectors from "../vectors/ed25519.json" with { type: "json" };

const { Point } = ed25519;
const cases = vectors.map((vector) => {
  const { name, valid, equation } = vector;
  const publicKey = fromHex(vector.publicKey);
  const [message, signature] = [fromHex(vector.message), fromHex(vector.signature)];
  return [name, { valid, equation, publicKey, message, signature }] as const;
});

/** S*B = R + k*A by point arithmetic: what the rule says, in no library's words. */
function holdsExactly(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    const A = Point.fromBytes(publicKey);
    const R = Point.fromBytes(signature.subarray(0, 32));
    const S = Point.Fn.fromBytes(signature.subarray(32));
    const hash = sha512(concatBytes(signature.subarray(0, 32), publicKey, message)).reverse();
    const k = BigInt(`0x${toHex(hash)}`) % Point.Fn.ORDER;
    return R.add(A.multiplyUnsafe(k)).equals(Point.BASE.multiplyUnsafe(S));
  } catch {
    return false;
  }
}

describe("R-2.1 one verdict for every signature", () => {
  it.each(cases)("R-2.1 in Node: %s", async (_, { valid, publicKey, message, signature }) => {
    expect(await verifyEd25519(publicKey, message, signature)).toBe(valid);
  });

  it.each(cases)("R-2.1 by point arithmetic: %s", (_, { valid, publicKey, message, signature }) => {
    const wellFormed = isWellFormedSignature(publicKey, signature);
    expect(wellFormed && holdsExactly(publicKey, message, signature)).toBe(valid);
  });

  // noble multiplies by the cofactor also when it is strict, so it alone accepts what holds only
  // after that.
  it.each(cases)("R-2.1 in noble: %s", (_, test) => {
    const { valid, equation, publicKey, message, signature } = test;
    const wellFormed = isWellFormedSignature(publicKey, signature);
    const verdict = wellFormed && ed25519.verify(signature, message, publicKey, { zip215: false });
    expect(verdict).toBe(valid || (wellFormed && equation === "cofactored"));
  });
});

describe("R-2.1 signing", () => {
  const seed = fromHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");

  it("R-2.1 gives the key and the signature of RFC 8032, test 1", async () => {
    const key = await importSigningKey(seed);
    const [, expected] = cases[0] as (typeof cases)[number];
    expect(key.publicKey).toEqual(expected.publicKey);
    expect(await signEd25519(key, expected.message)).toEqual(expected.signature);
    expect(key.privateKey.extractable).toBe(false);
  });

  it("R-2.1 verifies what a new key signed, and its seed gives it back", async () => {
    const { seed: made, key } = await generateSigningKey();
    const again = await importSigningKey(made);
    const message = utf8("a message");
    const signature = await signEd25519(again, message);
    expect(again.publicKey).toEqual(key.publicKey);
    expect(await verifyEd25519(key.publicKey, message, signature)).toBe(true);
    expect(await verifyEd25519(key.publicKey, utf8("another"), signature)).toBe(false);
  });

  it("R-2.1 throws for a seed of another length: a bug of the caller", async () => {
    await expect(importSigningKey(seed.slice(1))).rejects.toThrow(TypeError);
  });
});
