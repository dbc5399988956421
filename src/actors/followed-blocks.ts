// The blocks that a shard hands to those who follow it. Each of the N-1 sets asks for each block, mostly for the same few
// within k rounds: the newest are at hand, so that what is added for another set is a call and not a reading.
import { MIB } from "../protocol/limits.ts";
import type { BlockStore } from "./block-store.ts";

/** Handed out at once: keeps the call small. */
const BLOCKS_A_CALL = 4;
/** Of encoded blocks; a full one of 2,500 transfers has 600 kB. */
const KEPT_BYTES_MAX = MIB;

export class FollowedBlocks {
  readonly #blocks: BlockStore;
  /** By round, those read longest ago first. A committed block never changes. */
  readonly #kept = new Map<number, Uint8Array>();
  #keptBytes = 0;

  constructor(blocks: BlockStore) {
    this.#blocks = blocks;
  }

  /** The first blocks behind a round, ascending; without those that were pruned. */
  after(round: number): Uint8Array[] {
    return this.#blocks
      .roundsAfter(round, BLOCKS_A_CALL)
      .flatMap((one) => this.#bytesOf(one) ?? []);
  }

  #bytesOf(round: number): Uint8Array | undefined {
    const kept = this.#kept.get(round);
    if (kept !== undefined) return kept;
    const bytes = this.#blocks.bytes(round);
    if (bytes === undefined) return undefined;
    this.#kept.set(round, bytes);
    this.#keptBytes += bytes.length;
    for (const [oldest, { length }] of this.#kept) {
      if (this.#keptBytes <= KEPT_BYTES_MAX) break;
      this.#kept.delete(oldest);
      this.#keptBytes -= length;
    }
    return bytes;
  }
}
