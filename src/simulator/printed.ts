// Any message as one text: the same for equal values, unlike their serialised bytes, which tell how the engine holds a number.
export function contentOf(value: unknown): string {
  if (typeof value === "string") return `"${value}"`;
  if (value instanceof Uint8Array) {
    return `x${Buffer.from(value.buffer, value.byteOffset, value.length).toString("latin1")}`;
  }
  if (Array.isArray(value)) return `[${value.map(contentOf).join()}]`;
  if (value instanceof Map) return `m${contentOf([...value])}`;
  if (typeof value === "object" && value !== null) {
    let text = "{";
    for (const [name, field] of Object.entries(value)) text += `${name}:${contentOf(field)},`;
    return `${text}}`;
  }
  return String(value);
}

/** The fields of a log line for people. */
export function printed(fields: unknown): string {
  return JSON.stringify(fields, (_, value: unknown) => {
    if (typeof value === "bigint") return value.toString();
    return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : value;
  });
}
