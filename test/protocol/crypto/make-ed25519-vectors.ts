// Makes test/vectors/ed25519.json: RFC 8032 section 7.1, and the edge cases of Chalkias et al.,
// "Taming the many EdDSAs" (https://eprint.iacr.org/2020/1244), built anew by point arithmetic.
// Run: node test/protocol/crypto/make-ed25519-vectors.ts
import { writeFileSync } from "node:fs";
import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { bytesToHex, concatBytes, hexToBytes, utf8ToBytes } from "@noble/hashes/utils.js";

const { Point } = ed25519;
const L = Point.Fn.ORDER;
const P = Point.Fp.ORDER;
type Point = typeof Point.BASE;

/**
 * `equation`: S*B = R + k*A holds exactly, only after multiplication by 8 (cofactored), or not at
 * all.
 */
interface Vector {
  readonly name: string;
  readonly publicKey: string;
  readonly message: string;
  readonly signature: string;
  readonly valid: boolean;
  readonly equation: "exact" | "cofactored" | "none";
  readonly reason: string;
}
const vectors: Vector[] = [];

function little(value: bigint): Uint8Array {
  return hexToBytes(value.toString(16).padStart(64, "0")).reverse();
}
const fromLittle = (bytes: Uint8Array): bigint => BigInt(`0x${bytesToHex(bytes.toReversed())}`);
const mod = (value: bigint): bigint => ((value % L) + L) % L;
const challenge = (r: Uint8Array, a: Uint8Array, message: Uint8Array): bigint =>
  mod(fromLittle(sha512(concatBytes(r, a, message))));

// T generates the eight points of small order; d is a secret key's scalar, n a nonce's.
const T = Point.fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");
const times = (point: Point, scalar: bigint): Point => point.multiplyUnsafe(mod(scalar));
const torsion = (index: number): Point => times(T, BigInt(index));
const d = mod(fromLittle(sha512(utf8ToBytes("yggdrasil ed25519 vectors: key"))));
const n = mod(fromLittle(sha512(utf8ToBytes("yggdrasil ed25519 vectors: nonce"))));
const D = times(Point.BASE, d);
const N = times(Point.BASE, n);

function equationOf(A: Point, R: Point, k: bigint, s: bigint): Vector["equation"] {
  const difference = R.add(times(A, k)).subtract(times(Point.BASE, s));
  if (difference.is0()) return "exact";
  return difference.clearCofactor().is0() ? "cofactored" : "none";
}

interface Shape {
  readonly name: string;
  readonly A: Point;
  readonly R: Point;
  /** The scalar that solves the equation in the large subgroup. */
  readonly solve: (k: bigint) => bigint;
  readonly wanted: Vector["equation"];
  readonly valid: boolean;
  readonly reason: string;
  readonly aBytes?: Uint8Array;
  readonly rBytes?: Uint8Array;
  /** Added to S as bytes, beyond the field. */
  readonly surplus?: bigint;
}

/** Tries messages until the parts of small order add up as wanted. */
function make(shape: Shape): void {
  const aBytes = shape.aBytes ?? shape.A.toBytes();
  const rBytes = shape.rBytes ?? shape.R.toBytes();
  for (let attempt = 0; attempt < 1000; attempt++) {
    const message = utf8ToBytes(`${shape.name} ${attempt}`);
    const k = challenge(rBytes, aBytes, message);
    const s = mod(shape.solve(k));
    if (equationOf(shape.A, shape.R, k, s) !== shape.wanted) continue;
    const signature = concatBytes(rBytes, little(s + (shape.surplus ?? 0n)));
    push(shape.name, aBytes, message, signature, shape.valid, shape.wanted, shape.reason);
    return;
  }
  throw new Error(`Cannot make "${shape.name}"`);
}

function push(
  name: string,
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
  valid: boolean,
  equation: Vector["equation"],
  reason: string,
): void {
  const hex = { publicKey: bytesToHex(publicKey), message: bytesToHex(message) };
  vectors.push({ name, ...hex, signature: bytesToHex(signature), valid, equation, reason });
}

const rfc8032: readonly (readonly [string, string, string, string])[] = [
  [
    "test 1",
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  ],
  [
    "test 2",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  ],
  [
    "test 3",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "af82",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  ],
  [
    "test SHA(abc)",
    "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
    bytesToHex(sha512(utf8ToBytes("abc"))),
    "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
  ],
];
for (const [name, seed, message, signature] of rfc8032) {
  const [seedBytes, messageBytes] = [hexToBytes(seed), hexToBytes(message)];
  const made = bytesToHex(ed25519.sign(messageBytes, seedBytes));
  if (made !== signature) throw new Error(`RFC 8032 ${name} differs: ${made}`);
  const publicKey = ed25519.getPublicKey(seedBytes);
  const [bytes, reason] = [hexToBytes(signature), "RFC 8032 section 7.1"];
  push(`RFC 8032 ${name}`, publicKey, messageBytes, bytes, true, "exact", reason);
}

const ordinary = { A: D, R: N, solve: (k: bigint) => n + k * d, wanted: "exact" } as const;
make({ ...ordinary, name: "ordinary", valid: true, reason: "made by the arithmetic of this file" });

// Small order: anybody can "sign" for such a key, and one signature fits many messages.
const ORDERS = [1, 8, 4, 8, 2, 8, 4, 8];
for (let i = 0; i < 8; i++) {
  const reason = `A has order ${ORDERS[i]}`;
  const small = { A: torsion(i), valid: false, reason } as const;
  const [R, solve] = [torsion((8 - i) % 8), () => 0n];
  make({ ...small, name: `small A ${i}, small R, S = 0`, R, solve, wanted: "exact" });
  const mixed = N.add(torsion(i));
  make({ ...small, name: `small A ${i}, mixed R`, R: mixed, solve: () => n, wanted: "exact" });
  const rReason = `R has order ${ORDERS[i]}`;
  make({
    name: `small R ${i}, ordinary A`,
    A: D,
    R: torsion(i),
    solve: (k) => k * d,
    wanted: i === 0 ? "exact" : "cofactored",
    valid: false,
    reason: rReason,
  });
}
make({
  name: "small R, mixed A",
  A: D.add(torsion(1)),
  R: torsion(1),
  solve: (k) => k * d,
  wanted: "exact",
  valid: false,
  reason: "R has order 8",
});

// Mixed order: a point of the large subgroup plus one of small order. No byte check can see it, so
// the equation decides.
const mixedA = { A: D.add(T), R: N, solve: (k: bigint) => n + k * d } as const;
const exactly = "the equation holds without cofactor";
const onlyWithCofactor = "the equation holds only with cofactor";
make({ ...mixedA, name: "mixed A, k = 0 mod 8", wanted: "exact", valid: true, reason: exactly });
make({
  ...mixedA,
  name: "mixed A, k != 0 mod 8",
  wanted: "cofactored",
  valid: false,
  reason: onlyWithCofactor,
});
make({
  ...ordinary,
  name: "mixed R, ordinary A",
  R: N.add(T),
  wanted: "cofactored",
  valid: false,
  reason: onlyWithCofactor,
});
const bothMixed = { ...mixedA, R: N.add(torsion(3)) } as const;
make({
  ...bothMixed,
  name: "mixed A and R that cancel",
  wanted: "exact",
  valid: true,
  reason: exactly,
});
make({
  ...bothMixed,
  name: "mixed A and R that do not cancel",
  wanted: "cofactored",
  valid: false,
  reason: onlyWithCofactor,
});

// S at or above L: a second signature that anybody can make from the first.
for (const factor of [1n, 2n, 7n, 14n]) {
  make({
    ...ordinary,
    name: `S + ${factor} L`,
    surplus: factor * L,
    valid: false,
    reason: "S >= L",
  });
}

// Second encodings of points whose discrete logarithm is known: y = p and p + 1 stand for 0 and 1,
// and x = 0 with the sign bit.
const SIGN = 1n << 255n;
const secondForms: readonly (readonly [string, bigint, Point, string])[] = [
  ["y = p", P, Point.fromBytes(little(0n)), "y >= p"],
  ["y = p with sign", P + SIGN, Point.fromBytes(little(SIGN)), "y >= p"],
  ["y = p + 1", P + 1n, Point.ZERO, "y >= p"],
  ["y = p + 1 with sign", P + 1n + SIGN, Point.ZERO, "y >= p, x = 0 with the sign bit"],
  ["y = 1 with sign", 1n + SIGN, Point.ZERO, "x = 0 with the sign bit"],
  ["y = p - 1 with sign", P - 1n + SIGN, torsion(4), "x = 0 with the sign bit"],
];
for (const [form, encoded, point, why] of secondForms) {
  make({
    name: `non-canonical A, ${form}`,
    A: point,
    aBytes: little(encoded),
    R: N,
    solve: () => n,
    wanted: "exact",
    valid: false,
    reason: `A: ${why}`,
  });
  make({
    name: `non-canonical R, ${form}`,
    A: D,
    R: point,
    rBytes: little(encoded),
    solve: (k) => k * d,
    wanted: point.is0() ? "exact" : "cofactored",
    valid: false,
    reason: `R: ${why}`,
  });
}

// Wrong in ordinary ways, from the valid signature made above.
const message = utf8ToBytes("wrong in ordinary ways");
const k = challenge(N.toBytes(), D.toBytes(), message);
const signature = concatBytes(N.toBytes(), little(mod(n + k * d)));
const key = D.toBytes();
function wrong(name: string, reason: string, a: Uint8Array, text: Uint8Array, sig: Uint8Array) {
  push(name, a, text, sig, false, "none", reason);
}
const flipped = (bytes: Uint8Array, index: number): Uint8Array =>
  bytes.map((byte, i) => (i === index ? byte ^ 1 : byte));
wrong("another message", "signed another message", key, flipped(message, 0), signature);
wrong("another S", "S changed by one bit", key, message, flipped(signature, 32));
wrong(
  "negated R",
  "sign bit of R",
  key,
  message,
  concatBytes(N.negate().toBytes(), signature.subarray(32)),
);
wrong("another key", "key of somebody else", times(D, 2n).toBytes(), message, signature);
wrong("A not on the curve", "y = 2 has no x", little(2n), message, signature);
wrong(
  "R not on the curve",
  "y = 2 has no x",
  key,
  message,
  concatBytes(little(2n), signature.subarray(32)),
);
wrong("y = p + 3 as A", "y >= p", little(P + 3n), message, signature);
wrong("short signature", "63 bytes", key, message, signature.subarray(0, 63));
wrong("long signature", "65 bytes", key, message, concatBytes(signature, new Uint8Array(1)));
wrong("no signature", "0 bytes", key, message, new Uint8Array(0));
wrong("short key", "31 bytes", key.subarray(0, 31), message, signature);
wrong("long key", "33 bytes", concatBytes(key, new Uint8Array(1)), message, signature);

const file = new URL("../../vectors/ed25519.json", import.meta.url);
writeFileSync(file, `${JSON.stringify(vectors, null, 2)}\n`);
