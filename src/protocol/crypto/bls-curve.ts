// BLS12-381 as we use it: signatures in G1 (48 bytes), keys in G2 (96 bytes), as
// draft-irtf-cfrg-bls-signature calls minimal-signature-size. This file holds all that touches the
// curve library: strict parsing, hashing, the pairing.
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { toHex } from "../encoding/bytes.ts";
import { BoundedCache } from "./bounded-cache.ts";
import { sha256 } from "./sha256.ts";

export const SIGNATURE_BYTES = 48;
export const PUBLIC_KEY_BYTES = 96;

/** The order of both groups. */
export const GROUP_ORDER: bigint = bls12_381.fields.Fr.ORDER;

export const G1 = bls12_381.G1.Point;
export const G2 = bls12_381.G2.Point;
export type G1Point = typeof G1.BASE;
export type G2Point = typeof G2.BASE;

/**
 * The ciphersuites: what is mixed into the hash of a message, so that no signature of one use is
 * one of another. Votes are aggregated over one message, safe only among keys with a proof of
 * possession: the POP suite and its own suite for proofs. Beacons follow drand's quicknet, which
 * names the suite without one.
 */
export const Suite = {
  vote: "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_POP_",
  possession: "BLS_POP_BLS12381G1_XMD:SHA-256_SSWU_RO_POP_",
  beacon: "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_",
} as const;
export type Suite = (typeof Suite)[keyof typeof Suite];

/**
 * A key that was parsed: a point of the subgroup, not the identity, with the bytes that name it.
 */
export interface PublicKey {
  readonly bytes: Uint8Array;
  readonly point: G2Point;
}

/**
 * Undefined for anything but the compressed form of a point of the subgroup other than the
 * identity.
 */
export function parsePublicKey(bytes: Uint8Array): PublicKey | undefined {
  if (bytes.length !== PUBLIC_KEY_BYTES) return undefined;
  const point = parsed(() => G2.fromBytes(bytes));
  return point && { bytes: bytes.slice(), point };
}

export function parseSignature(bytes: Uint8Array): G1Point | undefined {
  return bytes.length === SIGNATURE_BYTES ? parsed(() => G1.fromBytes(bytes)) : undefined;
}

/**
 * The library refuses second forms and foreign subgroups by throwing, but takes the identity, which
 * fits every message.
 */
function parsed<Point extends { is0(): boolean }>(parse: () => Point): Point | undefined {
  try {
    const point = parse();
    return point.is0() ? undefined : point;
  } catch {
    return undefined;
  }
}

// Hashing to the curve costs as much as signing, and a set signs and checks one message many times:
// vote, certificate, both shards. Sixteen messages are more than one isolate has in the air at
// once.
const hashedMessages = new BoundedCache<G1Point>(16);

export function hashToCurve(message: Uint8Array, suite: Suite): G1Point {
  const hash = () => bls12_381.shortSignatures.hash(message, new TextEncoder().encode(suite));
  return hashedMessages.getOrMake(suite + toHex(sha256(message)), hash);
}

/** A key's lines of the Miller loop, which depend on the key alone. About 40 kB. */
export type PreparedKey = ReturnType<typeof bls12_381.utils.calcPairingPrecomputes>;

export const prepareKey = (key: G2Point): PreparedKey =>
  bls12_381.utils.calcPairingPrecomputes(key);

let preparedBase: PreparedKey | undefined;

/**
 * Whether e(signature, base) = e(hashed message, key): one Miller loop over both, one final
 * exponentiation.
 */
export function pairingHolds(signature: G1Point, key: PreparedKey, message: G1Point): boolean {
  if (signature.is0() || message.is0()) return false;
  preparedBase ??= prepareKey(G2.BASE);
  const s = signature.toAffine();
  const m = message.negate().toAffine();
  const { Fp12 } = bls12_381.fields;
  const product = bls12_381.millerLoopBatch([
    [preparedBase, s.x, s.y],
    [key, m.x, m.y],
  ]);
  return Fp12.eql(Fp12.finalExponentiate(product), Fp12.ONE);
}

export function sumPoints<Point extends { add(other: Point): Point }>(
  points: readonly Point[],
  zero: Point,
): Point {
  return points.reduce((sum, point) => sum.add(point), zero);
}
