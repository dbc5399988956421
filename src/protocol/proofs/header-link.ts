// The part that both kinds of proof share: a chain's header, its place under the root of a half, and the joint header
// around it.

import {
  CHAIN_HEADER_BYTES_MAX,
  type ChainHeader,
  chainHeaderHash,
  chainHeaderType,
} from "../blocks/chain-header.ts";
import {
  type Half,
  JOINT_HEADER_BYTES_MAX,
  type JointHeader,
  jointHeaderType,
} from "../blocks/joint-header.ts";
import { type BcsType, hash32, list, struct, u32 } from "../encoding/codec.ts";
import { merkleProof, verifyMerkleProof } from "../merkle/transaction-tree.ts";
import { PATH_BYTES_MAX } from "./proof-codec.ts";

export interface HeaderLink {
  readonly chainHeader: ChainHeader;
  /** Its place among the chain headers of the half, and the hashes beside its way up. */
  readonly chainIndex: number;
  readonly chainPath: readonly Uint8Array[];
  readonly header: JointHeader;
}

export const headerLinkType: BcsType<HeaderLink> = struct<HeaderLink>("HeaderLink", {
  chainHeader: chainHeaderType,
  chainIndex: u32,
  chainPath: list(hash32),
  header: jointHeaderType,
});

export const HEADER_LINK_BYTES_MAX: number =
  CHAIN_HEADER_BYTES_MAX + 4 + PATH_BYTES_MAX + JOINT_HEADER_BYTES_MAX;

/** The link for one of a half's chain headers, given all of them in order. */
export function headerLink(
  header: JointHeader,
  chainHeaders: readonly ChainHeader[],
  chainIndex: number,
): HeaderLink {
  const { networkId, epoch } = header;
  const leaves = chainHeaders.map((one) => chainHeaderHash(networkId, epoch, one));
  const chainPath = merkleProof(leaves, chainIndex);
  return { chainHeader: chainHeaders[chainIndex] as ChainHeader, chainIndex, chainPath, header };
}

/** The half of the joint header that has the chain header; undefined if none has it in that place. */
export function linkedHalf(link: HeaderLink): Half | undefined {
  const { header, chainHeader, chainIndex, chainPath } = link;
  const leaf = chainHeaderHash(header.networkId, header.epoch, chainHeader);
  return header.halves.find(({ chainsRoot, chainCount }) =>
    verifyMerkleProof(chainsRoot, leaf, chainIndex, chainCount, chainPath),
  );
}
