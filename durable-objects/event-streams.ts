// Events over hibernatable WebSockets: a subscriber that waits costs nothing. Where it is stands in the socket's attachment, so
// that an eviction loses and repeats nothing. A reader gives credit for the events that it can take: a slow one holds up
// nobody, and nothing is kept for it but its position.
import type { StreamEvent } from "../src/actors/rpc.ts";
import { toStreamJson } from "../src/protocol/encoding/stream-json.ts";

type Parameters = Readonly<Record<string, string>>;

/** What a subscriber asked for, how far the log was searched for it, and how many events it will still take. */
interface Subscription {
  readonly parameters: Parameters;
  readonly position: string | null;
  readonly credit: number;
}

export interface Found {
  readonly events: readonly StreamEvent<unknown>[];
  /** Where to search on: behind the last event, or further if there was none to be found. */
  readonly position: string | null;
  /** No further event can come. */
  readonly ended: boolean;
}

/** Searches a bounded stretch of the log behind a position. */
export type EventSource = (parameters: Parameters, position: string | null) => Found;

// An object's memory bounds what it can hold; each socket takes some kilobytes.
const SUBSCRIBERS_MAX = 2_000;
const ATTACHMENT_BYTES_MAX = 2_000;
/** Events under way to one reader, at most about so many. */
const CREDIT_MAX = 256;
// Stretches searched for one socket in one turn; a reader far behind takes several turns, and others come in between.
const SEARCHES_A_TURN = 4;
const CLOSE_NORMAL = 1000;
const CLOSE_FAILED = 1011;

export class EventStreams {
  readonly #ctx: DurableObjectState;
  #pumped: string | null = null;

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
  }

  /**
   * Answers a WebSocket upgrade; the query's parameters say what to stream. `startOf`: where a subscriber without a cursor
   * begins.
   */
  accept(request: Request, startOf: (parameters: Parameters) => string | null): Response {
    if (request.headers.get("Upgrade") !== "websocket") {
      return new Response("Expected a WebSocket upgrade", { status: 426 });
    }
    if (this.#ctx.getWebSockets().length >= SUBSCRIBERS_MAX) {
      return new Response(`Too many subscribers: at most ${SUBSCRIBERS_MAX}`, { status: 503 });
    }
    const parameters = Object.fromEntries(new URL(request.url).searchParams);
    const position = parameters.after ?? startOf(parameters);
    const subscription: Subscription = { parameters, position, credit: CREDIT_MAX };
    if (JSON.stringify(subscription).length > ATTACHMENT_BYTES_MAX) {
      return new Response("Too long a subscription", { status: 414 });
    }
    const { 0: client, 1: server } = new WebSocketPair();
    this.#ctx.acceptWebSocket(server);
    server.serializeAttachment(subscription);
    return new Response(null, { status: 101, webSocket: client });
  }

  /** Sends each subscriber what it has not seen. Does nothing while `state` is what it was; null always looks. */
  pump(state: string | null, source: EventSource): void {
    if (state !== null && state === this.#pumped) return;
    this.#pumped = state ?? this.#pumped;
    for (const socket of this.#ctx.getWebSockets()) this.#send(socket, source);
  }

  /** A reader's message: for how many more events it has room. */
  credited(socket: WebSocket, message: string | ArrayBuffer, source: EventSource): void {
    const more = Number(message);
    const subscription = socket.deserializeAttachment() as Subscription;
    if (!Number.isSafeInteger(more) || more <= 0) {
      socket.close(CLOSE_FAILED, "expected a number of events");
      return;
    }
    const credit = Math.min(CREDIT_MAX, subscription.credit + more);
    socket.serializeAttachment({ ...subscription, credit });
    this.#send(socket, source);
  }

  /** Never throws: one broken socket is nobody else's concern. */
  #send(socket: WebSocket, source: EventSource): void {
    // One that was closed stays in the list until the other side has answered.
    if (socket.readyState !== WebSocket.OPEN) return;
    try {
      for (let search = 0; search < SEARCHES_A_TURN; search++) {
        const subscription = socket.deserializeAttachment() as Subscription;
        if (subscription.credit <= 0) return;
        const { events, position, ended } = source(subscription.parameters, subscription.position);
        if (events.length === 0 && position === subscription.position && !ended) return;
        for (const event of events) socket.send(toStreamJson(event));
        const credit = subscription.credit - events.length;
        socket.serializeAttachment({ ...subscription, position, credit });
        if (ended) {
          socket.close(CLOSE_NORMAL, "complete");
          return;
        }
      }
      setTimeout(() => this.#send(socket, source), 0);
    } catch (error) {
      console.error({ event: "stream failed", error: String(error) });
      socket.close(CLOSE_FAILED, "stream failed");
    }
  }
}
