// Which chains of a shard that splits go to the new one: a seeded shuffle, then greedy swaps by who trades with whom.
import { invariant } from "../assert.ts";
import { ROOT_CHAIN } from "../ledger/chain-id.ts";
import { ascending } from "./allocation.ts";
import { Draws, shuffled } from "./draws.ts";

/** Trades that touched both chains in the rounds that are counted. */
export interface PairTrades {
  readonly a: number;
  readonly b: number;
  readonly count: number;
}

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
 * floor(c/2) chains leave, ceil(c/2) stay: no more has to move than must. T0 always stays, so that the MerkleChain's shard and the
 * sets on T0's duty do not change by a split (R-7.1). `chains`: at least two, each once. `seed`: 32 bytes. Pairs with a chain of
 * another shard are ignored: they cross shards either way. Several entries of a pair add up.
 */
export function divideChains(
  shard: number,
  chains: readonly number[],
  seed: Uint8Array,
  trades: readonly PairTrades[],
): Division {
  invariant(chains.length >= 2, "No chains to divide", { shard, chains: chains.length });
  const leaving = Math.floor(chains.length / 2);
  const movable = ascending(chains.filter((chain) => chain !== ROOT_CHAIN));
  const order = shuffled(movable, new Draws(seed, "split", shard));
  const sides = new Sides(new Set(order.slice(0, leaving)), chains, trades);
  for (let swaps = 0; swaps < SWAPS_MAX && sides.swapBest(); swaps += 1);
  const { leaves } = sides;
  return {
    stays: ascending(chains.filter((chain) => !leaves.has(chain))),
    leaves: ascending([...leaves]),
  };
}

/** The trades between two sides. */
export function tradesCut(division: Division, trades: readonly PairTrades[]): number {
  const [stays, leaves] = [new Set(division.stays), new Set(division.leaves)];
  return trades
    .filter(({ a, b }) => (stays.has(a) && leaves.has(b)) || (leaves.has(a) && stays.has(b)))
    .reduce((sum, { count }) => sum + count, 0);
}

/** A chain and by how much the cut shrinks if it alone changes sides. */
interface Gain {
  readonly chain: number;
  readonly gain: number;
}

class Sides {
  readonly leaves: Set<number>;
  readonly #movable: readonly number[];
  /** By chain: its trades by the other chain. */
  readonly #trades = new Map<number, Map<number, number>>();

  constructor(leaves: Set<number>, chains: readonly number[], trades: readonly PairTrades[]) {
    this.leaves = leaves;
    this.#movable = chains.filter((chain) => chain !== ROOT_CHAIN);
    for (const chain of chains) this.#trades.set(chain, new Map());
    for (const { a, b, count } of trades) {
      invariant(Number.isSafeInteger(count) && count >= 0, "No count of trades", { a, b, count });
      if (a === b || !this.#trades.has(b)) continue;
      if (!this.#trades.has(a)) continue;
      this.#add(a, b, count);
      this.#add(b, a, count);
    }
  }

  /**
   * Swaps the two chains whose swap shrinks the cut most; of equals those with the greater gains of their own, then the lower ids.
   * False if none shrinks it.
   */
  swapBest(): boolean {
    const gains = this.#movable.map((chain) => ({ chain, gain: this.#gainOf(chain) }));
    gains.sort((x, y) => y.gain - x.gain || x.chain - y.chain);
    const staying = gains.filter(({ chain }) => !this.leaves.has(chain));
    const leaving = gains.filter(({ chain }) => this.leaves.has(chain));
    const best = this.#bestOf(staying, leaving);
    if (best === null) return false;
    const [out, back] = best;
    this.leaves.add(out);
    this.leaves.delete(back);
    return true;
  }

  /** Both lists by falling gains, so that a row ends where no later pair can be better. */
  #bestOf(staying: readonly Gain[], leaving: readonly Gain[]): readonly [number, number] | null {
    let best: readonly [number, number] | null = null;
    let most = 0;
    for (const out of staying) {
      for (const back of leaving) {
        const together = out.gain + back.gain;
        if (together <= most) break;
        // Trades between the two stay cut, and each chain's own gain has them as saved.
        const gain = together - 2 * this.#between(out.chain, back.chain);
        if (gain <= most) continue;
        most = gain;
        best = [out.chain, back.chain];
      }
    }
    return best;
  }

  #gainOf(chain: number): number {
    let gain = 0;
    for (const [other, count] of this.#trades.get(chain) ?? []) {
      gain += this.leaves.has(other) === this.leaves.has(chain) ? -count : count;
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
