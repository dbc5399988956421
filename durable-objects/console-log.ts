// The Log port on the platform's console, which indexes the fields of an object.
import type { Log } from "../src/actors/ports.ts";
import { toHex } from "../src/protocol/encoding/bytes.ts";

/** `object`: the name of the Durable Object that writes. */
export const consoleLog = (object: string): Log => ({
  write: (event, fields) => console.log({ event, object, ...printable(fields) }),
});

/** Amounts and bytes as text: the console has no form for them. */
function printable(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(fields, (_, value: unknown) => {
      if (typeof value === "bigint") return value.toString();
      return value instanceof Uint8Array ? toHex(value) : value;
    }),
  );
}
