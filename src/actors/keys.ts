// Keys of stored rows: big-endian numbers, so that the order of bytes is the order of numbers.
import { concatBytes } from "../protocol/encoding/bytes.ts";

export function u32Key(value: number): Uint8Array {
  const key = new Uint8Array(4);
  new DataView(key.buffer).setUint32(0, value);
  return key;
}

export function u64Key(value: number): Uint8Array {
  const key = new Uint8Array(8);
  new DataView(key.buffer).setBigUint64(0, BigInt(value));
  return key;
}

export function readU64Key(key: Uint8Array, offset = 0): number {
  return Number(new DataView(key.buffer, key.byteOffset, key.byteLength).getBigUint64(offset));
}

export function readU32Key(key: Uint8Array, offset = 0): number {
  return new DataView(key.buffer, key.byteOffset, key.byteLength).getUint32(offset);
}

/** The least key that is above every key with this prefix; undefined if the prefix is all 0xff. */
export function afterPrefix(prefix: Uint8Array): Uint8Array | undefined {
  const end = prefix.slice();
  for (let i = end.length - 1; i >= 0; i--) {
    const byte = end[i] as number;
    if (byte < 0xff) {
      end[i] = byte + 1;
      return end.subarray(0, i + 1);
    }
  }
  return undefined;
}

export { concatBytes as joinKeys };

/** A shard's round: by shard, then round. */
export const shardRoundKey = (shard: number, round: number): Uint8Array =>
  concatBytes(u32Key(shard), u64Key(round));
