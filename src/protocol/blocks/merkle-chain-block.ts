// A block of the MerkleChain: which headers it notarised or recorded as void, which chains joined the directory, and
// how one epoch follows another. Its hash is over the roots of the lists, so that one entry can be shown without the others.
import { sha256 } from "../crypto/sha256.ts";
import { bool, codec, hash32, list, optional, safeU64, struct, u32 } from "../encoding/codec.ts";
import { MessageKind, messagePrefix } from "../encoding/domain.ts";
import { type ChainRecord, chainRecordType } from "../ledger/chain-record.ts";
import { MERKLE_CHAIN_BLOCK_ENTRIES_MAX, MIB } from "../limits.ts";
import { listLeafHash, merkleRoot } from "../merkle/transaction-tree.ts";
import {
  CLOSINGS_MAX,
  type Closing,
  closingType,
  type EpochChange,
  epochChangeType,
} from "../rounds/epoch-change.ts";
import { type Saturation, saturationType } from "../topology/saturation.ts";

/** A header that a shard reported. */
export interface ReportedHeader {
  readonly shard: number;
  readonly round: number;
  readonly headerHash: Uint8Array;
}

/** That the shard committed its half of it, as the MerkleChain took it. */
export interface NotarisedHeader extends ReportedHeader {
  /** of the shard, with this round counted. */
  readonly saturation: Saturation;
}

/** That the shard did not commit its half of the certified header: never a parent or a carrier of roots. */
export interface VoidHeader extends ReportedHeader {
  /** it had opened the round with candidates, and closed it by the clock before the certificate came. */
  readonly isLate: boolean;
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
  /** Ascending by shard, then round. */
  readonly voided: readonly VoidHeader[];
  readonly createdChains: readonly ChainRecord[];
  /** Ascending by shard. */
  readonly closings: readonly Closing[];
  readonly epochChange: EpochChange | null;
}

/** What the block's hash is over. */
export interface MerkleChainBlockSummary {
  readonly number: number;
  readonly round: number;
  readonly parent: Uint8Array;
  readonly notarisedRoot: Uint8Array;
  readonly notarisedCount: number;
  readonly voidedRoot: Uint8Array;
  readonly voidedCount: number;
  readonly createdChainsRoot: Uint8Array;
  readonly createdChainCount: number;
  readonly closings: readonly Closing[];
  readonly epochChange: EpochChange | null;
}

const notarisedHeaderType = struct<NotarisedHeader>("NotarisedHeader", {
  shard: u32,
  round: safeU64,
  headerHash: hash32,
  saturation: saturationType,
});

const voidHeaderType = struct<VoidHeader>("VoidHeader", {
  shard: u32,
  round: safeU64,
  headerHash: hash32,
  isLate: bool,
});

export const merkleChainBlockType = struct<MerkleChainBlock>("MerkleChainBlock", {
  number: safeU64,
  round: safeU64,
  parent: hash32,
  notarised: list(notarisedHeaderType, MERKLE_CHAIN_BLOCK_ENTRIES_MAX),
  voided: list(voidHeaderType, MERKLE_CHAIN_BLOCK_ENTRIES_MAX),
  createdChains: list(chainRecordType, MERKLE_CHAIN_BLOCK_ENTRIES_MAX),
  closings: list(closingType, CLOSINGS_MAX),
  epochChange: optional(epochChangeType),
});

export const merkleChainBlockCodec = codec<MerkleChainBlock>(
  "MerkleChain block",
  merkleChainBlockType,
  MIB,
);

export const merkleChainBlockSummaryType = struct<MerkleChainBlockSummary>(
  "MerkleChainBlockSummary",
  {
    number: safeU64,
    round: safeU64,
    parent: hash32,
    notarisedRoot: hash32,
    notarisedCount: u32,
    voidedRoot: hash32,
    voidedCount: u32,
    createdChainsRoot: hash32,
    createdChainCount: u32,
    closings: list(closingType, CLOSINGS_MAX),
    epochChange: optional(epochChangeType),
  },
);

const notarisedLeaf = (one: NotarisedHeader): Uint8Array =>
  listLeafHash(notarisedHeaderType.serialize(one));

export function summaryOf(block: MerkleChainBlock): MerkleChainBlockSummary {
  const { number, round, parent, notarised, voided, createdChains, closings, epochChange } = block;
  const voids = voided.map((one) => listLeafHash(voidHeaderType.serialize(one)));
  const chains = createdChains.map((one) => listLeafHash(chainRecordType.serialize(one)));
  return {
    number,
    round,
    parent,
    notarisedRoot: merkleRoot(notarised.map(notarisedLeaf)),
    notarisedCount: notarised.length,
    voidedRoot: merkleRoot(voids),
    voidedCount: voided.length,
    createdChainsRoot: merkleRoot(chains),
    createdChainCount: chains.length,
    closings,
    epochChange,
  };
}

export function merkleChainBlockHash(networkId: Uint8Array, block: MerkleChainBlock): Uint8Array {
  return summaryHash(networkId, summaryOf(block));
}

export function summaryHash(networkId: Uint8Array, summary: MerkleChainBlockSummary): Uint8Array {
  return sha256(
    messagePrefix(networkId, 0, MessageKind.merkleChainBlock),
    merkleChainBlockSummaryType.serialize(summary),
  );
}
