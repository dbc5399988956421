// Encodings that no honest signer makes: points of other subgroups, and a second form of a point.
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { fromHex } from "../../../src/protocol/encoding/bytes.ts";

const { Fp, Fp2 } = bls12_381.fields;
const hex48 = (value: bigint): string => value.toString(16).padStart(96, "0");
const COMPRESSED = 1n << 383n;

/** A point of the curve y^2 = x^3 + 4 whose order is not r: nearly every x gives one. */
export function foreignG1(): Uint8Array {
  for (let x = 1n; ; x++) {
    try {
      Fp.sqrt(Fp.create(x ** 3n + 4n));
    } catch {
      continue;
    }
    const bytes = fromHex(hex48(COMPRESSED + x));
    const point = bls12_381.G1.Point.fromAffine({ x, y: Fp.sqrt(Fp.create(x ** 3n + 4n)) });
    if (!point.isTorsionFree()) return bytes;
  }
}

export function foreignG2(): Uint8Array {
  const b = Fp2.fromBigTuple([4n, 4n]);
  for (let c0 = 1n; ; c0++) {
    const x = Fp2.fromBigTuple([c0, 0n]);
    let y: typeof x;
    try {
      y = Fp2.sqrt(Fp2.add(Fp2.mul(Fp2.sqr(x), x), b));
    } catch {
      continue;
    }
    const point = bls12_381.G2.Point.fromAffine({ x, y });
    if (!point.isTorsionFree()) return fromHex(hex48(COMPRESSED) + hex48(c0));
  }
}

/** The encoding with x + p of a point whose x is small enough for it to fit into 381 bits. */
export function secondForm(): Uint8Array {
  // Multiples of the base point until one has a small x: about one in four.
  let point = bls12_381.G1.Point.BASE;
  while (point.x + Fp.ORDER >= 1n << 381n) point = point.add(bls12_381.G1.Point.BASE);
  const first = point.toBytes();
  const flags = BigInt((first[0] as number) & 0xe0) << 376n;
  return fromHex(hex48(flags + point.x + Fp.ORDER));
}
