// When the next epoch is due, and how long its rounds are: a count of what became of the rounds of the present one, kept
// by the MerkleChain and recounted by each of its voters.
import { struct, u32, u128 } from "../encoding/codec.ts";
import type { Epoch } from "./epoch.ts";

/** What became of the rounds that the network's shards opened with candidates, since the epoch began. */
export interface Pace {
  /** Of the last 100 of them, a bit for each: whether its certificate came only after the shard had closed it. The newest is the lowest. */
  readonly late: bigint;
  /** How many in a row had it in time. */
  readonly goodInRow: number;
  /** Blocks of the MerkleChain that had headers in them: at most one a round. */
  readonly trafficRounds: number;
}

export const PACE_START: Pace = { late: 0n, goodInRow: 0, trafficRounds: 0 };

export const paceType = struct<Pace>("Pace", {
  late: u128,
  goodInRow: u32,
  trafficRounds: u32,
});

/** */
const WINDOW_ROUNDS = 100n;
const WINDOW_MASK = (1n << WINDOW_ROUNDS) - 1n;
const LATE_MAX = 25;
const GOOD_ROUNDS = 10_000;
const ROUND_MS_FACTOR_MAX = 16;

/** One more round of a shard has its certificate. */
export function counted(pace: Pace, isLate: boolean): Pace {
  return {
    ...pace,
    late: ((pace.late << 1n) | (isLate ? 1n : 0n)) & WINDOW_MASK,
    goodInRow: isLate ? 0 : Math.min(pace.goodInRow + 1, GOOD_ROUNDS),
  };
}

/** How long the rounds of the next epoch are; null while none is due. */
export function nextRoundMs(
  pace: Pace,
  { roundMs, epochRounds }: Pick<Epoch, "roundMs" | "epochRounds">,
  genesisRoundMs: number,
): number | null {
  const isSlow = ones(pace.late) > LATE_MAX && roundMs < ROUND_MS_FACTOR_MAX * genesisRoundMs;
  if (isSlow) return 2 * roundMs;
  if (pace.goodInRow >= GOOD_ROUNDS && roundMs > genesisRoundMs)
    return Math.max(Math.floor(roundMs / 2), genesisRoundMs);
  return pace.trafficRounds >= epochRounds ? roundMs : null;
}

function ones(bits: bigint): number {
  let count = 0;
  for (let left = bits; left > 0n; left &= left - 1n) count += 1;
  return count;
}
