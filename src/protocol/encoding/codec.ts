// Canonical bytes: BCS (the Binary Canonical Serialization of Diem, Aptos and Sui), in which every value has one encoding and the
// decoder refuses any other. Ours, because blocks of thousands of transactions pass through it several times a round, and
// the published library writes and reads byte by byte: see docs/decisions/0002-own-bcs.md. Tests hold it against that library.
import type { Result } from "../result.ts";
import { accept, refuse } from "../result.ts";
import { MalformedError, Reader, serialize, type Writer } from "./wire.ts";

/** The two directions of one wire format. */
export interface Codec<T> {
  /** What the format encodes, in lower case, for refusals and errors: "transaction". */
  readonly name: string;
  /** Throws TypeError or RangeError for a value that the format cannot hold: a bug of the caller, never bad input. */
  encode(value: T): Uint8Array;
  /** Refuses MALFORMED_BYTES for anything but the one encoding of a value, at most `bytesMax` long. */
  decode(bytes: Uint8Array): Result<T>;
}

interface Directions<T> {
  /** Throws MalformedError. What it returns must encode to just the bytes that it read. */
  readonly read: (reader: Reader) => T;
  /** Throws TypeError or RangeError. */
  readonly write: (value: T, writer: Writer) => void;
}

/** How values of one type are written: the pieces that codecs are made of. */
export class BcsType<T> {
  readonly name: string;
  readonly read: (reader: Reader) => T;
  readonly write: (value: T, writer: Writer) => void;

  constructor(name: string, { read, write }: Directions<T>) {
    this.name = name;
    this.read = read;
    this.write = write;
  }

  serialize(value: T): Uint8Array {
    return serialize((writer) => this.write(value, writer));
  }

  /** The same bytes for another type. `output` throws for what `input` would not have made. */
  transform<U>(name: string, input: (value: U) => T, output: (value: T) => U): BcsType<U> {
    return new BcsType<U>(name, {
      read: (reader) => output(this.read(reader)),
      write: (value, writer) => this.write(input(value), writer),
    });
  }
}

/** `asViews`: for values that are kept with their bytes: byte strings in them share those, at less than half the memory. */
export function codec<T>(
  name: string,
  type: BcsType<T>,
  bytesMax: number,
  asViews = false,
): Codec<T> {
  return {
    name,
    encode: (value) => type.serialize(value),
    decode(bytes) {
      if (bytes.length > bytesMax) {
        return refuse({ code: "BYTES_TOO_LONG", format: name, bytes: bytes.length, bytesMax });
      }
      const reader = new Reader(bytes, asViews);
      try {
        const value = type.read(reader);
        if (reader.rest === 0) return accept(value);
      } catch (error) {
        // Malformed by the reader, not text by the text decoder, no value by a transformation: all are bytes of no value.
        if (
          !(
            error instanceof MalformedError ||
            error instanceof TypeError ||
            error instanceof RangeError
          )
        )
          throw error;
      }
      return refuse({ code: "MALFORMED_BYTES", format: name, bytes: bytes.length });
    },
  };
}

/** Decodes bytes that we wrote ourselves; anything but their one form is corrupt storage. */
export function decodeStored<T>(format: Codec<T>, bytes: Uint8Array): T {
  const decoded = format.decode(bytes);
  if (!decoded.ok) throw new CorruptBytesError(format.name, bytes.length);
  return decoded.value;
}

export class CorruptBytesError extends Error {
  override readonly name = "CorruptBytesError";
  constructor(format: string, bytes: number) {
    super(`Cannot read a stored ${format} of ${bytes} bytes: the database is corrupt`);
  }
}

export const U64_MAX = (1n << 64n) - 1n;
export const U128_MAX = (1n << 128n) - 1n;

function inRange(name: string, value: number | bigint, max: number | bigint): void {
  const integer = typeof value === "bigint" || Number.isSafeInteger(value);
  if (!integer || typeof value !== typeof max || value < 0 || value > max) {
    throw new RangeError(`Invalid ${name}: ${value} is not in 0..${max}`);
  }
}

const number = (name: "u8" | "u16" | "u32" | "safeU64", max: number): BcsType<number> =>
  new BcsType(name, {
    read: (reader) => reader[name](),
    write(value, writer) {
      inRange(name, value, max);
      writer[name](value);
    },
  });

export const u8 = number("u8", 0xff);
export const u16 = number("u16", 0xffff);
export const u32 = number("u32", 0xffff_ffff);
/** 64 bits on the wire, a safe integer in memory: rounds, heights and times in ms, all below 2^53. */
export const safeU64 = number("safeU64", Number.MAX_SAFE_INTEGER);

/** 64 bits as a bigint. */
export const u64: BcsType<bigint> = new BcsType("u64", {
  read: (reader) => reader.u64(),
  write(value, writer) {
    inRange("u64", value, U64_MAX);
    writer.u64(value);
  },
});

/** 128 bits as a bigint: amounts and gas prices. */
export const u128: BcsType<bigint> = new BcsType("u128", {
  read(reader) {
    const low = reader.u64();
    const high = reader.u64();
    return high === 0n ? low : (high << 64n) | low;
  },
  write(value, writer) {
    inRange("u128", value, U128_MAX);
    writer.u64(BigInt.asUintN(64, value));
    writer.u64(value >> 64n);
  },
});

export const bool: BcsType<boolean> = new BcsType("bool", {
  read(reader) {
    const byte = reader.u8();
    if (byte > 1) throw new MalformedError("A bool that is neither 0 nor 1");
    return byte === 1;
  },
  write(value, writer) {
    if (typeof value !== "boolean") throw new TypeError(`Invalid bool: ${value}`);
    writer.u8(value ? 1 : 0);
  },
});

/** Exactly `size` bytes, without a length prefix: hashes, keys, signatures, addresses. */
export function fixedBytes(size: number): BcsType<Uint8Array> {
  return new BcsType(`bytes[${size}]`, {
    read: (reader) => reader.bytes(size),
    write(value, writer) {
      if (!(value instanceof Uint8Array) || value.length !== size) {
        throw new TypeError(`Invalid bytes: expected ${size}, found ${value?.length}`);
      }
      writer.bytes(value);
    },
  });
}

/** Bytes with a length prefix. */
export const byteString: BcsType<Uint8Array> = new BcsType("bytes", {
  read: (reader) => reader.bytes(reader.uleb()),
  write(value, writer) {
    if (!(value instanceof Uint8Array)) throw new TypeError("Invalid bytes: not a Uint8Array");
    writer.uleb(value.length);
    writer.bytes(value);
  },
});

/** The same, at least `min` and at most `max` bytes: a list of them takes no more memory than its bytes bear. */
export function boundedBytes(min: number, max: number): BcsType<Uint8Array> {
  const check = (value: Uint8Array): Uint8Array => {
    if (value.length >= min && value.length <= max) return value;
    throw new RangeError(`Invalid bytes: ${value.length} are not ${min} to ${max}`);
  };
  return new BcsType(`bytes[${min}..${max}]`, {
    read(reader) {
      const count = reader.uleb();
      if (count < min || count > max) throw new MalformedError(`Not ${min} to ${max} bytes`);
      return reader.bytes(count);
    },
    write: (value, writer) => byteString.write(check(value), writer),
  });
}

export const hash32: BcsType<Uint8Array> = fixedBytes(32);

/** UTF-8 with a length prefix. */
export const text: BcsType<string> = new BcsType("text", {
  read: (reader) => reader.text(),
  write(value, writer) {
    // A lone surrogate has no UTF-8: it would come back as another text.
    if (typeof value !== "string" || !value.isWellFormed()) throw new TypeError("Invalid text");
    writer.text(value);
  },
});

/** A length, at most `max`, and the elements; each takes at least one byte, so the bytes bound the length, too. */
export function list<T>(type: BcsType<T>, max = Number.POSITIVE_INFINITY): BcsType<readonly T[]> {
  return new BcsType<readonly T[]>(`list of ${type.name}`, {
    read(reader) {
      const count = reader.uleb();
      if (count > reader.rest || count > max) throw new MalformedError("A list too long");
      const values: T[] = [];
      for (let i = 0; i < count; i++) values.push(type.read(reader));
      return values;
    },
    write(values, writer) {
      if (values.length > max) throw new RangeError(`Invalid list: ${values.length} above ${max}`);
      writer.uleb(values.length);
      for (const value of values) type.write(value, writer);
    },
  });
}

export function optional<T>(type: BcsType<T>): BcsType<T | null> {
  return new BcsType<T | null>(`optional ${type.name}`, {
    read(reader) {
      const byte = reader.u8();
      if (byte > 1) throw new MalformedError("An option that is neither 0 nor 1");
      return byte === 0 ? null : type.read(reader);
    },
    write(value, writer) {
      writer.u8(value === null ? 0 : 1);
      if (value !== null) type.write(value, writer);
    },
  });
}

/** The fields one after the other, in the order of the table. */
export class StructType<T extends object> extends BcsType<T> {
  /** Reads the fields into an object that may have others. */
  readonly readInto: (reader: Reader, target: object) => T;

  constructor(name: string, fields: { readonly [K in keyof T]-?: BcsType<T[K]> }) {
    const keys = Object.keys(fields) as (keyof T)[];
    const types = keys.map((key) => fields[key] as BcsType<T[keyof T]>);
    const readInto = (reader: Reader, target: object): T => {
      const value = target as T;
      for (let i = 0; i < keys.length; i++) {
        value[keys[i] as keyof T] = (types[i] as BcsType<T[keyof T]>).read(reader);
      }
      return value;
    };
    super(name, {
      read: (reader) => readInto(reader, {}),
      write(value, writer) {
        for (let i = 0; i < keys.length; i++) {
          (types[i] as BcsType<T[keyof T]>).write(value[keys[i] as keyof T], writer);
        }
      },
    });
    this.readInto = readInto;
  }
}

export const struct = <T extends object>(
  name: string,
  fields: { readonly [K in keyof T]-?: BcsType<T[K]> },
): StructType<T> => new StructType<T>(name, fields);

/**
 * A closed tagged union with explicit numbers: `{ kind, ...fields }`. A number that the table lacks is refused, so numbers
 * can be reserved for later kinds without giving the bytes a meaning now.
 */
export function taggedUnion<T extends { readonly kind: string }>(
  name: string,
  variants: {
    readonly [K in T["kind"]]: {
      readonly tag: number;
      readonly fields: StructType<Omit<Extract<T, { kind: K }>, "kind">>;
    };
  },
): BcsType<T> {
  type Variant = { readonly tag: number; readonly fields: StructType<object> };
  const byKind = variants as unknown as Readonly<Record<string, Variant>>;
  const byTag = new Map(
    Object.entries(byKind).map(([kind, { tag, fields }]) => [tag, { kind, fields }]),
  );
  return new BcsType<T>(name, {
    read(reader) {
      const tag = reader.uleb();
      const variant = byTag.get(tag);
      if (variant === undefined) throw new MalformedError(`Unknown tag ${tag} of ${name}`);
      return variant.fields.readInto(reader, { kind: variant.kind }) as T;
    },
    write(value, writer) {
      const variant = byKind[value.kind];
      if (variant === undefined) throw new TypeError(`Unknown kind ${value.kind} of ${name}`);
      writer.uleb(variant.tag);
      variant.fields.write(value, writer);
    },
  });
}
