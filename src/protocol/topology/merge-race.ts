// Who merges an idle shard with which: the partner that it gets, and the sets that race to do it.
import { invariant } from "../assert.ts";
import { quorum } from "../consensus/quorum.ts";
import { accept, type Result, refuse } from "../result.ts";
import {
  richest,
  type StakeOf,
  setsBetween,
  setsOf,
  shardOf,
  type Topology,
} from "./allocation.ts";
import type { TopologyRefusalOf } from "./refusals.ts";

/**
 * the least saturated other shard that is not above `permilleMax`; of equals the oldest. `permilleOf`: the larger of a
 * shard's two saturations, as it counts for a merge.
 */
export function choosePartner(
  topology: Topology,
  shard: number,
  permilleOf: (shard: number) => number,
  permilleMax: number,
): Result<number, TopologyRefusalOf<"UNKNOWN_SHARD" | "NO_PARTNER">> {
  if (shardOf(topology, shard) === undefined) return refuse({ code: "UNKNOWN_SHARD", shard });
  let best: { readonly shard: number; readonly permille: number } | null = null;
  for (const { shard: other } of topology.shards) {
    if (other === shard) continue;
    const permille = permilleOf(other);
    if (permille <= permilleMax && (best === null || permille < best.permille))
      best = { shard: other, permille };
  }
  return best === null ? refuse({ code: "NO_PARTNER", shard, permilleMax }) : accept(best.shard);
}

/** The two shards of a merge: the idle one, and the partner that it got. */
export interface MergingPair {
  readonly shard: number;
  readonly partner: number;
}

/** The two shards are known and different. */
export function checkPair(
  topology: Topology,
  { shard, partner }: MergingPair,
): Result<null, TopologyRefusalOf<"UNKNOWN_SHARD" | "SAME_SHARD">> {
  const unknown = [shard, partner].find((named) => shardOf(topology, named) === undefined);
  if (unknown !== undefined) return refuse({ code: "UNKNOWN_SHARD", shard: unknown });
  return shard === partner ? refuse({ code: "SAME_SHARD", shard }) : accept(null);
}

/**
 * The shard that the pair's own set covers beside the merged one if it wins; null if there is none. Where the richer of the two sets
 * that it would replace is poorest, so that the least stake is demoted; of equals the newest. Sets know it before the race, and it
 * holds for the stakes of the round in which the race began.
 */
export function thirdShard(
  topology: Topology,
  { shard, partner }: MergingPair,
  stakeOf: StakeOf,
): number | null {
  let best: { readonly shard: number; readonly stake: bigint } | null = null;
  for (const { shard: other } of topology.shards) {
    if (other === shard || other === partner) continue;
    const replaced = [
      ...setsBetween(topology, shard, other),
      ...setsBetween(topology, partner, other),
    ];
    const stake = stakeOf(richest(replaced, stakeOf).set);
    if (best === null || stake <= best.stake) best = { shard: other, stake };
  }
  return best?.shard ?? null;
}

/** What a set of the idle shard has to replicate to win. */
export interface RaceTask {
  readonly set: number;
  readonly syncs: readonly number[];
}

/** By set, ascending: who may race for the merge, and what each must sync (the source's table of sets 1, 2 and 5). */
export function raceTasks(
  topology: Topology,
  merging: MergingPair,
  stakeOf: StakeOf,
): Result<readonly RaceTask[], TopologyRefusalOf<"UNKNOWN_SHARD" | "SAME_SHARD">> {
  const checked = checkPair(topology, merging);
  if (!checked.ok) return checked;
  const third = thirdShard(topology, merging, stakeOf);
  return accept(
    setsOf(topology, merging.shard).map(({ set, shards }) => {
      if (!shards.includes(merging.partner)) return { set, syncs: [merging.partner] };
      return { set, syncs: third === null ? [] : [third] };
    }),
  );
}

export interface MergeRace extends MergingPair {
  /** Of the first block of the MerkleChain whose reports count. */
  readonly firstRound: number;
  /** So many rounds reports count (a parameter, R-12.5). */
  readonly rounds: number;
  /** p, of each set: extra seats do not vote. */
  readonly seats: number;
}

/** A set's word, verified, that it has both shards synced and merged; in the log of the MerkleChain. */
export interface MergeReport {
  readonly set: number;
  /** Of the block that has it. */
  readonly round: number;
  /** The seats whose signatures are on it. */
  readonly signers: readonly number[];
}

const lastRoundOf = ({ firstRound, rounds }: MergeRace): number => firstRound + rounds - 1;

/** whether a report counts. */
export function judgeReport(
  topology: Topology,
  race: MergeRace,
  { set, round, signers }: MergeReport,
): Result<
  number,
  TopologyRefusalOf<
    "UNKNOWN_SET" | "SET_NOT_OF_SHARD" | "RACE_NOT_OPEN" | "UNKNOWN_SEAT" | "SIGNERS_TOO_FEW"
  >
> {
  const { shard, firstRound, seats } = race;
  const eligible = checkRacer(topology, set, shard);
  if (!eligible.ok) return eligible;
  const lastRound = lastRoundOf(race);
  if (round < firstRound || round > lastRound)
    return refuse({ code: "RACE_NOT_OPEN", round, firstRound, lastRound });
  const unknown = signers.find((seat) => !Number.isInteger(seat) || seat < 0 || seat >= seats);
  if (unknown !== undefined) return refuse({ code: "UNKNOWN_SEAT", set, seat: unknown });
  const distinct = new Set(signers).size;
  const required = quorum(seats);
  if (distinct < required)
    return refuse({ code: "SIGNERS_TOO_FEW", set, signers: distinct, required });
  return accept(set);
}

/** only sets that cover the idle shard may merge it. */
export function checkRacer(
  { sets }: Topology,
  set: number,
  shard: number,
): Result<null, TopologyRefusalOf<"UNKNOWN_SET" | "SET_NOT_OF_SHARD">> {
  const allocation = sets.find((known) => known.set === set);
  if (allocation === undefined) return refuse({ code: "UNKNOWN_SET", set });
  if (!allocation.shards.includes(shard)) return refuse({ code: "SET_NOT_OF_SHARD", set, shard });
  return accept(null);
}

export interface MergeWinner {
  readonly set: number;
  readonly by: "report" | "timeout";
}

/**
 * the first on the log whose report counts; after the last round without one `winnerByTimeout`. null while the race is open. `reports`: those of blocks up to `round`, in the order of the log.
 */
export function winnerOf(
  topology: Topology,
  race: MergeRace,
  reports: readonly MergeReport[],
  round: number,
  stakeOf: StakeOf,
): MergeWinner | null {
  for (const report of reports) {
    invariant(report.round <= round, "A report from a later block", { round, of: report.round });
    const judged = judgeReport(topology, race, report);
    if (judged.ok) return { set: judged.value, by: "report" };
  }
  if (round <= lastRoundOf(race)) return null;
  return { set: winnerByTimeout(topology, race, stakeOf), by: "timeout" };
}

/** R-12.3: who merges the pair if no report counts: its own set, the richer of two shards' two. */
export const winnerByTimeout = (
  topology: Topology,
  { shard, partner }: MergingPair,
  stakeOf: StakeOf,
): number => richest(setsBetween(topology, shard, partner), stakeOf).set;
