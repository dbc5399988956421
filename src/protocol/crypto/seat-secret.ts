// The secret keys of hosted seats: HKDF-SHA256 (RFC 5869) of the deployment secret, so that nothing
// secret is stored.
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, fromHex, toHex, utf8 } from "../encoding/bytes.ts";
import { GROUP_ORDER } from "./bls-curve.ts";

const SECRET_BYTES = 32;
/** Below 256 bits the deployment secret would be the weakest part of every seat. */
const DEPLOYMENT_SECRET_BYTES_MIN = 32;

const SALT = utf8("YGGDRASIL-V1 seat key");
const OPERATOR_SALT = utf8("YGGDRASIL-V1 operator");
// 384 bits reduced by a 255-bit order: no bias above 2^-129 (as RFC 9380 section 5 reduces).
const DERIVED_BYTES = 48;

export interface SeatPlace {
  readonly networkName: string;
  readonly epoch: number;
  /** 0, which no set has, for validators that stand by. */
  readonly set: number;
  readonly seat: number;
}

/** Numbers of fixed length first, so that no two places share an info string. */
function infoOf({ networkName, epoch, set, seat }: SeatPlace): Uint8Array {
  const numbers = new DataView(new ArrayBuffer(16));
  numbers.setBigUint64(0, BigInt(epoch));
  numbers.setUint32(8, set);
  numbers.setUint32(12, seat);
  return concatBytes(new Uint8Array(numbers.buffer), utf8(networkName));
}

/** 32 bytes, big-endian, in 1..r-1. */
export function deriveSeatSecret(deploymentSecret: Uint8Array, place: SeatPlace): Uint8Array {
  if (deploymentSecret.length < DEPLOYMENT_SECRET_BYTES_MIN) {
    throw new RangeError(
      `Invalid deployment secret: ${deploymentSecret.length} bytes, expected at least 32`,
    );
  }
  const derived = hkdf(sha256, deploymentSecret, SALT, infoOf(place), DERIVED_BYTES);
  return secretFromBytes(derived);
}

/**
 * The secret of 48 bytes that nobody can tell from random ones: the reduction is by r - 1, plus one, so that zero cannot come
 * out.
 */
export const secretFromBytes = (bytes: Uint8Array): Uint8Array =>
  secretOf((BigInt(`0x${toHex(bytes)}`) % (GROUP_ORDER - 1n)) + 1n);

/** The seed of the Ed25519 key of the hosted validator of a seat: it signs for what is bonded there. */
export function operatorSeed(deploymentSecret: Uint8Array, place: SeatPlace): Uint8Array {
  return hkdf(sha256, deploymentSecret, OPERATOR_SALT, infoOf(place), 32);
}

/** The seed of the Ed25519 key that gives out funds on a development network. */
export function faucetSeed(deploymentSecret: Uint8Array, networkName: string): Uint8Array {
  return hkdf(sha256, deploymentSecret, utf8("YGGDRASIL-V1 faucet"), utf8(networkName), 32);
}

/**
 * The secret of co-hosted seats that vote alike: its signature is the aggregate of theirs, for one
 * multiplication instead of one each.
 */
export function sumSecrets(secrets: readonly Uint8Array[]): Uint8Array {
  return secretOf(secrets.reduce((sum, secret) => sum + scalarOf(secret), 0n) % GROUP_ORDER);
}

/** The number of a secret of ours; one out of range is a bug or a damaged key file, and throws. */
export function scalarOf(secret: Uint8Array): bigint {
  if (secret.length !== SECRET_BYTES) {
    throw new TypeError(`Invalid secret key: expected 32 bytes, found ${secret.length}`);
  }
  return inRange(BigInt(`0x${toHex(secret)}`));
}

const secretOf = (scalar: bigint): Uint8Array =>
  fromHex(
    inRange(scalar)
      .toString(16)
      .padStart(2 * SECRET_BYTES, "0"),
  );

function inRange(scalar: bigint): bigint {
  if (scalar <= 0n || scalar >= GROUP_ORDER) {
    throw new RangeError("Invalid secret key: not in 1..r-1");
  }
  return scalar;
}
