// A certified block as its parties get it: each with its own body alone, which is all that the party and its followers need.

import { type CertifiedBlock, certifiedBlockCodec } from "../protocol/blocks/shard-block.ts";
import type { PartyName } from "./peers.ts";

export class CertifiedParts {
  readonly #certified: () => CertifiedBlock | null;
  readonly #encoded = new Map<PartyName, Uint8Array>();

  /** `certified`: the whole block, once there is one; it stays the same then. */
  constructor(certified: () => CertifiedBlock | null) {
    this.#certified = certified;
  }

  /** For a shard or the MerkleChain; null without a block, or without a part of it. */
  of(party: PartyName): CertifiedBlock | null {
    const certified = this.#certified();
    if (certified === null) return null;
    const { block, certificate } = certified;
    const { header } = block;
    const shardBlocks = block.shardBlocks.filter(({ shard }) => shard === party);
    const merkleChain = party === "merkleChain" ? block.merkleChain : null;
    if (shardBlocks.length === 0 && merkleChain === null) return null;
    return { block: { header, shardBlocks, merkleChain }, certificate };
  }

  /** The same as bytes, encoded once. */
  encodedFor(party: PartyName): Uint8Array | null {
    const known = this.#encoded.get(party);
    if (known !== undefined) return known;
    const own = this.of(party);
    if (own === null) return null;
    const encoded = certifiedBlockCodec.encode(own);
    this.#encoded.set(party, encoded);
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
