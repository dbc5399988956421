// Events over hibernatable WebSockets: a subscriber that waits costs nothing, and where it is stands in the socket's attachment, so
// that an eviction loses and repeats nothing.

import type { StreamEvent } from "../src/actors/rpc.ts";
import { toStreamJson } from "../src/protocol/encoding/stream-json.ts";

/** What a subscriber asked for, and the cursor of the last event that it was sent. */
interface Subscription {
  readonly parameters: Readonly<Record<string, string>>;
  readonly after: string | null;
}

export type EventSource = (
  parameters: Readonly<Record<string, string>>,
  after: string | null,
) => { readonly events: readonly StreamEvent<unknown>[]; readonly ended: boolean };

// An object's memory bounds what it can hold; each socket takes some kilobytes.
const SUBSCRIBERS_MAX = 2_000;
const ATTACHMENT_BYTES_MAX = 2_000;
const CLOSE_NORMAL = 1000;

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
  accept(
    request: Request,
    startOf: (parameters: Readonly<Record<string, string>>) => string | null,
  ): Response {
    if (request.headers.get("Upgrade") !== "websocket") {
      return new Response("Expected a WebSocket upgrade", { status: 426 });
    }
    if (this.#ctx.getWebSockets().length >= SUBSCRIBERS_MAX) {
      return new Response(`Too many subscribers: at most ${SUBSCRIBERS_MAX}`, { status: 503 });
    }
    const parameters = Object.fromEntries(new URL(request.url).searchParams);
    const subscription: Subscription = {
      parameters,
      after: parameters.after ?? startOf(parameters),
    };
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

  #send(socket: WebSocket, source: EventSource): void {
    const subscription = socket.deserializeAttachment() as Subscription;
    let { after } = subscription;
    for (;;) {
      const { events, ended } = source(subscription.parameters, after);
      for (const event of events) socket.send(toStreamJson(event));
      after = events.at(-1)?.cursor ?? after;
      if (ended) {
        socket.close(CLOSE_NORMAL, "complete");
        return;
      }
      if (events.length === 0) break;
    }
    if (after !== subscription.after) socket.serializeAttachment({ ...subscription, after });
  }
}
