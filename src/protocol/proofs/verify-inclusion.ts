// what an inclusion proof shows to somebody who trusts the genesis record alone.
import { type Half, jointHeaderHash } from "../blocks/joint-header.ts";
import { equalBytes } from "../encoding/bytes.ts";
import type { Transaction } from "../ledger/transaction.ts";
import { decodeTransaction, type UnverifiedTransaction } from "../ledger/unverified.ts";
import { verifyMerkleProof } from "../merkle/transaction-tree.ts";
import { accept, type Result, refuse } from "../result.ts";
import { linkedHalf } from "./header-link.ts";
import { type InclusionProof, inclusionProofCodec } from "./inclusion-proof.ts";
import { decodeProof, ProofKind } from "./proof-codec.ts";
import type { ProofRefusal } from "./refusals.ts";
import type { TrustedNetwork } from "./trusted-network.ts";

/** What the caller asked for: a proof of something else is refused. */
export interface ExpectedInclusion {
  readonly transaction?: Uint8Array | undefined;
  readonly chain?: number | undefined;
}

export interface ProvenInclusion {
  /** The transaction's id. */
  readonly id: Uint8Array;
  readonly transaction: Transaction;
  readonly chain: number;
  readonly round: number;
  /** Its place in the chain's block of that round. */
  readonly position: number;
  readonly epoch: number;
  /** The hash of the joint header, which is committed. */
  readonly headerHash: Uint8Array;
}

export function verifyInclusion(
  network: TrustedNetwork,
  bytes: Uint8Array,
  expected: ExpectedInclusion = {},
): Result<ProvenInclusion, ProofRefusal> {
  const decoded = decodeProof(inclusionProofCodec, ProofKind.inclusion, bytes);
  if (!decoded.ok) return decoded;
  const proof = decoded.value;
  const { chainHeader, header } = proof.link;
  const foreign = network.refusalOf(header) ?? network.refusalOf(proof.commitment.header);
  if (foreign !== null) return refuse(foreign);
  const transaction = decodeTransaction(proof.transaction, network.id);
  if (!transaction.ok) return refuse({ code: "PROOF_MALFORMED", bytes: bytes.length });
  const { chain } = chainHeader;
  const other = notAsked(transaction.value, chain, expected);
  if (other !== null) return refuse(other);
  if (!isInChainBlock(proof, transaction.value)) {
    return refuse({ code: "PROOF_PATH", link: "transaction" });
  }
  const half = linkedHalf(proof.link);
  if (half === undefined) return refuse({ code: "PROOF_PATH", link: "chain header" });
  const headerHash = jointHeaderHash(header);
  const uncommitted = notCommitted(network, proof, headerHash, half);
  if (uncommitted !== null) return refuse(uncommitted);
  return accept({
    id: transaction.value.id,
    transaction: transaction.value.transaction,
    chain,
    round: header.round,
    position: proof.index,
    epoch: header.epoch,
    headerHash,
  });
}

function notAsked(
  { id, idHex }: UnverifiedTransaction,
  chain: number,
  expected: ExpectedInclusion,
): ProofRefusal | null {
  if (expected.transaction !== undefined && !equalBytes(id, expected.transaction)) {
    return { code: "PROOF_OTHER_TRANSACTION", transaction: idHex };
  }
  if (expected.chain !== undefined && chain !== expected.chain) {
    return { code: "PROOF_OTHER_CHAIN", chain };
  }
  return null;
}

function isInChainBlock({ link, index, path }: InclusionProof, { leaf }: UnverifiedTransaction) {
  const { transactionsRoot, transactionCount } = link.chainHeader;
  return verifyMerkleProof(transactionsRoot, leaf, index, transactionCount, path);
}

/** committed is what a quorum's later header extends. */
function notCommitted(
  network: TrustedNetwork,
  { link, commitment }: InclusionProof,
  headerHash: Uint8Array,
  { shard }: Half,
): ProofRefusal | null {
  const child = commitment.header.halves.find((half) => half.shard === shard);
  if (child === undefined || child.headCertificate === null) return { code: "PROOF_COMMITMENT" };
  const { head, headCertificate } = child;
  if (!equalBytes(head.hash, headerHash) || head.round !== link.header.round) {
    return { code: "PROOF_COMMITMENT" };
  }
  // The child first: it covers the other certificate, so that one pairing answers for whatever is altered in either.
  const childHash = jointHeaderHash(commitment.header);
  if (!network.certifies(commitment.certificate, commitment.header, childHash, shard)) {
    return { code: "PROOF_CERTIFICATE", of: "child header" };
  }
  if (!network.certifies(headCertificate, link.header, headerHash, shard)) {
    return { code: "PROOF_CERTIFICATE", of: "header" };
  }
  return null;
}
