// Executes one committed shard block in its total order: the same blocks give the same state, receipts and roots
// on every replica. Pure but for the reads, which the caller answers from the state before the round.
import { invariant } from "../assert.ts";
import { payUnbonded } from "../staking/unbonding.ts";
import type { ChainRecord } from "./chain-record.ts";
import { ChainState, type EntryWrite, type ReadEntry } from "./chain-state.ts";
import type { CrossResult } from "./cross-result.ts";
import { executeTransaction } from "./execute-transaction.ts";
import type { Receipt } from "./receipt.ts";
import type { VerifiedTransaction } from "./unverified.ts";

export interface RoundExecution {
  readonly round: number;
  readonly k: number;
  /** What the round's cross-shard transactions came to on the shard's chains; they stand before all others. */
  readonly cross?: Pick<CrossResult, "chains" | "receipts">;
  /** All others, in total order, with of each leg as judged at inclusion. */
  readonly transactions: readonly {
    readonly transaction: VerifiedTransaction;
    readonly possiblyEmptying: readonly boolean[];
  }[];
  /** whether what is unbonded is paid back behind them: the round has a transaction on T0, and T0 is the shard's. */
  readonly paysUnbonded: boolean;
  chain(chain: number): ChainRecord | undefined;
  readonly read: ReadEntry;
  readonly placement: { readonly shard: number; readonly bornRound: number };
}

export interface RoundResult {
  readonly receipts: readonly Receipt[];
  readonly writes: readonly EntryWrite[];
  readonly created: readonly ChainRecord[];
}

export function executeRound(execution: RoundExecution): RoundResult {
  const { round, k, cross, transactions, placement, read } = execution;
  const created: ChainRecord[] = [];
  const state = new ChainState(read);
  for (const { chain, changes } of cross?.chains ?? []) {
    for (const { key, value } of changes) state.carry(chain, key, value);
  }
  const context = {
    round,
    k,
    state,
    placement,
    chain(chain: number): ChainRecord {
      const record = execution.chain(chain);
      invariant(record !== undefined, "An included transaction touches an unknown chain", {
        chain,
      });
      return record;
    },
    created: (record: ChainRecord) => void created.push(record),
  };
  const receipts = transactions.map(({ transaction, possiblyEmptying }) =>
    executeTransaction(context, transaction, possiblyEmptying),
  );
  if (execution.paysUnbonded) payUnbonded(state, round);
  assertConserved(state, created);
  return { receipts: [...(cross?.receipts ?? []), ...receipts], writes: state.writes(), created };
}

/** on every chain, what accounts, the fee entry and validators hold together changes only by the issuance of a new token. */
function assertConserved(state: ChainState, created: readonly ChainRecord[]): void {
  for (const [chain, change] of state.supplyChanges()) {
    const issued = created.find((record) => record.chain === chain)?.supply ?? 0n;
    invariant(change === issued, "R-2.6 A round changed a token's supply", {
      chain,
      change,
      issued,
    });
  }
}
