// The accounts of a load against networks that lie or lose, which no real network of ours does on demand.
import { expect, it } from "vitest";
import { Api, retryOptions } from "../../src/client/api.ts";
import { signerFromSeed, type TransactionFacts } from "../../src/client/index.ts";
import { Lane } from "../../src/load/lane.ts";
import { LoadRun } from "../../src/load/load-run.ts";
import { Planner } from "../../src/load/planner.ts";
import { isWhole, Progress, summary } from "../../src/load/report.ts";
import { Zipf } from "../../src/load/zipf.ts";
import { Random } from "../../src/simulator/random.ts";

/** A transaction is valid for 240 rounds: so long is a test. */
const ROUND_MS = 5;
const CHAIN = { id: "T0", gasPrice: 1n, reserveDefault: 10n ** 19n };
const FACTS = { nonce: 0, nextNonce: 0, amount: 10n ** 24n, reserve: 10n ** 19n };
const signers = await Promise.all(
  [1, 2, 3, 4].map((byte) => signerFromSeed(new Uint8Array(32).fill(byte))),
);

interface FakeOptions {
  /** The answer to each transaction of a batch. */
  readonly verdict: (attempt: number) => object;
  /** Whether what it accepts is executed before its account is asked about. */
  readonly executes?: boolean;
}

const accepted = { __typename: "Accepted", id: "0x", estimate: { round: 1, time: "2026-01-01" } };
const refused = (code: string, retryable: boolean) => ({
  __typename: "Refused",
  code,
  message: code,
  retryable,
  details: [{ name: "chain", value: "T0" }],
});

/** Answers as a network does that says so of every transaction. */
function fakeApi({ verdict, executes = false }: FakeOptions): Api {
  const startMs = performance.now();
  let attempts = 0;
  let nonce = 0;
  const answer = (query: string, variables: Record<string, string>): object => {
    if (query.includes("submitBatch")) {
      attempts += 1;
      // The count is the first byte of a batch of fewer than 128.
      const count = Buffer.from(variables.batch ?? "", "base64")[0] ?? 0;
      const results = Array.from({ length: count }, () => verdict(attempts));
      return { submitBatch: { __typename: "SubmittedBatch", results } };
    }
    if (query.includes("chains(")) {
      const node = { ...CHAIN, creator: null, bornRound: 0, gasPriceMin: "1", reserveDefault: "1" };
      const { gasPrice: _, ...wire } = node;
      const nodes = [{ ...wire, shard: { id: "0" } }];
      return { chains: { nodes, pageInfo: { hasNextPage: false, endCursor: null } } };
    }
    if (query.includes("shards {")) {
      const round = Math.floor((performance.now() - startMs) / ROUND_MS);
      const rounds = { headRound: 1, executedRound: 1, finalRound: 1, nextTick: null };
      return {
        network: { round, roundMs: ROUND_MS, epoch: { number: 0 } },
        shards: [{ id: "0", waiting: 0, ...rounds }],
      };
    }
    // Beyond all that any account has under way.
    if (executes) nonce += 1_000;
    const balance = { nonce, nextNonce: nonce, amount: `${10n ** 24n}`, reserve: `${10n ** 19n}` };
    const fields = query.includes("balance") ? { balance } : null;
    const names = [...query.matchAll(/\b([ht]\d+):/g)].map(([, name]) => name ?? "");
    return Object.fromEntries(names.map((name) => [name, fields]));
  };
  const fetch = async (_: string, { body }: RequestInit): Promise<Response> => {
    const { query, variables } = JSON.parse(String(body));
    return Response.json({ data: answer(query, variables) });
  };
  return new Api({ url: "http://fake/graphql", fetch, timeoutMs: 1_000, retry: retryOptions() });
}

async function runOf(options: FakeOptions, status: string | null): Promise<LoadRun> {
  const lanes = [signers.map((signer) => new Lane(CHAIN, signer, FACTS))];
  const random = new Random(1);
  const run = new LoadRun({
    api: fakeApi(options),
    networkId: new Uint8Array(32),
    planner: new Planner({ lanes, zipf: new Zipf(1, 0), trades: 0, random }),
    tps: 100,
    transaction: async () => (status === null ? null : ({ status } as TransactionFacts)),
  });
  await run.run(AbortSignal.timeout(500));
  return run;
}

it("calls lost what was accepted and is not known any more, after sending it again", async () => {
  const run = await runOf({ verdict: () => accepted }, null);
  const { tally } = run;
  expect(tally.accepted).toBeGreaterThan(10);
  expect(tally.lost.size).toBe(tally.accepted);
  expect(new Set(tally.lost.values())).toEqual(new Set(["UNKNOWN"]));
  expect(tally.resent).toBeGreaterThan(0);
  expect(isWhole(tally)).toBe(false);
  const words = summary(run, 500);
  expect(words.at(-1)).toBe(`LOST: ${tally.lost.size} transactions`);
  expect(words.filter((line) => line.startsWith("LOST 0x"))).toHaveLength(10);
});

it("calls lost what still waits when no block may take it any more", async () => {
  const { tally } = await runOf({ verdict: () => accepted }, "PENDING");
  expect([...new Set(tally.lost.values())]).toEqual(["PENDING"]);
});

it("R-2.7 accounts for what has left by its status", async () => {
  const { tally } = await runOf({ verdict: () => accepted }, "EXPIRED");
  expect(tally.accepted).toBeGreaterThan(10);
  expect([...tally.left]).toEqual([["EXPIRED", tally.accepted]]);
  expect(isWhole(tally)).toBe(true);
});

it("R-2.9 takes for executed what is below its account's nonce", async () => {
  const run = await runOf({ verdict: () => accepted, executes: true }, null);
  const { tally } = run;
  expect(tally.accepted).toBeGreaterThan(10);
  expect([tally.executed, tally.final]).toEqual([tally.accepted, tally.accepted]);
  expect(new Progress(0).line(run, 2_000)).toContain(
    `executed ${tally.executed}, final ${tally.final}, ${Math.round(tally.executed / 2)} TPS by shard (0: ${Math.round(tally.executed / 2)})`,
  );
});

it("counts refusals by code, and expects nothing of what is refused for good", async () => {
  const { tally } = await runOf({ verdict: () => refused("INSUFFICIENT_FUNDS", false) }, null);
  expect(tally.sent).toBeGreaterThan(10);
  expect([tally.accepted, tally.refused.get("INSUFFICIENT_FUNDS")]).toEqual([0, tally.sent]);
  expect(isWhole(tally)).toBe(true);
});

it("sends the same again while it is refused for now", async () => {
  const verdict = (attempt: number) => (attempt <= 3 ? refused("MEMPOOL_FULL", true) : accepted);
  const { tally } = await runOf({ verdict, executes: true }, null);
  expect(tally.refused.get("MEMPOOL_FULL")).toBeGreaterThan(10);
  expect([tally.accepted, tally.executed]).toEqual([tally.sent, tally.sent]);
});
