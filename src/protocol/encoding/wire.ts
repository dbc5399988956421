// Bytes written and read one after the other, in the primitives of BCS (the Binary Canonical Serialization of Diem, Aptos and
// Sui): little-endian numbers, lengths as ULEB128. The reader is strict by itself: whatever has a second form is refused here.

/** What makes bytes no value of a format. Only `codec` catches it. */
export class MalformedError extends Error {
  override readonly name = "MalformedError";
}

const INITIAL_BYTES = 16 * 1024;
/** A buffer that a large value made grow beyond this is not kept for the next. */
const KEPT_BYTES_MAX = 1024 * 1024;
const U32_SIZE = 0x1_0000_0000;
const ULEB_BYTES_MAX = 5;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Grows as it is written to. One is reused for value after value: see `serialize`. */
export class Writer {
  #bytes = new Uint8Array(INITIAL_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  u8(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  u16(value: number): void {
    this.#reserve(2);
    this.#view.setUint16(this.#length, value, true);
    this.#length += 2;
  }

  u32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
  }

  /** Of an integer up to 2^53-1. */
  safeU64(value: number): void {
    this.#reserve(8);
    this.#view.setUint32(this.#length, value % U32_SIZE, true);
    this.#view.setUint32(this.#length + 4, Math.floor(value / U32_SIZE), true);
    this.#length += 8;
  }

  u64(value: bigint): void {
    this.#reserve(8);
    this.#view.setBigUint64(this.#length, value, true);
    this.#length += 8;
  }

  uleb(value: number): void {
    this.#reserve(ULEB_BYTES_MAX);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  text(value: string): void {
    const bytes = encoder.encode(value);
    this.uleb(bytes.length);
    this.bytes(bytes);
  }

  /** A copy of what was written; the writer is empty again. */
  take(): Uint8Array {
    const taken = this.#bytes.slice(0, this.#length);
    this.clear();
    return taken;
  }

  clear(): void {
    this.#length = 0;
    if (this.#bytes.length <= KEPT_BYTES_MAX) return;
    this.#bytes = new Uint8Array(INITIAL_BYTES);
    this.#view = new DataView(this.#bytes.buffer);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + count));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

export class Reader {
  readonly #bytes: Uint8Array;
  readonly #asViews: boolean;
  #at = 0;

  /** `asViews`: byte strings are read as views of the whole, else as copies: a view keeps the whole alive. */
  constructor(bytes: Uint8Array, asViews = false) {
    this.#bytes = bytes;
    this.#asViews = asViews;
  }

  /** How many bytes are left. */
  get rest(): number {
    return this.#bytes.length - this.#at;
  }

  u8(): number {
    const at = this.#advance(1);
    return this.#bytes[at] as number;
  }

  u16(): number {
    const at = this.#advance(2);
    const bytes = this.#bytes;
    return (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
  }

  u32(): number {
    const at = this.#advance(4);
    const bytes = this.#bytes;
    return (
      ((bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24)) >>>
      0
    );
  }

  safeU64(): number {
    const low = this.u32();
    const value = this.u32() * U32_SIZE + low;
    if (value > Number.MAX_SAFE_INTEGER) throw new MalformedError("A number above 2^53-1");
    return value;
  }

  u64(): bigint {
    const low = this.u32();
    const high = this.u32();
    // Most amounts are small: the fewer bigints, the less garbage.
    return high < 0x20_0000 ? BigInt(high * U32_SIZE + low) : (BigInt(high) << 32n) | BigInt(low);
  }

  /** A length or a tag: below 2^32, in its shortest form. */
  uleb(): number {
    let value = 0;
    for (let shift = 0; shift < 7 * ULEB_BYTES_MAX; shift += 7) {
      const byte = this.u8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte >= 0x80) continue;
      if ((byte === 0 && shift > 0) || value >= U32_SIZE) break;
      return value;
    }
    throw new MalformedError("A number in a longer form than its shortest, or above 32 bits");
  }

  bytes(count: number): Uint8Array {
    const at = this.#advance(count);
    const end = at + count;
    return this.#asViews ? this.#bytes.subarray(at, end) : this.#bytes.slice(at, end);
  }

  text(): string {
    const count = this.uleb();
    const at = this.#advance(count);
    return decoder.decode(this.#bytes.subarray(at, at + count));
  }

  #advance(count: number): number {
    const at = this.#at;
    if (count > this.#bytes.length - at) throw new MalformedError("Fewer bytes than a value takes");
    this.#at = at + count;
    return at;
  }
}

// Values are written one inside the other only by `write`, never by a second `serialize`, but a caller's own code may run between.
let idle: Writer | null = new Writer();

/** Runs `write` on an empty writer and returns what it wrote. */
export function serialize(write: (writer: Writer) => void): Uint8Array {
  const writer = idle ?? new Writer();
  idle = null;
  try {
    write(writer);
    return writer.take();
  } finally {
    writer.clear();
    idle = writer;
  }
}
