// How one epoch follows another on the MerkleChain: a block announces it, a later one activates it or says that it lapsed. Every
// voter derives the same change from the log.
import { sha256 } from "../crypto/sha256.ts";
import { type StructType, struct, taggedUnion } from "../encoding/codec.ts";
import { MessageKind, messagePrefix } from "../encoding/domain.ts";
import { type Epoch, type EpochRecord, epochRecordType, roundStartMs } from "./epoch.ts";
import { nextRoundMs, type Pace } from "./pace.ts";

export type EpochChange =
  /** It is to begin with its activation round. Until one of the others stands behind it, nobody acts beyond the round before. */
  | { readonly kind: "announced"; readonly epoch: EpochRecord }
  | { readonly kind: "activated"; readonly epoch: EpochRecord }
  /** It never begins: the one before goes on. */
  | { readonly kind: "lapsed"; readonly epoch: EpochRecord };

const fields: StructType<{ readonly epoch: EpochRecord }> = struct("EpochChange", {
  epoch: epochRecordType,
});

export const epochChangeType = taggedUnion<EpochChange>("EpochChange", {
  announced: { tag: 0, fields },
  activated: { tag: 1, fields },
  lapsed: { tag: 2, fields },
});

/** Where the MerkleChain's log stands between two epochs. */
export interface EpochState {
  /** The newest that is activated. */
  readonly epoch: EpochRecord;
  /** Its successor, announced and neither activated nor lapsed. */
  readonly announced: EpochRecord | null;
  /** whether it is activated by the newest block, so that only the next one will show it to be committed. */
  readonly isUnproven: boolean;
  readonly pace: Pace;
}

/**
 * what a block in `round` says behind this state; null if nothing is due. `genesis`: epoch 0. No lease that was given before
 * this block is opened reaches the announced round.
 */
export function changeIn(
  networkId: Uint8Array,
  genesis: Epoch,
  { epoch, announced, pace }: EpochState,
  round: number,
): EpochChange | null {
  if (announced !== null)
    return { kind: round < announced.activationRound ? "activated" : "lapsed", epoch: announced };
  // The one that is activated may have to begin first.
  if (round < epoch.activationRound) return null;
  const { leaseRounds, epochRounds } = genesis;
  const roundMs = nextRoundMs(pace, { roundMs: epoch.roundMs, epochRounds }, genesis.roundMs);
  if (roundMs === null) return null;
  const activationRound = round + leaseRounds + 1;
  return {
    kind: "announced",
    epoch: {
      epoch: epoch.epoch + 1,
      activationRound,
      activationTimeMs: roundStartMs(epoch, activationRound),
      roundMs,
      seed: nextSeed(networkId, epoch.seed),
      topology: epoch.topology,
    },
  };
}

/** the hash chain from genesis, which stands for the beacon. */
export const nextSeed = (networkId: Uint8Array, seed: Uint8Array): Uint8Array =>
  sha256(messagePrefix(networkId, 0, MessageKind.epochSeed), seed);
