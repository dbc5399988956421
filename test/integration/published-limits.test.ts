// The limits that `network { limits }` publishes are those that are enforced: each is probed over
// HTTP with its own published number, just below, at, and just above.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { transactionBatchCodec } from "../../src/protocol/ledger/transaction-batch.ts";
import { createTestNetwork, type TestNetwork } from "../../src/testing/index.ts";
import { base64, LedgerClient, RESULT, transferOf } from "./ledger-client.ts";
import { untilNewConnection } from "./raw-socket.ts";

type Limits = Readonly<Record<string, number>>;

const LIMITS_TYPE = '{ __type(name: "NetworkLimits") { fields { name description } } }';

let network: TestNetwork;
let ledger: LedgerClient;
let limits: Limits;
let fields: readonly { readonly name: string; readonly description: string }[];

beforeAll(async () => {
  network = await createTestNetwork({ shards: 3 });
  ledger = await LedgerClient.of(network);
  const { __type } = await network.graphql<{ __type: { fields: typeof fields } }>(LIMITS_TYPE);
  fields = __type.fields;
  const names = fields.map(({ name }) => name).join(" ");
  const answer = await network.graphql<{ network: { limits: Limits } }>(
    `{ network { limits { ${names} } } }`,
  );
  limits = answer.network.limits;
});
afterAll(() => network?.dispose());

interface Verdict {
  readonly code: string;
  readonly message: string;
}

const OK: Verdict = { code: "OK", message: "" };

interface Body {
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions: { readonly code: string };
  }[];
}

async function verdictOf(response: Response): Promise<Verdict> {
  const { errors } = (await response.json()) as Body;
  const [error] = errors ?? [];
  return error === undefined ? OK : { code: error.extensions.code, message: error.message };
}

const sendText = async (body: string, headers: Record<string, string> = {}): Promise<Verdict> =>
  verdictOf(
    await fetch(network.url, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    }),
  );
const send = (query: string, variables: object = {}, more: object = {}): Promise<Verdict> =>
  sendText(JSON.stringify({ query, variables, ...more }));
const times = (count: number, text: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => text(i)).join(" ");

/** `field` of the answer if it was refused as a value. */
async function refusalOf(
  query: string,
  variables: Readonly<Record<string, unknown>>,
): Promise<Verdict> {
  type Answer = Record<string, { code?: string; message?: string }>;
  const { data, errors } = await network.request<Answer>(query, variables);
  const [error] = errors ?? [];
  if (error !== undefined) {
    return { code: error.extensions?.code ?? "NONE", message: error.message };
  }
  const { code = "OK", message = "" } = Object.values(data ?? {})[0] ?? {};
  return { code, message };
}

const submit = (bytes: Uint8Array): Promise<Verdict> =>
  refusalOf(
    `mutation ($transaction: Bytes!) { submitTransaction(transaction: $transaction) { ${RESULT} } }`,
    { transaction: base64(bytes) },
  );
const submitBatch = (bytes: Uint8Array): Promise<Verdict> =>
  refusalOf(
    `mutation ($batch: Bytes!) { submitBatch(batch: $batch) { __typename ... on Refused { code message } } }`,
    { batch: base64(bytes) },
  );
const signed = async (more: object): Promise<Uint8Array> => {
  const [alice, bob] = network.accounts;
  if (alice === undefined || bob === undefined) throw new Error("No accounts");
  const options = { signer: alice, payload: transferOf(bob.address, 1n), nonce: 0, ...more };
  return (await ledger.sign(options)).bytes;
};

/** A query of exactly that depth. */
function deep(depth: number): string {
  const steps = ["shard", "chains(first: 1)", "nodes"];
  let inner = "__typename";
  for (let level = depth - 3; level >= 0; level--) inner = `${steps[level % 3]} { ${inner} }`;
  return `{ chain(id: "T0") { ${inner} } }`;
}

/** A query of exactly that cost: ten for the call, and 100 entries; the rest in single points. */
function costly(cost: number): string {
  const each = Math.floor((cost - 10) / 100);
  const rest = cost - 10 - 100 * each;
  return `{ chains(first: 100) { nodes { ${"id ".repeat(each - 1)} } } ${"__typename ".repeat(rest)} }`;
}

/** Sends headers of exactly so many bytes in all: the first answer says how many others there are. */
async function headers(bytes: number): Promise<Verdict> {
  const body = JSON.stringify({ query: "{ __typename }" });
  const probe = "x".repeat(bytes);
  const { message } = await sendText(body, { "x-probe": probe });
  const seen = Number(/headers have (\d+) bytes/.exec(message)?.[1]);
  return sendText(body, { "x-probe": probe.slice(seen - bytes) });
}

interface Probe {
  readonly code: string;
  /** How the message says the limit; as it is by default. */
  readonly names?: (limit: number) => string;
  /** How the message quotes the value; as it is by default. */
  readonly quotes?: (value: number) => string;
  ask(value: number): Promise<Verdict>;
}

const PROBES: Readonly<Record<string, Probe>> = {
  transactionBytes: { code: "BYTES_TOO_LONG", ask: (n) => submit(new Uint8Array(n)) },
  batchBytes: { code: "BYTES_TOO_LONG", ask: (n) => submitBatch(new Uint8Array(n).fill(0xff)) },
  batchTransactions: {
    code: "BAD_USER_INPUT",
    ask: (n) => submitBatch(transactionBatchCodec.encode(Array(n).fill(new Uint8Array(0)))),
  },
  legs: {
    // Each chain is on a shard of its own.
    code: "BAD_USER_INPUT",
    names: () => "more than two shards",
    quotes: () => '["T0","T1","T2"]',
    ask: (n) =>
      send("query ($chains: [ID!]!) { estimateInclusion(chains: $chains) { round } }", {
        chains: Array.from({ length: n }, (_, i) => `T${i}`),
      }),
  },
  validUntilRounds: {
    code: "VALID_UNTIL_TOO_FAR",
    // Rounds ahead of the next one, which is 1: the clock stands still.
    names: (limit) => `${limit + 1}`,
    quotes: (value) => `${value + 1}`,
    ask: async (n) => submit(await signed({ validUntil: (await ledger.round()) + 1 + n })),
  },
  gasLimit: {
    code: "GAS_LIMIT_TOO_HIGH",
    ask: async (n) => submit(await signed({ gasLimit: n, fee: BigInt(n) * 10n ** 12n })),
  },
  requestBytes: {
    code: "REQUEST_TOO_LARGE",
    ask: (n) => sendText(JSON.stringify({ query: "{ __typename }" }).padEnd(n)),
  },
  urlBytes: {
    code: "URL_TOO_LONG",
    ask: async (n) => {
      const url = `${network.url}?query=${encodeURIComponent("{ __typename }")}&pad=`;
      return verdictOf(await fetch(url.padEnd(n, "x")));
    },
  },
  headerBytes: { code: "HEADERS_TOO_LARGE", ask: headers },
  requestOperations: {
    code: "BATCHING_NOT_SUPPORTED",
    ask: (n) => {
      const one = { query: "{ __typename }" };
      return n <= 1 ? send(one.query) : sendText(JSON.stringify(Array(n).fill(one)));
    },
  },
  variables: {
    code: "TOO_MANY_VARIABLES",
    ask: (n) =>
      send("{ __typename }", Object.fromEntries(Array.from({ length: n }, (_, i) => [`v${i}`, i]))),
  },
  variablesDepth: {
    code: "VARIABLES_TOO_DEEP",
    quotes: () => "variables",
    ask: (n) => sendText(`{"query":"{ __typename }","variables":{"v":${lists(n)}}}`),
  },
  valueDepth: {
    code: "QUERY_TOO_DEEP",
    ask: (n) => send(`{ estimateInclusion(chains: ${lists(n)}) { round } }`),
  },
  pageEntries: {
    code: "BAD_USER_INPUT",
    ask: (n) => send(`{ chains(first: ${n}) { nodes { id } } }`),
  },
  queryDepth: { code: "QUERY_TOO_DEEP", ask: (n) => send(deep(n)) },
  queryAliases: {
    code: "TOO_MANY_ALIASES",
    ask: (n) => send(`{ ${times(n, (i) => `a${i}: __typename`)} }`),
  },
  queryTokens: {
    code: "QUERY_TOO_LONG",
    quotes: () => "more than",
    // Each value of the list is a token; the frame has 12.
    ask: (n) => send(`{ estimateInclusion(chains: [${'"T0" '.repeat(n - 12)}]) { round } }`),
  },
  querySelections: {
    code: "TOO_MANY_SELECTIONS",
    ask: (n) => send(`{ ${"__typename ".repeat(n)} }`),
  },
  queryOperations: {
    code: "TOO_MANY_OPERATIONS",
    ask: (n) =>
      send(
        times(n, (i) => `query Q${i} { __typename }`),
        {},
        { operationName: "Q0" },
      ),
  },
  queryFragments: {
    code: "TOO_MANY_FRAGMENTS",
    ask: (n) =>
      send(
        `{ ${times(n, (i) => `...F${i}`)} } ${times(n, (i) => `fragment F${i} on Query { __typename }`)}`,
      ),
  },
  queryDirectives: {
    code: "TOO_MANY_DIRECTIVES",
    ask: (n) => send(`{ ${"__typename @include(if: true) ".repeat(n)} }`),
  },
  queryCost: { code: "QUERY_TOO_COSTLY", ask: (n) => send(costly(n)) },
};

/** Probes of a limit that another one shows already. */
const ALSO: Readonly<Record<string, string>> = { valueDepth: "variablesDepth" };

/** Limits that a request alone cannot reach, and the tests that do. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  chainBlockBytes: "test/protocol: blocks",
  shardBlockBytes: "test/protocol: blocks",
  shardBlockTransactions: "test/protocol: blocks",
  mempoolTransactions: "test/protocol: mempool",
  mempoolBytes: "test/protocol: mempool",
  mempoolChainTransactions: "test/integration/mempool.test.ts",
  mempoolChainBytes: "test/protocol: mempool",
  mempoolSenderTransactions: "test/integration/mempool.test.ts",
  authorisations: "test/protocol: transactions",
  requestMs: "test/gateway/deadline.test.ts and test/integration/bad-requests.test.ts",
  subscribers: "test/integration/half-open.test.ts",
  subscribersPerClient: "test/integration/half-open.test.ts",
};

const lists = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;

/** Codes of the gateway's own limits: at them a request is answered in full. */
const isOwn = (code: string): boolean =>
  /^(QUERY|TOO_MANY|REQUEST|URL|HEADERS|VARIABLES|BATCHING)/.test(code);

describe("published limits", () => {
  it("are all probed, and all described", () => {
    const known = [
      ...Object.keys(PROBES).filter((name) => ALSO[name] === undefined),
      ...Object.keys(ELSEWHERE),
    ].sort();
    expect(fields.map(({ name }) => name).sort()).toEqual(known);
    for (const { name, description } of fields) expect([name, description]).not.toContain("");
    for (const [name, { code }] of Object.entries(PROBES)) {
      const described =
        fields.find((field) => field.name === (ALSO[name] ?? name))?.description ?? "";
      if (isOwn(code)) expect(described).toContain(code);
    }
  });

  it.each(Object.entries(PROBES))(
    "%s is what is enforced: below and at it are taken, above it is refused",
    async (name, { code, names = String, quotes = String, ask }) => {
      const limit = limits[ALSO[name] ?? name];
      if (limit === undefined) throw new Error(`No limit ${name}`);
      for (const value of [limit - 1, limit]) {
        const taken = await ask(value);
        if (isOwn(code) && ALSO[name] === undefined) expect(taken).toEqual(OK);
        else expect(taken.code).not.toBe(code);
      }
      const { code: refused, message } = await ask(limit + 1);
      await untilNewConnection(network.url);
      expect([name, refused]).toEqual([name, code]);
      expect(message).toContain(names(limit));
      expect(message).toContain(quotes(limit + 1));
    },
  );
});
