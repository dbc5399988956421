// GraphQL over HTTP: one request, one answer or one typed error. Repeating is for those who know
// whether a request may be repeated.
import { utf8 } from "../protocol/encoding/bytes.ts";
import { ApiError, UnavailableError } from "./errors.ts";
import { type EventData, readEvents } from "./event-stream.ts";
import { hashOf } from "./hash.ts";
import { backoffMs, RETRY_DEFAULT, type RetryOptions, retrying, withTimeout } from "./wait.ts";

/** The platform's `fetch`, or one that behaves like it. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface ApiOptions {
  readonly url: string;
  readonly fetch: Fetch;
  /** For one attempt at a request. */
  readonly timeoutMs: number;
  readonly retry: Required<RetryOptions>;
}

type Variables = Readonly<Record<string, unknown>>;

interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly GraphqlFault[];
}

interface GraphqlFault {
  readonly message: string;
  readonly extensions?: { readonly code?: string; readonly retryable?: boolean };
}

/** Not the request's fault: the same can succeed later. */
const PASSING: ReadonlySet<string> = new Set([
  "UNAVAILABLE",
  "STOPPED",
  "STORAGE_CORRUPT",
  "TOO_MANY_SUBSCRIBERS",
  "REQUEST_TIMED_OUT",
  "OPERATION_TIMED_OUT",
  "INTERNAL_SERVER_ERROR",
  "STREAM_INTERRUPTED",
  "SUBSCRIBER_TOO_SLOW",
  "RATE_LIMITED",
]);
const HTTP_TIMEOUT = 408;
const HTTP_TOO_MANY = 429;
const HTTP_SERVER_ERROR = 500;
/** A server can ask for days, which no timer holds; after a minute it is worth another question. */
const RETRY_AFTER_MS_MAX = 60_000;

export class Api {
  readonly url: string;
  readonly retry: Required<RetryOptions>;
  readonly #options: ApiOptions;
  readonly #hashes = new Map<string, string>();

  constructor(options: ApiOptions) {
    this.url = options.url;
    this.retry = options.retry;
    this.#options = options;
  }

  /**
   * One attempt. Throws UnavailableError, ApiError, or the signal's reason if it was aborted.
   */
  async attempt<Data>(query: string, variables: Variables, signal?: AbortSignal): Promise<Data> {
    signal?.throwIfAborted();
    const { timeoutMs } = this.#options;
    try {
      const init = this.#init(query, variables, "application/json");
      const response = await this.#options.fetch(this.url, {
        ...init,
        signal: withTimeout(signal, timeoutMs),
      });
      return await readAnswer<Data>(response);
    } catch (error) {
      throw this.#failure(error, signal);
    }
  }

  /** A question that changes nothing: repeated while it is not answered. Throws as `attempt`. */
  ask<Data>(query: string, variables: Variables, signal?: AbortSignal): Promise<Data> {
    return retrying(
      () => this.attempt<Data>(query, variables, signal),
      (error, failures) => this.delayMs(error, failures),
      signal,
    );
  }

  /** How long to wait before the request is sent again; null if that helps nothing. */
  delayMs(error: unknown, failures: number): number | null {
    if (!(error instanceof UnavailableError) || failures + 1 >= this.retry.attemptsMax) return null;
    return Math.max(backoffMs(this.retry, failures), error.retryAfterMs ?? 0);
  }

  /**
   * The events of a subscription over SSE, until the server says that it is complete. Throws
   * UnavailableError when the stream breaks off, NoStreamError when there is none.
   */
  async *subscribe<Data>(
    query: string,
    variables: Variables,
    signal?: AbortSignal,
  ): AsyncGenerator<Data, void, undefined> {
    signal?.throwIfAborted();
    const { timeoutMs } = this.#options;
    const stop = new AbortController();
    const both = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]);
    // Only until the stream begins: what comes after it takes as long as it takes.
    const late = () => stop.abort(new Error(`no answer within ${timeoutMs} ms`));
    const timer = setTimeout(late, timeoutMs);
    try {
      const init = this.#init(query, variables, "text/event-stream");
      const response = await this.#options.fetch(this.url, { ...init, signal: both });
      clearTimeout(timer);
      for await (const event of this.#events(response)) yield dataOf<Data>(event as Answer<Data>);
    } catch (error) {
      throw this.#failure(error, signal);
    } finally {
      clearTimeout(timer);
      stop.abort();
    }
  }

  #events(response: Response): AsyncGenerator<EventData> {
    checkStatus(response);
    const type = response.headers.get("content-type") ?? "";
    if (!type.startsWith("text/event-stream") || response.body === null) {
      discard(response.body);
      throw new NoStreamError(`Cannot follow ${this.url}: it answers ${type || "nothing"}`);
    }
    return readEvents(response.body);
  }

  #init(query: string, variables: Variables, accept: string): RequestInit {
    return {
      method: "POST",
      headers: { "content-type": "application/json", accept },
      body: JSON.stringify({ query, variables, extensions: this.#extensions(query) }),
    };
  }

  /** Names the document, too: some deployments answer known ones only. */
  #extensions(query: string): object {
    let sha256Hash = this.#hashes.get(query);
    if (sha256Hash === undefined) {
      sha256Hash = hashOf(utf8(query)).slice(2);
      this.#hashes.set(query, sha256Hash);
    }
    return { persistedQuery: { version: 1, sha256Hash } };
  }

  /** What a failed attempt is to the caller; what is ours already stays as it is. */
  #failure(error: unknown, signal: AbortSignal | undefined): unknown {
    if (signal?.aborted) return signal.reason;
    if (error instanceof UnavailableError || error instanceof ApiError) return error;
    if (error instanceof NoStreamError) return error;
    const why = error instanceof Error ? error.message : String(error);
    return new UnavailableError(`Cannot reach ${this.url}: ${why}`, { cause: error });
  }
}

/** There is an answer, but it is no stream: something in between does not pass streams on. */
export class NoStreamError extends Error {}

async function readAnswer<Data>(response: Response): Promise<Data> {
  checkStatus(response);
  const text = await response.text();
  let answer: Answer<Data>;
  try {
    answer = JSON.parse(text) as Answer<Data>;
  } catch (cause) {
    const { status } = response;
    throw new UnavailableError(`Cannot read the answer: HTTP ${status} without JSON`, {
      status,
      cause,
    });
  }
  return dataOf(answer);
}

function checkStatus({ status, headers, body }: Response): void {
  const passing =
    status >= HTTP_SERVER_ERROR || status === HTTP_TOO_MANY || status === HTTP_TIMEOUT;
  if (!passing) return;
  discard(body);
  const seconds = Number(headers.get("retry-after") ?? Number.NaN);
  const retryAfterMs = Number.isNaN(seconds) ? null : Math.min(seconds * 1_000, RETRY_AFTER_MS_MAX);
  throw new UnavailableError(`Cannot get an answer: HTTP ${status}`, { status, retryAfterMs });
}

/** One that broke off refuses to be cancelled, which is nobody's concern. */
function discard(body: ReadableStream | null): void {
  void body?.cancel().catch(() => undefined);
}

function dataOf<Data>({ data, errors }: Answer<Data>): Data {
  const [fault] = errors ?? [];
  if (fault !== undefined) {
    const code = fault.extensions?.code ?? "BAD_REQUEST";
    throw PASSING.has(code)
      ? new UnavailableError(fault.message)
      : new ApiError(code, fault.message);
  }
  if (data == null) throw new UnavailableError("Cannot read the answer: it has no data");
  return data;
}

export const retryOptions = (options: RetryOptions = {}): Required<RetryOptions> => ({
  ...RETRY_DEFAULT,
  ...options,
});
