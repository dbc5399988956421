// Who proposes in a view: H(epoch seed, set, round, view) mod seats. Every seat computes it
// alone, and nobody can know it before the seed of the epoch is known.
import { sha256 } from "../crypto/sha256.ts";

/**
 * SHA-256 over seed (32) ‖ set (4) ‖ round (8) ‖ view (4), all big-endian; its first 8 bytes,
 * big-endian, mod `seats`. The modulo favours low seats by less than seats / 2^64: for 42 seats one
 * proposal in 4 * 10^17, which no epoch sees.
 */
export function proposerSeat(
  seed: Uint8Array,
  set: number,
  round: number,
  view: number,
  seats: number,
): number {
  if (seed.length !== 32) throw new TypeError(`Invalid epoch seed: ${seed.length} bytes`);
  const place = new Uint8Array(16);
  const fields = new DataView(place.buffer);
  fields.setUint32(0, set);
  fields.setBigUint64(4, BigInt(round));
  fields.setUint32(12, view);
  const digest = sha256(seed, place);
  const drawn = new DataView(digest.buffer, digest.byteOffset).getBigUint64(0);
  return Number(drawn % BigInt(seats));
}
