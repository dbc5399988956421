// How long a round of two shards waits for one of them, and when nothing can come of it.
import { isCross } from "../protocol/blocks/reach.ts";
import { PART_WAIT_ROUNDS } from "../protocol/rounds/epoch.ts";
import type { Epochs } from "../protocol/rounds/epochs.ts";
import type { ConsensusInstance } from "./consensus-instance.ts";
import type { Side } from "./side.ts";

// How long a round that one shard has opened waits for the other, in rounds: clocks and alarms differ by some ms.
const PARTNER_WAIT_ROUNDS = 0.1;
// How long where there is something between the two: one offers it, or both have opened the round, and the other's blocks or state
// are not here yet. It cannot come in without the other, and where messages take long that would be late in every round of theirs.
const PAIR_WAIT_ROUNDS = 0.4;

/** Until when the round waits for a shard that is not ready for it. */
export function partnerDueMs(instance: ConsensusInstance, epochs: Epochs): number {
  const { parties, round } = instance;
  const { sinceMs } = parties;
  const { roundMs } = epochs.at(round);
  if (sinceMs === null) return epochs.roundStartMs(round) + roundMs * PART_WAIT_ROUNDS;
  const rounds = areOpened(instance) || parties.isForPair ? PAIR_WAIT_ROUNDS : PARTNER_WAIT_ROUNDS;
  return sinceMs + roundMs * rounds;
}

/** Whether every shard has opened it. */
export const areOpened = ({ sides, parties }: ConsensusInstance): boolean =>
  sides.every((side) => parties.openedBy(side) !== undefined);

/** Whether no voter can propose anything: one shard has not opened the round, and the other has nothing but what needs both. */
export function isVain(instance: ConsensusInstance): boolean {
  const { parties } = instance;
  const opened = instance.sides.filter((side) => parties.openedBy(side) !== undefined);
  return (
    parties.part === null &&
    opened.length < instance.sides.length &&
    opened.every((side) => instance.isReady(side) && !canGoAlone(instance, side))
  );
}

function canGoAlone({ round, parties }: ConsensusInstance, side: Side): boolean {
  const { replica } = side;
  const candidates = parties.openedBy(side)?.candidates ?? [];
  return replica.hasUncarriedRoot(round) || candidates.some((one) => !isCross(replica.places, one));
}
