// Events over hibernatable WebSockets: a subscriber that waits costs nothing. Where it is stands in the socket's attachment, so
// that an eviction loses and repeats nothing. A reader gives credit for the bytes that it can take: a slow one holds up
// nobody, and nothing is kept for it but its position.
import type { StreamEvent } from "../src/actors/rpc.ts";
import { toStreamJson } from "../src/protocol/encoding/stream-json.ts";
import {
  STREAM_CREDIT_BYTES,
  SUBSCRIBERS_MAX,
  SUBSCRIBERS_PER_CLIENT_MAX,
} from "../src/protocol/limits.ts";

type Parameters = Readonly<Record<string, string>>;

/** What a subscriber asked for, how far the log was searched for it, and how many characters it will still take. */
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

const ATTACHMENT_BYTES_MAX = 2_000;
/** Told apart by the gateway; a client that has no address is one of its own kind. */
const CLIENT_HEADER = "X-Client";
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

  /** Subscribers that are there. */
  get open(): number {
    return this.#ctx.getWebSockets().filter(isOpen).length;
  }

  /**
   * Answers a WebSocket upgrade; the query's parameters say what to stream, and what there is already is sent at once.
   * `startOf`: where a subscriber without a cursor begins.
   */
  accept(
    request: Request,
    startOf: (parameters: Parameters) => string | null,
    source: EventSource,
  ): Response {
    if (request.headers.get("Upgrade") !== "websocket") {
      return new Response("Expected a WebSocket upgrade", { status: 426 });
    }
    const all = this.#ctx.getWebSockets().length;
    if (all >= SUBSCRIBERS_MAX) {
      return refusal(503, `${all} streams are open of at most ${SUBSCRIBERS_MAX}`);
    }
    const client = request.headers.get(CLIENT_HEADER);
    const own = client === null ? 0 : this.#ctx.getWebSockets(client).length;
    if (own >= SUBSCRIBERS_PER_CLIENT_MAX) {
      const message = `${own} streams are open of at most ${SUBSCRIBERS_PER_CLIENT_MAX} for your address`;
      return refusal(429, message);
    }
    const parameters = Object.fromEntries(new URL(request.url).searchParams);
    const position = parameters.after ?? startOf(parameters);
    const subscription: Subscription = { parameters, position, credit: STREAM_CREDIT_BYTES };
    if (JSON.stringify(subscription).length > ATTACHMENT_BYTES_MAX) {
      return new Response("Too long a subscription", { status: 414 });
    }
    const { 0: reader, 1: server } = new WebSocketPair();
    this.#ctx.acceptWebSocket(server, client === null ? [] : [client]);
    server.serializeAttachment(subscription);
    this.#send(server, source);
    return new Response(null, { status: 101, webSocket: reader });
  }

  /** Sends each subscriber what it has not seen. Does nothing while `state` is what it was. */
  pump(state: string, source: EventSource): void {
    if (state === this.#pumped) return;
    this.#pumped = state;
    for (const socket of this.#ctx.getWebSockets()) this.#send(socket, source);
  }

  /** A reader's message: for how many more characters it has room. */
  credited(socket: WebSocket, message: string | ArrayBuffer, source: EventSource): void {
    const more = Number(message);
    const subscription = socket.deserializeAttachment() as Subscription;
    if (!Number.isSafeInteger(more) || more <= 0) {
      socket.close(CLOSE_FAILED, "expected a number of characters");
      return;
    }
    const credit = Math.min(STREAM_CREDIT_BYTES, subscription.credit + more);
    socket.serializeAttachment({ ...subscription, credit });
    this.#send(socket, source);
  }

  /** Never throws: one broken socket is nobody else's concern. */
  #send(socket: WebSocket, source: EventSource): void {
    // One that was closed stays in the list until the other side has answered.
    if (!isOpen(socket)) return;
    try {
      for (let search = 0; search < SEARCHES_A_TURN; search++) {
        const subscription = socket.deserializeAttachment() as Subscription;
        if (subscription.credit <= 0) return;
        const { events, position, ended } = source(subscription.parameters, subscription.position);
        if (events.length === 0 && position === subscription.position && !ended) return;
        let { credit } = subscription;
        let sent = 0;
        while (credit > 0 && sent < events.length) {
          const message = toStreamJson(events[sent++] as StreamEvent<unknown>);
          socket.send(message);
          credit -= message.length;
        }
        const all = sent === events.length;
        const reached = all ? position : (events[sent - 1]?.cursor ?? null);
        socket.serializeAttachment({ ...subscription, position: reached, credit });
        if (ended && all) {
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

const refusal = (status: number, message: string): Response =>
  new Response(`Too many subscribers: ${message}`, { status });

const isOpen = (socket: WebSocket): boolean => socket.readyState === WebSocket.OPEN;
