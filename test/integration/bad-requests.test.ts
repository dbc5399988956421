// Requests that are none, too much, or never end, over HTTP on workerd. Each is answered with its
// code, and after each group the network still executes a transfer.
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { transactionBatchCodec } from "../../src/protocol/ledger/transaction-batch.ts";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../../src/testing/index.ts";
import { base64, LedgerClient, RESULT } from "./ledger-client.ts";
import { postRaw, readRaw, untilNewConnection } from "./raw-socket.ts";

const MIB = 1024 * 1024;
const JSON_TYPE = { "content-type": "application/json" };
const QUERY = JSON.stringify({ query: "{ network { id } }" });
/** An answer to whatever it is; a barrage must not take longer. */
const ANSWER_MS_MAX = 5_000;

let network: TestNetwork;
let ledger: LedgerClient;
let alice: TestAccount;
let bob: TestAccount;
/** A body that never comes: asked first, and answered while the other tests run. */
let silent: Promise<string>;

beforeAll(async () => {
  network = await createTestNetwork();
  ledger = await LedgerClient.of(network);
  [alice, bob] = network.accounts as [TestAccount, TestAccount];
  const headers = { "Content-Type": "application/json", "Content-Length": "100" };
  silent = readRaw(await postRaw(network.url, { headers, body: '{"query"' }), 60_000);
});
afterEach(async () => {
  const id = await ledger.transfer(alice, bob.address, 1n);
  await network.advance(1);
  expect(await ledger.status(id)).toBe("EXECUTED");
});
afterAll(() => network?.dispose());

interface Seen {
  readonly status: number;
  readonly code: string;
}

async function seen(response: Response): Promise<Seen> {
  const { errors } = (await response.json()) as {
    errors?: { message: string; extensions?: { code?: string } }[];
  };
  for (const { message } of errors ?? []) expect(message.length).toBeLessThan(600);
  const code = errors === undefined ? "OK" : (errors[0]?.extensions?.code ?? "NO CODE");
  return { status: response.status, code };
}

async function post(
  body: BodyInit,
  headers: Record<string, string> = JSON_TYPE,
  path = "",
): Promise<Seen> {
  const init = { method: "POST", headers, body, duplex: "half" } as RequestInit;
  const signal = AbortSignal.timeout(ANSWER_MS_MAX);
  const answer = await seen(await fetch(`${network.url}${path}`, { ...init, signal }));
  if (answer.status === 413) await untilNewConnection(network.url);
  return answer;
}

const ask = (query: string, variables: object = {}): Promise<Seen> =>
  post(JSON.stringify({ query, variables }));
const times = (count: number, text: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => text(i)).join(" ");

describe("bodies", () => {
  it("of 10 MB are refused: with a Content-Length, and chunked without", async () => {
    const big = QUERY.padEnd(10 * MIB);
    expect(await post(big)).toEqual({ status: 413, code: "REQUEST_TOO_LARGE" });
    const chunks = new Blob([big]).stream();
    expect(await post(chunks)).toEqual({ status: 413, code: "REQUEST_TOO_LARGE" });
  });

  it("whose Content-Length lies are refused or not heard of", async () => {
    const send = async (length: number, body: string, end: boolean) => {
      const headers = { ...JSON_TYPE, "content-length": `${length}` };
      const socket = await postRaw(network.url, { headers, body });
      if (end) socket.end();
      return readRaw(socket, 2_500);
    };
    // Fewer bytes than said, and the end: nothing is run.
    expect(await send(QUERY.length + 100, QUERY, true)).not.toContain(" 200 ");
    // More bytes than said: what is left is no request.
    expect(await send(QUERY.length - 2, QUERY, false)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await send(10 * MIB, QUERY, false)).toMatch(/^HTTP\/1\.1 413 /);
    for (const length of ["-1", "1e3", "99999999999999999999999"]) {
      const headers = { ...JSON_TYPE, "content-length": length };
      const answer = await readRaw(await postRaw(network.url, { headers, body: QUERY }), 1_500);
      expect(answer).not.toContain('"data"');
    }
  });

  it("that are compressed are refused and never unpacked", async () => {
    const bomb = gzipSync(Buffer.alloc(64 * MIB, 0x20));
    const headers = { ...JSON_TYPE, "content-encoding": "gzip" };
    expect(await post(bomb, headers)).toEqual({ status: 415, code: "UNSUPPORTED_MEDIA_TYPE" });
    expect(await post(gzipSync(QUERY), headers)).toMatchObject({ code: "UNSUPPORTED_MEDIA_TYPE" });
  });

  it.each([
    ["nothing", ""],
    ["no JSON", "{query: 1}"],
    ["half of an object", QUERY.slice(0, -1)],
    ["a number", "7"],
    ["null", "null"],
    ["a null byte", '{"query":"\0{ network { id } }"}'],
    ["no query", "{}"],
    ["no UTF-8", new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
    ["an unknown parameter", '{"query":"{ __typename }","hack":1}'],
    ["a query that is a list", '{"query":["{ __typename }"]}'],
    ["variables that are a list", '{"query":"{ __typename }","variables":[1]}'],
    ["half a million lists", "[".repeat(500_000)],
  ])("that are %s are BAD_REQUEST", async (_, body) => {
    expect(await post(body)).toEqual({ status: 400, code: "BAD_REQUEST" });
  });

  it.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/graphql",
    "application/jsonp",
    "application/json; charset=utf-16",
    "",
  ])("of type %j are refused", async (type) => {
    const refused = { status: 415, code: "UNSUPPORTED_MEDIA_TYPE" };
    expect(await post(new Blob([QUERY]), { "content-type": type })).toEqual(refused);
  });

  it("of JSON are taken in any spelling of its type", async () => {
    for (const type of ["Application/JSON", 'application/json ; charset="UTF-8"']) {
      expect(await post(QUERY, { "content-type": type })).toEqual({ status: 200, code: "OK" });
    }
  });

  it("in lists of operations are refused, however short", async () => {
    for (const count of [0, 1, 1_000]) {
      const list = `[${Array(count).fill(QUERY).join()}]`;
      expect(await post(list)).toEqual({ status: 400, code: "BATCHING_NOT_SUPPORTED" });
    }
  });
});

describe("GET", () => {
  const get = async (query: string): Promise<Seen> => seen(await fetch(`${network.url}?${query}`));

  it("changes nothing, and says what is wrong with its parameters", async () => {
    const mutation = encodeURIComponent(
      'mutation { submitTransaction(transaction: "") { __typename } }',
    );
    expect(await get(`query=${mutation}`)).toEqual({ status: 405, code: "BAD_REQUEST" });
    const query = `query=${encodeURIComponent("{ __typename }")}`;
    expect(await get(query)).toEqual({ status: 200, code: "OK" });
    for (const bad of [
      "variables={",
      "variables=[]",
      "extensions=x",
      "variables=%00",
      "variables=%ff",
    ]) {
      expect(await get(`${query}&${bad}`)).toEqual({ status: 400, code: "BAD_REQUEST" });
    }
    expect(await get("")).toEqual({ status: 400, code: "BAD_REQUEST" });
  });

  it("and POST are all the methods there are", async () => {
    for (const method of ["PUT", "DELETE", "PATCH"]) {
      const response = await fetch(network.url, { method, body: QUERY, headers: JSON_TYPE });
      expect(await seen(response)).toEqual({ status: 405, code: "BAD_REQUEST" });
    }
  });
});

describe("queries", () => {
  const nest = (depth: number, open: string, close: string): string =>
    `${open.repeat(depth)}${close.repeat(depth)}`;
  const same = "network { id } ".repeat(240);

  it.each([
    [
      "of 1,600 levels",
      `{ ${"a { ".repeat(1_600)} b ${"} ".repeat(1_600)} }`,
      "TOO_MANY_SELECTIONS",
    ],
    ["of 450 levels", `{ ${"a { ".repeat(450)} b ${"} ".repeat(450)} }`, "QUERY_TOO_DEEP"],
    [
      "of 450 fragments in each other",
      `{ ${"... { ".repeat(450)} __typename ${"} ".repeat(450)} }`,
      "OK",
    ],
    [
      "of a list of 2,400 levels",
      `{ chains(first: ${nest(2_400, "[", "]")}) { nodes { id } } }`,
      "QUERY_TOO_DEEP",
    ],
    [
      "of an object of 1,200 levels",
      `{ chains(search: ${nest(1_200, "{a:", "}").replace(":}", ":1}")}) { nodes { id } } }`,
      "QUERY_TOO_DEEP",
    ],
    ["of 2 MB", `{ ${"__typename ".repeat(180_000)} }`, "QUERY_TOO_LONG"],
    ["of one name of 1 MB", `{ ${"a".repeat(MIB)} }`, "GRAPHQL_VALIDATION_FAILED"],
    ["of 1,000 aliases", `{ ${times(1_001, (i) => `a${i}: __typename`)} }`, "TOO_MANY_SELECTIONS"],
    ["of 240 aliases", `{ ${times(240, (i) => `a${i}: network { id }`)} }`, "TOO_MANY_ALIASES"],
    ["of the same field 240 times", `{ ${same} }`, "OK"],
    [
      "of fragments that double 49 times",
      `{ ...F0 } ${times(49, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)} fragment F49 on Query { network { id } }`,
      "QUERY_TOO_COSTLY",
    ],
    [
      "of fragments in a circle",
      "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
      "GRAPHQL_VALIDATION_FAILED",
    ],
    [
      "of a fragment in itself, below fields",
      "{ shards { ...A } } fragment A on Shard { chains { nodes { shard { ...A } } } }",
      "GRAPHQL_VALIDATION_FAILED",
    ],
    [
      "of too many fragments",
      `{ __typename } ${times(400, (i) => `fragment F${i} on Query { __typename }`)}`,
      "TOO_MANY_FRAGMENTS",
    ],
    [
      "of many directives on one field",
      `{ __typename ${"@skip(if: false) ".repeat(600)} }`,
      "TOO_MANY_DIRECTIVES",
    ],
    [
      "of many operations",
      times(600, (i) => `query Q${i} { __typename }`),
      "OPERATION_RESOLUTION_FAILURE",
    ],
    ["of an unknown directive", "{ __typename @everything }", "GRAPHQL_VALIDATION_FAILED"],
    ["of nothing but a comment", "# nothing", "GRAPHQL_PARSE_FAILED"],
    ["of null bytes", "{ network(\u0000) { id } }", "GRAPHQL_PARSE_FAILED"],
    [
      "of a lone surrogate",
      '{ chains(search: "\\ud800") { nodes { id } } }',
      "GRAPHQL_PARSE_FAILED",
    ],
    [
      "of two operations without a name to choose one",
      "query A { __typename } query B { __typename }",
      "OPERATION_RESOLUTION_FAILURE",
    ],
  ])("%s: in time, with a code", async (_, query, code) => {
    expect((await ask(query)).code).toBe(code);
  });

  it("with variables by the hundred thousand, deep ones, and odd names", async () => {
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`v${i}`, 0]));
    expect(await ask("{ __typename }", many)).toEqual({ status: 400, code: "TOO_MANY_VARIABLES" });
    for (const name of ["variables", "extensions"]) {
      const body = `{"query":"{ __typename }","${name}":{"a":${nest(200_000, "[", "]")}}}`;
      expect(await post(body)).toEqual({ status: 400, code: "VARIABLES_TOO_DEEP" });
    }
    const odd = '{"query":"{ __typename }","variables":{"__proto__":{"x":1},"constructor":1,"":2}}';
    expect(await post(odd)).toEqual({ status: 200, code: "OK" });
    const list = { t: Array(10_001).fill("") };
    const submit =
      "mutation ($t: [Bytes!]!) { submitTransactions(transactions: $t) { __typename } }";
    expect((await ask(submit, list)).code).toBe("BAD_USER_INPUT");
  });

  const CURSORS = [
    "x",
    "",
    "\0",
    "=",
    "a".repeat(10_000),
    "🜁",
    "Y2hhaW58LTE",
    "c3RhdHVzfA",
    "YmxvY2t8OTk5OTk5OTk5OTk5OTk5OTk5OTo5",
  ];
  it.each([
    "query ($after: String) { chains(after: $after) { nodes { id } } }",
    'query ($after: String) { shard(id: "0") { chains(after: $after) { nodes { id } } } }',
    "query ($after: String, $a: Address!) { account(address: $a) { balances(after: $after) { nodes { amount } } } }",
    "query ($after: String, $a: Address!) { account(address: $a) { transactions(after: $after) { nodes { id } } } }",
    'query ($after: String) { block(chain: "T0", round: 1) { transactions(after: $after) { nodes { id } } } }',
    'subscription ($after: String, $id: Hash!) { transaction(id: $id, chain: "T0", after: $after) { status } }',
    "subscription ($after: String) { blocks(after: $after) { round } }",
    "subscription ($after: String) { network(after: $after) { round } }",
  ])("malformed cursors: %s", async (query) => {
    const accept = query.startsWith("subscription") ? "text/event-stream" : "application/json";
    for (const after of CURSORS) {
      const variables = { after, a: alice.address, id: `0x${"00".repeat(32)}` };
      const response = await fetch(network.url, {
        method: "POST",
        headers: { ...JSON_TYPE, accept },
        body: JSON.stringify({ query, variables }),
      });
      const text = await response.text();
      expect([after, text]).toEqual([after, expect.stringContaining('"code":"BAD_USER_INPUT"')]);
      expect(text.length).toBeLessThan(2_000);
    }
  });

  const SCALARS: readonly (readonly [string, string, readonly unknown[]])[] = [
    [
      "Address!",
      "account(address: $v) { address }",
      ["", "ygg1", "0x00", 1, null, [], {}, "ygg1\0"],
    ],
    [
      "Hash!",
      'transaction(id: $v, chain: "T0") { id }',
      ["", "0x", "00".repeat(32), `0x${"0".repeat(63)}g`, 7, null],
    ],
    [
      "Round!",
      'block(chain: "T0", round: $v) { hash }',
      [-1, 1.5, 2 ** 53, 1e308, "1", null, true],
    ],
    [
      "ID!",
      "chain(id: $v) { id }",
      ["", "T", "T-1", "T01", "T99999999999999999999", "\0", null, {}],
    ],
    ["Bytes!", "simulate(transaction: $v) { code }", ["?", "A", "AA=A", "AAA", 5, null, "AA==\n"]],
  ];
  it.each(SCALARS)("bad values of %s", async (type, field, values) => {
    for (const v of values) {
      const { code } = await ask(`query ($v: ${type}) { ${field} }`, { v });
      expect([v, code]).toEqual([v, "BAD_USER_INPUT"]);
    }
  });
});

describe("transactions above 4 KiB", () => {
  it("R-3.10 are refused one by one in every mutation", async () => {
    const big = new Uint8Array(4_097);
    const single = await network.graphql<{ submitTransaction: { code: string } }>(
      `mutation ($t: Bytes!) { submitTransaction(transaction: $t) { ${RESULT} } }`,
      { t: base64(big) },
    );
    expect(single.submitTransaction.code).toBe("BYTES_TOO_LONG");
    const listed = await network.graphql<{ submitTransactions: { code: string }[] }>(
      `mutation ($t: [Bytes!]!) { submitTransactions(transactions: $t) { ${RESULT} } }`,
      { t: [base64(big), ""] },
    );
    const codes = listed.submitTransactions.map(({ code }) => code);
    expect(codes).toEqual(["BYTES_TOO_LONG", "MALFORMED_BYTES"]);
    const batch = base64(transactionBatchCodec.encode([big, new Uint8Array(0)]));
    const { submitBatch } = await network.graphql<{ submitBatch: { results: { code: string }[] } }>(
      `mutation ($b: Bytes!) { submitBatch(batch: $b) { ... on SubmittedBatch { results { ${RESULT} } } } }`,
      { b: batch },
    );
    expect(submitBatch.results.map(({ code }) => code)).toEqual(codes);
  });
});

describe("a body that never comes", () => {
  it("is given up after 30 seconds", async () => {
    const answer = await silent;
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('"code":"REQUEST_TIMED_OUT","retryable":true');
  });
});
