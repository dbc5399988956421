// What shows that an epoch was activated: the MerkleChain's block that says so, by its summary, with the joint header that
// carries it and the certificate of a quorum of the epoch before; and that the MerkleChain committed it: a certified header of
// the MerkleChain's next block, which names this one as its head. What is certified alone may be void, and the epoch lapsed.
import { JOINT_HEADER_VERSION, type JointHeader, jointHeaderHash } from "../blocks/joint-header.ts";
import {
  type MerkleChainBlockSummary,
  merkleChainBlockSummaryType,
  summaryHash,
} from "../blocks/merkle-chain-block.ts";
import { type CertifiedHeader, certifiedHeaderType } from "../blocks/merkle-chain-body.ts";
import { equalBytes, toHex } from "../encoding/bytes.ts";
import { codec, list, struct } from "../encoding/codec.ts";
import { KIB } from "../limits.ts";
import { accept, type Result, refuse } from "../result.ts";
import type { EpochRecord } from "../rounds/epoch.ts";
import { newSeatHashes, type Seat, seatListHash, seatListType } from "../rounds/seat-lists.ts";
import type { KnownEpochs } from "./known-epochs.ts";
import type { EpochProofRefusal } from "./refusals.ts";

export interface EpochProof {
  readonly block: MerkleChainBlockSummary;
  readonly certified: CertifiedHeader;
  /** Around the MerkleChain's next block, whatever that says. */
  readonly child: CertifiedHeader;
  /** The lists of seats that the epoch names and the one before does not. */
  readonly seats: readonly (readonly Seat[])[];
}

export interface ShownEpoch {
  readonly record: EpochRecord;
  readonly seats: readonly (readonly Seat[])[];
}

/** Of one that divides a shard of 53: lists for as many sets. */
export const EPOCH_PROOF_BYTES_MAX = 512 * KIB;
const LISTS_MAX = 128;

export const epochProofCodec = codec<EpochProof>(
  "epoch proof",
  struct<EpochProof>("EpochProof", {
    block: merkleChainBlockSummaryType,
    certified: certifiedHeaderType,
    child: certifiedHeaderType,
    seats: list(seatListType, LISTS_MAX),
  }),
  EPOCH_PROOF_BYTES_MAX,
);

/** The epoch behind the newest known one. Costs two pairing checks, and one for each seat that is new. */
export function verifyEpochProof(
  known: KnownEpochs,
  bytes: Uint8Array,
): Result<ShownEpoch, EpochProofRefusal> {
  const decoded = epochProofCodec.decode(bytes);
  if (!decoded.ok) return refuse({ code: "EPOCH_PROOF_MALFORMED", bytes: bytes.length });
  const { block, certified, child, seats } = decoded.value;
  const { header } = certified;
  const { id, epochs } = known;
  const { epoch, activationRound } = epochs.latest;
  const change = block.epochChange;
  if (change?.kind !== "activated" || change.epoch.epoch !== epoch + 1)
    return refuse({ code: "EPOCH_PROOF_NOT_NEXT", epoch: epoch + 1 });
  for (const { networkId } of [header, child.header]) {
    if (!equalBytes(networkId, id))
      return refuse({ code: "EPOCH_PROOF_OTHER_NETWORK", networkId: toHex(networkId) });
  }
  const { round, merkleChain: part } = header;
  // The last round that the epoch before can have.
  const isInTime = round >= activationRound && round < change.epoch.activationRound;
  const isBlock = part !== null && equalBytes(part.blockHash, summaryHash(id, block));
  if (!isInTime || !isBlock || block.round !== round)
    return refuse({ code: "EPOCH_PROOF_OTHER_BLOCK", round });
  if (!isCertifiedOnRootDuty(known, certified))
    return refuse({ code: "EPOCH_PROOF_NOT_CERTIFIED", round });
  const record = change.epoch;
  if (!areItsSeats(known, record, seats))
    return refuse({ code: "EPOCH_PROOF_OTHER_SEATS", epoch: record.epoch });
  const ahead = known.ahead(record, seats);
  if (!isChild(child.header, header) || !isCertifiedOnRootDuty(ahead, child))
    return refuse({ code: "EPOCH_PROOF_NOT_COMMITTED", round });
  return accept({ record, seats });
}

/**
 * whether these are the lists that the epoch names and the one before does not, each once, and their holders know their secrets.
 * What else the reader may know does not matter: all are shown the same.
 */
function areItsSeats(
  known: KnownEpochs,
  { topology }: EpochRecord,
  seats: readonly (readonly Seat[])[],
): boolean {
  const fresh = new Set(newSeatHashes(known.epochs.latest, topology).map(toHex));
  const shown = new Set(seats.map((list) => toHex(seatListHash(list))));
  if (shown.size !== seats.length || shown.size !== fresh.size) return false;
  if ([...fresh].some((hash) => !shown.has(hash))) return false;
  return seats.every((list) => known.admitsSeats(list));
}

/** whether the MerkleChain's part of the one extends that of the other. */
function isChild({ round, merkleChain: part }: JointHeader, parent: JointHeader): boolean {
  if (part === null || round <= parent.round || part.head.round !== parent.round) return false;
  return equalBytes(part.head.hash, jointHeaderHash(parent));
}

function isCertifiedOnRootDuty(
  known: KnownEpochs,
  { header, certificate }: CertifiedHeader,
): boolean {
  const { epochs, rootShard } = known;
  if (header.version !== JOINT_HEADER_VERSION) return false;
  if (header.round < epochs.at(header.round).activationRound) return false;
  const { set } = epochs.dutyOf(rootShard, header.round);
  return set === header.set && known.certifies(certificate, header, jointHeaderHash(header));
}
