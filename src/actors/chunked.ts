// Values above the size of one row, in chunks of at most 1 MiB.
import { concatBytes } from "../protocol/encoding/bytes.ts";
import { STORED_CHUNK_BYTES_MAX } from "../protocol/limits.ts";
import { afterPrefix, u32Key } from "./keys.ts";
import type { Table } from "./ports.ts";

// A joint block has at most 9 MiB; a value of more chunks was not written by us.
const CHUNKS_MAX = 64;

export function putChunked(table: Table, key: Uint8Array, value: Uint8Array): void {
  deleteChunked(table, key);
  for (let chunk = 0; chunk === 0 || chunk * STORED_CHUNK_BYTES_MAX < value.length; chunk++) {
    const start = chunk * STORED_CHUNK_BYTES_MAX;
    table.put(
      concatBytes(key, u32Key(chunk)),
      value.subarray(start, start + STORED_CHUNK_BYTES_MAX),
    );
  }
}

export function getChunked(table: Table, key: Uint8Array): Uint8Array | undefined {
  const chunks = range(table, key);
  if (chunks.length <= 1) return chunks[0]?.[1];
  return concatBytes(...chunks.map(([, value]) => value));
}

export function deleteChunked(table: Table, key: Uint8Array): void {
  for (const [chunk] of range(table, key)) table.delete(chunk);
}

function range(table: Table, key: Uint8Array) {
  const to = afterPrefix(key);
  return table.range({ from: key, ...(to === undefined ? {} : { to }), limit: CHUNKS_MAX });
}
