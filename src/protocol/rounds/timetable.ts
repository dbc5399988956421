// Which set proposes for a shard in a round.
import { invariant } from "../assert.ts";
import type { Epoch, ValidatorSetRecord } from "./epoch.ts";

/** The set on duty for `shard` in `round`. With one shard, its one set always is. */
export function setOnDuty(epoch: Epoch, shard: number, round: number): ValidatorSetRecord {
  invariant(round >= epoch.activationRound, "A round before its epoch", { round });
  invariant(
    epoch.shards.length === 1,
    "The timetable of several shards is not in this epoch's rules",
    {
      shards: epoch.shards.length,
    },
  );
  const set = epoch.sets.find((record) => record.shards.includes(shard));
  invariant(set !== undefined, "No set covers the shard", { shard });
  return set;
}

/** Rounds in which every pair of shards meets once. */
export function cycleRounds(epoch: Epoch): number {
  const shards = epoch.shards.length;
  return shards % 2 === 0 ? shards - 1 : shards;
}
