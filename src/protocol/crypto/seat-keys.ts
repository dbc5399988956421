// The public keys of a set's seats in one epoch: parsed once, then asked for certificates by bitmap
// . A bitmap has ceil(p/8) bytes; bit i of byte floor(i/8), from the least, is seat i; the
// bits beyond p are zero.
import { isSeatSet, seatList } from "../consensus/seats.ts";
import { toHex, utf8 } from "../encoding/bytes.ts";
import type { Result } from "../result.ts";
import { verify } from "./bls.ts";
import { type BlsVote, findInvalidVotes } from "./bls-batch.ts";
import {
  G2,
  hashToCurve,
  type PreparedKey,
  type PublicKey,
  pairingHolds,
  parsePublicKey,
  parseSignature,
  prepareKey,
  Suite,
  sumPoints,
} from "./bls-curve.ts";
import { BoundedCache } from "./bounded-cache.ts";
import type { CryptoRefusal } from "./refusals.ts";
import { sha256 } from "./sha256.ts";

// At about 40 kB each; a set at work sees few quorums, and another costs a tenth of a verification.
const BITMAPS_MAX = 16;

// One certificate is looked at by all within a round or two.
const VERDICTS_MAX = 64;
// The sets of an epoch and its neighbours that one isolate has to do with.
const SETS_MAX = 16;

export interface SeatVote {
  readonly seat: number;
  readonly signature: Uint8Array;
}

export class SeatKeys {
  readonly keys: readonly PublicKey[];
  /** Null: the keys of that bitmap cancel out, so that no signature counts. */
  readonly #prepared = new BoundedCache<{ readonly key: PreparedKey | null }>(BITMAPS_MAX);

  /** A shard, its set and the MerkleChain look at one certificate, often in one isolate: the pairing is computed once. */
  readonly #verdicts = new BoundedCache<{ readonly holds: boolean }>(VERDICTS_MAX);

  private constructor(keys: readonly PublicKey[]) {
    this.keys = keys;
  }

  /**
   * Refuses INVALID_SEAT_KEY. That each key's possession was proven is checked when it is
   * registered.
   */
  static parse(publicKeys: readonly Uint8Array[]): Result<SeatKeys, CryptoRefusal> {
    const name = toHex(sha256(utf8(publicKeys.map(toHex).join())));
    return parsedKeys.getOrMake(name, () => SeatKeys.#parse(publicKeys));
  }

  static #parse(publicKeys: readonly Uint8Array[]): Result<SeatKeys, CryptoRefusal> {
    const keys: PublicKey[] = [];
    for (const [seat, bytes] of publicKeys.entries()) {
      const key = parsePublicKey(bytes);
      if (key === undefined) return { ok: false, refusal: { code: "INVALID_SEAT_KEY", seat } };
      keys.push(key);
    }
    return { ok: true, value: new SeatKeys(keys) };
  }

  /**
   * Whether exactly the seats of the bitmap signed; whether they are a quorum is another question.
   */
  verify(bitmap: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    if (!isSeatSet(bitmap, this.keys.length)) return false;
    const seats = seatList(bitmap);
    if (seats.length === 0) return false;
    // The message alone is of any length: so no two questions are one text.
    const question = toHex(sha256(bitmap, sha256(message), signature));
    return this.#verdicts.getOrMake(question, () => ({
      holds: this.#holds(bitmap, seats, message, signature),
    })).holds;
  }

  #holds(
    bitmap: Uint8Array,
    seats: readonly number[],
    message: Uint8Array,
    signature: Uint8Array,
  ): boolean {
    const point = parseSignature(signature);
    if (point === undefined) return false;
    const { key } = this.#prepared.getOrMake(toHex(bitmap), () => {
      const points = seats.map((seat) => (this.keys[seat] as PublicKey).point);
      const sum = sumPoints(points, G2.ZERO);
      return { key: sum.is0() ? null : prepareKey(sum) };
    });
    return key !== null && pairingHolds(point, key, hashToCurve(message, Suite.vote));
  }

  verifyVote(vote: SeatVote, message: Uint8Array): boolean {
    const key = this.keys[vote.seat];
    return key !== undefined && verify(key, message, vote.signature);
  }

  /** The places in the list of the votes that are invalid, those of unknown seats included. */
  findInvalidVotes(votes: readonly SeatVote[], message: Uint8Array): number[] {
    const known: BlsVote[] = [];
    const places: number[] = [];
    const invalid: number[] = [];
    for (const [place, { seat, signature }] of votes.entries()) {
      const publicKey = this.keys[seat];
      if (publicKey === undefined) invalid.push(place);
      else {
        known.push({ publicKey, signature });
        places.push(place);
      }
    }
    for (const index of findInvalidVotes(known, message)) invalid.push(places[index] as number);
    return invalid.sort((a, b) => a - b);
  }
}

// Every object of an isolate asks for the same sets; to parse 21 keys takes longer than to verify two certificates.
const parsedKeys = new BoundedCache<Result<SeatKeys, CryptoRefusal>>(SETS_MAX);
