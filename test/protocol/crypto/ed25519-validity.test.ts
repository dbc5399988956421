import { ed25519 } from "@noble/curves/ed25519.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isCanonicalPoint,
  isCanonicalScalar,
  isWellFormedSignature,
} from "../../../src/protocol/crypto/ed25519-validity.ts";
import { fromHex } from "../../../src/protocol/encoding/bytes.ts";
import vectors from "../../vectors/ed25519.json" with { type: "json" };

const { Point } = ed25519;
const P = Point.Fp.ORDER;
const L = Point.Fn.ORDER;
const SIGN = 1n << 255n;
const little = (value: bigint): Uint8Array =>
  fromHex(value.toString(16).padStart(64, "0")).reverse();

describe("R-2.1 canonical points", () => {
  const torsion = Point.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");

  it("R-2.1 refuses the eight points of small order and every second form of them", () => {
    let point = Point.ZERO;
    for (let i = 0; i < 8; i++, point = point.add(torsion)) {
      expect(point.isSmallOrder()).toBe(true);
      const bytes = point.toBytes();
      expect(isCanonicalPoint(bytes)).toBe(false);
      bytes[31] = (bytes[31] as number) ^ 0x80;
      expect(isCanonicalPoint(bytes)).toBe(false);
    }
    expect(point.is0()).toBe(true);
  });

  it("R-2.1 refuses every y from p-1 up, accepts p-2 and 2, whatever the sign", () => {
    for (const sign of [0n, SIGN]) {
      for (let y = P - 1n; y < SIGN; y++) expect(isCanonicalPoint(little(y + sign))).toBe(false);
      expect(isCanonicalPoint(little(P - 2n + sign))).toBe(true);
      expect(isCanonicalPoint(little(0n + sign))).toBe(false);
      expect(isCanonicalPoint(little(1n + sign))).toBe(false);
      expect(isCanonicalPoint(little(2n + sign))).toBe(true);
    }
  });

  it("R-2.1 looks at every byte of an excluded y", () => {
    for (const excluded of [0n, 1n, P - 1n, torsion.y, P - torsion.y]) {
      for (let index = 0; index < 32; index++) {
        const bytes = little(excluded);
        bytes[index] = (bytes[index] as number) ^ 0x40;
        const y = BigInt(`0x${Buffer.from(bytes.toReversed()).toString("hex")}`) % SIGN;
        expect(isCanonicalPoint(bytes)).toBe(y < P && y !== excluded);
      }
    }
  });

  it("R-2.1 accepts every key, refuses other lengths", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (seed) =>
        isCanonicalPoint(ed25519.getPublicKey(seed)),
      ),
      { numRuns: 50 },
    );
    expect(isCanonicalPoint(new Uint8Array(31).fill(7))).toBe(false);
    expect(isCanonicalPoint(new Uint8Array(33).fill(7))).toBe(false);
  });
});

describe("R-2.1 canonical scalars", () => {
  it.each([
    ["0", 0n, true],
    ["L - 1", L - 1n, true],
    ["L", L, false],
    ["L + 1", L + 1n, false],
    ["2^252 - 1", (1n << 252n) - 1n, true],
    ["2^252", 1n << 252n, true],
    ["2^252 + 2^128", (1n << 252n) + (1n << 128n), false],
    ["2^252 + 2^244", (1n << 252n) + (1n << 244n), false],
    ["2^253", 1n << 253n, false],
    ["2^256 - 1", (1n << 256n) - 1n, false],
  ])("R-2.1 %s", (_, scalar, canonical) => {
    expect(isCanonicalScalar(little(scalar))).toBe(canonical);
  });

  it("R-2.1 agrees with the comparison of numbers", () => {
    const near = fc.bigInt({ min: L - (1n << 130n), max: L + (1n << 130n) });
    fc.assert(fc.property(near, (scalar) => isCanonicalScalar(little(scalar)) === scalar < L));
  });
});

describe("R-2.1 the verdict needs no more than the byte checks and the equation", () => {
  it.each(vectors.map((vector) => [vector.name, vector] as const))("R-2.1 %s", (_, vector) => {
    const wellFormed = isWellFormedSignature(fromHex(vector.publicKey), fromHex(vector.signature));
    expect(wellFormed && vector.equation === "exact").toBe(vector.valid);
  });
});
