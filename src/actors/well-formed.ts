// The shapes of requests. One can come from a validator elsewhere, who may send anything: a field of the wrong kind is refused
// before anybody works with it, where it would throw and cost the actor all that it has in memory.
import {
  CROSS_READ_SET_BYTES_MAX,
  SHARD_BLOCK_BYTES_MAX,
  SHARD_BLOCK_TRANSACTIONS_MAX,
} from "../protocol/limits.ts";
import { LEFT_IDS_MAX } from "./left-elsewhere.ts";
import type { OpenRequest, PeerRequest } from "./peers.ts";

/** What shards and sets are asked; what the MerkleChain is asked comes from shards alone. */
export function isWellFormed(request: PeerRequest): boolean {
  if (!isObject(request)) return false;
  switch (request.kind) {
    case "open":
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
      return isPlace(request.shard, request.round);
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
      return isPlace(request.set, request.round) && isNumber(request.shard);
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
      return true;
    default:
      return false;
  }
}

/** No more than a block could hold, which is all that a shard chooses. */
export function isOpening(open: OpenRequest | null): open is OpenRequest {
  if (!isObject(open)) return false;
  const { shard, epoch, round, headRound, headHash, candidates } = open;
  if (![shard, epoch, round, headRound].every(isNumber) || !isHash(headHash)) return false;
  if (!Array.isArray(candidates) || candidates.length > SHARD_BLOCK_TRANSACTIONS_MAX) return false;
  if (!candidates.every(isBytes)) return false;
  return candidates.reduce((sum, { length }) => sum + length, 0) <= SHARD_BLOCK_BYTES_MAX;
}

const isObject = <T>(value: T): value is T & object => typeof value === "object" && value !== null;
const isNumber = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isPlace = (set: unknown, round: unknown): boolean => isNumber(set) && isNumber(round);
const isBytesOrNull = (value: unknown): boolean => value === null || isBytes(value);
export const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
export const isHash = (value: unknown): boolean => isBytes(value) && value.length === 32;
