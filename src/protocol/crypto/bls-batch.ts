// Finding the invalid votes among many over one message: batch verification with random
// coefficients (Bellare, Garay, Rabin, "small exponents test"), made deterministic by hashing all
// inputs, and bisection.
//
// The sum of the signatures alone proves nothing about each: two colluding seats can send S1 + E
// and S2 - E, whose errors cancel. (A certificate made of both is even valid; one made of either is
// not.) So each vote is multiplied by its own 128-bit coefficient before the sum. The coefficients
// come from a hash of every key and signature: whoever changes a vote changes them all, and a set
// of bad votes passes with probability 2^-128 for each try.
import { interleavedMSMUnsafe } from "@noble/curves/abstract/curve.js";
import { concatBytes, toHex, utf8 } from "../encoding/bytes.ts";
import {
  G1,
  type G1Point,
  G2,
  hashToCurve,
  type PublicKey,
  pairingHolds,
  parseSignature,
  prepareKey,
  Suite,
} from "./bls-curve.ts";
import { sha256 } from "./sha256.ts";

export interface BlsVote {
  readonly publicKey: PublicKey;
  readonly signature: Uint8Array;
}

interface Term {
  readonly index: number;
  readonly key: PublicKey;
  readonly signature: G1Point;
  readonly coefficient: bigint;
}

const DOMAIN = utf8("YGGDRASIL-V1 batch");
const COEFFICIENT_BYTES = 16;
// Odd multiples up to 7 of each point: for the few dozen votes of a set, larger tables cost more
// than they save.
const WINDOW_BITS = 4;

/**
 * The places of all votes that are no valid signature, ascending: [] after one pairing check if all
 * are good, after about 2 b log2(n / b) checks if b of n are bad. For a certificate verify the
 * aggregate first, which is cheaper; come here for blame.
 */
export function findInvalidVotes(votes: readonly BlsVote[], message: Uint8Array): number[] {
  const seed = batchSeed(votes, message);
  const invalid: number[] = [];
  const terms: Term[] = [];
  for (const [index, { publicKey, signature }] of votes.entries()) {
    const point = parseSignature(signature);
    if (point === undefined) invalid.push(index);
    else
      terms.push({
        index,
        key: publicKey,
        signature: point,
        coefficient: coefficient(seed, index),
      });
  }
  search(terms, hashToCurve(message, Suite.vote), false, invalid);
  return invalid.sort((a, b) => a - b);
}

/** Whether every vote is a valid signature of its own. */
export const verifyBatch = (votes: readonly BlsVote[], message: Uint8Array): boolean =>
  findInvalidVotes(votes, message).length === 0;

function search(terms: readonly Term[], message: G1Point, isBad: boolean, invalid: number[]): void {
  const [first] = terms;
  if (first === undefined || (!isBad && holds(terms, message))) return;
  if (terms.length === 1) {
    invalid.push(first.index);
    return;
  }
  const middle = terms.length >> 1;
  const before = invalid.length;
  search(terms.slice(0, middle), message, false, invalid);
  // If the first half is good, the fault is known to be in the second.
  search(terms.slice(middle), message, invalid.length === before, invalid);
}

function holds(terms: readonly Term[], message: G1Point): boolean {
  const coefficients = terms.map((term) => term.coefficient);
  const signatures = terms.map((term) => term.signature);
  const keys = terms.map((term) => term.key.point);
  const signature = interleavedMSMUnsafe(G1, signatures, WINDOW_BITS)(coefficients);
  const key = interleavedMSMUnsafe(G2, keys, WINDOW_BITS)(coefficients);
  return !key.is0() && pairingHolds(signature, prepareKey(key), message);
}

function batchSeed(votes: readonly BlsVote[], message: Uint8Array): Uint8Array {
  const parts = [DOMAIN, sha256(message)];
  // Lengths are hashed by hashing each vote: a signature from outside may have any.
  for (const vote of votes) parts.push(sha256(vote.publicKey.bytes, vote.signature));
  return sha256(...parts);
}

function coefficient(seed: Uint8Array, index: number): bigint {
  const place = new DataView(new ArrayBuffer(4));
  place.setUint32(0, index);
  const hash = sha256(concatBytes(seed, new Uint8Array(place.buffer)));
  // Never zero, which would let a vote pass unseen.
  return BigInt(`0x${toHex(hash.subarray(0, COEFFICIENT_BYTES))}`) | 1n;
}
