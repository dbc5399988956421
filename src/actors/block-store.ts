// The committed blocks of a replica: each whole, as it was certified, and its header in a row of its own, because most questions
// are about headers and a body can take megabytes.

import { type ChainHeader, chainHeaderType } from "../protocol/blocks/chain-header.ts";
import { type JointHeader, jointHeaderType } from "../protocol/blocks/joint-header.ts";
import { type CertifiedBlock, certifiedBlockCodec } from "../protocol/blocks/shard-block.ts";
import { type Certificate, certificateType } from "../protocol/consensus/messages.ts";
import { type Codec, codec, decodeStored, list, struct } from "../protocol/encoding/codec.ts";
import { JOINT_BLOCK_BYTES_MAX } from "../protocol/limits.ts";
import { deleteChunked, getChunked, putChunked } from "./chunked.ts";
import { readU64Key, u64Key } from "./keys.ts";
import type { Store, Table } from "./ports.ts";

/** A committed block without its bodies. */
export interface CommittedHeader {
  readonly header: JointHeader;
  readonly certificate: Certificate;
  /** Of the replica's shard. */
  readonly chainHeaders: readonly ChainHeader[];
}

export const committedHeaderCodec: Codec<CommittedHeader> = codec<CommittedHeader>(
  "committed header",
  struct<CommittedHeader>("CommittedHeader", {
    header: jointHeaderType,
    certificate: certificateType,
    chainHeaders: list(chainHeaderType),
  }),
  JOINT_BLOCK_BYTES_MAX,
);

/** Rounds whose successor is remembered: a search reads the header that it finds, and many ask for the same few rounds. */
const NEXT_MAX = 64;

export class BlockStore {
  readonly #headers: Table;
  readonly #blocks: Table;
  /** By a round: the next with a block; null: none yet. */
  readonly #next = new Map<number, number | null>();

  constructor(store: Store) {
    this.#headers = store.table("headers");
    this.#blocks = store.table("blocks");
  }

  /** `encoded`: the whole certified block's bytes. */
  put(committed: CommittedHeader, encoded: Uint8Array): void {
    const key = u64Key(committed.header.round);
    putChunked(this.#headers, key, committedHeaderCodec.encode(committed));
    putChunked(this.#blocks, key, encoded);
    this.#next.clear();
  }

  /** undefined if there is none in the round, or it was pruned. */
  block(round: number): CertifiedBlock | undefined {
    const bytes = this.bytes(round);
    return bytes === undefined ? undefined : decodeStored(certifiedBlockCodec, bytes);
  }

  /** The same as it was certified. */
  bytes(round: number): Uint8Array | undefined {
    return getChunked(this.#blocks, u64Key(round));
  }

  headerBytes(round: number): Uint8Array | undefined {
    return getChunked(this.#headers, u64Key(round));
  }

  header(round: number): CommittedHeader | undefined {
    const bytes = this.headerBytes(round);
    return bytes === undefined ? undefined : decodeStored(committedHeaderCodec, bytes);
  }

  /** Rounds with blocks after `round`, ascending. */
  roundsAfter(round: number, limit: number): number[] {
    const rounds: number[] = [];
    for (let at = round; rounds.length < limit; ) {
      const next = this.#nextAfter(at);
      if (next === null) break;
      rounds.push(next);
      at = next;
    }
    return rounds;
  }

  #nextAfter(round: number): number | null {
    const known = this.#next.get(round);
    if (known !== undefined) return known;
    const [row] = this.#headers.range({ from: u64Key(round + 1), limit: 1 });
    const next = row === undefined ? null : readU64Key(row[0]);
    if (this.#next.size >= NEXT_MAX) this.#next.clear();
    this.#next.set(round, next);
    return next;
  }

  prune(round: number): void {
    this.#next.clear();
    deleteChunked(this.#headers, u64Key(round));
    deleteChunked(this.#blocks, u64Key(round));
  }
}
