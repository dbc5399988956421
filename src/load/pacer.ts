// A rate over time: how many transactions are due. What could not be sent in its time is given up after a while, so that a
// network that was slow is not flooded afterwards.

/** How far the load may lag behind its rate and still catch up. */
const CARRY_MS = 500;

export class Pacer {
  readonly #perMs: number;
  #lastMs: number;
  /** Due and not taken; a fraction of one, too. */
  #owed = 0;
  #missed = 0;

  constructor(perSecond: number, startMs: number) {
    this.#perMs = perSecond / 1_000;
    this.#lastMs = startMs;
  }

  /** Due by now and not given up, at most `most`: they count as taken. */
  take(nowMs: number, most: number): number {
    this.#owed += this.#perMs * Math.max(0, nowMs - this.#lastMs);
    this.#lastMs = Math.max(this.#lastMs, nowMs);
    const taken = Math.min(Math.floor(this.#owed), Math.max(0, most));
    this.#owed -= taken;
    const carried = Math.max(1, CARRY_MS * this.#perMs);
    if (this.#owed > carried) {
      this.#missed += this.#owed - carried;
      this.#owed = carried;
    }
    return taken;
  }

  /** How many were given up. */
  get missed(): number {
    return Math.floor(this.#missed);
  }
}
