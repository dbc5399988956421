// What a round of a shard came to, once that is durable.
import { jointHeaderHash } from "../protocol/blocks/joint-header.ts";
import type { Replica } from "./replica.ts";
import type { ShardProgress } from "./shard-progress.ts";

export interface RoundDecision {
  /** Of the committed joint header; null: no block of this round ever commits. */
  readonly hash: Uint8Array | null;
}

/** null while the round is open or to come. */
export function roundDecision(
  replica: Replica,
  { round: last, state }: ShardProgress,
  round: number,
): RoundDecision | null {
  // What is accepted waits for the partner's word.
  const isUndecided = state === "open" || state === "accepted";
  const open = round > last || (round === last && isUndecided);
  if (open && round > replica.head.round) return null;
  const committed = replica.blocks.header(round)?.header;
  return { hash: committed === undefined ? null : jointHeaderHash(committed) };
}
