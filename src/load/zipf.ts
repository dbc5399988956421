// Zipf's law: the item in place i has a weight of 1 / i^s. Drawn exactly, by cumulative weights.

export class Zipf {
  /** The sum of the weights up to each place. */
  readonly #sums: Float64Array;

  /** `exponent` 0: all items alike. */
  constructor(count: number, exponent: number) {
    if (count < 1) throw new RangeError(`Cannot draw from ${count} items`);
    let sum = 0;
    this.#sums = Float64Array.from({ length: count }, (_, place) => {
      sum += (place + 1) ** -exponent;
      return sum;
    });
  }

  /** The probability of the item in this place, from 0. */
  share(place: number): number {
    return this.#weight(place) / this.#total;
  }

  /** The place that `unit`, 0 <= unit < 1, falls on. */
  draw(unit: number): number {
    return this.#at(unit * this.#total);
  }

  /** The same of the items without the one in place `not`: their shares keep their proportions. */
  drawOther(unit: number, not: number): number {
    const before = this.#sumBefore(not);
    const target = unit * (this.#total - this.#weight(not));
    const other = this.#at(target < before ? target : target + this.#weight(not));
    if (other !== not) return other;
    // Rounding has set the target on the edge of the item that is left out.
    return not + 1 < this.#sums.length ? not + 1 : not - 1;
  }

  get #total(): number {
    return this.#sums.at(-1) as number;
  }

  #sumBefore(place: number): number {
    return place === 0 ? 0 : (this.#sums[place - 1] as number);
  }

  #weight(place: number): number {
    return (this.#sums[place] as number) - this.#sumBefore(place);
  }

  /** The first place whose sum is above the target. */
  #at(target: number): number {
    let low = 0;
    let high = this.#sums.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sums[middle] as number) > target) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
