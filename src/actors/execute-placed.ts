// Executes transactions on a shard's chains: those of a committed block, and those of rounds that may come.
import type { PlacedTransaction } from "../protocol/blocks/build-shard-block.ts";
import type { ReadEntry } from "../protocol/ledger/chain-state.ts";
import { executeRound, type RoundResult } from "../protocol/ledger/execute-round.ts";
import { cycleRounds } from "../protocol/rounds/timetable.ts";
import type { Network } from "./network.ts";
import type { Replica } from "./replica.ts";

/** `read`: entries as they are before the first of them. */
export function executePlaced(
  replica: Pick<Replica, "shard" | "chain">,
  { k, epoch }: Network,
  round: number,
  transactions: readonly PlacedTransaction[],
  read: ReadEntry,
): RoundResult {
  return executeRound({
    round,
    k,
    transactions,
    chain: (chain) => replica.chain(chain),
    read,
    placement: { shard: replica.shard, bornRound: round + k + cycleRounds(epoch) },
  });
}
