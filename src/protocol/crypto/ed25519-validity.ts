// Which Ed25519 bytes are worth verifying. RFC 8032 leaves edge cases open, and libraries
// differ in them (Chalkias et al., "Taming the many EdDSAs"). These checks refuse, by looking at
// bytes alone, every encoding on which the verifiers without cofactor (BoringSSL in workerd and
// Chrome, OpenSSL in Node, browsers) could disagree.
import { fromHex } from "../encoding/bytes.ts";

const POINT_BYTES = 32;
const SCALAR_BYTES = 32;

// The y coordinates of the eight points of small order, little-endian: 1 (order 1), p-1 (order 2),
// 0 (order 4), and these two (order 8). With y = 1 and y = p-1, x is 0: refusing them also refuses
// x = 0 with the sign bit.
const ORDER_8_A = fromHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05");
const ORDER_8_B = fromHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a");

// The order of the base point, L = 2^252 + 27742317777372353535851937790883648493: its low 16
// bytes, little-endian.
const L_LOW = fromHex("edd3f55c1a631258d69cf7a2def9de14");

/**
 * Whether these are the one encoding of a y below p = 2^255-19 that is not the y of a point of
 * small order. That the point is on the curve is left to the verifier: every one of them refuses
 * the others.
 */
export function isCanonicalPoint(bytes: Uint8Array): boolean {
  if (bytes.length !== POINT_BYTES) return false;
  const low = bytes[0] as number;
  const top = (bytes[31] as number) & 0x7f; // without the sign of x
  if (top === 0x7f) return low < 0xec || !isMiddle(bytes, 0xff); // p-1 = ec ff..ff 7f and all above
  if (top === 0x00) return low > 1 || !isMiddle(bytes, 0x00); // 0 and 1
  if (top === 0x05) return !isSameY(bytes, ORDER_8_A);
  if (top === 0x7a) return !isSameY(bytes, ORDER_8_B);
  return true;
}

/** Whether the scalar is below L; S + L would be a second signature for the same message. */
export function isCanonicalScalar(bytes: Uint8Array): boolean {
  if (bytes.length !== SCALAR_BYTES) return false;
  const top = bytes[31] as number;
  if (top !== 0x10) return top < 0x10;
  for (let i = 30; i >= 16; i--) if (bytes[i] !== 0) return false;
  for (let i = 15; i >= 0; i--) {
    const difference = (bytes[i] as number) - (L_LOW[i] as number);
    if (difference !== 0) return difference < 0;
  }
  return false;
}

/** A public key and a signature (R, then S) that may be handed to a verifier. */
export function isWellFormedSignature(publicKey: Uint8Array, signature: Uint8Array): boolean {
  return (
    signature.length === POINT_BYTES + SCALAR_BYTES &&
    isCanonicalPoint(publicKey) &&
    isCanonicalPoint(signature.subarray(0, POINT_BYTES)) &&
    isCanonicalScalar(signature.subarray(POINT_BYTES))
  );
}

function isMiddle(bytes: Uint8Array, value: number): boolean {
  for (let i = 1; i < 31; i++) if (bytes[i] !== value) return false;
  return true;
}

function isSameY(bytes: Uint8Array, y: Uint8Array): boolean {
  for (let i = 0; i < 31; i++) if (bytes[i] !== y[i]) return false;
  return true;
}
