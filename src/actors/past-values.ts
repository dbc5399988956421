// What entries held before a round, in one buffer: a third of the memory that a byte string each would take.

/** In the place of an entry that was not there. */
const ABSENT = -1;

export class PastValues {
  /** By name: which of the values. */
  readonly #places = new Map<string, number>();
  /** Where each value ends in the buffer. */
  readonly #ends: Uint32Array;
  readonly #bytes: Uint8Array;

  constructor(entries: readonly (readonly [name: string, value: Uint8Array | null])[]) {
    const length = entries.reduce((sum, [, value]) => sum + (value?.length ?? 0), 0);
    this.#ends = new Uint32Array(entries.length);
    this.#bytes = new Uint8Array(length);
    let end = 0;
    for (const [place, [name, value]] of entries.entries()) {
      if (value !== null) this.#bytes.set(value, end);
      end += value?.length ?? 0;
      this.#ends[place] = end;
      this.#places.set(name, value === null ? ABSENT : place);
    }
  }

  /** null for an entry that was not there; undefined for one that the round did not change. */
  get(name: string): Uint8Array | null | undefined {
    const place = this.#places.get(name);
    if (place === undefined) return undefined;
    if (place === ABSENT) return null;
    const start = place === 0 ? 0 : this.#ends[place - 1];
    return this.#bytes.subarray(start, this.#ends[place]);
  }
}
