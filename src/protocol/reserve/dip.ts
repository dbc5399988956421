// the dip. Execution keeps every externally owned account that a transaction lowers at or above its threshold, so
// that the fees which consensus let in ahead of execution can always be paid.

export interface LoweredAccount {
  readonly balanceBefore: bigint;
  readonly balanceAfter: bigint;
  /** In force in the round that is executed. */
  readonly reserve: bigint;
  /** The fee that the account paid as the transaction's sender; null for any other account. */
  readonly senderFee: bigint | null;
  /** judged exactly as at inclusion. Only the sender's own counts. */
  readonly possiblyEmptying: boolean;
}

/** The least balance that the transaction may leave, in base units; below zero if the fee is above the reserve. */
export function dipThreshold(account: LoweredAccount): bigint {
  const { reserve, balanceBefore, senderFee } = account;
  const kept = reserve < balanceBefore ? reserve : balanceBefore;
  return kept - (senderFee ?? 0n);
}

/**
 * Whether the account's lowering reverts the transaction. Equal to the threshold is no dip; a
 * possibly emptying sender may go below. An account that the effects (the fee aside) do not lower
 * never dips: it keeps its balance before less the fee, and the threshold is at most that.
 */
export function isDip(account: LoweredAccount): boolean {
  if (account.senderFee !== null && account.possiblyEmptying) return false;
  return account.balanceAfter < dipThreshold(account);
}
