// Draws by weight without repetition: a Fenwick tree over the weights, so that each draw costs O(log n).
import { invariant } from "../assert.ts";

export class StakeTree {
  /** At place i, counted from 1: the sum of the weights of the places i - lowest bit of i + 1 .. i. */
  readonly #sums: bigint[];
  readonly #weights: bigint[];
  #total = 0n;

  /** Weights of at least 0. */
  constructor(weights: readonly bigint[]) {
    this.#weights = [...weights];
    this.#sums = new Array<bigint>(weights.length + 1).fill(0n);
    for (const [index, weight] of weights.entries()) this.#add(index, weight);
  }

  /** The weight of all that are not taken. */
  get total(): bigint {
    return this.#total;
  }

  /**
   * Takes the item in whose stretch `point` lies, with the stretches of all that are left laid end to end, and returns its index.
   * `point`: from 0 to `total` - 1.
   */
  take(point: bigint): number {
    invariant(point >= 0n && point < this.#total, "A point outside the weights", { point });
    let place = 0;
    let rest = point;
    let step = 2 ** Math.floor(Math.log2(this.#weights.length));
    for (; step >= 1; step /= 2) {
      const sum = this.#sums[place + step];
      if (sum === undefined || sum > rest) continue;
      place += step;
      rest -= sum;
    }
    this.#add(place, -(this.#weights[place] as bigint));
    this.#weights[place] = 0n;
    return place;
  }

  #add(index: number, change: bigint): void {
    this.#total += change;
    for (let place = index + 1; place < this.#sums.length; place += place & -place) {
      this.#sums[place] = (this.#sums[place] as bigint) + change;
    }
  }
}
