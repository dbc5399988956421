// The shapes of requests. One can come from a validator elsewhere, who may send anything: a field of the wrong kind is refused
// before anybody works with it, where it would throw and cost the actor all that it has in memory.
import {
  CROSS_READ_SET_BYTES_MAX,
  MERKLE_CHAIN_BODY_BYTES_MAX,
  SHARD_BLOCK_BYTES_MAX,
  SHARD_BLOCK_TRANSACTIONS_MAX,
} from "../protocol/limits.ts";
import { STATE_QUERY_BYTES_MAX } from "../protocol/merkle/state-parts.ts";
import { LEFT_IDS_MAX } from "./left-elsewhere.ts";
import type { NotariseRequest, OpenPartRequest, OpenRequest, PeerRequest } from "./peers.ts";

/** Proofs of epochs in one message: some 2 KiB each. */
export const EPOCHS_A_CALL = 64;
/** Headers of rounds in one message: some 1.5 KiB each. */
export const HEADERS_ASKED_MAX = 256;
// More than a shard reports at once.
const REPORTED_MAX = 256;

/** What shards, sets and the MerkleChain are asked. */
export function isWellFormed(request: PeerRequest): boolean {
  if (!isObject(request)) return false;
  switch (request.kind) {
    case "open":
    case "openPart":
      return isOpening(request);
    case "commit":
      return (
        isNumber(request.set) &&
        isBytes(request.certifiedBlock) &&
        isBytesOrNull(request.partnerBlock)
      );
    case "accepted":
      return isPlace(request.shard, request.round) && isBytes(request.certifiedBlock);
    case "follow":
      return isParty(request.of) && isNumber(request.round);
    case "blocks":
      return isNumber(request.afterRound);
    case "suspects":
      return isNumber(request.round) && Array.isArray(request.ids) && request.ids.every(isHash);
    case "consensus": {
      const { set, round, message, block } = request;
      return isPlace(set, round) && isBytes(message) && (block === null || isBytes(block));
    }
    case "proposedBlock":
      return isPlace(request.set, request.round) && isHash(request.value);
    case "opening":
      return isPlace(request.set, request.round) && isParty(request.of);
    case "nothing":
      return isPlace(request.set, request.round);
    case "decision":
    case "result":
      return isNumber(request.round);
    case "progress": {
      const { shard, executedRound, finalRound } = request;
      return isPlace(shard, executedRound) && isNumber(finalRound);
    }
    case "left": {
      const { ids } = request;
      return Array.isArray(ids) && ids.length <= LEFT_IDS_MAX && ids.every(isHash);
    }
    case "exchange":
      return isBytes(request.readSet) && request.readSet.length <= CROSS_READ_SET_BYTES_MAX;
    case "resultVote":
      return isPlace(request.set, request.round);
    case "notarise":
      return isReport(request);
    case "notarised":
      return isPlace(request.round, request.chains);
    case "lease":
      return isNumber(request.epoch);
    case "epochs": {
      const { proofs } = request;
      return Array.isArray(proofs) && proofs.length <= EPOCHS_A_CALL && proofs.every(isBytes);
    }
    case "state":
      return isBytes(request.query) && request.query.length <= STATE_QUERY_BYTES_MAX;
    case "stateHead":
      return isNumber(request.round);
    case "stateHeaders": {
      const { rounds } = request;
      return Array.isArray(rounds) && rounds.length <= HEADERS_ASKED_MAX && rounds.every(isNumber);
    }
    default:
      return false;
  }
}

function isReport({ shard, headers, voided, createdChains }: NotariseRequest): boolean {
  const lists: readonly unknown[] = [headers, voided, createdChains];
  return (
    isNumber(shard) &&
    lists.every((list) => Array.isArray(list) && list.length <= REPORTED_MAX) &&
    [...headers, ...voided].every(
      (one) => isObject(one) && isBytes(one.header) && isBytes(one.certificate),
    ) &&
    voided.every(({ isLate }) => typeof isLate === "boolean") &&
    createdChains.every(
      (one) =>
        isObject(one) &&
        isNumber(one.round) &&
        [one.record, one.stateProof, one.chainHeader].every(isBytes) &&
        Array.isArray(one.chainHeaderProof) &&
        one.chainHeaderProof.every(isHash),
    )
  );
}

/** No more than a block could hold, which is all that a shard chooses. */
export function isOpening(
  open: OpenRequest | OpenPartRequest | null,
): open is OpenRequest | OpenPartRequest {
  if (!isObject(open)) return false;
  const { epoch, round, headRound, headHash } = open;
  if (![epoch, round, headRound].every(isNumber) || !isHash(headHash)) return false;
  if (open.kind === "openPart")
    return isBytes(open.body) && open.body.length <= MERKLE_CHAIN_BODY_BYTES_MAX;
  const { shard, candidates } = open;
  if (open.kind !== "open" || !isNumber(shard)) return false;
  if (!Array.isArray(candidates) || candidates.length > SHARD_BLOCK_TRANSACTIONS_MAX) return false;
  if (!candidates.every(isBytes)) return false;
  return candidates.reduce((sum, { length }) => sum + length, 0) <= SHARD_BLOCK_BYTES_MAX;
}

const isObject = <T>(value: T): value is T & object => typeof value === "object" && value !== null;
const isNumber = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isPlace = (set: unknown, round: unknown): boolean => isNumber(set) && isNumber(round);
const isParty = (of: unknown): boolean => of === "merkleChain" || isNumber(of);
const isBytesOrNull = (value: unknown): boolean => value === null || isBytes(value);
export const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
export const isHash = (value: unknown): boolean => isBytes(value) && value.length === 32;
