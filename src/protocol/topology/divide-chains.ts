// Which chains of a shard that splits go to the new one: a seeded shuffle, then greedy swaps by who trades with whom.
import { invariant } from "../assert.ts";
import { ROOT_CHAIN } from "../ledger/chain-id.ts";
import { ascending } from "./allocation.ts";
import { Draws, shuffled } from "./draws.ts";
import type { TradeCount } from "./trade-counts.ts";

/** Both ascending. */
export interface Division {
  readonly stays: readonly number[];
  readonly leaves: readonly number[];
}

/**
 * after so many swaps the division is as good as it gets. Each makes the cut smaller, so that a shard of few chains ends by
 * itself far earlier; one costs a sort of the chains and at most a look at each pair that trades.
 */
const SWAPS_MAX = 1_000;

/**
 * floor(c/2) and ceil(c/2) chains. The half with T0 stays, so that the MerkleChain's shard does not change by a split; of
 * another shard the greater half, since no more has to move than must. `chains`: at least two, each once. `seed`: 32 bytes. Pairs
 * with a chain of another shard are ignored: they cross shards either way. Several entries of a pair add up.
 */
export function divideChains(
  shard: number,
  chains: readonly number[],
  seed: Uint8Array,
  trades: readonly TradeCount[],
): Division {
  invariant(chains.length >= 2, "No chains to divide", { shard, chains: chains.length });
  const order = shuffled(ascending(chains), new Draws(seed, "split", shard));
  const smaller = new Set(order.slice(0, Math.floor(chains.length / 2)));
  const sides = new Sides(smaller, chains, trades);
  for (let swaps = 0; swaps < SWAPS_MAX && sides.swapBest(); swaps += 1);
  const less = ascending([...smaller]);
  const more = ascending(chains.filter((chain) => !smaller.has(chain)));
  return smaller.has(ROOT_CHAIN) ? { stays: less, leaves: more } : { stays: more, leaves: less };
}

/** The trades between two sides. */
export function tradesCut(division: Division, trades: readonly TradeCount[]): number {
  const [stays, leaves] = [new Set(division.stays), new Set(division.leaves)];
  return trades
    .filter(
      ({ first, second }) =>
        (stays.has(first) && leaves.has(second)) || (leaves.has(first) && stays.has(second)),
    )
    .reduce((sum, { count }) => sum + count, 0);
}

/** A chain and by how much the cut shrinks if it alone changes sides. */
interface Gain {
  readonly chain: number;
  readonly gain: number;
}

/** One side as a set, which swaps change, and all other chains. */
class Sides {
  readonly #side: Set<number>;
  /** By chain: its trades by the other chain. */
  readonly #trades: ReadonlyMap<number, Map<number, number>>;
  readonly #gains: Map<number, number>;

  constructor(side: Set<number>, chains: readonly number[], trades: readonly TradeCount[]) {
    this.#side = side;
    this.#trades = new Map(chains.map((chain) => [chain, new Map<number, number>()]));
    for (const { first, second, count } of trades) {
      const isCount = Number.isSafeInteger(count) && count >= 0 && first < second;
      invariant(isCount, "No count of trades", { first, second, count });
      if (!this.#trades.has(first) || !this.#trades.has(second)) continue;
      this.#add(first, second, count);
      this.#add(second, first, count);
    }
    this.#gains = new Map(chains.map((chain) => [chain, this.#gainOf(chain)]));
  }

  /**
   * Swaps the two chains whose swap shrinks the cut most; of equals those with the greater gains of their own, then the lower ids.
   * False if none shrinks it.
   */
  swapBest(): boolean {
    const gains = [...this.#gains].map(([chain, gain]) => ({ chain, gain }));
    gains.sort((x, y) => y.gain - x.gain || x.chain - y.chain);
    const within = gains.filter(({ chain }) => this.#side.has(chain));
    const beyond = gains.filter(({ chain }) => !this.#side.has(chain));
    const best = this.#bestOf(beyond, within);
    if (best === null) return false;
    const [into, out] = best;
    this.#side.add(into);
    this.#side.delete(out);
    for (const moved of best) {
      this.#gains.set(moved, this.#gainOf(moved));
      for (const other of this.#trades.get(moved)?.keys() ?? [])
        this.#gains.set(other, this.#gainOf(other));
    }
    return true;
  }

  /** Both lists by falling gains, so that a row ends where no later pair can be better. */
  #bestOf(beyond: readonly Gain[], within: readonly Gain[]): readonly [number, number] | null {
    let best: readonly [number, number] | null = null;
    let most = 0;
    for (const into of beyond) {
      for (const out of within) {
        const together = into.gain + out.gain;
        if (together <= most) break;
        // Trades between the two stay cut, and each chain's own gain has them as saved.
        const gain = together - 2 * this.#between(into.chain, out.chain);
        if (gain <= most) continue;
        most = gain;
        best = [into.chain, out.chain];
      }
    }
    return best;
  }

  #gainOf(chain: number): number {
    let gain = 0;
    for (const [other, count] of this.#trades.get(chain) ?? []) {
      gain += this.#side.has(other) === this.#side.has(chain) ? -count : count;
    }
    return gain;
  }

  #between(a: number, b: number): number {
    return this.#trades.get(a)?.get(b) ?? 0;
  }

  #add(from: number, to: number, count: number): void {
    const sum = this.#between(from, to) + count;
    invariant(Number.isSafeInteger(sum), "Too many trades to count", { from, to });
    this.#trades.get(from)?.set(to, sum);
  }
}
