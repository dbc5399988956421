// The events of an object's WebSocket as an async iterator. Not a generator: one that waits for an
// event could not be told to stop before the event comes, and the object would keep a subscriber
// that has long gone.
import type { StreamEvent } from "../actors/rpc.ts";
import { fromStreamJson } from "../protocol/encoding/stream-json.ts";
import { gatewayError } from "./errors.ts";
import { SUBSCRIBER_EVENTS_MAX } from "./limits.ts";
import type { StreamSocket } from "./peers.ts";

const CLOSE_NORMAL = 1000;
// A quarter of what the object sends ahead: seldom enough to cost little, often enough that it never waits for a fast reader.
const CREDIT_PORTION = 64;

interface Waiter<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Ends when the object closes the stream, or when the reader returns; fails when the reader is too
 * slow.
 */
export class EventReader<T> implements AsyncIterableIterator<T, undefined> {
  readonly #socket: StreamSocket;
  readonly #convert: (event: StreamEvent<unknown>) => T;
  readonly #events: StreamEvent<unknown>[] = [];
  readonly #waiters: Waiter<T>[] = [];
  /** Events read since credit was given last. */
  #read = 0;
  #ended = false;
  #failure: Error | null = null;

  constructor(socket: StreamSocket, convert: (event: StreamEvent<unknown>) => T) {
    this.#socket = socket;
    this.#convert = convert;
    socket.addEventListener("message", ({ data }) => this.#take(data));
    socket.addEventListener("close", ({ code }) => this.#end(interruption(code)));
    socket.addEventListener("error", () => this.#end(interruption(undefined)));
    socket.accept();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const event = this.#events.shift();
    if (event !== undefined) {
      this.#credit();
      return Promise.resolve({ done: false, value: this.#convert(event) });
    }
    if (this.#failure !== null) {
      const failure = this.#failure;
      this.#failure = null;
      return Promise.reject(failure);
    }
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => this.#waiters.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#events.length = 0;
    this.#stop(null);
    return Promise.resolve({ done: true, value: undefined });
  }

  #take(data: unknown): void {
    if (this.#ended) return;
    const event = fromStreamJson(String(data)) as StreamEvent<unknown>;
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) {
      this.#credit();
      waiter.resolve({ done: false, value: this.#convert(event) });
    } else if (this.#events.length < SUBSCRIBER_EVENTS_MAX) {
      this.#events.push(event);
    } else {
      const message =
        `Cannot keep more than ${SUBSCRIBER_EVENTS_MAX} events for a slow reader: subscribe ` +
        "again with the cursor of the last event that you read";
      this.#stop(gatewayError("SUBSCRIBER_TOO_SLOW", message));
    }
  }

  /** One more event was read: the object may send as many more, told in portions. */
  #credit(): void {
    this.#read += 1;
    if (this.#read < CREDIT_PORTION || this.#ended) return;
    this.#socket.send(`${this.#read}`);
    this.#read = 0;
  }

  /** Ends from this side. */
  #stop(failure: Error | null): void {
    if (!this.#ended) this.#socket.close(CLOSE_NORMAL, "reader ended");
    this.#end(failure);
  }

  #end(failure: Error | null): void {
    if (this.#ended) return;
    this.#ended = true;
    const [first, ...rest] = this.#waiters.splice(0);
    if (failure !== null && first !== undefined) first.reject(failure);
    else {
      this.#failure = failure;
      first?.resolve({ done: true, value: undefined });
    }
    for (const waiter of rest) waiter.resolve({ done: true, value: undefined });
  }
}

function interruption(code: number | undefined): Error | null {
  if (code === CLOSE_NORMAL) return null;
  const message =
    `The stream broke off (${code ?? "connection lost"}): subscribe again with the cursor of the ` +
    "last event that you read";
  return gatewayError("STREAM_INTERRUPTED", message);
}
