// Canonical bytes: BCS (the Binary Canonical Serialization of Diem, Aptos and Sui) by @mysten/bcs, made strict.
// BCS gives every value one encoding; a decoder alone does not prove that it was given that one. So `decode`
// encodes what it read again and compares: trailing bytes, long lengths, reads past the end and every other
// second form are refused by one check that needs no list of cases.
import { BcsType, bcs } from "@mysten/bcs";
import { MIB } from "../limits.ts";
import type { Result } from "../result.ts";
import { accept, refuse } from "../result.ts";
import { equalBytes } from "./bytes.ts";

export type { BcsType };

/** The two directions of one wire format. */
export interface Codec<T> {
  /** What the format encodes, in lower case, for refusals and errors: "transaction". */
  readonly name: string;
  /** Throws TypeError for a value that the format cannot hold: a bug of the caller, never bad input. */
  encode(value: T): Uint8Array;
  /** Refuses MALFORMED_BYTES for anything but the one encoding of a value, at most `bytesMax` long. */
  decode(bytes: Uint8Array): Result<T>;
}

export function codec<T>(name: string, type: BcsType<T, T>, bytesMax: number): Codec<T> {
  // The writer grows by a fixed step and copies each time: large formats need large steps.
  const allocateSize = Math.min(Math.max(bytesMax, 64), MIB);
  const initialSize = Math.min(bytesMax, 1024);
  const encode = (value: T): Uint8Array =>
    type.serialize(value, { initialSize, allocateSize }).toBytes();
  return {
    name,
    encode,
    decode(bytes) {
      if (bytes.length > bytesMax) {
        return refuse({ code: "BYTES_TOO_LONG", format: name, bytes: bytes.length, bytesMax });
      }
      const malformed = refuse({ code: "MALFORMED_BYTES", format: name, bytes: bytes.length });
      let value: T;
      try {
        value = type.parse(bytes);
        if (!equalBytes(encode(value), bytes)) return malformed;
      } catch {
        return malformed;
      }
      return accept(value);
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

const range = (name: string, value: bigint, max: bigint): void => {
  if (value < 0n || value > max)
    throw new RangeError(`Invalid ${name}: ${value} is not in 0..${max}`);
};

function uint(name: string, size: number): BcsType<bigint, bigint> {
  const max = (1n << BigInt(8 * size)) - 1n;
  return new BcsType<bigint, bigint>({
    name,
    serializedSize: () => size,
    read(reader) {
      let value = 0n;
      for (let shift = 0n; shift < 8n * BigInt(size); shift += 32n) {
        value |= BigInt(reader.read32()) << shift;
      }
      return value;
    },
    write(value, writer) {
      for (let shift = 0n; shift < 8n * BigInt(size); shift += 32n) {
        writer.write32(Number((value >> shift) & 0xffff_ffffn));
      }
    },
    validate: (value) => range(name, value, max),
  });
}

export const U64_MAX = (1n << 64n) - 1n;
export const U128_MAX = (1n << 128n) - 1n;

export const u8 = bcs.u8();
export const u16 = bcs.u16();
export const u32 = bcs.u32();
export const bool = bcs.bool();
/** 64 bits as a bigint. */
export const u64: BcsType<bigint, bigint> = uint("u64", 8);
/** 128 bits as a bigint: amounts and gas prices. */
export const u128: BcsType<bigint, bigint> = uint("u128", 16);

/** 64 bits on the wire, a safe integer in memory: rounds, heights and times in ms, all below 2^53. */
export const safeU64: BcsType<number, number> = new BcsType<number, number>({
  name: "safeU64",
  serializedSize: () => 8,
  read(reader) {
    const low = reader.read32();
    const high = reader.read32();
    const value = high * 0x1_0000_0000 + low;
    if (!Number.isSafeInteger(value)) throw new RangeError("Invalid safeU64: above 2^53-1");
    return value;
  },
  write(value, writer) {
    writer.write32(value % 0x1_0000_0000);
    writer.write32(Math.floor(value / 0x1_0000_0000));
  },
  validate(value) {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new RangeError(`Invalid safeU64: ${value} is not in 0..2^53-1`);
    }
  },
});

/** Exactly `size` bytes, without a length prefix: hashes, keys, signatures, addresses. */
export function fixedBytes(size: number): BcsType<Uint8Array, Uint8Array> {
  return new BcsType<Uint8Array, Uint8Array>({
    name: `bytes[${size}]`,
    serializedSize: () => size,
    // A copy: a view would keep the whole incoming message alive.
    read: (reader) => reader.readBytes(size).slice(),
    write: (value, writer) => void writer.writeBytes(value),
    validate(value) {
      if (!(value instanceof Uint8Array) || value.length !== size) {
        throw new TypeError(`Invalid bytes: expected ${size}, found ${value?.length}`);
      }
    },
  });
}

/** Bytes with a length prefix. */
export const byteString: BcsType<Uint8Array, Uint8Array> = new BcsType<Uint8Array, Uint8Array>({
  name: "bytes",
  read(reader) {
    const length = reader.readULEB();
    return reader.readBytes(length).slice();
  },
  write(value, writer) {
    writer.writeULEB(value.length);
    writer.writeBytes(value);
  },
  validate(value) {
    if (!(value instanceof Uint8Array)) throw new TypeError("Invalid bytes: not a Uint8Array");
  },
});

export const hash32: BcsType<Uint8Array, Uint8Array> = fixedBytes(32);
export const text: BcsType<string, string> = bcs.string();

export function list<T>(type: BcsType<T, T>): BcsType<readonly T[], readonly T[]> {
  return bcs.vector(type) as unknown as BcsType<readonly T[], readonly T[]>;
}

export function optional<T>(type: BcsType<T, T>): BcsType<T | null, T | null> {
  return bcs.option(type) as unknown as BcsType<T | null, T | null>;
}

export function struct<T extends object>(
  name: string,
  fields: { readonly [K in keyof T]-?: BcsType<T[K], T[K]> },
): BcsType<T, T> {
  return bcs.struct(
    name,
    fields as Record<string, BcsType<unknown, unknown>>,
  ) as unknown as BcsType<T, T>;
}

/**
 * A closed tagged union with explicit numbers: `{ kind, ...fields }`. A number that the table lacks is refused, so numbers
 * can be reserved for later kinds without giving the bytes a meaning now.
 */
export function taggedUnion<T extends { readonly kind: string }>(
  name: string,
  variants: {
    readonly [K in T["kind"]]: {
      readonly tag: number;
      readonly fields: BcsType<
        Omit<Extract<T, { kind: K }>, "kind">,
        Omit<Extract<T, { kind: K }>, "kind">
      >;
    };
  },
): BcsType<T, T> {
  type Variant = { readonly tag: number; readonly fields: BcsType<object, object> };
  const byKind = variants as unknown as Readonly<Record<string, Variant>>;
  const byTag = new Map(
    Object.entries(byKind).map(([kind, variant]) => [
      variant.tag,
      { kind, fields: variant.fields },
    ]),
  );
  return new BcsType<T, T>({
    name,
    read(reader) {
      const tag = reader.readULEB();
      const variant = byTag.get(tag);
      if (variant === undefined) throw new TypeError(`Unknown tag ${tag} of ${name}`);
      return { kind: variant.kind, ...variant.fields.read(reader) } as unknown as T;
    },
    write(value, writer) {
      const variant = byKind[value.kind];
      if (variant === undefined) throw new TypeError(`Unknown kind ${value.kind} of ${name}`);
      writer.writeULEB(variant.tag);
      variant.fields.write(value, writer);
    },
  });
}
