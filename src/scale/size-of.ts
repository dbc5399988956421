// How many bytes a message takes: names, texts and byte strings by their length, numbers as eight bytes. What V8's serialiser makes of
// it differs by a thousandth, and hangs on how it holds a number at the moment.

const NUMBER_BYTES = 8;
const MARK_BYTES = 1;

export function sizeOf(value: unknown): number {
  if (value instanceof Uint8Array) return value.length + MARK_BYTES;
  if (typeof value === "string") return value.length + MARK_BYTES;
  if (typeof value === "number" || typeof value === "bigint") return NUMBER_BYTES + MARK_BYTES;
  if (typeof value !== "object" || value === null) return MARK_BYTES;
  if (Array.isArray(value)) return value.reduce((sum, one) => sum + sizeOf(one), MARK_BYTES);
  let sum = MARK_BYTES;
  for (const [name, of] of Object.entries(value)) sum += name.length + MARK_BYTES + sizeOf(of);
  return sum;
}
