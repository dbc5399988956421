// One account's transactions on one chain: nonces in sequence, any number of sends at once,
// one batch under way at a time, so that the network sees them in order.
//
// What keeps a send from being executed twice: its bytes are sent again as they are; it is signed
// again under another nonce only when the one before can never carry it, because every attempt was
// refused or because another transaction has used that nonce. A nonce that its send gave up goes
// to the next send. That is safe whatever became of the first: one nonce executes once.
import type { SentTransaction, SignedTransaction } from "./build-transaction.ts";
import { ApiError, RefusedError, UnavailableError } from "./errors.ts";
import type { InclusionPromise, NetworkLimits, TransactionFacts } from "./facts.ts";
import { NoncePool } from "./nonce-pool.ts";
import { type Order, PendingSend } from "./pending-send.ts";
import { isNoAnswer, splitBatch, type Verdict } from "./submission.ts";
import { backoffMs, type RetryOptions, sleep } from "./wait.ts";

/** What a lane needs of the network. */
export interface LaneNetwork {
  readonly limits: NetworkLimits;
  readonly retry: Required<RetryOptions>;
  /** Brings up to date what transactions without a price or an end of their own are given. */
  refreshDefaults(): Promise<void>;
  nonces(): Promise<{ readonly nonce: number; readonly nextNonce: number }>;
  /** One attempt; throws UnavailableError when nothing says what happened. */
  attempt(batch: readonly Uint8Array[]): Promise<Verdict[]>;
  transaction(id: string): Promise<TransactionFacts | null>;
  /** An empty transfer to the account itself, at the least fee, to use up a nonce. */
  signFiller(nonce: number): Promise<SignedTransaction>;
}

/** In one batch at most: a mempool keeps 1,000 of one sender. */
const BATCH_MAX = 500;
/** What is known of the nonces is asked again after so long. */
const SYNC_AGE_MS = 5_000;
/** How long the lane tries what nobody waits for. */
const OWN_MS_MAX = 30_000;
/** They pass when there is room: for these only the caller's patience counts. */
const CONGESTION: ReadonlySet<string> = new Set(["NONCE_TOO_FAR", "NONCE_GAP", "MEMPOOL_FULL"]);
const LEFT: ReadonlySet<string> = new Set(["REJECTED", "DROPPED", "EXPIRED"]);

export class Lane {
  readonly #network: LaneNetwork;
  readonly #nonces = new NoncePool();
  /** Without a nonce, in the order of the calls. */
  #queue: PendingSend[] = [];
  /** With a nonce, not settled. */
  #open: PendingSend[] = [];
  #places = 0;
  #running = false;
  #syncedMs = Number.NEGATIVE_INFINITY;
  #failures = 0;
  /** Not again after a filler was refused, until the next send. */
  #mayFill = false;

  constructor(network: LaneNetwork) {
    this.#network = network;
  }

  /** Resolves when the network has stored the transaction. */
  send(order: Order): Promise<SentTransaction> {
    return new Promise((resolve, reject) => {
      this.#places += 1;
      this.#queue.push(new PendingSend(order, this.#places, resolve, reject));
      this.#mayFill = true;
      if (this.#running) return;
      this.#running = true;
      void this.#run();
    });
  }

  /** Another transaction has taken the place of an accepted one. */
  replaced(transaction: SignedTransaction): void {
    this.#nonces.keep(transaction);
  }

  async #run(): Promise<void> {
    // So that all calls of one turn of the program go into one batch.
    await Promise.resolve();
    while (this.#queue.length > 0 || this.#open.length > 0) {
      try {
        await this.#sync();
        if (this.#queue.length > 0) await this.#network.refreshDefaults();
        await this.#sign();
        // As late as can be: what a caller was told is not sent must not be sent.
        this.#dropLate();
        if (this.#open.length > 0) await this.#sendOpen();
        this.#fillGap();
      } catch (error) {
        if (!(error instanceof UnavailableError)) this.#failAll(error);
        this.#failures += 1;
        this.#dropLate();
        await this.#pause(error);
      }
    }
    this.#running = false;
  }

  async #pause(error: unknown = null): Promise<void> {
    const asked = error instanceof UnavailableError ? (error.retryAfterMs ?? 0) : 0;
    await sleep(Math.max(asked, backoffMs(this.#network.retry, Math.min(this.#failures, 10))));
  }

  /** Those whose caller waits no longer: they have been told. */
  #dropLate(): void {
    this.#queue = this.#queue.filter(({ signal }) => !signal.aborted);
    for (const send of this.#open.filter(({ signal }) => signal.aborted)) {
      this.#giveUp(send, send.lastWord());
    }
  }

  #giveUp(send: PendingSend, error: unknown): void {
    this.#settle(send);
    // What was accepted once and may be there still keeps its nonce.
    const isGone = !send.isOwn || error instanceof RefusedError;
    if (isGone && send.signed !== null) this.#nonces.giveBack(send.nonce);
    if (send.isOwn) this.#mayFill = false;
    send.reject(error);
  }

  #settle(send: PendingSend): void {
    this.#open = this.#open.filter((other) => other !== send);
  }

  /** A fault that no repetition mends, such as a chain that there is not. */
  #failAll(error: unknown): void {
    for (const send of [...this.#open]) {
      this.#giveUp(send, send.isDoubtful ? send.lastWord(error) : error);
    }
    for (const send of this.#queue.splice(0)) send.reject(error);
  }

  async #sync(): Promise<void> {
    if (performance.now() - this.#syncedMs < SYNC_AGE_MS) return;
    const { nonce, nextNonce } = await this.#network.nonces();
    this.#syncedMs = performance.now();
    const held = new Set(this.#open.map((send) => send.nonce));
    // Accepted once and not there any more (pushed out, or the network lost it): sent again.
    for (const signed of this.#nonces.update(nonce, nextNonce, held)) {
      const again = this.#own(async () => signed);
      again.signed = signed;
      this.#open.push(again);
    }
  }

  #own(sign: Order["sign"]): PendingSend {
    const order = { sign, signal: AbortSignal.timeout(OWN_MS_MAX) };
    const ignore = (): void => undefined;
    return new PendingSend(order, 0, ignore, ignore, true);
  }

  /** One after the other: a nonce whose send fails here is the next one's. */
  async #sign(): Promise<void> {
    while (this.#open.length < BATCH_MAX) {
      const send = this.#queue.shift();
      if (send === undefined) return;
      if (send.signal.aborted) continue;
      const nonce = this.#nonces.take();
      try {
        send.signed = await send.sign(nonce);
        // Told already; its nonce is the next one's, before that is signed.
        send.signal.throwIfAborted();
        this.#open.push(send);
      } catch (error) {
        this.#nonces.giveBack(nonce);
        if (send.isOwn) this.#mayFill = false;
        send.reject(error);
      }
    }
  }

  async #sendOpen(): Promise<void> {
    this.#open.sort((a, b) => a.nonce - b.nonce);
    const [batch = []] = splitBatch(this.#open, this.#network.limits);
    for (const send of batch) send.attempted();
    let verdicts: Verdict[];
    try {
      verdicts = await this.#network.attempt(batch.map(({ bytes }) => bytes));
    } catch (error) {
      const isAnswer = error instanceof ApiError || error instanceof RefusedError;
      if (isAnswer) for (const send of batch) send.answered();
      throw error;
    }
    for (const [i, send] of batch.entries()) if (!isNoAnswer(verdicts[i])) send.answered();
    const before = this.#open.length;
    // The accepted ones first: what the refused ones ask of the network may fail.
    for (const [i, send] of batch.entries()) {
      const verdict = verdicts[i] as Verdict;
      send.refusal = verdict instanceof RefusedError ? verdict : null;
      if (!(verdict instanceof RefusedError)) this.#accepted(send, verdict);
    }
    for (const send of batch) if (send.refusal !== null) await this.#refused(send, send.refusal);
    this.#failures = this.#open.length < before ? 0 : this.#failures + 1;
    if (this.#open.some(({ refusal }) => refusal !== null)) await this.#pause();
  }

  #accepted(send: PendingSend, promise: InclusionPromise | null): void {
    this.#settle(send);
    if (send.signed !== null) this.#nonces.keep(send.signed);
    send.accept(promise);
  }

  async #refused(send: PendingSend, refusal: RefusedError): Promise<void> {
    send.refusals += 1;
    const { code, retryable } = refusal;
    if (code === "NONCE_TOO_LOW") return this.#overtaken(send);
    if (code === "NONCE_TAKEN" && (send.isOwn || !send.isDoubtful)) return this.#signAgain(send);
    if (code === "NONCE_TOO_FAR" || code === "NONCE_GAP") this.#askNonces();
    const isOpen = CONGESTION.has(code) || send.refusals < this.#network.retry.attemptsMax;
    if (retryable && isOpen) return;
    this.#giveUp(send, retryable ? send.lastWord() : refusal);
  }

  /** The nonce is used: by this transaction, or by another, and then this one never comes. */
  async #overtaken(send: PendingSend): Promise<void> {
    const facts = send.signed === null ? null : await this.#network.transaction(send.signed.id);
    if (facts !== null && !LEFT.has(facts.status)) this.#accepted(send, null);
    else this.#signAgain(send);
  }

  /** Another transaction has the nonce for good: the send gets another one. */
  #signAgain(send: PendingSend): void {
    this.#settle(send);
    this.#askNonces();
    if (send.isOwn) return;
    send.discardBytes();
    this.#queue.push(send);
    this.#queue.sort((a, b) => a.place - b.place);
  }

  #askNonces(): void {
    this.#syncedMs = Number.NEGATIVE_INFINITY;
  }

  /** Accepted transactions behind a nonce that nobody has would wait for ever. */
  #fillGap(): void {
    const isIdle = this.#queue.length === 0 && this.#open.length === 0;
    if (!isIdle || !this.#mayFill || !this.#nonces.hasGap()) return;
    this.#queue.push(this.#own((nonce) => this.#network.signFiller(nonce)));
  }
}
