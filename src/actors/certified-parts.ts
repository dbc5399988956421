// A certified block as its shards get it: each with its own body alone, which is all that the shard and its followers need.
import { type CertifiedBlock, certifiedBlockCodec } from "../protocol/blocks/shard-block.ts";

export class CertifiedParts {
  readonly #certified: () => CertifiedBlock | null;
  readonly #encoded = new Map<number, Uint8Array>();

  /** `certified`: the whole block, once there is one; it stays the same then. */
  constructor(certified: () => CertifiedBlock | null) {
    this.#certified = certified;
  }

  /** null without a block, or without a half of the shard. */
  of(shard: number): CertifiedBlock | null {
    const certified = this.#certified();
    if (certified === null) return null;
    const { block, certificate } = certified;
    const shardBlocks = block.shardBlocks.filter((one) => one.shard === shard);
    if (shardBlocks.length === 0) return null;
    return { block: { header: block.header, shardBlocks }, certificate };
  }

  /** The same as bytes, encoded once. */
  encodedFor(shard: number): Uint8Array | null {
    const known = this.#encoded.get(shard);
    if (known !== undefined) return known;
    const own = this.of(shard);
    if (own === null) return null;
    const encoded = certifiedBlockCodec.encode(own);
    this.#encoded.set(shard, encoded);
    return encoded;
  }

  /** The partner's part, if the shard shares transactions with it. */
  partnerOf(shard: number): Uint8Array | null {
    const shardBlocks = this.#certified()?.block.shardBlocks ?? [];
    const own = shardBlocks.find((one) => one.shard === shard);
    const partner = shardBlocks.find((one) => one.shard !== shard);
    if (own === undefined || partner === undefined || own.crossShard.length === 0) return null;
    return this.encodedFor(partner.shard);
  }
}
