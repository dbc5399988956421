// Keys of tables with an entry for each round, block or arrival, as the integers that SQLite searches fastest: 8 bytes of its
// number, big-endian, and 4 of a chunk's number or none. The order of the integers is that of the bytes.

// A number without a chunk stands before its chunks: 0, then 1 + chunk.
const PLACES = 128;
const CHUNKS_MAX = PLACES - 1;
const NUMBERS_MAX = Math.floor(Number.MAX_SAFE_INTEGER / PLACES);

/** Throws RangeError for bytes that are no such key. */
export function numberOfKey(key: Uint8Array): number {
  const isWhole = key.length === 8 || key.length === 12;
  const [number, chunk] = isWhole ? [readNumber(key), readChunk(key)] : [NUMBERS_MAX, 0];
  if (number >= NUMBERS_MAX || chunk >= CHUNKS_MAX) {
    throw new RangeError(`Cannot use a key of ${key.length} bytes: no number and chunk`);
  }
  return number * PLACES + (key.length === 8 ? 0 : 1 + chunk);
}

/** The least integer of a key that is not below the bound, which can be any bytes. */
export function numberOfBound(bound: Uint8Array): number {
  const key = new Uint8Array(12);
  key.set(bound.subarray(0, 12));
  const number = readNumber(key);
  if (number >= NUMBERS_MAX) return Number.MAX_SAFE_INTEGER;
  if (bound.length <= 8) return number * PLACES;
  const chunk = readChunk(key) + (bound.length > 12 ? 1 : 0);
  return number * PLACES + 1 + Math.min(chunk, CHUNKS_MAX);
}

export function keyOfNumber(integer: number): Uint8Array {
  const place = integer % PLACES;
  const key = new Uint8Array(place === 0 ? 8 : 12);
  const view = new DataView(key.buffer);
  view.setBigUint64(0, BigInt(Math.floor(integer / PLACES)));
  if (place > 0) view.setUint32(8, place - 1);
  return key;
}

/** Above a safe integer it is inexact, and far above every number in use. */
function readNumber(key: Uint8Array): number {
  const view = new DataView(key.buffer, key.byteOffset);
  return view.getUint32(0) * 2 ** 32 + view.getUint32(4);
}

function readChunk(key: Uint8Array): number {
  return key.length < 12 ? 0 : new DataView(key.buffer, key.byteOffset).getUint32(8);
}
