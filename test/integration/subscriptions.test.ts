import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeBatch } from "../../src/client/index.ts";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../../src/testing/index.ts";
import { base64, LedgerClient, ONE_TOKEN, transferOf } from "./ledger-client.ts";

interface Stream<T> extends AsyncIterable<T> {
  close(): void;
}

/** Subscribes over SSE, as a browser does, and yields the events' data. */
function subscribe<T>(url: string, query: string, variables: Record<string, unknown>): Stream<T> {
  const abort = new AbortController();
  async function* events(): AsyncGenerator<T> {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream" },
      body: JSON.stringify({ query, variables }),
      signal: abort.signal,
    });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done) return;
      text += value;
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        const block = text.slice(0, end);
        text = text.slice(end + 2);
        const data = /^data: (.+)$/m.exec(block)?.[1];
        if (!block.includes("event: next") || data === undefined) continue;
        const payload = JSON.parse(data) as { data?: T; errors?: readonly { message: string }[] };
        if (payload.errors !== undefined) throw new Error(payload.errors[0]?.message);
        if (payload.data !== undefined) yield payload.data;
      }
    }
  }
  return { [Symbol.asyncIterator]: events, close: () => abort.abort() };
}

async function take<T>(stream: Stream<T>, count: number): Promise<T[]> {
  const taken: T[] = [];
  for await (const event of stream) {
    taken.push(event);
    if (taken.length === count) break;
  }
  stream.close();
  return taken;
}

type StatusEvent = { transaction: { status: string; cursor: string; code: number | null } };
type BlockEvent = { blocks: { round: number; cursor: string; chain: { id: string } } };

const STATUSES =
  'subscription ($id: Hash!, $after: String) { transaction(id: $id, chain: "T0", after: $after) { status code cursor } }';
const BLOCKS =
  'subscription ($after: String) { blocks(chain: "T0", after: $after) { round cursor chain { id } } }';

const SHARD_BLOCKS =
  'subscription ($after: String) { blocks(shard: "0", after: $after) { round cursor chain { id } } }';

describe("subscriptions over SSE", () => {
  let network: TestNetwork;
  let ledger: LedgerClient;
  let alice: TestAccount;
  let bob: TestAccount;

  beforeAll(async () => {
    network = await createTestNetwork();
    ledger = await LedgerClient.of(network);
    [alice, bob] = network.accounts as [TestAccount, TestAccount];
  });
  afterAll(() => network?.dispose());

  it("R-2.7 every status arrives once and in order, and the stream ends with FINAL", async () => {
    const id = await ledger.transfer(alice, bob.address, ONE_TOKEN);
    const stream = subscribe<StatusEvent>(network.url, STATUSES, { id });
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { transaction } of stream) seen.push(transaction.status);
    })();
    await expect.poll(() => seen).toEqual(["PENDING"]);
    await network.advance(5);
    await reading;
    expect(seen).toEqual(["PENDING", "COMMITTED", "EXECUTED", "FINAL"]);
  });

  it("R-2.7 a subscription goes on behind a cursor, without gaps or repeats, also after a restart", async () => {
    const id = await ledger.transfer(alice, bob.address, ONE_TOKEN);
    const [first] = await take(subscribe<StatusEvent>(network.url, STATUSES, { id }), 1);
    expect(first?.transaction.status).toBe("PENDING");
    await network.advance(2);
    await network.restart();
    await network.advance(3);
    const after = first?.transaction.cursor;
    const rest = await take(subscribe<StatusEvent>(network.url, STATUSES, { id, after }), 3);
    expect(rest.map(({ transaction }) => [transaction.status, transaction.code])).toEqual([
      ["COMMITTED", null],
      ["EXECUTED", 2],
      ["FINAL", 2],
    ]);
  });

  it("R-3.1 blocks arrive in order from behind a cursor, those of the past and those to come", async () => {
    await network.advance(5);
    const live = take(subscribe<BlockEvent>(network.url, BLOCKS, {}), 1);
    // A subscriber without a cursor sees what comes after it: it has to be there first.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const start = await ledger.round();
    await ledger.transfer(alice, bob.address, 1n);
    await network.advance(1);
    const [seen] = await live;
    expect(seen?.blocks.round).toBe(start + 1);
    await ledger.transfer(alice, bob.address, 1n);
    await network.advance(1);
    const stream = subscribe<BlockEvent>(network.url, BLOCKS, { after: seen?.blocks.cursor });
    const rounds: number[] = [];
    const reading = (async () => {
      for await (const { blocks } of stream) {
        rounds.push(blocks.round);
        if (rounds.length === 3) return;
      }
    })();
    await expect.poll(() => rounds).toEqual([start + 2]);
    await network.advance(3);
    await reading;
    stream.close();
    // the header of round n+k carries the root after n.
    expect(rounds).toEqual([start + 2, start + 4, start + 5]);
  });

  it("streams that end while transactions come in disturb neither them nor other streams", async () => {
    const done = await ledger.transfer(alice, bob.address, 1n);
    await network.advance(5);
    const { nextNonce } = await ledger.balance(alice.address);
    const waiting = await ledger.transfer(bob, alice.address, 1n);
    const other = take(subscribe<StatusEvent>(network.url, STATUSES, { id: waiting }), 4);
    // They arrive in any order, and the mempool keeps 16 nonces ahead of a gap.
    const length = 16;
    const results = await Promise.all(
      Array.from({ length }, async (_, i) => {
        const ended = take(subscribe<StatusEvent>(network.url, STATUSES, { id: done }), 99);
        const nonce = nextNonce + i;
        const id = await ledger.transfer(alice, bob.address, 1n, { nonce });
        return [id.length, (await ended).length];
      }),
    );
    expect(results).toEqual(Array.from({ length }, () => [66, 4]));
    await network.advance(5);
    expect((await other).map(({ transaction }) => transaction.status).at(-1)).toBe("FINAL");
  });

  it("many subscribers of one shard all see every event", async () => {
    const id = await ledger.transfer(alice, bob.address, 1n);
    const streams = Array.from({ length: 25 }, () =>
      take(subscribe<StatusEvent>(network.url, STATUSES, { id }), 4),
    );
    await network.advance(1);
    await network.advance(5);
    for (const events of await Promise.all(streams)) {
      expect(events.map(({ transaction }) => transaction.status)).toEqual([
        "PENDING",
        "COMMITTED",
        "EXECUTED",
        "FINAL",
      ]);
    }
  });
});

describe("a reader far behind", () => {
  it("R-3.1 gets more events than are ever under way at once, each once and in order, and through a power cut", async () => {
    const chains = 40;
    await using network = await createTestNetwork({ chains, accounts: 1 });
    const ledger = await LedgerClient.of(network);
    const [alice] = network.accounts as [TestAccount];
    const first = take(subscribe<BlockEvent>(network.url, SHARD_BLOCKS, {}), 1);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const payload = transferOf(alice.address, 1n);
    for (let nonce = 0; nonce < 8; nonce++) {
      const signed = await Promise.all(
        Array.from({ length: chains }, (_, chain) =>
          ledger.sign({ signer: alice, payload, nonce, chain: `T${chain}` }),
        ),
      );
      const batch = encodeBatch(signed.map(({ bytes }) => bytes));
      await network.graphql(
        "mutation ($batch: Bytes!) { submitBatch(batch: $batch) { ... on SubmittedBatch { accepted } } }",
        { batch: base64(batch) },
      );
      await network.advance(1);
    }
    const [start] = await first;
    expect(start?.blocks).toMatchObject({ round: 1, chain: { id: "T0" } });
    // All of round 1 but T0, and rounds 2 to 8.
    const expected = chains * 8 - 1;
    const half = await take(
      subscribe<BlockEvent>(network.url, SHARD_BLOCKS, { after: start?.blocks.cursor }),
      100,
    );
    await network.kill();
    await network.restart();
    const rest = await take(
      subscribe<BlockEvent>(network.url, SHARD_BLOCKS, { after: half.at(-1)?.blocks.cursor }),
      expected - half.length,
    );
    const seen = [...half, ...rest].map(({ blocks }) => [blocks.round, blocks.chain.id]);
    const wanted = Array.from({ length: 8 }, (_, i) =>
      Array.from({ length: chains }, (_, chain) => [i + 1, `T${chain}`]),
    ).flat();
    expect(seen).toEqual(wanted.slice(1));
  });

  it("R-7.1 the network's events tell which headers were notarised", async () => {
    await using network = await createTestNetwork();
    const ledger = await LedgerClient.of(network);
    const [alice, bob] = network.accounts as [TestAccount, TestAccount];
    await ledger.transfer(alice, bob.address, 1n);
    await network.advance(5);
    const query =
      "subscription ($after: String) { network(after: $after) { cursor round ... on MerkleChainBlock { number notarised { round } } } }";
    type NetworkEvents = {
      network: { cursor: string; number: number; notarised: { round: number }[] };
    };
    const live = take(subscribe<NetworkEvents>(network.url, query, {}), 2);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await ledger.transfer(alice, bob.address, 1n);
    await network.advance(5);
    const events = await live;
    expect(events.map(({ network: { number } }) => number)).toEqual([3, 4]);
    expect(events.flatMap(({ network: { notarised } }) => notarised)).toEqual([
      { round: 6 },
      { round: 9 },
    ]);
    const after = events[0]?.network.cursor;
    const [again] = await take(subscribe<NetworkEvents>(network.url, query, { after }), 1);
    expect(again?.network.number).toBe(4);
  });
});
