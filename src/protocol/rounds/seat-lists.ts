// The seats of sets, by their hash: an epoch's record names the lists, and whoever follows it is given those that it has not got.
import { sha256 } from "../crypto/sha256.ts";
import { toHex } from "../encoding/bytes.ts";
import { codec, decodeStored, fixedBytes, list, struct } from "../encoding/codec.ts";
import type { Epoch, EpochTopology } from "./epoch.ts";

/** One seat of a set: its BLS12-381 key in G2 and the proof that its holder knows the secret. */
export interface Seat {
  readonly publicKey: Uint8Array;
  readonly proofOfPossession: Uint8Array;
}

export const seatType = struct<Seat>("Seat", {
  publicKey: fixedBytes(96),
  proofOfPossession: fixedBytes(48),
});

/** a set that is about to divide. */
const SEATS_MAX = 42;

export const seatListType = list(seatType, SEATS_MAX);

export const seatListCodec = codec<readonly Seat[]>(
  "seat list",
  seatListType,
  4 + SEATS_MAX * (96 + 48),
);

export const seatListHash = (seats: readonly Seat[]): Uint8Array =>
  sha256(seatListType.serialize([...seats]));

/** The lists that a topology names and none of an epoch's sets has, each once. `before`: that epoch, whole. */
export function newSeatHashes(before: Epoch, topology: EpochTopology | null): Uint8Array[] {
  if (topology === null) return [];
  const had = new Set(before.sets.map(({ seats }) => toHex(seatListHash(seats))));
  const named = new Map(topology.sets.map(({ seatsHash }) => [toHex(seatsHash), seatsHash]));
  return [...named].flatMap(([key, hash]) => (had.has(key) ? [] : [hash]));
}

/** Where lists are kept, encoded, by their hash. */
export interface SeatListRows {
  get(hash: Uint8Array): Uint8Array | undefined;
  put(hash: Uint8Array, bytes: Uint8Array): void;
}

export class SeatLists {
  readonly #rows: SeatListRows | null;
  readonly #lists = new Map<string, readonly Seat[]>();

  /** `rows`: null for somebody who forgets them. */
  constructor(rows: SeatListRows | null = null) {
    this.#rows = rows;
  }

  /** Those of the genesis record need no row. */
  know(seats: readonly Seat[]): void {
    const key = toHex(seatListHash(seats));
    if (!this.#lists.has(key)) this.#lists.set(key, seats);
  }

  add(seats: readonly Seat[]): void {
    const hash = seatListHash(seats);
    if (this.get(hash) !== undefined) return;
    this.#rows?.put(hash, seatListCodec.encode(seats));
    this.#lists.set(toHex(hash), seats);
  }

  /** What was added in a step that was taken back has no row: what has one is read again. */
  forget(): void {
    if (this.#rows !== null) this.#lists.clear();
  }

  get(hash: Uint8Array): readonly Seat[] | undefined {
    const key = toHex(hash);
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    const bytes = this.#rows?.get(hash);
    if (bytes === undefined) return undefined;
    const seats = decodeStored(seatListCodec, bytes);
    this.#lists.set(key, seats);
    return seats;
  }
}
