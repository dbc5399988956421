import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  ApiError,
  type Client,
  connect,
  createSigner,
  encodeBatch,
  type Fetch,
  NetworkMismatchError,
  OutcomeUnknownError,
  transfer,
  UnavailableError,
} from "../../src/client/index.ts";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../../src/testing/index.ts";

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => unknown;

const quick = { attemptsMax: 3, baseMs: 5, capMs: 20 };
const OTHER = `0x${"ab".repeat(32)}`;

describe("connect and ask", () => {
  let network: TestNetwork;
  let alice: TestAccount;
  let bob: TestAccount;
  let client: Client;
  let handle: Handler;
  let requests: string[] = [];
  // A server in between, which a test can make misbehave.
  const proxy = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    requests.push(body);
    await handle(request, response, body);
  });
  const pass: Handler = async (request, response, body) => {
    const { accept = "", "content-type": type = "" } = request.headers;
    const headers = { accept, "content-type": type };
    const answer = await fetch(network.url, { method: "POST", headers, body });
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(await answer.text());
  };
  const url = () => `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/graphql`;

  beforeAll(async () => {
    network = await createTestNetwork({ chains: [{}, { symbol: "GOLD", decimals: 2 }] });
    [alice, bob] = network.accounts as [TestAccount, TestAccount];
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    client = await connect(network.url);
  });
  beforeEach(() => {
    handle = pass;
    requests = [];
  });
  afterAll(async () => {
    proxy.close();
    await network?.dispose();
  });

  it("R-7.2 pins the genesis record, by its hash or itself", async () => {
    const genesis = await client.genesis();
    const { id } = client.network;
    await connect(network.url, { genesisHash: id.toUpperCase().replace("0X", "0x"), genesis });
    const fault = await connect(network.url, { genesisHash: OTHER }).catch((e: unknown) => e);
    expect(fault).toBeInstanceOf(NetworkMismatchError);
    expect(fault).toMatchObject({ expected: OTHER, found: id });
    const forged = genesis.map((byte, i) => (i === 40 ? byte ^ 1 : byte));
    await expect(connect(network.url, { genesis: forged })).rejects.toBeInstanceOf(
      NetworkMismatchError,
    );
  });

  it("R-7.2 a genesis record that does not hash to the id is refused", async () => {
    const proxied = await connect(url());
    handle = (_, response) =>
      response.end(JSON.stringify({ data: { network: { genesis: btoa("forged") } } }));
    await expect(proxied.genesis()).rejects.toBeInstanceOf(NetworkMismatchError);
    handle = (_, response) => response.end('{"data":{"network":{"genesis":"no base64!"}}}');
    await expect(proxied.genesis()).rejects.toBeInstanceOf(UnavailableError);
  });

  it("reads chains, balances and transactions as values", async () => {
    expect(await client.chain("T1")).toMatchObject({ symbol: "GOLD", decimals: 2, creator: null });
    expect((await client.chain("T1"))?.gasPriceMin).toBeTypeOf("bigint");
    expect(await client.chain("T9")).toBeNull();
    const balance = await client.balance(alice.address, { chain: "T1" });
    expect(balance).toMatchObject({ amount: 1_000n * 10n ** 18n, nextNonce: 0, delegate: null });
    await expect(client.balance(alice.address, { chain: "T9" })).rejects.toMatchObject({
      code: "UNKNOWN_CHAIN",
    });
    expect(await client.transaction(OTHER)).toBeNull();
    expect(await client.round()).toBe((await connect(network.url)).network.round);
  });

  it("says what is wrong with a question, once", async () => {
    const proxied = await connect(url(), { retry: quick });
    requests = [];
    const fault = await proxied.balance("ygg1nonsense").catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(ApiError);
    expect(fault).toMatchObject({ code: "BAD_USER_INPUT" });
    expect(requests).toHaveLength(1);
  });

  it.each([
    ["a server in between that fails", 503, "<h1>no</h1>"],
    ["too many requests", 429, ""],
    ["a page instead of an answer", 200, "<h1>log in</h1>"],
    ["an answer without data", 200, "{}"],
    [
      "an overloaded object",
      200,
      '{"errors":[{"message":"busy","extensions":{"code":"UNAVAILABLE"}}]}',
    ],
  ])("asks again after %s", async (_, status, body) => {
    const proxied = await connect(url(), { retry: quick });
    requests = [];
    let failures = 2;
    handle = (request, response, text) => {
      if (failures-- === 0) return pass(request, response, text);
      response.writeHead(status).end(body);
    };
    expect((await proxied.balance(bob.address)).nonce).toBe(0);
    expect(requests).toHaveLength(3);
    failures = 3;
    await expect(proxied.balance(bob.address)).rejects.toBeInstanceOf(UnavailableError);
  });

  it("waits as long as the server asks", async () => {
    const proxied = await connect(url(), { retry: quick });
    let isBusy = true;
    handle = (request, response, body) => {
      if (!isBusy) return pass(request, response, body);
      isBusy = false;
      response.writeHead(429, { "retry-after": "1" }).end();
    };
    const begin = performance.now();
    await proxied.round();
    expect(performance.now() - begin).toBeGreaterThan(990);
  });

  it.each(["1e9", "Infinity"])(
    "does not ask at once when told to wait %s seconds",
    async (time) => {
      const proxied = await connect(url(), { retry: quick });
      handle = (_, response) => response.writeHead(503, { "retry-after": time }).end();
      requests = [];
      const late = proxied.round(AbortSignal.timeout(100));
      await expect(late).rejects.toMatchObject({ name: "TimeoutError" });
      expect(requests).toHaveLength(1);
    },
  );

  it("minds no answer that breaks off after it has failed", async () => {
    const broken: Fetch = () => {
      const start = (stream: ReadableStreamDefaultController) => stream.error(new Error("reset"));
      return Promise.resolve(new Response(new ReadableStream({ start }), { status: 502 }));
    };
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", note);
    const fault = await connect(url(), { fetch: broken, retry: quick }).catch((e: unknown) => e);
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off("unhandledRejection", note);
    expect(fault).toBeInstanceOf(UnavailableError);
    expect(unhandled).toEqual([]);
  });

  it("gives up on an attempt in time, and at once when told to", async () => {
    const proxied = await connect(url(), { timeoutMs: 250, retry: quick });
    handle = () => undefined;
    requests = [];
    const begin = performance.now();
    await expect(proxied.round()).rejects.toBeInstanceOf(UnavailableError);
    expect(requests).toHaveLength(quick.attemptsMax);
    const stop = AbortSignal.abort(new Error("enough"));
    await expect(proxied.round(stop)).rejects.toThrow("enough");
    expect(performance.now() - begin).toBeLessThan(2_000);
  });

  it("R-2.3 submits the same bytes until there is an answer, and says when there is none", async () => {
    const proxied = await connect(url(), { retry: quick });
    const signed = await proxied.sign(alice, transfer(bob.address, 1n), { chain: "T1" });
    let lost = 2;
    handle = async (request, response, body) => {
      if (lost-- === 0) return pass(request, response, body);
      await fetch(network.url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      request.socket.destroy();
    };
    requests = [];
    await proxied.submit(signed);
    expect(requests).toHaveLength(3);
    expect(new Set(requests).size).toBe(1);
    lost = 3;
    const fault = await proxied.submit(signed).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(OutcomeUnknownError);
    expect(fault).toMatchObject({ id: signed.id, bytes: signed.bytes });
  });

  it("R-2.3 never says that it is not stored while an attempt has no answer", async () => {
    const proxied = await connect(url(), { retry: quick });
    const signed = await proxied.sign(alice, transfer(bob.address, 1n), { chain: "T1" });
    const refused = { __typename: "Refused", code: "NONCE_TAKEN", message: "taken", details: [] };
    const results = [{ ...refused, retryable: true }];
    const data = { submitBatch: { __typename: "SubmittedBatch", results } };
    let attempts = 0;
    handle = (request, response) =>
      attempts++ === 0 ? request.socket.destroy() : response.end(JSON.stringify({ data }));
    const fault = await proxied.submit(signed).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(OutcomeUnknownError);
    await expect(proxied.submit(signed)).rejects.toMatchObject({ code: "NONCE_TAKEN" });
  });

  it("submits any number, in parts within the network's limits, each with its own answer", async () => {
    const limits = { batchBytes: 700, batchTransactions: 3, validUntilRounds: 10_000 };
    handle = async (_, response, body) => {
      const answer = await fetch(network.url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      const data = (await answer.json()) as { data: { network?: { limits: unknown } } };
      if (data.data.network?.limits !== undefined) data.data.network.limits = limits;
      response.end(JSON.stringify(data));
    };
    const proxied = await connect(url(), { retry: quick });
    const { nextNonce } = await proxied.balance(bob.address);
    const signed = await Promise.all(
      Array.from({ length: 7 }, (_, i) =>
        proxied.sign(bob, transfer(alice.address, 1n), {
          nonce: nextNonce + i,
          ...(i === 5 ? { gasPrice: 1n } : {}),
        }),
      ),
    );
    requests = [];
    const results = await proxied.submitMany(signed);
    expect(results.map(({ id }) => id)).toEqual(signed.map(({ id }) => id));
    expect(results.map(({ error }) => error?.code ?? null)).toEqual([
      ...[null, null, null, null, null],
      "GAS_PRICE_TOO_LOW",
      null,
    ]);
    const batches = requests.map((body) => JSON.parse(body).variables.batch as string);
    for (const batch of batches) expect(atob(batch).length).toBeLessThanOrEqual(700);
    expect(batches.length).toBeGreaterThanOrEqual(3);
    expect(await proxied.submitMany([])).toEqual([]);
  });

  it("signs with the chain's least price, the gas that it takes, and an end that is in reach", async () => {
    const { signer } = await createSigner();
    const round = await client.round();
    const signed = await client.sign(alice, transfer(signer.address, 1n), { chain: "T1" });
    expect(signed).toMatchObject({ gasLimit: 1_000, validUntil: round + 1_000 });
    expect(signed.gasPrice).toBe((await client.chain("T1"))?.gasPriceMin);
    const own = { nonce: 9, gasPrice: 7n, gasLimit: 2_000, validUntil: 3 };
    expect(await client.sign(alice, transfer(signer.address, 1n), own)).toMatchObject(own);
    expect(encodeBatch([signed.bytes]).length).toBe(signed.bytes.length + 3);
  });
});
