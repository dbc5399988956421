// Events of a stream as JSON text: bigints and bytes, which JSON lacks, as tagged objects.
import { fromHex, toHex } from "./bytes.ts";

export function toStreamJson(value: unknown): string {
  return JSON.stringify(value, (_, field: unknown) => {
    if (typeof field === "bigint") return { $bigint: field.toString() };
    if (field instanceof Uint8Array) return { $bytes: toHex(field) };
    return field;
  });
}

/** The reverse; for text that this deployment wrote. */
export function fromStreamJson(text: string): unknown {
  return JSON.parse(text, (_, field: unknown) => {
    if (typeof field !== "object" || field === null) return field;
    if ("$bigint" in field && typeof field.$bigint === "string") return BigInt(field.$bigint);
    if ("$bytes" in field && typeof field.$bytes === "string") return fromHex(field.$bytes);
    return field;
  });
}
