// Changes of a state in one buffer, by the part of the state that they fall into: some 70 bytes each, where as objects they
// would take ten times that.
import { sha256 } from "../protocol/crypto/sha256.ts";
import type { StateChange } from "../protocol/merkle/state-tree.ts";

/** The first nibbles of an entry's path: what a part of the state is. */
export const PART_NIBBLES = 2;

export function partOf(key: Uint8Array): number {
  return sha256(key)[0] as number;
}

const HEADER_BYTES = 5;
/** In the place of a value's length. */
const REMOVED = 0xffff_ffff;

export class PackedChanges {
  #bytes = new Uint8Array(16 * 1024);
  #length = 0;
  /** Where the changes of each part begin, in the order in which they came. */
  readonly #parts = new Map<number, number[]>();

  add({ key, value }: StateChange): void {
    const at = this.#length;
    const end = at + HEADER_BYTES + key.length + (value?.length ?? 0);
    this.#reserve(end);
    this.#bytes[at] = key.length;
    this.#view().setUint32(at + 1, value?.length ?? REMOVED);
    this.#bytes.set(key, at + HEADER_BYTES);
    if (value !== null) this.#bytes.set(value, at + HEADER_BYTES + key.length);
    this.#length = end;
    const part = partOf(key);
    const known = this.#parts.get(part);
    if (known === undefined) this.#parts.set(part, [at]);
    else known.push(at);
  }

  /** The parts with changes, ascending. */
  parts(): number[] {
    return [...this.#parts.keys()].sort((a, b) => a - b);
  }

  /** The changes of a part, in the order in which they came. */
  of(part: number): StateChange[] {
    return (this.#parts.get(part) ?? []).map((at) => this.#read(at));
  }

  #read(at: number): StateChange {
    const length = this.#view().getUint32(at + 1);
    const start = at + HEADER_BYTES;
    const middle = start + (this.#bytes[at] as number);
    const key = this.#bytes.subarray(start, middle);
    return {
      key,
      value: length === REMOVED ? null : this.#bytes.subarray(middle, middle + length),
    };
  }

  #reserve(length: number): void {
    if (length <= this.#bytes.length) return;
    const longer = new Uint8Array(2 * length);
    longer.set(this.#bytes);
    this.#bytes = longer;
  }

  #view(): DataView {
    return new DataView(this.#bytes.buffer);
  }
}
