// Seeded choices (mulberry32), so that a run is replayed by its seed. Each concern of a world draws from a stream of its own:
// what is switched off in one leaves the others as they were, so that a failing world can shrink.
export class Random {
  #state: number;
  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  }

  /** The stream of one concern. */
  static stream(seed: number, concern: string): Random {
    let hash = Math.imul(seed, 0x85ebca6b) ^ 0x811c9dc5;
    for (let i = 0; i < concern.length; i++) {
      hash = Math.imul(hash ^ concern.charCodeAt(i), 0x01000193);
    }
    return new Random(hash ^ (hash >>> 15));
  }

  /** 0 <= x < 1. */
  unit(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let x = this.#state;
    x = Math.imul(x ^ (x >>> 15), x | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number, both ends included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.unit() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  pick<T>(items: readonly [T, ...T[]]): T;
  pick<T>(items: readonly T[]): T | undefined;
  pick<T>(items: readonly T[]): T | undefined {
    return items[this.between(0, items.length - 1)];
  }

  /** One of the names, by weight; the first if all weigh nothing. */
  weighted<Name extends string>(names: readonly Name[], weights: Record<Name, number>): Name {
    const total = names.reduce((sum, name) => sum + weights[name], 0);
    let left = this.unit() * total;
    for (const name of names) {
      left -= weights[name];
      if (left < 0) return name;
    }
    return names[0] as Name;
  }

  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.between(0, i);
      [shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T];
    }
    return shuffled;
  }
}
