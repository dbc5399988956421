// Scalars are strict both ways: one text form for each value, and errors that quote what was given
// instead.
import { GraphQLError, parseValue } from "graphql";
import { describe, expect, it } from "vitest";
import { decodeBase64, encodeBase64 } from "../../src/gateway/base64.ts";
import { scalars } from "../../src/gateway/scalars.ts";
import { formatAddress } from "../../src/protocol/crypto/address.ts";

const MAX = "340282366920938463463374607431768211455";
const ADDRESS = formatAddress(new Uint8Array(20).fill(9));
const HASH = `0x${"ab".repeat(32)}`;

const cases: readonly [keyof typeof scalars, readonly unknown[], readonly unknown[]][] = [
  [
    "Amount",
    ["0", "1500000", MAX],
    [
      `${BigInt(MAX) + 1n}`,
      "01",
      "-1",
      "+1",
      "1.0",
      "1e3",
      "",
      " 1",
      "0x1",
      1,
      null,
      "9".repeat(40),
    ],
  ],
  [
    "Bytes",
    ["", "AA==", "AAE=", "AAEC", "+/+/"],
    ["A", "AA", "AA=", "AB==", "AA==\n", " AA==", "-_-_", "AA==AA==", "not base64!", 5],
  ],
  ["Hash", [HASH], [HASH.slice(2), `${HASH}0`, HASH.slice(0, -1), `0x${"g".repeat(64)}`, 1]],
  [
    "Address",
    [ADDRESS],
    [`${ADDRESS}x`, ADDRESS.slice(0, -1), ADDRESS.replace("ygg", "abc"), "", 1],
  ],
  ["Round", [0, 1, Number.MAX_SAFE_INTEGER], [-1, 0.5, 2 ** 53, "1", Number.NaN, null, true]],
  ["UInt53", [0, Number.MAX_SAFE_INTEGER], [-1, 1.5, 2 ** 53, "7"]],
  [
    "DateTime",
    ["2026-01-31T12:00:00.000Z"],
    ["2026-02-30T12:00:00.000Z", "2026-01-31", "2026-01-31T12:00:00Z", "now", 0],
  ],
];

describe.each(cases)("%s", (name, good, bad) => {
  const scalar = scalars[name];

  it.each(good)("reads %j and writes it again, as a variable and as a literal", (value) => {
    expect(scalar.serialize(scalar.parseValue(value))).toBe(value);
    expect(scalar.serialize(scalar.parseLiteral(parseValue(JSON.stringify(value))))).toBe(value);
  });

  it.each(bad)("refuses %j, quoting it", (value) => {
    const error = errorOf(() => scalar.parseValue(value));
    expect(error.extensions.code).toBe("BAD_USER_INPUT");
    expect(error.message).toMatch(new RegExp(`^Invalid ${name}: `));
    expect(error.message).toContain(`${JSON.stringify(value)} is not `.slice(0, 50));
  });

  it("refuses literals of another kind, quoting them as written", () => {
    for (const literal of ["true", "1.5", "SOME", "[]", "{a: 1}", "null", "99999999999999999999"]) {
      const error = errorOf(() => scalar.parseLiteral(parseValue(literal)));
      expect(error.extensions.code).toBe("BAD_USER_INPUT");
      expect(error.message).toMatch(new RegExp(`^Invalid ${name}: `));
      expect(error.message).toContain(`: ${literal} is not `);
    }
  });

  it("does not write what it cannot hold", () => {
    expect(() => scalar.serialize({})).toThrow(TypeError);
  });
});

describe("Hash and Address on input", () => {
  it("R-2.1 take capitals", () => {
    const { Hash, Address } = scalars;
    expect(Hash.serialize(Hash.parseValue(`0x${"AB".repeat(32)}`))).toBe(HASH);
    expect(Address.serialize(Address.parseValue(ADDRESS.toUpperCase()))).toBe(ADDRESS);
  });
});

describe("base64", () => {
  it("is the same with and without the platform's decoder", () => {
    const native = Uint8Array as unknown as { fromBase64?: unknown };
    const kept = native.fromBase64;
    const texts = ["", "AA==", "AB==", "A", "AA", "AA =", "AAEC", "AAEC\n", "+/+/", "-_-_", "===="];
    const read = () => texts.map((text) => decodeBase64(text)?.join() ?? null);
    const first = read();
    native.fromBase64 = undefined;
    expect(read()).toEqual(first);
    native.fromBase64 = kept;
    expect(encodeBase64(Uint8Array.of(0, 1, 2))).toBe("AAEC");
  });
});

function errorOf(run: () => unknown): GraphQLError {
  try {
    run();
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
  throw new Error("Nothing was refused");
}
