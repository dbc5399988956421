// An operation whose object does not answer is given up; a manual clock gives it all the time.
import { afterEach, describe, expect, it, vi } from "vitest";
import { REQUEST_MS_MAX } from "../../src/gateway/limits.ts";
import { GatewayWorld } from "./gateway-world.ts";

afterEach(() => {
  vi.useRealTimers();
});

/** Whether it is answered a moment before the time is up, and what it is answered then. */
async function afterTheDeadline(asked: Promise<Response>) {
  let early = false;
  void asked.then(() => {
    early = true;
  });
  await vi.advanceTimersByTimeAsync(REQUEST_MS_MAX - 1);
  const before = early;
  await vi.advanceTimersByTimeAsync(1);
  return { before, answered: early };
}

describe("an object that does not answer", () => {
  const ASK = '{ shard(id: "0") { headRound } }';
  const FOLLOW = "subscription { blocks { round } }";

  it.each([
    [ASK, "shard-0.status", "application/json"],
    [FOLLOW, "shard-0.fetch", "text/event-stream"],
  ])("lets %s fail in time, and says that it may be repeated", async (query, method, accept) => {
    const world = await GatewayWorld.create({ clock: "live" });
    await world.data("{ network { k } }");
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    world.silent.add(method);
    const asked = world.post(query, {}, { Accept: accept });
    expect(await afterTheDeadline(asked)).toEqual({ before: false, answered: true });
    const response = await asked;
    expect(response.status).toBe(504);
    const text = await response.text();
    expect(text).toContain('"code":"OPERATION_TIMED_OUT","retryable":true');
    expect(text).toContain(`within ${REQUEST_MS_MAX} ms`);
  });

  it("is waited for where the clock is manual", async () => {
    const world = await GatewayWorld.create();
    await world.data("{ network { k } }");
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    world.silent.add("shard-0.status");
    expect(await afterTheDeadline(world.post(ASK))).toEqual({ before: false, answered: false });
  });
});

describe("a body that does not come", () => {
  it("is given up in time", async () => {
    const world = await GatewayWorld.create();
    await world.data("{ network { k } }");
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const body = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => undefined) });
    const headers = { "Content-Type": "application/json" };
    const asked = world.request({ method: "POST", headers, body, duplex: "half" } as RequestInit);
    expect(await afterTheDeadline(asked)).toEqual({ before: false, answered: true });
    expect((await asked).status).toBe(408);
  });
});
