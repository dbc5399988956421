// Signatures of the tests: a tag for each (seat, message), summed by exclusive or, as BLS
// signatures are summed. Nobody is handed the tags of seats that are not its own, which is all that
// "unforgeable" means here.
function digest(message: Uint8Array): readonly [number, number] {
  let a = 0x811c9dc5;
  let b = 0x1b873593;
  for (const byte of message) {
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b + byte, 0x85ebca6b) ^ (b >>> 13);
  }
  return [a, b];
}

function addTag(sum: Uint32Array, seat: number, [a, b]: readonly [number, number]): void {
  let x = (a ^ Math.imul(seat + 1, 0x9e3779b1)) | 1;
  for (let i = 0; i < sum.length; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    sum[i] = (sum[i] as number) ^ Math.imul(x + b, 0xc2b2ae35);
  }
}

export function tag(seats: readonly number[], message: Uint8Array): Uint8Array {
  const sum = new Uint32Array(12);
  const hashed = digest(message);
  for (const seat of seats) addTag(sum, seat, hashed);
  return new Uint8Array(sum.buffer);
}

export function sumTags(tags: readonly Uint8Array[]): Uint8Array {
  const sum = new Uint8Array(48);
  for (const one of tags)
    for (let i = 0; i < 48; i++) sum[i] = (sum[i] as number) ^ (one[i] as number);
  return sum;
}

export function verifyTags(
  seats: readonly number[],
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  return tag(seats, message).every((byte, i) => byte === signature[i]);
}
