// One send of a lane, from the call to the answer: its bytes, and what is known of the attempts.
import type { SentTransaction, SignedTransaction } from "./build-transaction.ts";
import { OutcomeUnknownError, type RefusedError, UnavailableError } from "./errors.ts";
import type { InclusionPromise } from "./facts.ts";

export interface Order {
  /** Signs it under the nonce. Throws what the signer throws, or what the bytes are refused for. */
  readonly sign: (nonce: number) => Promise<SignedTransaction>;
  /** Aborted when the caller waits no longer. */
  readonly signal: AbortSignal;
}

export class PendingSend {
  readonly sign: Order["sign"];
  readonly signal: AbortSignal;
  /** In the order of the calls. */
  readonly place: number;
  /** Nobody waits: it fills a gap, or was accepted before and is sent again. */
  readonly isOwn: boolean;
  signed: SignedTransaction | null = null;
  refusal: RefusedError | null = null;
  refusals = 0;
  /** Attempts with the present bytes that have no answer, or none yet. */
  #unanswered = 0;
  readonly #resolve: (transaction: SentTransaction) => void;
  readonly #reject: (error: unknown) => void;
  readonly #stop = (): void => this.#reject(this.lastWord());

  constructor(
    order: Order,
    place: number,
    resolve: (transaction: SentTransaction) => void,
    reject: (error: unknown) => void,
    isOwn = false,
  ) {
    this.sign = order.sign;
    this.signal = order.signal;
    this.place = place;
    this.isOwn = isOwn;
    this.#resolve = resolve;
    this.#reject = reject;
    // Who waits no longer is told at once; the lane drops the send when it comes to it.
    this.signal.addEventListener("abort", this.#stop, { once: true });
  }

  get nonce(): number {
    return this.signed?.nonce ?? 0;
  }

  get bytes(): Uint8Array {
    if (this.signed === null) throw new Error("Cannot send a transaction that is not signed");
    return this.signed.bytes;
  }

  /** Whether the network may have stored it without having been heard. */
  get isDoubtful(): boolean {
    return this.#unanswered > 0;
  }

  attempted(): void {
    this.#unanswered += 1;
  }

  answered(): void {
    this.#unanswered -= 1;
  }

  /** Its nonce is another's for good: these bytes can never be executed. */
  discardBytes(): void {
    this.signed = null;
    this.refusals = 0;
    this.#unanswered = 0;
  }

  /** `promise`: null if nobody has heard it. */
  accept(promise: InclusionPromise | null): void {
    this.#settled();
    if (this.signed !== null) this.#resolve({ ...this.signed, promise });
  }

  reject(error: unknown): void {
    this.#settled();
    this.#reject(error);
  }

  /** What to tell who waits no longer. */
  lastWord(cause?: unknown): unknown {
    if (this.signed !== null && this.isDoubtful) {
      return new OutcomeUnknownError(this.signed, cause ?? this.refusal);
    }
    const { aborted, reason } = this.signal;
    if (aborted && !isTimeout(reason)) return reason;
    return this.refusal ?? cause ?? new UnavailableError("Cannot send: no answer came in time");
  }

  #settled(): void {
    this.signal.removeEventListener("abort", this.#stop);
  }
}

const isTimeout = (reason: unknown): boolean =>
  reason instanceof DOMException && reason.name === "TimeoutError";
