// What becomes of the transactions of a run at scale: when each was admitted, and in which round it came to be in a block, beside the
// round that the timetable promises.
import type { Network } from "../actors/network.ts";
import type { Shard } from "../actors/shard.ts";
import { totalOrder } from "../protocol/blocks/shard-block.ts";
import { nameOfBytes, type ScaleLoad, type Sent } from "./scale-load.ts";

/** In rounds, from the first that could hold it until it is committed: 1 where that one does. */
export interface Delays {
  count: number;
  sum: number;
  min: number;
  max: number;
  /** In the very round of the pair that comes first. */
  inPromisedRound: number;
  /** How many by each delay. */
  readonly histogram: number[];
}

const noDelays = (): Delays => ({
  count: 0,
  sum: 0,
  min: Number.POSITIVE_INFINITY,
  max: 0,
  inPromisedRound: 0,
  histogram: [],
});

interface JointBlock {
  readonly round: number;
  /** Of as many shards. */
  readonly halves: number;
  readonly set: number;
}

/** How well the load covers the pairs of shards. */
export interface PairCover {
  /** With a trade in a block. */
  readonly pairs: number;
  /** Joint blocks with two halves that hold trades. */
  readonly meetings: number;
}

interface Admitted {
  readonly sent: Sent;
  readonly firstRound: number;
}

export class ScaleLedger {
  readonly transfers: Delays = noDelays();
  readonly trades: Delays = noDelays();
  readonly #network: Network;
  readonly #load: ScaleLoad;
  readonly #waiting = new Map<string, Admitted>();
  readonly #heads = new Map<number, number>();
  /** By set and round. */
  readonly #joint = new Map<string, JointBlock>();
  /** Those of them that hold trades. */
  readonly #withTrades = new Set<string>();
  /** By round: transactions, each once. */
  readonly #included = new Map<number, number>();
  readonly all: Sent[] = [];

  constructor(network: Network, load: ScaleLoad) {
    this.#network = network;
    this.#load = load;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** `firstRound`: that could hold it, as the shards that it touches say. */
  admitted(sent: Sent, firstRound: number): void {
    this.all.push(sent);
    this.#waiting.set(nameOfBytes(sent.bytes), { sent, firstRound });
  }

  /** Looks whether the shard has a new block. */
  looked({ shard, replica }: Shard): void {
    const { round } = replica.head;
    if (round === (this.#heads.get(shard) ?? 0)) return;
    this.#heads.set(shard, round);
    const certified = replica.blocks.block(round);
    if (certified === undefined) throw new Error(`Shard ${shard} has no block of its head`);
    const { header, shardBlocks } = certified.block;
    const { set, halves } = header;
    const name = `${set} ${round}`;
    this.#joint.set(name, { round, halves: halves.length, set });
    for (const own of shardBlocks) {
      if (own.shard !== shard) continue;
      for (const bytes of totalOrder(own)) {
        if (this.#includedIn(round, bytes)) this.#withTrades.add(name);
      }
    }
  }

  /** Of blocks of rounds from one to another. */
  pairCover(first: number, last: number): PairCover {
    const blocks = [...this.#joint].filter(
      ([name, { round }]) => this.#withTrades.has(name) && round >= first && round <= last,
    );
    return { pairs: new Set(blocks.map(([, { set }]) => set)).size, meetings: blocks.length };
  }

  /** How many joint blocks with so many halves are of rounds from one to another. */
  jointBlocks(halves: number, first: number, last: number): number {
    const blocks = [...this.#joint.values()].filter((one) => one.halves === halves);
    return blocks.filter(({ round }) => round >= first && round <= last).length;
  }

  /** Transactions in blocks of rounds from one to another. */
  includedIn(first: number, last: number): number {
    let sum = 0;
    for (const [round, count] of this.#included) if (round >= first && round <= last) sum += count;
    return sum;
  }

  /** Whether it is a trade that was seen in no block yet. */
  #includedIn(round: number, bytes: Uint8Array): boolean {
    const name = nameOfBytes(bytes);
    const admitted = this.#waiting.get(name);
    // The other shard of a trade was seen first.
    if (admitted === undefined) return false;
    this.#waiting.delete(name);
    this.#included.set(round, (this.#included.get(round) ?? 0) + 1);
    const { sent, firstRound } = admitted;
    this.#load.included(sent);
    const [a = 0, b = a] = sent.shards;
    const promised = this.#network.epochs.nextMeeting(a, b, firstRound);
    const delays = a === b ? this.transfers : this.trades;
    const delay = round - firstRound + 1;
    delays.count += 1;
    delays.sum += delay;
    delays.min = Math.min(delays.min, delay);
    delays.max = Math.max(delays.max, delay);
    delays.histogram[delay] = (delays.histogram[delay] ?? 0) + 1;
    if (round === promised) delays.inPromisedRound += 1;
    return a !== b;
  }
}
