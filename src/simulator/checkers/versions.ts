// Values by round: each stays known after it was replaced, so that "the state after round n-k" is a look-up.

/** The place of the last element that is not of a later round; -1 if there is none. The list ascends by round. */
export function lastUntil(list: readonly { readonly round: number }[], round: number): number {
  let [from, to] = [0, list.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((list[middle]?.round ?? 0) <= round) from = middle + 1;
    else to = middle;
  }
  return from - 1;
}

/** The elements of rounds `from` to `to`, both included. */
export const between = <T extends { readonly round: number }>(
  list: readonly T[],
  from: number,
  to: number,
): readonly T[] => list.slice(lastUntil(list, from - 1) + 1, lastUntil(list, to) + 1);

export class Versions<T> {
  readonly #list: { readonly round: number; value: T }[];

  constructor(first: T) {
    this.#list = [{ round: Number.NEGATIVE_INFINITY, value: first }];
  }

  /** After round `round`; by default the last. */
  at(round: number = Number.POSITIVE_INFINITY): T {
    return (this.#list[lastUntil(this.#list, round)] as { value: T }).value;
  }

  set(round: number, value: T): void {
    const last = this.#list.at(-1);
    if (last?.round === round) last.value = value;
    else this.#list.push({ round, value });
  }
}
