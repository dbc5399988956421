// What a load has come to so far, in numbers.

export class Tally {
  /** Transactions that were sent, each once. */
  sent = 0;
  /** Of them, those that the network said it has stored. */
  accepted = 0;
  /** Of the accepted ones, those that a block holds and that are executed or reverted. */
  executed = 0;
  /** Of the executed ones, those whose round is final. */
  final = 0;
  /** Accepted once, gone from where they waited, and sent again. */
  resent = 0;
  /** Requests without an answer. */
  unanswered = 0;
  /** Answers by code; a transaction that is refused for now is sent again. */
  readonly refused = new Map<string, number>();
  /** Due by the rate and not sent, by reason. */
  readonly heldBack = new Map<string, number>();
  /** Accepted and in no block, by the status that the network says. */
  readonly left = new Map<string, number>();
  /** Accepted, and the network knows nothing of them or says that they still wait after their last round. */
  readonly lost = new Map<string, string>();
  /** Executed, by shard: a trade between two counts on both. */
  readonly byShard = new Map<string, number>();

  get leftCount(): number {
    return sum(this.left);
  }

  /** Accepted, and nothing is known yet of what becomes of them. */
  get open(): number {
    return this.accepted - this.executed - this.leftCount - this.lost.size;
  }
}

export const add = (counts: Map<string, number>, name: string, count = 1): void => {
  counts.set(name, (counts.get(name) ?? 0) + count);
};

export const sum = (counts: ReadonlyMap<string, number>): number =>
  [...counts.values()].reduce((total, count) => total + count, 0);

/** The value below which so much of them lies, 0 to 1, by the nearest rank; null of nothing. */
export function quantile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null;
  const ordered = values.toSorted((a, b) => a - b);
  return ordered[Math.max(0, Math.ceil(share * ordered.length) - 1)] ?? null;
}
