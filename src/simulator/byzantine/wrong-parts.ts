// Proposes joint blocks whose MerkleChain's part is not the one that the MerkleChain opened the round with: false ones, which
// nobody votes for, and valid ones, which the MerkleChain commits no more than those. The halves beside it must get on all the same.
import type { MerkleChainPart } from "../../protocol/blocks/joint-header.ts";
import {
  type MerkleChainBlock,
  merkleChainBlockHash,
} from "../../protocol/blocks/merkle-chain-block.ts";
import {
  type MerkleChainBody,
  merkleChainBodyHash,
} from "../../protocol/blocks/merkle-chain-body.ts";
import { sha256 } from "../../protocol/crypto/sha256.ts";
import { proposing } from "./bad-proposer.ts";
import { anyOf, type Draft, type Forge, type Forgeries, withHeader } from "./forged-block.ts";

/** Only what has the part lends itself. */
const ofPart =
  (forge: (block: Draft, part: MerkleChainPart, body: MerkleChainBody) => Draft | null): Forge =>
  (block) => {
    const { merkleChain: part } = block.header;
    const { merkleChain: body } = block;
    return part === null || body === null ? null : forge(block, part, body);
  };

/** null: the block does not lend itself to this. */
const inBlock = (change: (block: MerkleChainBlock) => Partial<MerkleChainBlock> | null): Forge =>
  ofPart((block, part, body) => {
    const { networkId } = block.header;
    const other = change(body.block);
    if (other === null) return null;
    const changed = { ...body.block, ...other };
    const merkleChain = { ...body, block: changed };
    const blockHash = merkleChainBlockHash(networkId, changed);
    const bodyHash = merkleChainBodyHash(merkleChain);
    return { ...withHeader(block, { merkleChain: { ...part, blockHash, bodyHash } }), merkleChain };
  });

export const WRONG_PARTS: Forgeries = {
  otherHead: ofPart((block, part) => {
    const head = { ...part.head, hash: sha256(part.head.hash) };
    return withHeader(block, { merkleChain: { ...part, head } });
  }),
  headUncertified: ofPart((block, part) =>
    part.headCertificate === null
      ? null
      : withHeader(block, { merkleChain: { ...part, headCertificate: null } }),
  ),
  otherNumber: inBlock(({ number }) => ({ number: number + 1 })),
  otherParent: inBlock(({ parent }) => ({ parent: sha256(parent) })),
  otherRound: inBlock(({ round }) => ({ round: round + 1 })),
  unknownHeaders: inBlock(({ notarised }) => ({
    notarised: notarised.map((one) => ({ ...one, headerHash: sha256(one.headerHash) })),
  })),
  otherOrder: inBlock(({ notarised }) =>
    notarised.length < 2 ? null : { notarised: notarised.toReversed() },
  ),
  sayingNothing: inBlock(() => ({ notarised: [], createdChains: [] })),
  // These two follow from the rules, but for the MerkleChain's own word.
  otherCertificates: ofPart((block, part, body) => {
    const merkleChain = { ...body, headers: body.headers.toReversed() };
    const bodyHash = merkleChainBodyHash(merkleChain);
    if (body.headers.length < 2) return null;
    return { ...withHeader(block, { merkleChain: { ...part, bodyHash } }), merkleChain };
  }),
  dropped: ofPart((block) => ({ ...withHeader(block, { merkleChain: null }), merkleChain: null })),
};

/** No half of it is forged: there may be none. */
const NO_SHARD = -1;

export const wrongParts = proposing(anyOf(WRONG_PARTS), (block) =>
  block.merkleChain === null ? null : { ...block, shard: NO_SHARD },
);
