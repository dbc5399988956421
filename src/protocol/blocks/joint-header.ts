// What a set certifies (R-3.5, R-4.7, R-7.1): a joint header over one or two halves and, on T0's duty, the MerkleChain's part.
// The bodies hang on it by Merkle roots; the certificate is over its hash.
import { type Certificate, certificateType } from "../consensus/messages.ts";
import { sha256 } from "../crypto/sha256.ts";
import { concatBytes } from "../encoding/bytes.ts";
import { codec, hash32, list, optional, safeU64, struct, u8, u32 } from "../encoding/codec.ts";
import { MessageKind, messagePrefix } from "../encoding/domain.ts";
import { type BlockLoad, blockLoadType } from "../topology/saturation.ts";
import { blockTradesType, type TradeCount } from "../topology/trade-counts.ts";

/** a committed block of a shard (or of the MerkleChain) by the round and hash of its joint header. */
export interface Head {
  readonly round: number;
  /** The joint header's hash; of the network's id before the first block. */
  readonly hash: Uint8Array;
}

export interface Half {
  readonly shard: number;
  /** The head that this half extends; the rounds between are empty for the shard for ever. */
  readonly head: Head;
  /** null only on the first block. */
  readonly headCertificate: Certificate | null;
  /** Merkle root over the leaves of the cross-shard transactions, equal in both halves. */
  readonly crossRoot: Uint8Array;
  /** Merkle root over the hashes of the chain headers, by chain. */
  readonly chainsRoot: Uint8Array;
  readonly chainCount: number;
  /** the other half's payload root; null when the half stands alone. */
  readonly partnerPayloadRoot: Uint8Array | null;
  /** what the half's body holds. */
  readonly load: BlockLoad;
  /** which chains it joins most often, by count, then by chains. */
  readonly trades: readonly TradeCount[];
  /** R-5.8: the MerkleChain block that T0's execution reads; null while the network has one shard. */
  readonly merkleChainRead: Head | null;
}

/** the MerkleChain's block as the third part. */
export interface MerkleChainPart {
  readonly head: Head;
  readonly headCertificate: Certificate | null;
  readonly blockHash: Uint8Array;
  /** Of the whole body: with other bytes to show the block by it would be another part. */
  readonly bodyHash: Uint8Array;
}

export interface JointHeader {
  readonly version: number;
  readonly networkId: Uint8Array;
  readonly epoch: number;
  readonly set: number;
  readonly round: number;
  /** The view in which it was first proposed, which names its proposer. */
  readonly view: number;
  /** One or two, ascending by shard; none if the MerkleChain's part stands alone. */
  readonly halves: readonly Half[];
  readonly merkleChain: MerkleChainPart | null;
}

export const JOINT_HEADER_VERSION = 1;

export const headType = struct<Head>("Head", { round: safeU64, hash: hash32 });

const halfType = struct<Half>("Half", {
  shard: u32,
  head: headType,
  headCertificate: optional(certificateType),
  crossRoot: hash32,
  chainsRoot: hash32,
  chainCount: u32,
  partnerPayloadRoot: optional(hash32),
  load: blockLoadType,
  trades: blockTradesType,
  merkleChainRead: optional(headType),
});

export const jointHeaderType = struct<JointHeader>("JointHeader", {
  version: u8,
  networkId: hash32,
  epoch: safeU64,
  set: u32,
  round: safeU64,
  view: u32,
  halves: list(halfType),
  merkleChain: optional(
    struct<MerkleChainPart>("MerkleChainPart", {
      head: headType,
      headCertificate: optional(certificateType),
      blockHash: hash32,
      bodyHash: hash32,
    }),
  ),
});

export const JOINT_HEADER_BYTES_MAX = 4096;
export const jointHeaderCodec = codec<JointHeader>(
  "joint header",
  jointHeaderType,
  JOINT_HEADER_BYTES_MAX,
);

/** The value that seats vote for. */
export function jointHeaderHash(header: JointHeader): Uint8Array {
  return sha256(
    messagePrefix(header.networkId, header.epoch, MessageKind.jointHeader),
    jointHeaderCodec.encode(header),
  );
}

/** what the other half carries of this one. */
export function payloadRoot(
  networkId: Uint8Array,
  epoch: number,
  half: Pick<Half, "shard" | "crossRoot" | "chainsRoot">,
): Uint8Array {
  const shard = new Uint8Array(4);
  new DataView(shard.buffer).setUint32(0, half.shard);
  return sha256(
    concatBytes(
      messagePrefix(networkId, epoch, MessageKind.shardPayload),
      shard,
      half.crossRoot,
      half.chainsRoot,
    ),
  );
}

/** the halves of one joint header, ascending by shard, each with the other's payload root. */
export function joinHalves(networkId: Uint8Array, epoch: number, halves: readonly Half[]): Half[] {
  const ordered = [...halves].sort((a, b) => a.shard - b.shard);
  return ordered.map((half, i) => {
    const partner = ordered[1 - i];
    const partnerPayloadRoot =
      partner === undefined ? null : payloadRoot(networkId, epoch, partner);
    return { ...half, partnerPayloadRoot };
  });
}
