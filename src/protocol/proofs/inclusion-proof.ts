// The bytes that show a transaction in a committed block: transaction, its place in the chain's block, the chain's header
// in a joint header, and what shows that this header was committed.
import {
  JOINT_HEADER_BYTES_MAX,
  type JointHeader,
  jointHeaderType,
} from "../blocks/joint-header.ts";
import { CERTIFICATE_BYTES_MAX, type Certificate, certificateType } from "../consensus/messages.ts";
import { byteString, codec, hash32, list, struct, taggedUnion, u32 } from "../encoding/codec.ts";
import { TRANSACTION_BYTES_MAX } from "../limits.ts";
import { HEADER_LINK_BYTES_MAX, type HeaderLink, headerLinkType } from "./header-link.ts";
import { PATH_BYTES_MAX, type ProofPrefix, proofPrefixFields } from "./proof-codec.ts";

/**
 * a certificate alone never says COMMITTED. A certified MerkleChain part joins as another kind.
 */
export type CommitmentProof =
  /**
   * A later header, certified, whose half for the chain's shard extends the one in question: a set extends a head only on its
   * shard's word. That half also carries the certificate of the header that it extends.
   */
  {
    readonly kind: "childHeader";
    readonly header: JointHeader;
    readonly certificate: Certificate;
  };

export interface InclusionProof extends ProofPrefix {
  readonly transaction: Uint8Array;
  /** Its place in the chain's block, and the hashes beside its way up. */
  readonly index: number;
  readonly path: readonly Uint8Array[];
  readonly link: HeaderLink;
  readonly commitment: CommitmentProof;
}

const commitmentType = taggedUnion<CommitmentProof>("CommitmentProof", {
  childHeader: {
    tag: 0,
    fields: struct<Omit<CommitmentProof, "kind">>("ChildHeader", {
      header: jointHeaderType,
      certificate: certificateType,
    }),
  },
});

export const INCLUSION_PROOF_BYTES_MAX: number =
  2 +
  2 +
  TRANSACTION_BYTES_MAX +
  4 +
  PATH_BYTES_MAX +
  HEADER_LINK_BYTES_MAX +
  1 +
  JOINT_HEADER_BYTES_MAX +
  CERTIFICATE_BYTES_MAX;

export const inclusionProofCodec = codec<InclusionProof>(
  "inclusion proof",
  struct<InclusionProof>("InclusionProof", {
    ...proofPrefixFields,
    transaction: byteString,
    index: u32,
    path: list(hash32),
    link: headerLinkType,
    commitment: commitmentType,
  }),
  INCLUSION_PROOF_BYTES_MAX,
);
