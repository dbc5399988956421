// A few of the transactions, followed each by itself: how long until a block has them, and what execution said. All others are
// followed by the nonces of their accounts, which say that they were executed and not more.
import type { Api } from "../client/api.ts";
import type { TransactionFacts } from "../client/index.ts";
import { Poller } from "../client/poller.ts";
import type { Flight } from "./lane.ts";
import { add } from "./tally.ts";

/** One request asks about all of them: at most 64 a second. */
const OPEN_MAX = 16;
/** Of each batch, so that the sample spreads over time. */
const OF_BATCH_MAX = 2;
/** Delays that are kept: the newest. */
const DELAYS_MAX = 10_000;

interface Sampled {
  readonly flight: Flight;
  isIncluded: boolean;
}

export class Sample {
  readonly #poller: Poller;
  #open: Sampled[] = [];
  /** From sending to the first answer that says it is in a block, in milliseconds, as they came. */
  readonly delays: number[] = [];
  /** What execution said, such as `EXECUTED`. */
  readonly outcomes = new Map<string, number>();

  constructor(api: Api) {
    this.#poller = new Poller(api, 0);
  }

  /** Some of those that were accepted with one batch. */
  offer(flights: readonly Flight[]): void {
    const room = Math.min(OF_BATCH_MAX, OPEN_MAX - this.#open.length, flights.length);
    for (let i = 0; i < room; i++) {
      const flight = flights[Math.floor((i * flights.length) / room)] as Flight;
      this.#open.push({ flight, isIncluded: false });
    }
  }

  async ask(): Promise<void> {
    const asked = this.#open;
    const answers = await Promise.all(
      asked.map(({ flight: { signed, legs } }) =>
        this.#poller.ask(signed?.id ?? "", legs[0]?.lane.chain.id ?? null),
      ),
    );
    const done = new Set(asked.filter((one, i) => this.#isDone(one, answers[i] ?? null)));
    this.#open = this.#open.filter((one) => !done.has(one));
  }

  #isDone(one: Sampled, facts: TransactionFacts | null): boolean {
    if (facts === null) return true;
    const { status, outcome } = facts;
    if (status === "PENDING") return false;
    if (status === "REJECTED" || status === "DROPPED" || status === "EXPIRED") return true;
    if (!one.isIncluded) {
      one.isIncluded = true;
      this.delays.push(performance.now() - (one.flight.sentMs ?? 0));
      if (this.delays.length > DELAYS_MAX) this.delays.shift();
    }
    if (outcome === null) return false;
    add(this.outcomes, outcome);
    return true;
  }
}
