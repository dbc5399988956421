// Unforgeable tags in the place of signatures: a tag hangs on the message, the key and a secret that never leaves
// this file's closures, so that only who was handed a signer can make one. Tags of seats add up by exclusive or, as BLS signatures
// do; those of users are canonical Ed25519 bytes.
import { hash } from "node:crypto";
import type { HostedSeats } from "../actors/hosted-seats.ts";
import type { SeatScheme } from "../protocol/consensus/seat-scheme.ts";
import { type SeatSet, seatList } from "../protocol/consensus/seats.ts";
import { isCanonicalPoint } from "../protocol/crypto/ed25519-validity.ts";
import { concatBytes, equalBytes, utf8 } from "../protocol/encoding/bytes.ts";

const SEAT_KEY_BYTES = 96;
const SEAT_TAG_WORDS = 12;
const USER_KEY_BYTES = 32;
const USER_TAG_BYTES = 64;

type Words = readonly [number, number];

function wordsOf(...parts: readonly Uint8Array[]): Words {
  const digest = hash("sha1", concatBytes(...parts), "buffer");
  return [digest.readUInt32LE(0), digest.readUInt32LE(4)];
}

/** Bytes that look random and follow from the words. */
function spread([a, b]: Words, [c, d]: Words, words: number): Uint32Array {
  const out = new Uint32Array(words);
  let x = (a ^ Math.imul(c, 0x9e3779b1)) | 1;
  for (let i = 0; i < words; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    out[i] = Math.imul(x + b, 0xc2b2ae35) ^ (d + i);
  }
  return out;
}

const bytesOf = (words: Uint32Array): Uint8Array => new Uint8Array(words.buffer);

/** The tags of seats. */
export class SeatTags {
  readonly #secret: Uint8Array;
  readonly #words = new Map<string, Words>();

  constructor(secret: string) {
    this.#secret = utf8(`seat tags ${secret}`);
  }

  /** As the port of the core has it: verifies and adds up, and signs nothing. */
  get scheme(): SeatScheme {
    return {
      keys: (publicKeys) => {
        const words = publicKeys.map((key) => this.#wordsOf(key));
        return {
          verify: (seats, message, signature) => {
            const members = seatList(seats).map((seat) => words[seat]);
            if (members.some((one) => one === undefined)) return false;
            return equalBytes(tagSum(members as Words[], message), signature);
          },
        };
      },
      aggregate: (signatures) => sumTags(signatures),
      provesPossession: (publicKey, domain, proof) =>
        equalBytes(this.#sign([publicKey], domain), proof),
    };
  }

  /** The key of a name: 96 bytes as those of BLS. */
  publicKey(name: string): Uint8Array {
    const seed = wordsOf(this.#secret, utf8(name));
    return bytesOf(spread(seed, [1, 2], SEAT_KEY_BYTES / 4));
  }

  provePossession(publicKey: Uint8Array, domain: Uint8Array): Uint8Array {
    return this.#sign([publicKey], domain);
  }

  /** The signer of some seats of a set, whose keys are these: only for the voter that holds them. */
  hosted(publicKeys: readonly Uint8Array[], seats: SeatSet): HostedSeats {
    const own = new Set(seatList(seats));
    return {
      seats,
      sign: (members, message) => {
        const list = seatList(members);
        const foreign = list.find((seat) => !own.has(seat));
        if (foreign !== undefined) throw new Error(`Cannot sign: seat ${foreign} is not held here`);
        return this.#sign(
          list.map((seat) => publicKeys[seat] as Uint8Array),
          message,
        );
      },
    };
  }

  #sign(publicKeys: readonly Uint8Array[], message: Uint8Array): Uint8Array {
    return tagSum(
      publicKeys.map((key) => this.#wordsOf(key)),
      message,
    );
  }

  #wordsOf(publicKey: Uint8Array): Words {
    const name = Buffer.from(publicKey).toString("latin1");
    const known = this.#words.get(name);
    if (known !== undefined) return known;
    const words = wordsOf(this.#secret, publicKey);
    this.#words.set(name, words);
    return words;
  }
}

function tagSum(keys: readonly Words[], message: Uint8Array): Uint8Array {
  const sum = new Uint32Array(SEAT_TAG_WORDS);
  const digest = wordsOf(message);
  for (const key of keys) {
    const tag = spread(key, digest, SEAT_TAG_WORDS);
    for (let i = 0; i < SEAT_TAG_WORDS; i++) sum[i] = (sum[i] as number) ^ (tag[i] as number);
  }
  return bytesOf(sum);
}

/** The sum of tags of disjoint seats over one message. */
export function sumTags(tags: readonly Uint8Array[]): Uint8Array {
  const sum = new Uint8Array(4 * SEAT_TAG_WORDS);
  for (const tag of tags) {
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) ^ (tag[i] as number);
  }
  return sum;
}

/** The tags of users. */
export class UserTags {
  readonly #secret: Uint8Array;

  constructor(secret: string) {
    this.#secret = utf8(`user tags ${secret}`);
  }

  /** A key pair by its name: whoever holds `sign` is that user. */
  user(name: string): { publicKey: Uint8Array; sign: (message: Uint8Array) => Uint8Array } {
    const publicKey = this.#publicKey(name);
    return { publicKey, sign: (message) => this.#sign(publicKey, message) };
  }

  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    return equalBytes(this.#sign(publicKey, message), signature);
  }

  #publicKey(name: string): Uint8Array {
    const key = bytesOf(spread(wordsOf(this.#secret, utf8(name)), [3, 4], USER_KEY_BYTES / 4));
    return canonicalPoint(key);
  }

  #sign(publicKey: Uint8Array, message: Uint8Array): Uint8Array {
    const words = spread(wordsOf(this.#secret, publicKey), wordsOf(message), USER_TAG_BYTES / 4);
    const signature = bytesOf(words);
    canonicalPoint(signature.subarray(0, USER_TAG_BYTES / 2));
    // Below the order of the base point.
    signature[USER_TAG_BYTES - 1] = (signature[USER_TAG_BYTES - 1] as number) & 0x0f;
    return signature;
  }
}

/** Out of the way of every special y. */
function canonicalPoint(bytes: Uint8Array): Uint8Array {
  bytes[31] = ((bytes[31] as number) & 0x0f) | 0x40;
  if (!isCanonicalPoint(bytes)) throw new Error("A tag that is no canonical point");
  return bytes;
}
