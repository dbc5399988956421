// The reader of an object's stream: how much it lets the object send ahead, and when it gives up on
// whoever reads it.
import { afterEach, describe, expect, it, vi } from "vitest";
import { SUBSCRIBER_STALL_MS } from "../../src/gateway/limits.ts";
import type { StreamSocket } from "../../src/gateway/peers.ts";
import { EventReader } from "../../src/gateway/read-stream.ts";
import { STREAM_CREDIT_BYTES } from "../../src/protocol/limits.ts";

class Socket implements StreamSocket {
  readonly sent: number[] = [];
  closed = 0;
  readonly #listeners = new Map<string, (event: object) => void>();
  accept(): void {}
  close(): void {
    this.closed += 1;
  }
  send(message: string): void {
    this.sent.push(Number(message));
  }
  addEventListener(type: string, listener: (event: object) => void): void {
    this.#listeners.set(type, listener);
  }
  end(): void {
    this.#listeners.get("close")?.({ code: 1000 });
  }
  emit(characters: number): void {
    const empty = JSON.stringify({ cursor: "", view: null });
    const cursor = "x".repeat(characters - empty.length);
    this.#listeners.get("message")?.({ data: JSON.stringify({ cursor, view: null }) });
  }
}

function open() {
  const socket = new Socket();
  return { socket, reader: new EventReader(socket, ({ cursor }) => cursor.length) };
}

const KIB = 1024;

describe("credit", () => {
  it("is given for what was read, by its size, in portions of a quarter", async () => {
    const { socket, reader } = open();
    for (let i = 0; i < 6; i++) socket.emit(10 * KIB);
    expect(socket.sent).toEqual([]);
    for (let i = 0; i < 6; i++) await reader.next();
    expect(socket.sent).toEqual([20 * KIB, 20 * KIB, 20 * KIB]);
  });

  it("is given at once for an event above all of it", async () => {
    const { socket, reader } = open();
    const waiting = reader.next();
    socket.emit(3 * STREAM_CREDIT_BYTES);
    await waiting;
    expect(socket.sent).toEqual([3 * STREAM_CREDIT_BYTES]);
  });

  it("is not given to a socket that is closed, whose last events are still read", async () => {
    const { socket, reader } = open();
    for (let i = 0; i < 3; i++) socket.emit(10 * KIB);
    socket.end();
    for (let i = 0; i < 3; i++) expect((await reader.next()).value).toBeGreaterThan(0);
    expect(await reader.next()).toEqual({ done: true, value: undefined });
    expect(socket.sent).toEqual([]);
  });
});

describe("a reader that reads nothing", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is given up after a minute, and what was kept for it is let go", async () => {
    vi.useFakeTimers();
    const { socket, reader } = open();
    socket.emit(100);
    vi.advanceTimersByTime(SUBSCRIBER_STALL_MS - 1);
    expect(socket.closed).toBe(0);
    vi.advanceTimersByTime(1);
    expect(socket.closed).toBe(1);
    await expect(reader.next()).rejects.toMatchObject({
      extensions: { code: "SUBSCRIBER_TOO_SLOW", retryable: true },
    });
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  it("keeps its place as long as it takes one event a minute, or none are there", async () => {
    vi.useFakeTimers();
    const { socket, reader } = open();
    for (let i = 0; i < 5; i++) socket.emit(100);
    for (let i = 0; i < 5; i++) {
      vi.advanceTimersByTime(SUBSCRIBER_STALL_MS - 1);
      await reader.next();
    }
    vi.advanceTimersByTime(10 * SUBSCRIBER_STALL_MS);
    expect(socket.closed).toBe(0);
  });
});
