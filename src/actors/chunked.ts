// Values above the size of one row, in chunks of at most 1 MiB.
import { concatBytes } from "../protocol/encoding/bytes.ts";
import { STORED_CHUNK_BYTES_MAX } from "../protocol/limits.ts";
import { afterPrefix, u32Key } from "./keys.ts";
import type { Table } from "./ports.ts";

// A joint block has at most 9 MiB; a value of more chunks was not written by us.
const CHUNKS_MAX = 64;

export function putChunked(table: Table, key: Uint8Array, value: Uint8Array): void {
  let chunk = 0;
  do {
    const start = chunk * STORED_CHUNK_BYTES_MAX;
    table.put(chunkKey(key, chunk), value.subarray(start, start + STORED_CHUNK_BYTES_MAX));
    chunk += 1;
  } while (chunk * STORED_CHUNK_BYTES_MAX < value.length);
  // A longer value before it had more.
  for (; table.get(chunkKey(key, chunk)) !== undefined; chunk++) table.delete(chunkKey(key, chunk));
}

export function getChunked(table: Table, key: Uint8Array): Uint8Array | undefined {
  const first = table.get(chunkKey(key, 0));
  // All but the last chunk are full.
  if (first !== undefined && first.length < STORED_CHUNK_BYTES_MAX) return first;
  // A value that has lost its first chunk is not one that is not there.
  const chunks = range(table, key);
  if (chunks.length <= 1) return chunks[0]?.[1];
  return concatBytes(...chunks.map(([, value]) => value));
}

export function deleteChunked(table: Table, key: Uint8Array): void {
  const first = table.get(chunkKey(key, 0));
  if (first !== undefined && first.length < STORED_CHUNK_BYTES_MAX) {
    table.delete(chunkKey(key, 0));
    return;
  }
  for (const [chunk] of range(table, key)) table.delete(chunk);
}

const chunkKey = (key: Uint8Array, chunk: number): Uint8Array => concatBytes(key, u32Key(chunk));

function range(table: Table, key: Uint8Array) {
  const to = afterPrefix(key);
  return table.range({ from: key, ...(to === undefined ? {} : { to }), limit: CHUNKS_MAX });
}
