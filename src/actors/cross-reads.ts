// What executing a round's cross-shard transactions reads, and how the two sides of it come together.

import { crossEntries } from "../protocol/ledger/cross-entries.ts";
import type { CrossResult, ReadSet } from "../protocol/ledger/cross-result.ts";
import { type CrossTransaction, executeCross, readsOf } from "../protocol/ledger/execute-cross.ts";
import type { Replica } from "./replica.ts";
import type { CrossRound } from "./unexecuted-rounds.ts";

/** The shard's side of the round, as it is right before it: the replica must not have executed it. */
export function readSetOf(
  replica: Replica,
  { round, headerHash, transactions }: CrossRound,
): ReadSet {
  const verdicts = transactions.flatMap(({ transaction, possiblyEmptying }) =>
    possiblyEmptying.filter((_, i) => {
      const chain = transaction.transaction.legs[i]?.chain;
      return chain !== undefined && replica.has(chain);
    }),
  );
  const entries = crossEntries(transactions.map(({ transaction }) => transaction))
    .filter(({ chain }) => replica.has(chain))
    .map(({ chain, key }) => ({ chain, key, value: replica.state.get(chain, key) ?? null }));
  return { shard: replica.shard, round, headerHash, verdicts, entries };
}

/** Executes for both shards: what this replica has, and the other side's read set. */
export function executeForBoth(
  replica: Replica,
  cross: CrossRound,
  partner: ReadSet,
  k: number,
): CrossResult {
  const { round, headerHash } = cross;
  const foreign = readsOf(partner);
  return executeCross({
    round,
    k,
    headerHash,
    transactions: withVerdicts(replica, cross, partner.verdicts),
    read: (chain, key) =>
      replica.has(chain) ? replica.state.get(chain, key) : foreign(chain, key),
  });
}

/** Each leg's verdict of from the shard that judged it. */
function withVerdicts(
  replica: Replica,
  { transactions }: CrossRound,
  verdicts: readonly boolean[],
): CrossTransaction[] {
  let next = 0;
  return transactions.map(({ transaction, possiblyEmptying }) => ({
    transaction,
    possiblyEmptying: transaction.transaction.legs.map(({ chain }, i) =>
      replica.has(chain) ? (possiblyEmptying[i] ?? false) : (verdicts[next++] ?? false),
    ),
  }));
}
