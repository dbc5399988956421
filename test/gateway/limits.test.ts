// What the gateway refuses before anything is executed, what it says of failures, and how streams
// end.
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import {
  BATCH_TRANSACTIONS_MAX,
  REQUEST_BYTES_MAX,
  SUBSCRIBER_EVENTS_MAX,
} from "../../src/gateway/limits.ts";
import type { StreamSocket } from "../../src/gateway/peers.ts";
import { EventReader } from "../../src/gateway/read-stream.ts";
import { formatAddress } from "../../src/protocol/crypto/address.ts";
import { transactionBatchCodec } from "../../src/protocol/ledger/transaction-batch.ts";
import { makeSigner, type TestSigner } from "../support/signer.ts";
import { signedBytes } from "../support/transactions.ts";
import { GatewayWorld } from "./gateway-world.ts";

let alice: TestSigner;
let world: GatewayWorld;

beforeAll(async () => {
  alice = await makeSigner("alice");
});
beforeEach(async () => {
  const address = formatAddress(alice.address);
  world = await GatewayWorld.create({
    allocations: [{ chain: "T0", address, balance: `${10n ** 21n}` }],
  });
});

const JSON_TYPE = { "Content-Type": "application/json" };

describe("requests", () => {
  it("above 2 MiB are refused by their Content-Length, unread", async () => {
    const headers = { ...JSON_TYPE, "Content-Length": `${REQUEST_BYTES_MAX + 1}` };
    const response = await world.request({ method: "POST", headers, body: "{}" });
    expect(response.status).toBe(413);
    const { errors } = (await response.json()) as { errors: { extensions: object }[] };
    expect(errors[0]?.extensions).toEqual({ code: "REQUEST_TOO_LARGE" });
  });

  it.each([
    [REQUEST_BYTES_MAX, 200],
    [REQUEST_BYTES_MAX + 1, 413],
  ])("without Content-Length and of %i bytes are answered with %i", async (bytes, status) => {
    const query = JSON.stringify({ query: "{ network { k } }" });
    const body = new Blob([query, " ".repeat(bytes - query.length)]).stream();
    const init = { method: "POST", headers: JSON_TYPE, body, duplex: "half" } as RequestInit;
    expect((await world.request(init)).status).toBe(status);
  });

  it("that accept no JSON are told so in JSON, with a code", async () => {
    const body = JSON.stringify({ query: "{ __typename }" });
    const headers = { ...JSON_TYPE, Accept: "image/png" };
    const response = await world.request({ method: "POST", headers, body });
    expect(response.status).toBe(406);
    const { errors } = (await response.json()) as { errors: { extensions: object }[] };
    expect(errors[0]?.extensions).toEqual({ code: "NOT_ACCEPTABLE" });
  });

  it("from any page's origin are answered, and GET never changes anything", async () => {
    const preflight = await world.request({ method: "OPTIONS" });
    expect([preflight.status, preflight.headers.get("Access-Control-Allow-Origin")]).toEqual([
      204,
      "*",
    ]);
    const response = await world.post("{ network { k } }");
    expect(response.headers.get("Access-Control-Allow-Origin")).toBe("*");
    const mutation = encodeURIComponent("mutation { dev { advance(rounds: 1) { round } } }");
    const url = `http://gateway/graphql?query=${mutation}`;
    expect((await world.request({ method: "GET" }, url)).status).toBe(405);
  });
});

describe("queries", () => {
  const nested = (depth: number): string =>
    depth === 0 ? "id" : `shard { chains(first: 1) { nodes { ${nested(depth - 1)} } } }`;
  const page = (inner: string) => `transactions(first: 100) { nodes { id ${inner} } }`;

  it.each([
    ["QUERY_TOO_DEEP", `{ chain(id: "T0") { ${nested(5)} } }`],
    [
      "TOO_MANY_ALIASES",
      `{ ${Array.from({ length: 101 }, (_, i) => `a${i}: shards { id }`).join(" ")} }`,
    ],
    ["QUERY_TOO_LONG", `{ ${"__typename ".repeat(5_001)} }`],
    [
      "QUERY_TOO_COSTLY",
      `{ account(address: "${formatAddress(new Uint8Array(20))}") { ${page(
        `legs { block { ${page("")} } }`,
      )} } }`,
    ],
    [
      "QUERY_TOO_COSTLY",
      `query ($n: Int) { block(chain: "T0", round: 1) { transactions(first: $n) { nodes { legs { block {
        transactions(first: $n) { nodes { id } } } } } } } }`,
    ],
    [
      "TOO_MANY_ALIASES",
      `{ ...A } fragment A on Query { ...B ...B ...B } fragment B on Query { ...C ...C ...C ...C }
       fragment C on Query { a: shards { id } b: shards { id } c: shards { id } d: shards { id } e: shards { id }
       f: shards { id } g: shards { id } h: shards { id } i: shards { id } }`,
    ],
  ])("that are too much are refused with %s and HTTP 400", async (code, query) => {
    const { status, body } = await world.ask(query, { n: 1 });
    expect([status, body.errors[0].extensions.code]).toEqual([400, code]);
    expect(body.data).toBeUndefined();
  });

  it("up to the limits are answered, and so is introspection", async () => {
    const { getIntrospectionQuery } = await import("graphql");
    await world.data(getIntrospectionQuery());
    await world.data(`{ chain(id: "T0") { ${nested(4)} } }`);
    const aliases = Array.from({ length: 100 }, (_, i) => `a${i}: shards { id }`);
    await world.data(`{ ${aliases.join(" ")} }`);
  });

  const RESULTS =
    "results { __typename ... on Accepted { id chains } ... on Refused { code message retryable } }";
  const batchOf = (inner: string) =>
    `mutation ($batch: Bytes!) { submitBatch(batch: $batch) { ... on SubmittedBatch { ${inner} } } }`;
  const STATUS = "headRound executedRound finalRound nextRound waiting nextTick";

  it.each([
    [
      "a page below nothing beside a dear one",
      `{ chains(first: -1000000) @skip(if: true) { nodes { shard { ${STATUS} } } }
         account(address: "${formatAddress(new Uint8Array(20))}") { ${page(
           `legs { block { ${page("")} } }`,
         )} } }`,
    ],
    ["the answers to a batch twice", batchOf(`a: ${RESULTS} b: ${RESULTS}`)],
    [
      "the answers to a batch twice, by a fragment",
      `${batchOf("a: results { ...R } b: results { ...R }")} fragment R on SubmitResult {
         ... on Refused { code message retryable } ... on Accepted { id } }`,
    ],
    [
      "two messages and more in each answer",
      batchOf("results { ... on Refused { a: message message code } }"),
    ],
    [
      "an estimate twice in each answer",
      batchOf("results { ... on Accepted { a: estimate { round } estimate { round } } }"),
    ],
    [
      "the answers to many transactions twice",
      `mutation { a: submitTransactions(transactions: []) { ... on Refused { message } }
         b: submitTransactions(transactions: []) { ... on Refused { message a: code } } }`,
    ],
    ["a large genesis record three times", "{ network { a: genesis b: genesis c: genesis } }"],
    [
      "the status of a shard for each of two pages",
      `{ chains(first: 100) { nodes { shard { ${STATUS} } } }
         b: chains(first: 100) { nodes { shard { ${STATUS} } } } }`,
    ],
  ])("that ask for %s are refused as too costly", async (_, query) => {
    const { status, body } = await world.ask(query, { batch: "AA==" });
    expect([status, body.errors[0].extensions.code]).toEqual([400, "QUERY_TOO_COSTLY"]);
  });

  it("for the answers to a full batch are answered", async () => {
    const junk = Array.from({ length: BATCH_TRANSACTIONS_MAX }, () => new Uint8Array(0));
    const batch = Buffer.from(transactionBatchCodec.encode(junk)).toString("base64");
    const { submitBatch } = await world.data(batchOf(`accepted refused ${RESULTS}`), { batch });
    expect(submitBatch.refused).toBe(BATCH_TRANSACTIONS_MAX);
    expect(submitBatch.results).toHaveLength(BATCH_TRANSACTIONS_MAX);
    const every = `accepted refused results { __typename ... on Accepted { id chains estimate { round time } }
      ... on Refused { code message retryable details { name value } } }`;
    await world.data(batchOf(every), { batch: "AA==" });
  });

  it("with fragments in a circle are refused and do not hang", async () => {
    const { body } = await world.ask(
      "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
    );
    expect(body.errors[0].extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
  });
});

describe("messages", () => {
  const LONG = "A".repeat(1_000_001);
  const SUBMIT = "submitTransaction(transaction: $bytes) { __typename }";

  it.each([
    [
      "a variable",
      `mutation ($bytes: Bytes!) { ${SUBMIT} }`,
      /^Variable "\$bytes".* is not base64/,
    ],
    ["a field", `{ ${LONG} }`, /^Cannot query field "A.* on type "Query"\.$/],
    ["a word", `{ network { k } } ${LONG}`, /^Syntax Error: Unexpected Name "A.*"\.$/],
    ["a literal", `{ block(chain: "T0", round: "${LONG}") { round } }`, /^Invalid Round: "A/],
  ])("do not echo %s of a megabyte", async (_, query, expected) => {
    const { body } = await world.ask(query, { bytes: LONG });
    const [{ message, extensions }] = body.errors;
    expect(message.length).toBeLessThan(520);
    expect(message).toMatch(expected);
    expect(extensions.code).toMatch(/^(BAD_USER_INPUT|GRAPHQL_(PARSE|VALIDATION)_FAILED)$/);
  });

  it("that are shortened say where the query is wrong, with the status of short ones", async () => {
    const short = await world.ask("{ nothing }");
    const long = await world.ask(`{ ${LONG} }`);
    expect(long.status).toBe(short.status);
    expect(long.body.errors[0].locations).toEqual([{ line: 1, column: 3 }]);
    expect(long.body.errors[0].extensions).toEqual(short.body.errors[0].extensions);
  });
});

describe("failures of an object", () => {
  const ASK = '{ shard(id: "0") { headRound } }';
  const failing = (...errors: Error[]) => world.failures.set("shard-0.status", errors);

  it.each([{ retryable: true }, { durableObjectReset: true }])(
    "that were an interruption are repeated once: %j",
    async (marks) => {
      failing(Object.assign(new Error("reset"), marks));
      expect((await world.data(ASK)).shard.headRound).toBe(0);
    },
  );

  it.each([
    ["interrupted twice", { retryable: true }, "UNAVAILABLE"],
    ["reset twice", { durableObjectReset: true, retryable: false }, "UNAVAILABLE"],
    ["overloaded", { retryable: true, overloaded: true }, "UNAVAILABLE"],
    ["stopped", { name: "StoppedError" }, "STOPPED"],
    ["stopping", { name: "InvariantError" }, "STOPPED"],
    ["damaged", { name: "CorruptStorageError" }, "STORAGE_CORRUPT"],
    ["damaged otherwise", { name: "CorruptBytesError" }, "STORAGE_CORRUPT"],
    ["stopped at damage", { name: "StoppedError", corrupt: true }, "STORAGE_CORRUPT"],
    ["full", { name: "StorageUnavailableError" }, "UNAVAILABLE"],
    ["failing below", { message: "internal error; reference = abc123" }, "UNAVAILABLE"],
  ])("that is %s can be asked later", async (_, marks, code) => {
    failing(Object.assign(new Error("a"), marks), Object.assign(new Error("b"), marks));
    const { status, body } = await world.ask(ASK);
    expect([status, body.errors[0].extensions]).toEqual([503, { code, retryable: true }]);
  });

  it("that were two interruptions are in the log, with what the platform said", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const reset = Object.assign(new Error("disk is full"), { durableObjectReset: true });
    failing(reset, reset);
    await world.ask(ASK);
    const lines = logged.mock.calls.map(([line]) => line);
    logged.mockRestore();
    expect(lines).toEqual([
      { event: "object interrupted", object: "shard-0", method: "status", error: "disk is full" },
    ]);
  });

  it("that is overloaded is not asked again at once", async () => {
    failing(Object.assign(new Error("a"), { retryable: true, overloaded: true }));
    await world.ask(ASK);
    expect(world.calls.filter((call) => call === "shard-0.status")).toHaveLength(1);
  });

  it("for any other reason are masked, and logged under the id that the user gets", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    failing(new Error("the secret is 5e"));
    const { body } = await world.ask(ASK);
    expect(JSON.stringify(body)).not.toMatch(/secret|status|stack|originalError/);
    const { code, errorId } = body.errors[0].extensions;
    expect(code).toBe("INTERNAL_SERVER_ERROR");
    expect(JSON.stringify(logged.mock.calls)).toContain(errorId);
    expect(JSON.stringify(logged.mock.calls)).toContain("the secret is 5e");
    logged.mockRestore();
  });

  it("before the network is known are answered in GraphQL's form, and do not stay", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    world.failures.set("merkle-chain.network", [new Error("no secret")]);
    const { status, body } = await world.ask(ASK);
    expect([status, body.errors[0].extensions.code]).toEqual([500, "INTERNAL_SERVER_ERROR"]);
    expect((await world.data(ASK)).shard.headRound).toBe(0);
    logged.mockRestore();
  });
});

describe("subscriptions", () => {
  it("R-2.7 send each status with its cursor, and go on behind one", async () => {
    const bytes = await signedBytes(world.local.network.id, {
      payer: alice,
      nonce: 0,
      gasPrice: 10n ** 12n,
      payload: { kind: "transfer", to: new Uint8Array(20), amount: 1n },
    });
    const { submitTransaction } = await world.data(
      `mutation ($bytes: Bytes!) { submitTransaction(transaction: $bytes) { ... on Accepted { id } } }`,
      { bytes: Buffer.from(bytes).toString("base64") },
    );
    await world.data("mutation { dev { advance(rounds: 9) { round } } }");
    const follow = async (after?: string) =>
      events(
        "subscription ($id: Hash!, $after: String) { transaction(id: $id, after: $after) { status code cursor } }",
        { id: submitTransaction.id, after },
      );
    const all = await follow();
    expect(all.map(({ transaction }) => transaction.status)).toEqual([
      "PENDING",
      "COMMITTED",
      "EXECUTED",
      "FINAL",
    ]);
    const rest = await follow(all[1]?.transaction.cursor);
    expect(rest.map(({ transaction }) => [transaction.status, transaction.code])).toEqual([
      ["EXECUTED", 2],
      ["FINAL", 2],
    ]);
    const blocks = await events(
      'subscription { blocks(chain: "T0", shard: "0", after: "YmxvY2t8MDow") { round cursor chain { id } } }',
    );
    expect(blocks.map(({ blocks: { round } }) => round)).toEqual([1, 4]);
    const [network] = await events(
      "subscription { network { cursor round ... on MerkleChainBlock { number parent notarised { round shard { id } headerHash } createdChains { id } } } }",
    );
    expect(network?.network).toMatchObject({ number: 1, notarised: [{ shard: { id: "0" } }] });
  });

  it.each([
    ['subscription { blocks(after: "x") { round } }', "BAD_USER_INPUT"],
    ['subscription { blocks(shard: "4") { round } }', "NOT_FOUND"],
    ['subscription { blocks(chain: "T8") { round } }', "NOT_FOUND"],
  ])("refuse %s with %s", async (query, code) => {
    const response = await world.post(query, {}, { Accept: "text/event-stream" });
    expect(await response.text()).toContain(`"code":"${code}"`);
  });

  // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever comes.
  async function events(query: string, variables: object = {}): Promise<any[]> {
    const response = await world.post(query, variables, { Accept: "text/event-stream" });
    const blocks = (await response.text()).split("\n\n").filter((one) => /event: next/.test(one));
    return blocks.map((one) => {
      const { data, errors } = JSON.parse(/^data: (.*)$/m.exec(one)?.[1] ?? "{}");
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      return data;
    });
  }
});

describe("EventReader", () => {
  class FakeSocket implements StreamSocket {
    readonly listeners: Record<string, (event: { data?: unknown; code?: number }) => void> = {};
    closed = 0;
    accept(): void {}
    close(): void {
      this.closed += 1;
    }
    addEventListener(type: string, listener: (event: object) => void): void {
      this.listeners[type] = listener;
    }
    send(): void {}
    emit(cursor: number): void {
      this.listeners.message?.({ data: JSON.stringify({ cursor: `${cursor}`, view: null }) });
    }
  }
  const open = () => {
    const socket = new FakeSocket();
    return { socket, reader: new EventReader(socket, ({ cursor }) => cursor) };
  };

  it("cuts off a reader that is too slow, after what it kept", async () => {
    const { socket, reader } = open();
    for (let i = 0; i <= SUBSCRIBER_EVENTS_MAX; i++) socket.emit(i);
    expect(socket.closed).toBe(1);
    for (let i = 0; i < SUBSCRIBER_EVENTS_MAX; i++)
      expect((await reader.next()).value).toBe(`${i}`);
    await expect(reader.next()).rejects.toMatchObject({
      extensions: { code: "SUBSCRIBER_TOO_SLOW" },
    });
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  it("stops at once when its reader goes, also one that waits", async () => {
    const { socket, reader } = open();
    const waiting = reader.next();
    await reader.return();
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(socket.closed).toBe(1);
    socket.emit(1);
    expect((await reader.next()).done).toBe(true);
  });

  it("ends where the object ends the stream, and fails where the connection breaks", async () => {
    const good = open();
    good.socket.emit(1);
    good.socket.listeners.close?.({ code: 1000 });
    expect(await good.reader.next()).toEqual({ done: false, value: "1" });
    expect((await good.reader.next()).done).toBe(true);
    const broken = open();
    const waiting = broken.reader.next();
    broken.socket.listeners.close?.({ code: 1006 });
    await expect(waiting).rejects.toMatchObject({ extensions: { code: "STREAM_INTERRUPTED" } });
    expect((await broken.reader.next()).done).toBe(true);
    expect(broken.socket.closed).toBe(0);
  });
});
