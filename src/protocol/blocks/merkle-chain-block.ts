// A block of the MerkleChain: which headers it notarised, and which chains joined the directory.
import { sha256 } from "../crypto/sha256.ts";
import { codec, hash32, list, safeU64, struct, u32 } from "../encoding/codec.ts";
import { MessageKind, messagePrefix } from "../encoding/domain.ts";
import { type ChainRecord, chainRecordType } from "../ledger/chain-record.ts";
import { MIB } from "../limits.ts";

export interface NotarisedHeader {
  readonly shard: number;
  readonly round: number;
  readonly headerHash: Uint8Array;
}

export interface MerkleChainBlock {
  /** 1 for the first; each one more than its parent's. */
  readonly number: number;
  /** The round in which it was made. */
  readonly round: number;
  /** The network's id before the first block. */
  readonly parent: Uint8Array;
  /** In parent order within each shard. */
  readonly notarised: readonly NotarisedHeader[];
  readonly createdChains: readonly ChainRecord[];
}

export const merkleChainBlockCodec = codec<MerkleChainBlock>(
  "MerkleChain block",
  struct<MerkleChainBlock>("MerkleChainBlock", {
    number: safeU64,
    round: safeU64,
    parent: hash32,
    notarised: list(
      struct<NotarisedHeader>("NotarisedHeader", {
        shard: u32,
        round: safeU64,
        headerHash: hash32,
      }),
    ),
    createdChains: list(chainRecordType),
  }),
  MIB,
);

export function merkleChainBlockHash(networkId: Uint8Array, block: MerkleChainBlock): Uint8Array {
  return sha256(
    messagePrefix(networkId, 0, MessageKind.merkleChainBlock),
    merkleChainBlockCodec.encode(block),
  );
}
