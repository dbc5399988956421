// What shows that an epoch was activated: the MerkleChain's block that says so, by its summary, with the joint header that
// carries it and the certificate of a quorum of the epoch before.
import { type JointHeader, jointHeaderHash, jointHeaderType } from "../blocks/joint-header.ts";
import {
  type MerkleChainBlockSummary,
  merkleChainBlockSummaryType,
  summaryHash,
} from "../blocks/merkle-chain-block.ts";
import { type Certificate, certificateType } from "../consensus/messages.ts";
import { equalBytes, toHex } from "../encoding/bytes.ts";
import { codec, struct } from "../encoding/codec.ts";
import { accept, type Result, refuse } from "../result.ts";
import type { EpochRecord } from "../rounds/epoch.ts";
import type { KnownEpochs } from "./known-epochs.ts";
import type { EpochProofRefusal } from "./refusals.ts";

export interface EpochProof {
  readonly header: JointHeader;
  readonly certificate: Certificate;
  readonly block: MerkleChainBlockSummary;
}

export const EPOCH_PROOF_BYTES_MAX = 8192;

export const epochProofCodec = codec<EpochProof>(
  "epoch proof",
  struct<EpochProof>("EpochProof", {
    header: jointHeaderType,
    certificate: certificateType,
    block: merkleChainBlockSummaryType,
  }),
  EPOCH_PROOF_BYTES_MAX,
);

/** The record of the epoch behind the newest known one. Costs a pairing check. */
export function verifyEpochProof(
  known: KnownEpochs,
  bytes: Uint8Array,
): Result<EpochRecord, EpochProofRefusal> {
  const decoded = epochProofCodec.decode(bytes);
  if (!decoded.ok) return refuse({ code: "EPOCH_PROOF_MALFORMED", bytes: bytes.length });
  const { header, certificate, block } = decoded.value;
  const { id, epochs, rootShard } = known;
  const { epoch, activationRound } = epochs.latest;
  const change = block.epochChange;
  if (change?.kind !== "activated" || change.epoch.epoch !== epoch + 1)
    return refuse({ code: "EPOCH_PROOF_NOT_NEXT", epoch: epoch + 1 });
  const { round, merkleChain: part } = header;
  if (!equalBytes(header.networkId, id))
    return refuse({ code: "EPOCH_PROOF_OTHER_NETWORK", networkId: toHex(header.networkId) });
  // The last round that the epoch before can have.
  const isInTime = round >= activationRound && round < change.epoch.activationRound;
  const isBlock = part !== null && equalBytes(part.blockHash, summaryHash(id, block));
  if (!isInTime || !isBlock || block.round !== round)
    return refuse({ code: "EPOCH_PROOF_OTHER_BLOCK", round });
  const isOnDuty = epochs.dutyOf(rootShard, round).set === header.set;
  if (!isOnDuty || !known.certifies(certificate, header, jointHeaderHash(header)))
    return refuse({ code: "EPOCH_PROOF_NOT_CERTIFIED", round });
  return accept(change.epoch);
}
