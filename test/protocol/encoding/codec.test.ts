import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ShardBlock, shardBlockCodec } from "../../../src/protocol/blocks/shard-block.ts";
import {
  boundedBytes,
  byteString,
  CorruptBytesError,
  codec,
  decodeStored,
  fixedBytes,
  list,
  optional,
  safeU64,
  struct,
  text,
  U128_MAX,
  u8,
  u64,
  u128,
} from "../../../src/protocol/encoding/codec.ts";
import { accountCodec, EMPTY_ACCOUNT } from "../../../src/protocol/ledger/account.ts";
import { transactionCodec } from "../../../src/protocol/ledger/transaction.ts";
import { bytes, PAYLOADS, payloadCodec, TRANSACTION } from "./samples.ts";

const hex = (encoded: Uint8Array): string => Buffer.from(encoded).toString("hex");
const code = (result: ReturnType<typeof payloadCodec.decode>): string =>
  result.ok ? "accepted" : result.refusal.code;

describe("numbers", () => {
  it.each([
    ["u64", codec("u64", u64, 8), (1n << 64n) - 1n],
    ["u128", codec("u128", u128, 16), U128_MAX],
  ] as const)(
    "R-2.2 %s holds 0 to its largest, little-endian, and nothing else",
    (_, format, max) => {
      expect(hex(format.encode(258n))).toBe(`0201${"00".repeat(format.encode(0n).length - 2)}`);
      for (const value of [0n, 1n, max - 1n, max]) {
        expect(format.decode(format.encode(value))).toEqual({ ok: true, value });
      }
      for (const value of [-1n, max + 1n]) {
        expect(() => format.encode(value)).toThrow(RangeError);
      }
    },
  );

  it("R-2.2 safe integers end at 2^53-1, in both directions", () => {
    const format = codec("round", safeU64, 8);
    const max = Number.MAX_SAFE_INTEGER;
    expect(format.decode(format.encode(max))).toEqual({ ok: true, value: max });
    expect(hex(format.encode(max))).toBe("ffffffffffff1f00");
    for (const value of [-1, max + 1, 0.5, Number.NaN]) {
      expect(() => format.encode(value)).toThrow(RangeError);
    }
    const above = Buffer.from("0000000000002000", "hex");
    expect(format.decode(above).ok).toBe(false);
  });

  it("R-2.2 any number comes back as it was", () => {
    const amount = codec("amount", u128, 16);
    const round = codec("round", safeU64, 8);
    fc.assert(
      fc.property(fc.bigInt(0n, U128_MAX), fc.maxSafeNat(), (big, safe) => {
        expect(amount.decode(amount.encode(big))).toEqual({ ok: true, value: big });
        expect(round.decode(round.encode(safe))).toEqual({ ok: true, value: safe });
      }),
    );
  });
});

describe("amounts out of range", () => {
  const broken: readonly (readonly [string, () => unknown])[] = [-1n, U128_MAX + 1n].flatMap(
    (amount) =>
      [
        ["a transfer", () => payloadCodec.encode({ kind: "transfer", to: bytes(20, 1), amount })],
        [
          "a spendFrom",
          () =>
            payloadCodec.encode({
              kind: "spendFrom",
              owner: bytes(20, 1),
              to: bytes(20, 1),
              amount,
            }),
        ],
        ["a reserve", () => payloadCodec.encode({ kind: "setReserve", reserve: amount })],
        ["a balance", () => accountCodec.encode({ ...EMPTY_ACCOUNT, balance: amount })],
        ["an allowance", () => transactionCodec.encode(withAllowance(amount))],
        ["a gas price", () => transactionCodec.encode(withGasPrice(amount))],
      ] as const,
  );
  it.each(broken)("R-2.2 %s is no value to encode", (_, encode) => {
    expect(encode).toThrow(RangeError);
  });
});

const withAllowance = (allowance: bigint) => ({
  ...TRANSACTION,
  authorisations: TRANSACTION.authorisations.map((one) => ({ ...one, allowance })),
});
const withGasPrice = (gasPrice: bigint) => ({
  ...TRANSACTION,
  legs: TRANSACTION.legs.map((leg) => ({
    ...leg,
    payment: leg.payment === null ? null : { ...leg.payment, gasPrice },
  })),
});

describe("memory", () => {
  it("R-3.10 a decoded transaction shares its bytes; what is decoded out of a message shares nothing with it", () => {
    const encoded = transactionCodec.encode(TRANSACTION);
    const decoded = transactionCodec.decode(encoded);
    if (!decoded.ok) throw new Error("not decoded");
    const { networkId, signatures } = decoded.value;
    for (const part of [networkId, signatures[0]?.publicKey, signatures[0]?.signature]) {
      expect(part?.buffer).toBe(encoded.buffer);
    }
    const message = codec("message", list(byteString), 64).encode([Uint8Array.of(1, 2)]);
    const parts = codec("message", list(byteString), 64).decode(message);
    expect(parts.ok && parts.value[0]?.buffer).not.toBe(message.buffer);
  });
});

describe("second forms", () => {
  const lists = codec("lists", list(byteString), 64);

  it("R-2.3 a long-form length is refused, of a list and of bytes", () => {
    expect(lists.decode(Uint8Array.of(1, 1, 9)).ok).toBe(true);
    expect(lists.decode(Uint8Array.of(0x81, 0, 1, 9)).ok).toBe(false);
    expect(lists.decode(Uint8Array.of(1, 0x81, 0, 9)).ok).toBe(false);
    expect(lists.decode(Uint8Array.of(1, 0x81, 0x80, 0x80, 0x80, 0, 9)).ok).toBe(false);
  });

  it("R-2.3 a length far beyond the bytes is refused at once", () => {
    for (const length of [
      [0xff, 0xff, 0xff, 0xff, 0x07],
      [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f],
    ]) {
      expect(lists.decode(Uint8Array.of(...length)).ok).toBe(false);
      expect(lists.decode(Uint8Array.of(1, ...length)).ok).toBe(false);
    }
  });

  it("R-3.10 bytes and lists have no more and no less than their bounds, read or written", () => {
    const format = codec("bounded", list(boundedBytes(2, 3), 2), 64);
    for (const lengths of [[], [2], [3, 2]]) {
      const values = lengths.map((length) => new Uint8Array(length));
      expect(format.decode(format.encode(values))).toEqual({ ok: true, value: values });
    }
    for (const lengths of [[1], [4], [2, 2, 2]]) {
      const values = lengths.map((length) => new Uint8Array(length));
      expect(() => format.encode(values)).toThrow(RangeError);
      expect(format.decode(lists.encode(values)).ok).toBe(false);
    }
  });

  it("R-3.10 a block of nothing but empty transactions or chains is refused at the first", () => {
    const empty: ShardBlock = {
      shard: 0,
      chainHeaders: [],
      crossShard: [],
      twoChain: [],
      singleChain: [],
    };
    const encoded = shardBlockCodec.encode(empty);
    expect(shardBlockCodec.decode(encoded).ok).toBe(true);
    // 2^20 of them: as cross-shard, as two-chain and as single-chain transactions.
    for (const place of [5, 6]) {
      const bytes = new Uint8Array(2 ** 20 + 10);
      bytes.set(encoded.subarray(0, place));
      bytes.set([0x80, 0x80, 0x40], place);
      const started = performance.now();
      expect(shardBlockCodec.decode(bytes).ok).toBe(false);
      expect(performance.now() - started).toBeLessThan(100);
    }
    const chains = new Uint8Array(5 * 3_000 + 10);
    chains.set([...encoded.subarray(0, 7), 0xb8, 0x17]);
    expect(shardBlockCodec.decode(chains.subarray(0, 9 + 15_000)).ok).toBe(false);
  });

  it("R-2.3 an option is 0 or 1, nothing else", () => {
    const format = codec("option", optional(u8), 2);
    expect(format.decode(Uint8Array.of(0))).toEqual({ ok: true, value: null });
    expect(format.decode(Uint8Array.of(1, 5))).toEqual({ ok: true, value: 5 });
    for (const other of [[2], [2, 5], [0, 5], [1]]) {
      expect(format.decode(Uint8Array.from(other)).ok).toBe(false);
    }
  });

  it("R-2.3 text is UTF-8 in its one form", () => {
    const format = codec("text", text, 32);
    expect(format.decode(Uint8Array.of(2, 0xc3, 0xa4))).toEqual({ ok: true, value: "\u00e4" });
    // A lone continuation, an overlong "/", half a surrogate pair, a character cut in two.
    for (const other of ["0180", "02c0af", "03eda080", "02e282"]) {
      expect(format.decode(Buffer.from(other, "hex")).ok).toBe(false);
    }
    // A byte order mark is a character like any other: dropping it would make two forms of one
    // text.
    const mark = Buffer.from("03efbbbf", "hex");
    expect(format.decode(mark)).toEqual({ ok: true, value: "\ufeff" });
  });

  it("R-2.5 reserved and unknown payload numbers are refused, and so is a long-form number", () => {
    const known = new Set([0, 1, 9, 10, 11, 12, 13, 14, 16, 17]);
    const body = payloadCodec.encode(PAYLOADS[0] as (typeof PAYLOADS)[number]).slice(1);
    for (let tag = 0; tag < 128; tag++) {
      if (known.has(tag)) continue;
      expect([tag, code(payloadCodec.decode(Uint8Array.of(tag)))]).toEqual([
        tag,
        "MALFORMED_BYTES",
      ]);
      expect(payloadCodec.decode(Uint8Array.of(tag, ...body)).ok).toBe(false);
    }
    expect(payloadCodec.decode(Uint8Array.of(9)).ok).toBe(true);
    expect(payloadCodec.decode(Uint8Array.of(0x89, 0)).ok).toBe(false);
    expect(payloadCodec.decode(Uint8Array.of(0x80, 0, ...body)).ok).toBe(false);
    expect(payloadCodec.decode(Uint8Array.of(0x80, 1)).ok).toBe(false);
  });
});

describe("codec", () => {
  const format = codec("pair", struct<{ a: Uint8Array }>("Pair", { a: fixedBytes(2) }), 2);

  it("R-3.10 refuses bytes above the limit before it reads them", () => {
    expect(format.decode(new Uint8Array(2)).ok).toBe(true);
    expect(format.decode(new Uint8Array(3))).toEqual({
      ok: false,
      refusal: { code: "BYTES_TOO_LONG", format: "pair", bytes: 3, bytesMax: 2 },
    });
  });

  it("R-2.3 what it read does not change with the bytes it read from", () => {
    const source = Uint8Array.of(1, 2);
    const decoded = format.decode(source);
    source.fill(9);
    expect(decoded).toEqual({ ok: true, value: { a: Uint8Array.of(1, 2) } });
  });

  it("R-2.3 values of another shape are no values to encode", () => {
    expect(() => format.encode({ a: new Uint8Array(3) })).toThrow(TypeError);
    expect(() => payloadCodec.encode({ kind: "swap" } as never)).toThrow(TypeError);
  });

  it("R-5.5 stored bytes that no longer decode are a corrupt database", () => {
    expect(() => decodeStored(format, new Uint8Array(1))).toThrow(CorruptBytesError);
  });
});
