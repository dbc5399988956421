// A block of the MerkleChain: which headers it notarised, and which chains joined the directory. Its hash is over the
// roots of both lists, so that one entry can be shown without the others.
import { sha256 } from "../crypto/sha256.ts";
import { codec, hash32, list, safeU64, struct, u32 } from "../encoding/codec.ts";
import { MessageKind, messagePrefix } from "../encoding/domain.ts";
import { type ChainRecord, chainRecordType } from "../ledger/chain-record.ts";
import { MERKLE_CHAIN_BLOCK_ENTRIES_MAX, MIB } from "../limits.ts";
import { listLeafHash, merkleRoot } from "../merkle/transaction-tree.ts";

/** A shard's report that it committed its half of this header, as the MerkleChain took it. */
export interface NotarisedHeader {
  readonly shard: number;
  readonly round: number;
  readonly headerHash: Uint8Array;
}

export interface MerkleChainBlock {
  /** 1 for the first; each one more than its parent's. */
  readonly number: number;
  /** That of the joint block whose third part it is. */
  readonly round: number;
  /** The network's id before the first block. */
  readonly parent: Uint8Array;
  /** Ascending by shard, in parent order within each. */
  readonly notarised: readonly NotarisedHeader[];
  readonly createdChains: readonly ChainRecord[];
}

/** What the block's hash is over. */
interface MerkleChainBlockSummary {
  readonly number: number;
  readonly round: number;
  readonly parent: Uint8Array;
  readonly notarisedRoot: Uint8Array;
  readonly notarisedCount: number;
  readonly createdChainsRoot: Uint8Array;
  readonly createdChainCount: number;
}

const notarisedHeaderType = struct<NotarisedHeader>("NotarisedHeader", {
  shard: u32,
  round: safeU64,
  headerHash: hash32,
});

export const merkleChainBlockType = struct<MerkleChainBlock>("MerkleChainBlock", {
  number: safeU64,
  round: safeU64,
  parent: hash32,
  notarised: list(notarisedHeaderType, MERKLE_CHAIN_BLOCK_ENTRIES_MAX),
  createdChains: list(chainRecordType, MERKLE_CHAIN_BLOCK_ENTRIES_MAX),
});

export const merkleChainBlockCodec = codec<MerkleChainBlock>(
  "MerkleChain block",
  merkleChainBlockType,
  MIB,
);

const merkleChainBlockSummaryType = struct<MerkleChainBlockSummary>("MerkleChainBlockSummary", {
  number: safeU64,
  round: safeU64,
  parent: hash32,
  notarisedRoot: hash32,
  notarisedCount: u32,
  createdChainsRoot: hash32,
  createdChainCount: u32,
});

const notarisedLeaf = (one: NotarisedHeader): Uint8Array =>
  listLeafHash(notarisedHeaderType.serialize(one));

function summaryOf(block: MerkleChainBlock): MerkleChainBlockSummary {
  const { number, round, parent, notarised, createdChains } = block;
  const chains = createdChains.map((one) => listLeafHash(chainRecordType.serialize(one)));
  return {
    number,
    round,
    parent,
    notarisedRoot: merkleRoot(notarised.map(notarisedLeaf)),
    notarisedCount: notarised.length,
    createdChainsRoot: merkleRoot(chains),
    createdChainCount: chains.length,
  };
}

export function merkleChainBlockHash(networkId: Uint8Array, block: MerkleChainBlock): Uint8Array {
  return sha256(
    messagePrefix(networkId, 0, MessageKind.merkleChainBlock),
    merkleChainBlockSummaryType.serialize(summaryOf(block)),
  );
}
