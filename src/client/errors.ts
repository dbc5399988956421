// Everything that the client throws on purpose, beside TypeError and RangeError for arguments that
// mean nothing. `code` is for programs, `message` for people.
import type { TransactionFacts } from "./facts.ts";

/** What all errors of the client are. */
export class YggdrasilError extends Error {
  // Written out in each class: a minifier shortens the names of classes.
  override readonly name: string = "YggdrasilError";
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Why the network refuses a transaction, as it says it. */
export interface RefusalFacts {
  /** One of the API's `RefusalCode`, such as `INSUFFICIENT_FUNDS`. */
  readonly code: string;
  readonly message: string;
  /** Whether the same bytes can be accepted later. */
  readonly retryable: boolean;
  /** The values of the refusal by name: numbers in decimal, amounts in base units. */
  readonly details: Readonly<Record<string, string>>;
}

/** The network has answered: the transaction is not stored. */
export class RefusedError extends YggdrasilError {
  override readonly name: string = "RefusedError";
  readonly retryable: boolean;
  readonly details: Readonly<Record<string, string>>;

  constructor({ code, message, retryable, details }: RefusalFacts) {
    super(code, message);
    this.retryable = retryable;
    this.details = details;
  }
}

/** The URL serves another network than the one that was asked for. Nothing was signed for it. */
export class NetworkMismatchError extends YggdrasilError {
  override readonly name: string = "NetworkMismatchError";
  /** Hashes of genesis records: 0x and 64 hex digits. */
  readonly expected: string;
  readonly found: string;

  constructor(expected: string, found: string) {
    super("NETWORK_MISMATCH", `Cannot use network ${found}: expected ${expected}`);
    this.expected = expected;
    this.found = found;
  }
}

/** The API has answered that it does not do this: a mistake in the request, or a limit. */
export class ApiError extends YggdrasilError {
  override readonly name: string = "ApiError";
}

/**
 * No answer, or none that says what happened: the connection failed, a timeout passed, or a server
 * in between answered instead. The same request can succeed later.
 */
export class UnavailableError extends YggdrasilError {
  override readonly name: string = "UnavailableError";
  /** Of HTTP; null without an answer. */
  readonly status: number | null;
  /** How long the server asks to wait, if it says so. */
  readonly retryAfterMs: number | null;

  constructor(message: string, { status, retryAfterMs, cause }: UnavailableErrorOptions = {}) {
    super("UNAVAILABLE", message, { cause });
    this.status = status ?? null;
    this.retryAfterMs = retryAfterMs ?? null;
  }
}

export interface UnavailableErrorOptions extends ErrorOptions {
  readonly status?: number;
  readonly retryAfterMs?: number | null;
}

/**
 * The transaction was sent and no answer says whether it is stored. It may still be executed, at
 * most once: look it up by `id`, or `submit` it again, the same bytes.
 */
export class OutcomeUnknownError extends YggdrasilError {
  override readonly name: string = "OutcomeUnknownError";
  readonly id: string;
  /** The signed bytes. */
  readonly bytes: Uint8Array;

  constructor({ id, bytes }: { readonly id: string; readonly bytes: Uint8Array }, cause: unknown) {
    const message = `Cannot tell whether ${id} is stored: look it up, or submit the same bytes again`;
    super("OUTCOME_UNKNOWN", message, { cause });
    this.id = id;
    this.bytes = bytes;
  }
}

/** A wait is over before what it waited for has happened. The transaction goes on. */
export class WaitTimeoutError extends YggdrasilError {
  override readonly name: string = "WaitTimeoutError";
  readonly id: string;
  /** The last status seen; null if the network did not know the transaction. */
  readonly status: string | null;

  constructor(id: string, wanted: string, status: string | null, timeoutMs: number) {
    const seen = status ?? "not known";
    super("WAIT_TIMEOUT", `Cannot see ${wanted} of ${id} within ${timeoutMs} ms: it is ${seen}`);
    this.id = id;
    this.status = status;
  }
}

/** REJECTED, EXPIRED or DROPPED (replaced, or pushed out of a full mempool): in no block. */
export class TransactionLeftError extends YggdrasilError {
  override readonly name: string = "TransactionLeftError";
  readonly transaction: TransactionFacts;

  constructor(transaction: TransactionFacts) {
    const { id, status, refusal } = transaction;
    super(
      status,
      `Cannot wait for ${id}: it is ${status}: ${refusal?.message ?? "no reason said"}`,
    );
    this.transaction = transaction;
  }
}

/** Included, its fee paid, without any other effect (code 1). */
export class RevertedError extends YggdrasilError {
  override readonly name: string = "RevertedError";
  readonly transaction: TransactionFacts;

  constructor(transaction: TransactionFacts) {
    const { id, outcome, reason } = transaction;
    super(outcome ?? "REVERTED", `Cannot execute ${id}: ${reason ?? outcome ?? "it was reverted"}`);
    this.transaction = transaction;
  }
}

/** What the server sent does not prove what was asked: it is wrong, or it lies. */
export class ProofError extends YggdrasilError {
  override readonly name: string = "ProofError";
  /** With the fields that explain the code. */
  readonly refusal: Readonly<Record<string, unknown>>;

  constructor(refusal: { readonly code: string }) {
    const { code, ...values } = refusal;
    super(code, `Cannot accept the proof: ${code} ${JSON.stringify(values)}`);
    this.refusal = refusal;
  }
}
