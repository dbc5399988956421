// Numbers drawn from a seed: SHA-256 in counter mode. Everybody who knows the seed draws the same.
import { sha256 } from "../crypto/sha256.ts";
import { utf8 } from "../encoding/bytes.ts";

const SEED_BYTES = 32;
/** Above every sum of stakes. */
const RANGE = 1n << 256n;

/** All of one length, which makes what is hashed longer than for a proposer's draw: no two purposes hash the same bytes. */
const PURPOSES = {
  split: utf8("YGG-SPLIT"),
  seats: utf8("YGG-SEATS"),
  extras: utf8("YGG-EXTRA"),
} as const;

export class Draws {
  readonly #parts: readonly Uint8Array[];
  readonly #counter = new Uint8Array(8);
  #drawn = 0n;

  /** `subject`: what is drawn for, such as a shard's id. Throws TypeError for a seed that has not 32 bytes. */
  constructor(seed: Uint8Array, purpose: keyof typeof PURPOSES, subject: number) {
    if (seed.length !== SEED_BYTES)
      throw new TypeError(`Invalid seed: expected ${SEED_BYTES} bytes, found ${seed.length}`);
    const about = new Uint8Array(4);
    new DataView(about.buffer).setUint32(0, subject);
    this.#parts = [seed, PURPOSES[purpose], about];
  }

  /** A number from 0 to `bound` - 1, each as likely as any other: draws of the range's uneven rest are repeated. */
  below(bound: bigint): bigint {
    if (bound < 1n || bound > RANGE) throw new RangeError(`Invalid bound of a draw: ${bound}`);
    const limit = RANGE - (RANGE % bound);
    for (;;) {
      const drawn = this.#next();
      if (drawn < limit) return drawn % bound;
    }
  }

  #next(): bigint {
    const view = new DataView(this.#counter.buffer);
    view.setBigUint64(0, this.#drawn);
    this.#drawn += 1n;
    const digest = sha256(...this.#parts, this.#counter);
    const words = new DataView(digest.buffer, digest.byteOffset);
    let number = 0n;
    for (let at = 0; at < digest.length; at += 8) number = (number << 64n) | words.getBigUint64(at);
    return number;
  }
}

/** Fisher and Yates: every order of the items is as likely. The list itself stays as it is. */
export function shuffled<T>(items: readonly T[], draws: Draws): T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = Number(draws.below(BigInt(last + 1)));
    [order[last], order[other]] = [order[other] as T, order[last] as T];
  }
  return order;
}
