// Which transaction comes next: its chains by Zipf's law, its senders in turn. The same seed plans the same.
import type { Random } from "../simulator/random.ts";
import type { Flight, Lane, LoadChain } from "./lane.ts";
import type { Zipf } from "./zipf.ts";

/** An account sends so many in a row: one look at its nonce then tells of all of them. */
const TRANSFERS_IN_A_ROW = 16;
/** Fewer: trades with other shards, each of which may wait for a round of its pair, wait one behind the other. */
const TRADES_IN_A_ROW = 4;
/** Base units: whatever is drawn, no balance moves by more than the fees. */
const AMOUNT_MAX = 1_000;

/** Why nothing was planned: the chain's shard has enough waiting, or no account there may send. */
export type HeldBack = "SHARD_BEHIND" | "ACCOUNTS_BUSY";

export interface PlannerOptions {
  /** By chain, in the order of the law; each with the same accounts in the same order, four at least. */
  readonly lanes: readonly (readonly Lane[])[];
  readonly zipf: Zipf;
  /** The part that are trades, 0 to 1. */
  readonly trades: number;
  readonly random: Random;
}

export class Planner {
  readonly #options: PlannerOptions;
  readonly #transfers: readonly Turns[];
  readonly #trades: readonly Turns[];

  /**
   * Where there are both, one half of the accounts transfers and the other trades: blocks take trades first, so an account
   * that does both in turn gets no further than to its next trade in each round.
   */
  constructor(options: PlannerOptions) {
    const { lanes, trades } = options;
    const isMixed = trades > 0 && trades < 1;
    const half = (all: readonly Lane[], rest: number): readonly Lane[] =>
      isMixed ? all.filter((_, place) => place % 2 === rest) : all;
    this.#options = options;
    this.#transfers = lanes.map((all) => new Turns(half(all, 0), TRANSFERS_IN_A_ROW));
    this.#trades = lanes.map((all) => new Turns(half(all, 1), TRADES_IN_A_ROW));
  }

  /** With its nonces taken. `isBehind`: whether nothing more shall go to the chain for now. */
  plan(isBehind: (chain: LoadChain) => boolean): Flight | HeldBack {
    const { zipf, random, trades } = this.#options;
    const first = zipf.draw(random.unit());
    // Drawn in any case, so that what is held back changes nothing of what comes after it.
    const isTrade = random.chance(trades);
    const second = isTrade ? zipf.drawOther(random.unit(), first) : null;
    const places = second === null ? [first] : [first, second];
    const amounts = places.map(() => BigInt(random.between(1, AMOUNT_MAX)));
    const recipient = random.unit();
    const lanes: Lane[] = [];
    for (const place of places) {
      const turns = (isTrade ? this.#trades : this.#transfers)[place] as Turns;
      if (isBehind(turns.chain)) return "SHARD_BEHIND";
      const lane = turns.next(lanes[0]?.signer.address ?? null);
      if (lane === null) return "ACCOUNTS_BUSY";
      lanes.push(lane);
    }
    return second === null
      ? this.#transfer(lanes[0] as Lane, first, recipient, amounts)
      : take(lanes, null, amounts);
  }

  /** A transfer that uses a nonce up, so that what waits behind it can be included. */
  fill(lane: Lane): Flight {
    return take([lane], lane.signer, [0n]);
  }

  #transfer(lane: Lane, place: number, unit: number, amounts: readonly bigint[]): Flight {
    const lanes = this.#options.lanes[place] as readonly Lane[];
    const own = lanes.indexOf(lane);
    const other = (own + 1 + Math.floor(unit * (lanes.length - 1))) % lanes.length;
    return take([lane], (lanes[other] as Lane).signer, amounts);
  }
}

function take(lanes: readonly Lane[], to: Flight["to"], amounts: readonly bigint[]): Flight {
  const flight: Flight = {
    legs: [],
    to,
    amounts,
    signed: null,
    attempts: 0,
    isDoubtful: false,
    sentMs: null,
    acceptedMs: null,
    isSettled: false,
  };
  flight.legs = lanes.map((lane) => ({ lane, nonce: lane.take(flight) }));
  return flight;
}

/** Accounts of one chain, in turn. */
class Turns {
  readonly #lanes: readonly Lane[];
  readonly #inARow: number;
  #place = 0;
  #left: number;

  constructor(lanes: readonly Lane[], inARow: number) {
    this.#lanes = lanes;
    this.#inARow = inARow;
    this.#left = inARow;
  }

  get chain(): LoadChain {
    return (this.#lanes[0] as Lane).chain;
  }

  /** Whose turn it is, but for the account `not`; null if none may send. */
  next(not: string | null): Lane | null {
    for (let passed = 0; passed <= this.#lanes.length; passed++) {
      const lane = this.#lanes[this.#place] as Lane;
      if (this.#left > 0 && lane.canTake && lane.signer.address !== not) {
        this.#left -= 1;
        return lane;
      }
      this.#place = (this.#place + 1) % this.#lanes.length;
      this.#left = this.#inARow;
    }
    return null;
  }
}
