// What the Worker uses of Node's zlib, which workerd has natively: a sixteenth of the time of a sum in JavaScript on 16 KiB.
declare module "node:zlib" {
  /** CRC-32 as in IEEE 802.3, zlib and PNG. `value`: the sum of the bytes that come before these. */
  export function crc32(data: Uint8Array, value?: number): number;
}
