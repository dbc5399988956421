// Executes transactions on a shard's chains: those of a committed block, and those of rounds that may come.
import {
  executeRound,
  type RoundExecution,
  type RoundResult,
} from "../protocol/ledger/execute-round.ts";
import { cycleRounds } from "../protocol/rounds/timetable.ts";
import type { Network } from "./network.ts";
import type { Replica } from "./replica.ts";

/** What the replica and the network do not say. `read`: entries as they are before the first of the transactions. */
export type PlacedExecution = Pick<
  RoundExecution,
  "round" | "cross" | "transactions" | "paysUnbonded" | "read"
> &
  Partial<Pick<RoundExecution, "chain">>;

export function executePlaced(
  replica: Pick<Replica, "shard" | "chain">,
  { k, epochs }: Network,
  execution: PlacedExecution,
): RoundResult {
  const { round } = execution;
  return executeRound({
    chain: (chain) => replica.chain(chain),
    ...execution,
    k,
    placement: { shard: replica.shard, bornRound: round + k + cycleRounds(epochs.at(round)) },
  });
}
