// A transaction's statuses as they come: over a stream that goes on behind its cursor when it broke
// off, or by asking again where there is no stream to be had.
import { type Api, NoStreamError } from "./api.ts";
import { FOLLOW, type FollowEvent, ROUND, toTransaction } from "./documents.ts";
import {
  RevertedError,
  TransactionLeftError,
  UnavailableError,
  WaitTimeoutError,
} from "./errors.ts";
import type { TransactionFacts, TransactionStatus } from "./facts.ts";
import { Poller } from "./poller.ts";
import { backoffMs, sleep, withTimeout } from "./wait.ts";

export interface FollowOptions {
  /** Of its first leg; without it all shards are asked. */
  readonly chain?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface WaitOptions extends FollowOptions {
  /** 60,000 if left out. */
  readonly timeoutMs?: number | undefined;
}

/** What can be waited for; each includes those before it. */
export type Milestone = "COMMITTED" | "EXECUTED" | "FINAL";

const RANKS: Readonly<Record<TransactionStatus, number>> = {
  DROPPED: -1,
  REJECTED: -1,
  EXPIRED: -1,
  PENDING: 0,
  COMMITTED: 1,
  EXECUTED: 2,
  FINAL: 3,
};
const LAST: ReadonlySet<TransactionStatus> = new Set(["FINAL", "REJECTED", "EXPIRED"]);
/** So many streams in a row without an event, though requests are answered: none to be had. */
const STREAM_FAILURES_MAX = 3;
const WAIT_MS_DEFAULT = 60_000;
const REVERTED = 1;

export class Follower {
  readonly #api: Api;
  readonly #poller: Poller;
  /** Streams that may still be opened: browsers keep few connections to one host. */
  #streamsLeft: number;

  constructor(api: Api, streamsMax: number, pollMs: number) {
    this.#api = api;
    this.#poller = new Poller(api, pollMs);
    this.#streamsLeft = streamsMax;
  }

  /** Each status once, in order; ends behind FINAL, REJECTED or EXPIRED. */
  async *follow(id: string, options: FollowOptions): AsyncGenerator<TransactionFacts, void> {
    let last: TransactionStatus | null = null;
    for await (const facts of this.#facts(id, options)) {
      if (facts.status === last) continue;
      last = facts.status;
      yield facts;
      if (LAST.has(facts.status)) return;
    }
  }

  async waitFor(id: string, wanted: Milestone, options: WaitOptions): Promise<TransactionFacts> {
    const { timeoutMs = WAIT_MS_DEFAULT } = options;
    const signal = withTimeout(options.signal, timeoutMs);
    let last: TransactionStatus | null = null;
    try {
      for await (const facts of this.follow(id, { chain: options.chain, signal })) {
        last = facts.status;
        if (RANKS[last] < 0) throw new TransactionLeftError(facts);
        if (RANKS[last] < RANKS[wanted]) continue;
        if (facts.code === REVERTED) throw new RevertedError(facts);
        return facts;
      }
    } catch (error) {
      options.signal?.throwIfAborted();
      if (signal.aborted) throw new WaitTimeoutError(id, wanted, last, timeoutMs);
      throw error;
    }
    throw new UnavailableError(`Cannot wait for ${id}: its statuses ended with ${last}`);
  }

  async *#facts(id: string, options: FollowOptions): AsyncGenerator<TransactionFacts, void> {
    if (this.#streamsLeft > 0) {
      this.#streamsLeft -= 1;
      try {
        yield* this.#stream(id, options);
      } finally {
        this.#streamsLeft += 1;
      }
    }
    yield* this.#poll(id, options);
  }

  /** Returns when no stream can be had. */
  async *#stream(id: string, options: FollowOptions): AsyncGenerator<TransactionFacts, void> {
    const { chain = null, signal } = options;
    let after: string | null = null;
    for (let failures = 0; failures < STREAM_FAILURES_MAX; ) {
      try {
        const variables: Record<string, string | null> = { id, chain, after };
        for await (const event of this.#api.subscribe<FollowEvent>(FOLLOW, variables, signal)) {
          failures = 0;
          after = event.transaction.cursor ?? after;
          yield toTransaction(event.transaction);
        }
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof NoStreamError) return;
        if (!(error instanceof UnavailableError)) throw error;
      }
      // While nothing answers at all, it says nothing about streams.
      if (await this.#isReachable(signal)) failures += 1;
      await sleep(backoffMs(this.#api.retry, failures), signal);
    }
  }

  async #isReachable(signal: AbortSignal | undefined): Promise<boolean> {
    try {
      await this.#api.attempt(ROUND, {}, signal);
      return true;
    } catch (error) {
      if (error instanceof UnavailableError) return false;
      throw error;
    }
  }

  async *#poll(id: string, options: FollowOptions): AsyncGenerator<TransactionFacts, void> {
    const { chain = null, signal } = options;
    for (;;) {
      const facts = await orAborted(this.#poller.ask(id, chain), signal).catch(nothingYet);
      if (facts !== null) yield facts;
    }
  }
}

function nothingYet(error: unknown): null {
  if (error instanceof UnavailableError) return null;
  throw error;
}

/** The promise's value, unless the signal is aborted before. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
