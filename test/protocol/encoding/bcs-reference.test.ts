// Our BCS against the published library: the same bytes for the same values, and nothing taken that it would not have written.
import { bcs, type BcsType as ReferenceType } from "@mysten/bcs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type BcsType,
  bool,
  byteString,
  codec,
  fixedBytes,
  list,
  optional,
  struct,
  taggedUnion,
  text,
  U64_MAX,
  U128_MAX,
  u8,
  u16,
  u32,
  u64,
  u128,
} from "../../../src/protocol/encoding/codec.ts";

interface Sample {
  readonly small: number;
  readonly short: number;
  readonly word: number;
  readonly long: bigint;
  readonly amount: bigint;
  readonly flag: boolean;
  readonly name: string;
  readonly key: Uint8Array;
  readonly body: Uint8Array;
  readonly maybe: bigint | null;
  readonly many: readonly Uint8Array[];
}

const ours: BcsType<Sample> = struct<Sample>("Sample", {
  small: u8,
  short: u16,
  word: u32,
  long: u64,
  amount: u128,
  flag: bool,
  name: text,
  key: fixedBytes(20),
  body: byteString,
  maybe: optional(u128),
  many: list(byteString),
});

const theirs = bcs.struct("Sample", {
  small: bcs.u8(),
  short: bcs.u16(),
  word: bcs.u32(),
  long: bcs.u64(),
  amount: bcs.u128(),
  flag: bcs.bool(),
  name: bcs.string(),
  key: bcs.fixedArray(20, bcs.u8()),
  body: bcs.vector(bcs.u8()),
  maybe: bcs.option(bcs.u128()),
  many: bcs.vector(bcs.vector(bcs.u8())),
}) as unknown as ReferenceType<unknown, Sample>;

const bytesOf = (max: number) => fc.uint8Array({ maxLength: max });
const samples: fc.Arbitrary<Sample> = fc.record({
  small: fc.nat(0xff),
  short: fc.nat(0xffff),
  word: fc.nat(0xffff_ffff),
  long: fc.bigInt(0n, U64_MAX),
  amount: fc.bigInt(0n, U128_MAX),
  flag: fc.boolean(),
  name: fc.string({ unit: "grapheme" }),
  key: fc.uint8Array({ minLength: 20, maxLength: 20 }),
  body: bytesOf(300),
  maybe: fc.option(fc.bigInt(0n, U128_MAX)),
  many: fc.array(bytesOf(20), { maxLength: 200 }),
});
const format = codec("sample", ours, 65_536);

describe("R-2.3 our BCS is the published one", () => {
  it("R-2.3 writes the same bytes, and reads them back", () => {
    fc.assert(
      fc.property(samples, (value) => {
        const bytes = theirs.serialize(value).toBytes();
        expect(format.encode(value)).toEqual(bytes);
        expect(format.decode(bytes)).toEqual({ ok: true, value });
      }),
    );
  });

  it("R-2.3 takes no bytes but those that it would write: random damage", () => {
    let refused = 0;
    fc.assert(
      fc.property(samples, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, place, damage) => {
        const bytes = format.encode(value);
        const at = place % bytes.length;
        bytes[at] = (bytes[at] as number) ^ damage;
        const decoded = format.decode(bytes);
        if (decoded.ok) expect(format.encode(decoded.value)).toEqual(bytes);
        else refused += 1;
      }),
      { numRuns: 1_000 },
    );
    expect(refused).toBeGreaterThan(0);
  });

  it("R-2.3 takes no bytes but those that it would write: random bytes", () => {
    const small = codec("small", list(optional(struct("Pair", { flag: bool, name: text }))), 64);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => {
        const decoded = small.decode(bytes);
        if (decoded.ok) expect(small.encode(decoded.value)).toEqual(bytes);
      }),
      { numRuns: 20_000 },
    );
  });

  it("R-2.3 refuses second forms: long lengths, odd bools and options, bad UTF-8, trailing and missing bytes", () => {
    const union = taggedUnion<{ readonly kind: "a"; readonly x: number }>("U", {
      a: { tag: 1, fields: struct<{ x: number }>("A", { x: u8 }) },
    });
    const taken = <T>(type: BcsType<T>, ...bytes: number[]): boolean =>
      codec("case", type, 16).decode(Uint8Array.from(bytes)).ok;
    expect(taken(byteString, 1, 7)).toBe(true);
    expect(taken(byteString, 0x81, 0, 7)).toBe(false);
    expect(taken(byteString, 1)).toBe(false);
    expect(taken(byteString, 1, 7, 7)).toBe(false);
    expect(taken(byteString, 0xff, 0xff, 0xff, 0xff, 0x1f)).toBe(false);
    expect(taken(bool, 2)).toBe(false);
    expect(taken(optional(u8), 2, 1)).toBe(false);
    expect(taken(text, 1, 0xff)).toBe(false);
    expect(taken(text, 3, 0xed, 0xa0, 0x80)).toBe(false);
    expect(taken(text, 3, 0xef, 0xbb, 0xbf)).toBe(true);
    expect(taken(union, 1, 5)).toBe(true);
    expect(taken(union, 0x81, 0, 5)).toBe(false);
    expect(taken(union, 0, 5)).toBe(false);
  });

  it("refuses to encode a text that has no UTF-8", () => {
    expect(() => codec("text", text, 16).encode("\ud800")).toThrow(TypeError);
  });
});
