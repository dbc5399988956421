// The events of an object's WebSocket as an async iterator. Not a generator: one that waits for an
// event could not be told to stop before the event comes, and the object would keep a subscriber
// that has long gone.
import type { StreamEvent } from "../actors/rpc.ts";
import { fromStreamJson } from "../protocol/encoding/stream-json.ts";
import { STREAM_CREDIT_BYTES } from "../protocol/limits.ts";
import { gatewayError } from "./errors.ts";
import { SUBSCRIBER_EVENTS_MAX, SUBSCRIBER_STALL_MS } from "./limits.ts";
import type { StreamSocket } from "./peers.ts";

const CLOSE_NORMAL = 1000;
// A quarter of what the object sends ahead: seldom enough to cost little, often enough that it
// never waits for a fast reader.
const CREDIT_PORTION = STREAM_CREDIT_BYTES / 4;

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
  /** As they came: they take less room unread. */
  readonly #messages: string[] = [];
  readonly #waiters: Waiter<T>[] = [];
  /** Characters read since credit was given last. */
  #read = 0;
  /** Runs while events wait for a reader. */
  #stall: ReturnType<typeof setTimeout> | null = null;
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
    const message = this.#messages.shift();
    if (message !== undefined) {
      this.#watch();
      return Promise.resolve(this.#deliver(message));
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
    this.#messages.length = 0;
    this.#stop(null);
    return Promise.resolve({ done: true, value: undefined });
  }

  #take(data: unknown): void {
    if (this.#ended) return;
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) {
      waiter.resolve(this.#deliver(String(data)));
    } else if (this.#messages.length < SUBSCRIBER_EVENTS_MAX) {
      this.#messages.push(String(data));
      if (this.#messages.length === 1) this.#watch();
    } else {
      this.#stop(tooSlow(`Cannot keep more than ${SUBSCRIBER_EVENTS_MAX} events`));
    }
  }

  /** Gives up on a reader that lets what there is wait for too long: its place is worth more than it. */
  #watch(): void {
    if (this.#stall !== null) clearTimeout(this.#stall);
    this.#stall = null;
    if (this.#messages.length === 0) return;
    this.#stall = setTimeout(() => {
      this.#messages.length = 0;
      this.#stop(tooSlow(`Cannot keep events for more than ${SUBSCRIBER_STALL_MS} ms`));
    }, SUBSCRIBER_STALL_MS);
  }

  /** One more event is read: the object may send as much again, told in portions. */
  #deliver(message: string): IteratorResult<T, undefined> {
    this.#read += message.length;
    if (this.#read >= CREDIT_PORTION && !this.#ended) {
      this.#socket.send(`${this.#read}`);
      this.#read = 0;
    }
    return { done: false, value: this.#convert(fromStreamJson(message) as StreamEvent<unknown>) };
  }

  /** Ends from this side. */
  #stop(failure: Error | null): void {
    if (!this.#ended) this.#socket.close(CLOSE_NORMAL, "reader ended");
    if (this.#stall !== null) clearTimeout(this.#stall);
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

const tooSlow = (what: string): Error =>
  gatewayError(
    "SUBSCRIBER_TOO_SLOW",
    `${what} for a slow reader: subscribe again with the cursor of the last event that you read`,
  );
