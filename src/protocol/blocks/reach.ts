// Which chains the half of a shard can touch in a round: the shard's own, and those of the one shard that the round's set sees
// besides. The shard judges its own legs of a transaction; those elsewhere are the partner's to judge.
import type { UnverifiedTransaction } from "../ledger/unverified.ts";
import type { Refusal } from "../refusal.ts";

export interface Reach {
  readonly shard: number;
  /** null where the round's set sees the shard alone. */
  readonly partner: number | null;
  /** A chain that nobody knows counts as one of the shard that would have it. */
  shardOf(chain: number): number;
  /** The first round, this one or later, in which a set sees the other shard besides. */
  nextMeeting(shard: number): number;
}

/** What bodies of a block are placed by. */
export type Places = Pick<Reach, "shard" | "partner" | "shardOf">;

export const isOwn = (
  { shard, shardOf }: Pick<Reach, "shard" | "shardOf">,
  chain: number,
): boolean => shardOf(chain) === shard;

/** Whether it touches another shard, too. */
export const isCross = (
  reach: Pick<Reach, "shard" | "shardOf">,
  { transaction }: UnverifiedTransaction,
): boolean => transaction.legs.some(({ chain }) => !isOwn(reach, chain));

/** Why no block of this round can hold it for its chains; null if one can. */
export function outOfReach(reach: Reach, { transaction }: UnverifiedTransaction): Refusal | null {
  const { legs } = transaction;
  const away = legs.filter(({ chain }) => !isOwn(reach, chain));
  const [first] = away;
  if (first === undefined) return null;
  const { chain } = first;
  if (away.length === legs.length) return { code: "UNKNOWN_CHAIN", chain };
  const other = reach.shardOf(chain);
  if (other === reach.partner) return null;
  return { code: "WAITS_FOR_PAIR", chain, round: reach.nextMeeting(other) };
}
