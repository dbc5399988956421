// Sends what the planner plans at the pace of the load, follows it by the nonces of its accounts, sends again what the network has
// lost or refuses for now, and in the end accounts for everything that was accepted. Nothing queues here: what cannot be sent in its
// time is not sent.
import type { Api } from "../client/api.ts";
import { RefusedError, type TransactionFacts, UnavailableError } from "../client/index.ts";
import { attemptBatch, isNoAnswer, type Verdict } from "../client/submission.ts";
import { sleep } from "../client/wait.ts";
import { Backlog } from "./backlog.ts";
import { Finality } from "./finality.ts";
import type { Flight, Lane } from "./lane.ts";
import {
  askChains,
  askHoldings,
  askState,
  HOLDINGS_TOGETHER,
  holdingOf,
  type NetworkState,
} from "./load-api.ts";
import { Pacer } from "./pacer.ts";
import type { Planner } from "./planner.ts";
import { Sample } from "./sample.ts";
import { signFlight } from "./sign-flight.ts";
import { add, Tally } from "./tally.ts";

/** A batch goes out so often: larger ones at higher rates. */
const TICK_MS = 100;
const BATCH_MAX = 500;
const REQUESTS_MAX = 4;
/** Sent and not accounted for: some 20 MB. */
const OPEN_MAX = 30_000;
/** How long a transaction may wait, so that the end of a load comes soon even where something is stuck. */
const VALID_ROUNDS = 240;
/** Rounds behind its last one in which the network surely says what became of it. */
const ROUNDS_BEYOND = 20;
const AGAIN_MS = 1_000;
/** Tries of what is refused for now and was never accepted. */
const ATTEMPTS_MAX = 10;
const LOOKED_UP_TOGETHER = 16;
const STATE_MS = 250;
/** Chains change their shard with an epoch only. */
const ROUTES_MS = 2_000;
/** Once all is executed: how long for it to become final. */
const FINAL_MS_MAX = 30_000;

export interface LoadRunOptions {
  readonly api: Api;
  readonly networkId: Uint8Array;
  readonly planner: Planner;
  readonly tps: number;
  /** Asks one transaction's fate. */
  readonly transaction: (id: string, chain: string) => Promise<TransactionFacts | null>;
}

export class LoadRun {
  readonly tally = new Tally();
  readonly sample: Sample;
  readonly backlog = new Backlog();
  readonly #options: LoadRunOptions;
  readonly #finality = new Finality();
  readonly #open = new Set<Flight>();
  /** Lanes with something under way. */
  readonly #active = new Set<Lane>();
  /** To be sent again, and when. */
  readonly #again = new Map<Flight, number>();
  readonly #askedMs = new Map<Lane, number>();
  readonly #filledMs = new Map<Lane, number>();
  readonly #done = new AbortController();
  #state: NetworkState | null = null;
  #stateMs = 0;
  #routedMs = Number.NEGATIVE_INFINITY;
  #requests = 0;
  /** The last in which anything that was sent may be included; nothing is valid beyond the end. */
  #lastRound = 0;
  #endRound = Number.POSITIVE_INFINITY;
  #fault: unknown = null;

  constructor(options: LoadRunOptions) {
    this.#options = options;
    this.sample = new Sample(options.api);
  }

  /** The last answer about the network as a whole; null before the first. */
  get state(): NetworkState | null {
    return this.#state;
  }

  /** Sends until the signal, then accounts for all that was accepted. Throws what no repetition mends. */
  async run(stop: AbortSignal): Promise<void> {
    await this.#askState();
    const loops = [
      this.#repeat(STATE_MS, () => this.#askState()),
      this.#repeat(STATE_MS, () => this.sample.ask()),
      this.#repeat(STATE_MS, () => this.#askLanes()),
    ];
    try {
      const pacer = new Pacer(this.#options.tps, performance.now());
      while (!stop.aborted) {
        this.#sendDue(pacer);
        this.tally.heldBack.set("CLIENT_BUSY", pacer.missed);
        await this.#tick();
      }
      await this.#settle();
    } finally {
      this.#done.abort();
      await Promise.all(loops);
    }
    await this.#lookUp();
  }

  async #tick(): Promise<void> {
    this.#sendAgain();
    this.#fillGaps();
    await sleep(TICK_MS);
    if (this.#fault !== null) throw this.#fault;
  }

  async #settle(): Promise<void> {
    this.#endRound = this.#round() + VALID_ROUNDS;
    const isPast = (): boolean => this.#round() > this.#lastRound + ROUNDS_BEYOND;
    while ((this.#open.size > 0 && !isPast()) || this.#requests > 0) await this.#tick();
    const untilMs = performance.now() + FINAL_MS_MAX;
    while (!this.#finality.isDone && performance.now() < untilMs) await this.#tick();
  }

  /** Those that no account's nonce has told of: the network is asked for each. */
  async #lookUp(): Promise<void> {
    const flights = [...this.#open];
    for (let at = 0; at < flights.length; at += LOOKED_UP_TOGETHER) {
      const part = flights.slice(at, at + LOOKED_UP_TOGETHER);
      await Promise.all(part.map((flight) => this.#lookUpOne(flight)));
    }
  }

  async #lookUpOne(flight: Flight): Promise<void> {
    const id = flight.signed?.id ?? "";
    const facts = await this.#options.transaction(id, flight.legs[0]?.lane.chain.id ?? "T0");
    const status = facts?.status ?? "UNKNOWN";
    if (status === "EXECUTED" || status === "FINAL") this.#included(flight, performance.now());
    else if (flight.acceptedMs === null) this.#release(flight, null);
    else if (status === "EXPIRED" || status === "REJECTED" || status === "DROPPED") {
      this.#release(flight, null);
      add(this.tally.left, status);
    } else {
      this.#release(flight, null);
      this.tally.lost.set(id, status);
    }
  }

  #sendDue(pacer: Pacer): void {
    const room = this.#requests < REQUESTS_MAX ? OPEN_MAX - this.#open.size : 0;
    const due = pacer.take(performance.now(), Math.min(BATCH_MAX, room));
    const flights: Flight[] = [];
    for (let i = 0; i < due; i++) {
      const planned = this.#options.planner.plan((chain) => this.backlog.isBehind(chain));
      if (typeof planned === "string") add(this.tally.heldBack, planned);
      else flights.push(planned);
    }
    this.#launch(flights);
  }

  /** Nothing included waits behind a nonce that nobody uses any more. */
  #fillGaps(): void {
    const nowMs = performance.now();
    const flights: Flight[] = [];
    for (const lane of this.#active) {
      if (!lane.hasGap || nowMs - (this.#filledMs.get(lane) ?? 0) < AGAIN_MS) continue;
      this.#filledMs.set(lane, nowMs);
      if (flights.length < BATCH_MAX) flights.push(this.#options.planner.fill(lane));
    }
    this.#launch(flights);
  }

  #launch(flights: readonly Flight[]): void {
    if (flights.length === 0) return;
    for (const flight of flights) {
      this.#open.add(flight);
      for (const { lane } of flight.legs) this.#active.add(lane);
    }
    void this.#send(flights);
  }

  #sendAgain(): void {
    if (this.#requests >= REQUESTS_MAX) return;
    const nowMs = performance.now();
    const due = [...this.#again].filter(([, atMs]) => atMs <= nowMs).slice(0, BATCH_MAX);
    for (const [flight] of due) this.#again.delete(flight);
    const flights = due.map(([flight]) => flight).filter(({ isSettled }) => !isSettled);
    if (flights.length > 0) void this.#send(flights);
  }

  async #send(flights: readonly Flight[]): Promise<void> {
    const { api, networkId } = this.#options;
    this.#requests += 1;
    try {
      const validUntil = Math.min(this.#round() + VALID_ROUNDS, this.#endRound);
      for (const flight of flights) {
        if (flight.signed !== null) continue;
        await signFlight(flight, networkId, validUntil);
        this.#lastRound = Math.max(this.#lastRound, validUntil);
      }
      for (const flight of flights) this.#attempted(flight);
      const verdicts = await attemptBatch(
        api,
        flights.map(({ signed }) => signed?.bytes ?? new Uint8Array()),
      );
      for (const [i, flight] of flights.entries()) this.#judged(flight, verdicts[i] as Verdict);
      this.sample.offer(flights.filter(({ acceptedMs, attempts }) => acceptedMs && attempts === 1));
    } catch (error) {
      if (!(error instanceof UnavailableError)) this.#fault ??= error;
      this.tally.unanswered += 1;
      const atMs = performance.now() + Math.max(AGAIN_MS, retryAfterMs(error));
      for (const flight of flights) {
        flight.isDoubtful = true;
        this.#again.set(flight, atMs);
      }
    } finally {
      this.#requests -= 1;
    }
  }

  #attempted(flight: Flight): void {
    flight.attempts += 1;
    if (flight.sentMs !== null) return;
    flight.sentMs = performance.now();
    this.tally.sent += 1;
    this.backlog.sent(flight);
  }

  #judged(flight: Flight, verdict: Verdict): void {
    if (verdict instanceof RefusedError) this.#refused(flight, verdict);
    else this.#accepted(flight);
  }

  #refused(flight: Flight, verdict: RefusedError): void {
    const { code, retryable, details } = verdict;
    add(this.tally.refused, code);
    if (isNoAnswer(verdict)) flight.isDoubtful = true;
    const isKnown = flight.acceptedMs !== null || flight.isDoubtful;
    const isTaken = code === "NONCE_TAKEN" || code === "NONCE_TOO_LOW";
    // Used by this transaction itself, most likely: its account's nonce has told of it, or will.
    if (code === "NONCE_TOO_LOW" && isKnown) this.#accepted(flight);
    else if (retryable && !isTaken && (isKnown || flight.attempts < ATTEMPTS_MAX)) {
      this.#again.set(flight, performance.now() + AGAIN_MS);
    } else if (isKnown) void this.#lookUpSoon(flight);
    else this.#release(flight, isTaken ? (details.chain ?? null) : null);
  }

  /** The network had it, and does not want it back: it says why. */
  async #lookUpSoon(flight: Flight): Promise<void> {
    this.#requests += 1;
    try {
      if (!flight.isSettled) await this.#lookUpOne(flight);
    } catch (error) {
      if (!(error instanceof UnavailableError)) this.#fault ??= error;
      this.#again.set(flight, performance.now() + AGAIN_MS);
    } finally {
      this.#requests -= 1;
    }
  }

  #accepted(flight: Flight): void {
    if (flight.isSettled) return;
    if (flight.acceptedMs === null) this.tally.accepted += 1;
    flight.acceptedMs = performance.now();
  }

  #included(flight: Flight, atMs: number): void {
    if (flight.isSettled) return;
    // The answer was lost, or is still on its way.
    this.#accepted(flight);
    flight.isSettled = true;
    this.#open.delete(flight);
    this.#again.delete(flight);
    this.tally.executed += 1;
    // On both chains or on none: the other account need not be asked about it.
    for (const { lane, nonce } of flight.legs) lane.included(nonce);
    for (const shard of this.backlog.shardsOf(flight)) add(this.tally.byShard, shard);
    this.#finality.executed(flight.legs[0]?.lane.chain.id ?? "T0", 1, atMs);
  }

  /** In no block: its nonces are free, but for the one on the chain on which another has it. */
  #release(flight: Flight, usedOn: string | null): void {
    if (flight.isSettled) return;
    flight.isSettled = true;
    this.#open.delete(flight);
    this.#again.delete(flight);
    for (const { lane, nonce } of flight.legs) lane.release(nonce, lane.chain.id === usedOn);
  }

  async #askState(): Promise<void> {
    const { api } = this.#options;
    const askedMs = performance.now();
    if (askedMs - this.#routedMs > ROUTES_MS) {
      this.backlog.route(await askChains(api));
      this.#routedMs = askedMs;
    }
    this.backlog.asking();
    const sentMs = performance.now();
    const state = await askState(api);
    this.#state = state;
    this.#stateMs = performance.now();
    this.backlog.answered(state.shards);
    const shardOf = (id: string) => this.backlog.shardOf(id);
    this.tally.final += this.#finality.update(state.shards, shardOf, sentMs);
  }

  /** What was accepted some rounds ago may be executed: asked about once a round, by account. */
  async #askLanes(): Promise<void> {
    const roundMs = this.#state?.roundMs ?? STATE_MS;
    const nowMs = performance.now();
    const due: Lane[] = [];
    for (const lane of this.#active) {
      if (lane.inFlight === 0) this.#active.delete(lane);
      else if (nowMs - (this.#askedMs.get(lane) ?? 0) >= roundMs) {
        const { oldestMs } = lane;
        if (oldestMs !== null && nowMs - oldestMs >= 2 * roundMs) due.push(lane);
      }
    }
    for (let at = 0; at < due.length; at += HOLDINGS_TOGETHER) {
      await this.#askLanesTogether(due.slice(at, at + HOLDINGS_TOGETHER));
    }
  }

  async #askLanesTogether(lanes: readonly Lane[]): Promise<void> {
    const askedMs = performance.now();
    for (const lane of lanes) this.#askedMs.set(lane, askedMs);
    const facts = await askHoldings(this.#options.api, lanes.map(holdingOf));
    const atMs = performance.now();
    for (const [i, lane] of lanes.entries()) {
      const news = lane.update(facts[i] as (typeof facts)[number], askedMs);
      for (const flight of news.included) this.#included(flight, atMs);
      for (const flight of news.missing) this.#missing(flight, atMs);
    }
  }

  #missing(flight: Flight, nowMs: number): void {
    if (flight.isSettled || this.#again.has(flight)) return;
    this.tally.resent += 1;
    this.#again.set(flight, nowMs);
  }

  /** The round by now, as the last answer has it. */
  #round(): number {
    if (this.#state === null) return 0;
    const { round, roundMs } = this.#state;
    return round + Math.floor((performance.now() - this.#stateMs) / roundMs);
  }

  async #repeat(everyMs: number, ask: () => Promise<void>): Promise<void> {
    while (!this.#done.signal.aborted) {
      try {
        await ask();
      } catch (error) {
        if (error instanceof UnavailableError) this.tally.unanswered += 1;
        else this.#fault ??= error;
      }
      await sleep(everyMs, this.#done.signal).catch(() => undefined);
    }
  }
}

const retryAfterMs = (error: unknown): number =>
  error instanceof UnavailableError ? (error.retryAfterMs ?? 0) : 0;
