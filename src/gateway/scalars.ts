// The scalars, strict both ways: one text form for each value, and an error that quotes what was
// given instead.
import { GraphQLScalarType, Kind, print, type ValueNode } from "graphql";
import { formatAddress, parseAddress } from "../protocol/crypto/address.ts";
import { fromHex, toHex } from "../protocol/encoding/bytes.ts";
import { U128_MAX } from "../protocol/encoding/codec.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import { badInput, badLiteral } from "./errors.ts";

/** How one scalar is read and written. `parse` answers null for what is no value of it. */
interface ScalarRules<T> {
  readonly name: string;
  readonly expected: string;
  readonly literal: "string" | "integer";
  parse(value: unknown): T | null;
  /** Throws for a value of ours that the scalar cannot hold: a bug. */
  write(value: unknown): unknown;
}

function scalar<T>({ name, expected, literal, parse, write }: ScalarRules<T>) {
  const type = new GraphQLScalarType<T, unknown>({
    name,
    serialize: write,
    parseValue(value) {
      const parsed = parse(value);
      if (parsed === null) throw badInput(`Invalid ${name}`, value, expected);
      return parsed;
    },
    parseLiteral(node) {
      const parsed = parse(literalValue(node, literal));
      if (parsed === null) throw badLiteral(`Invalid ${name}`, print(node), expected);
      return parsed;
    },
  });
  // Even an absent one would take the place of the schema's own description.
  Reflect.deleteProperty(type, "description");
  return type;
}

/** The value of a literal of the right kind; undefined, which no scalar takes, for others. */
function literalValue(node: ValueNode, literal: "string" | "integer"): unknown {
  if (literal === "string" && node.kind === Kind.STRING) return node.value;
  if (literal === "integer" && node.kind === Kind.INT) return Number(node.value);
  return undefined;
}

function bug(name: string, value: unknown): never {
  throw new TypeError(`Cannot write ${name}: ${String(value)}`);
}

const AMOUNT = /^(0|[1-9][0-9]{0,38})$/;
const HASH = /^0x[0-9a-f]{64}$/i;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

const Amount = scalar<bigint>({
  name: "Amount",
  expected: 'a decimal string of base units from "0" to 2^128-1',
  literal: "string",
  parse(value) {
    if (typeof value !== "string" || !AMOUNT.test(value)) return null;
    const amount = BigInt(value);
    return amount <= U128_MAX ? amount : null;
  },
  write: (value) =>
    typeof value === "bigint" && value >= 0n && value <= U128_MAX
      ? value.toString()
      : bug("Amount", value),
});

const Bytes = scalar<Uint8Array>({
  name: "Bytes",
  expected: "base64 with padding (RFC 4648)",
  literal: "string",
  parse: (value) => (typeof value === "string" ? decodeBase64(value) : null),
  write: (value) => (value instanceof Uint8Array ? encodeBase64(value) : bug("Bytes", value)),
});

const Hash = scalar<Uint8Array>({
  name: "Hash",
  expected: "0x and 64 hex digits",
  literal: "string",
  parse: (value) =>
    typeof value === "string" && HASH.test(value) ? fromHex(value.slice(2).toLowerCase()) : null,
  write: (value) =>
    value instanceof Uint8Array && value.length === 32 ? `0x${toHex(value)}` : bug("Hash", value),
});

const Address = scalar<Uint8Array>({
  name: "Address",
  expected: "an address (bech32m with prefix ygg, such as ygg1...)",
  literal: "string",
  parse(value) {
    if (typeof value !== "string") return null;
    const parsed = parseAddress(value);
    return parsed.ok ? parsed.value : null;
  },
  write: (value) => (value instanceof Uint8Array ? formatAddress(value) : bug("Address", value)),
});

const safeInteger = (name: string) =>
  scalar<number>({
    name,
    expected: "an integer from 0 to 2^53-1",
    literal: "integer",
    parse: (value) =>
      typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null,
    write: (value) =>
      typeof value === "number" && Number.isSafeInteger(value) && value >= 0
        ? value
        : bug(name, value),
  });

const DateTime = scalar<Date>({
  name: "DateTime",
  expected: "an instant such as 2026-01-31T12:00:00.000Z",
  literal: "string",
  parse(value) {
    if (typeof value !== "string" || !DATE_TIME.test(value)) return null;
    const date = new Date(value);
    // A day that the month does not have moves on to another one.
    return !Number.isNaN(date.getTime()) && date.toISOString() === value ? date : null;
  },
  write: (value) => (value instanceof Date ? value.toISOString() : bug("DateTime", value)),
});

export const scalars = {
  Amount,
  Bytes,
  Hash,
  Address,
  Round: safeInteger("Round"),
  UInt53: safeInteger("UInt53"),
  DateTime,
};
