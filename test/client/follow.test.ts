import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Client,
  connect,
  type Fetch,
  RevertedError,
  TransactionLeftError,
  transfer,
  WaitTimeoutError,
} from "../../src/client/index.ts";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../../src/testing/index.ts";

const ALL = ["PENDING", "COMMITTED", "EXECUTED", "FINAL"];
const quick = { attemptsMax: 3, baseMs: 10, capMs: 50 };
const isStream = (init: RequestInit) =>
  (init.headers as Record<string, string>).accept === "text/event-stream";

describe("following a transaction", () => {
  let network: TestNetwork;
  let alice: TestAccount;
  let bob: TestAccount;
  let client: Client;
  beforeAll(async () => {
    network = await createTestNetwork();
    [alice, bob] = network.accounts as [TestAccount, TestAccount];
    client = await connect(network.url);
  });
  afterAll(() => network?.dispose());

  const send = () => client.sender(alice).send(transfer(bob.address, 1n));

  it("R-2.7 yields each status once and ends behind FINAL", async () => {
    const seen: string[] = [];
    const sent = await send();
    const reading = (async () => {
      for await (const { status } of client.follow(sent)) seen.push(status);
    })();
    await expect.poll(() => seen).toEqual(["PENDING"]);
    await network.advance(5);
    await reading;
    expect(seen).toEqual(ALL);
  });

  it("R-2.7 goes on behind its cursor when the stream breaks off after every event", async () => {
    const variables: Record<string, unknown>[] = [];
    const cutting: Fetch = async (url, init) => {
      const response = await fetch(url, init);
      if (!isStream(init)) return response;
      variables.push(JSON.parse(String(init.body)).variables);
      let text = "";
      const cut = new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          text += new TextDecoder().decode(chunk);
          const first = /event: next\n.*\n\n/.exec(text);
          if (first === null) return;
          controller.enqueue(new TextEncoder().encode(first[0]));
          controller.terminate();
        },
      });
      return new Response(response.body?.pipeThrough(cut) ?? null, response);
    };
    const follower = await connect(network.url, { fetch: cutting, retry: quick });
    const sent = await send();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { status } of follower.follow(sent)) seen.push(status);
    })();
    await expect.poll(() => seen).toEqual(["PENDING"]);
    await network.advance(5);
    await reading;
    expect(seen).toEqual(ALL);
    const cursors = variables.map(({ after }) => after);
    expect(cursors[0]).toBeNull();
    expect(new Set(cursors).size).toBeGreaterThanOrEqual(4);
  });

  it("survives a restart of the network", async () => {
    const sent = await send();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { status } of client.follow(sent)) seen.push(status);
    })();
    await expect.poll(() => seen).toEqual(["PENDING"]);
    await network.kill();
    await network.restart();
    await network.advance(5);
    await reading;
    expect(seen).toEqual(ALL);
  });

  it.each([
    ["no stream comes through", () => new Response("{}", { headers: { "content-type": "a/b" } })],
    ["streams fail", () => new Response("", { status: 502 })],
  ])("asks instead when %s", async (_, answer) => {
    let streams = 0;
    const blocking: Fetch = async (url, init) => {
      if (!isStream(init)) return fetch(url, init);
      streams += 1;
      return answer();
    };
    const options = { fetch: blocking, pollMs: 20, retry: quick };
    const polling = await connect(network.url, options);
    const sent = await send();
    const waiting = polling.waitFor(sent, "FINAL");
    await network.advance(5);
    expect(await waiting).toMatchObject({ id: sent.id, status: "FINAL", code: 2 });
    expect(streams).toBeGreaterThan(0);
  });

  it("follows many with few streams and few requests", async () => {
    let requests = 0;
    let open = 0;
    let openMax = 0;
    const counting: Fetch = async (url, init) => {
      requests += 1;
      if (!isStream(init)) return fetch(url, init);
      open += 1;
      openMax = Math.max(openMax, open);
      init.signal?.addEventListener("abort", () => (open -= 1), { once: true });
      return fetch(url, init);
    };
    const options = { fetch: counting, streamsMax: 2, pollMs: 200 };
    const many = await connect(network.url, options);
    const sent = await Promise.all(Array.from({ length: 120 }, send));
    const waiting = Promise.all(sent.map((one) => many.waitFor(one, "EXECUTED")));
    await network.advance(3);
    const facts = await waiting;
    expect(new Set(facts.map(({ code }) => code))).toEqual(new Set([2]));
    expect(facts.map(({ id }) => id)).toEqual(sent.map(({ id }) => id));
    expect(openMax).toBe(2);
    expect(requests).toBeLessThan(60);
    await expect.poll(() => open).toBe(0);
  });

  it("what means nothing spoils no question about others", async () => {
    const asking = await connect(network.url, { streamsMax: 0, pollMs: 100 });
    const sent = await Promise.all(Array.from({ length: 7 }, send));
    const nonsense = asking.waitFor("0x12", "EXECUTED").catch((error: unknown) => error);
    const waiting = Promise.all(sent.map((one) => asking.waitFor(one, "EXECUTED")));
    await network.advance(3);
    expect(new Set((await waiting).map(({ code }) => code))).toEqual(new Set([2]));
    expect(await nonsense).toMatchObject({ name: "ApiError", code: "BAD_USER_INPUT" });
  });

  it("R-6.7 a reverted transaction is an error that says why", async () => {
    const much = (await client.balance(bob.address)).amount;
    const sent = await client.sender(bob).send(transfer(alice.address, 2n * much));
    const waiting = client.waitFor(sent, "EXECUTED").catch((error: unknown) => error);
    await network.advance(5);
    const fault = await waiting;
    expect(fault).toBeInstanceOf(RevertedError);
    expect(fault).toMatchObject({ code: "INSUFFICIENT_BALANCE", transaction: { id: sent.id } });
  });

  it("R-2.7 a transaction that left is an error with the reason", async () => {
    const { nextNonce } = await client.balance(bob.address);
    const validUntil = (await client.round()) + 2;
    const options = { nonce: nextNonce + 3, validUntil };
    const signed = await client.sign(bob, transfer(alice.address, 1n), options);
    await client.submit(signed);
    const waiting = client.waitFor(signed, "COMMITTED").catch((error: unknown) => error);
    await network.advance(5);
    const fault = await waiting;
    expect(fault).toBeInstanceOf(TransactionLeftError);
    expect(fault).toMatchObject({ code: "EXPIRED", transaction: { id: signed.id } });
  });

  it("stops waiting in time, or when told to", async () => {
    const sent = await send();
    await expect(client.waitFor(sent, "FINAL", { timeoutMs: 200 })).rejects.toMatchObject({
      name: "WaitTimeoutError",
      status: "PENDING",
    });
    const patient = client.waitFor(sent, "PENDING" as "COMMITTED", { timeoutMs: Infinity });
    expect((await patient).status).toBe("PENDING");
    const unknown = `0x${"cd".repeat(32)}`;
    const late = client.waitFor(unknown, "FINAL", { timeoutMs: 100 });
    await expect(late).rejects.toBeInstanceOf(WaitTimeoutError);
    const stop = new AbortController();
    const stopped = client.waitFor(sent, "FINAL", { signal: stop.signal });
    stop.abort(new Error("enough"));
    await expect(stopped).rejects.toThrow("enough");
  });
});
