// Subscribers that do not behave: a thousand that vanish, more than there are seats, and some that
// never read. The others notice nothing, and every seat is free again.
import type { Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { transactionBatchCodec } from "../../src/protocol/ledger/transaction-batch.ts";
import { SUBSCRIBERS_MAX, SUBSCRIBERS_PER_CLIENT_MAX } from "../../src/protocol/limits.ts";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../../src/testing/index.ts";
import { base64, LedgerClient, transferOf } from "./ledger-client.ts";
import { postRaw, readRaw, workerdMiB } from "./raw-socket.ts";

const BLOCKS = 'subscription { blocks(chain: "T0") { round hash transactions { nodes { id } } } }';
const FREE_MS_MAX = 20_000;
const GROWTH_MIB_MAX = 400;

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

interface Opening {
  /** The body is announced and never sent. */
  readonly headersOnly?: boolean;
  readonly client?: string;
  readonly query?: string;
}

function subscribe({ headersOnly, client, query = BLOCKS }: Opening = {}): Promise<Socket> {
  const body = JSON.stringify({ query });
  return postRaw(network.url, {
    headers: {
      "Content-Type": "application/json",
      Accept: "text/event-stream",
      "Content-Length": `${Buffer.byteLength(body)}`,
      ...(client === undefined ? {} : { "CF-Connecting-IP": client }),
    },
    unread: true,
    ...(headersOnly === true ? {} : { body }),
  });
}

/** So many at a time that no queue of the system overflows. */
async function subscribeMany(count: number, opening: (i: number) => Opening): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const from = sockets.length;
    const some = Math.min(50, count - from);
    const opened = Array.from({ length: some }, (_, i) => subscribe(opening(from + i)));
    sockets.push(...(await Promise.all(opened)));
  }
  return sockets;
}

/** Each its own household. */
const address = (i: number): string => `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;

async function subscribers(): Promise<{ shard: number; network: number; ms: number }> {
  const start = performance.now();
  const data = await network.graphql<{
    shard: { subscribers: number };
    network: { subscribers: number };
  }>('{ shard(id: "0") { subscribers } network { subscribers } }');
  const ms = Math.round(performance.now() - start);
  return { shard: data.shard.subscribers, network: data.network.subscribers, ms };
}

/** Until every seat is free; how long it took, in ms. */
async function untilFree(): Promise<number> {
  const start = performance.now();
  await expect
    .poll(async () => (await subscribers()).shard, { timeout: FREE_MS_MAX, interval: 200 })
    .toBe(0);
  return Math.round(performance.now() - start);
}

async function executesTransfer(): Promise<void> {
  const id = await ledger.transfer(alice, bob.address, 1n);
  await network.advance(1);
  expect(await ledger.status(id)).toBe("EXECUTED");
}

describe("subscribers that do not behave", () => {
  it("a thousand half-open ones leave nothing behind", async () => {
    const before = workerdMiB();
    const sockets = [
      ...(await subscribeMany(400, (i) => ({ client: address(i) }))),
      ...(await subscribeMany(300, (i) => ({ client: address(1_000 + i), headersOnly: true }))),
      ...(await subscribeMany(300, (i) => ({
        client: address(2_000 + i),
        query: "subscription { network { round } }",
      }))),
    ];
    await expect.poll(async () => (await subscribers()).shard, { timeout: 20_000 }).toBe(400);
    const open = await subscribers();
    expect(open).toMatchObject({ shard: 400, network: 300 });
    await executesTransfer();
    const during = workerdMiB();
    // Half of them say goodbye and go on to wait, the others drop dead.
    for (const [i, socket] of sockets.entries()) i % 2 === 0 ? socket.end() : socket.destroy();
    setTimeout(() => sockets.map((socket) => socket.destroy()), 1_000);
    const freeMs = await untilFree();
    const after = await subscribers();
    expect(after).toMatchObject({ shard: 0, network: 0 });
    expect(after.ms).toBeLessThan(2_000);
    await executesTransfer();
    const mib = { before, during, after: workerdMiB() };
    expect(mib.after - mib.before).toBeLessThan(GROWTH_MIB_MAX);
    console.info("1,000 half-open subscriptions", JSON.stringify({ mib, open, freeMs, after }));
  });

  it(`one client has ${SUBSCRIBERS_PER_CLIENT_MAX} seats of an object, and others go on`, async () => {
    const own = "2001:db8:1:2";
    const sockets = await subscribeMany(SUBSCRIBERS_PER_CLIENT_MAX, (i) => ({
      client: `${own}::${i.toString(16)}`,
    }));
    await expect.poll(async () => (await subscribers()).shard).toBe(SUBSCRIBERS_PER_CLIENT_MAX);
    const refused = await readRaw(await subscribe({ client: `${own}:ffff::1` }), 2_000);
    expect(refused).toMatch(/^HTTP\/1\.1 429 /);
    expect(refused).toContain(
      `${SUBSCRIBERS_PER_CLIENT_MAX} streams are open of at most ${SUBSCRIBERS_PER_CLIENT_MAX} for`,
    );
    expect(refused).toContain('"code":"TOO_MANY_SUBSCRIBERS","retryable":true');
    const other = await subscribe({ client: "2001:db8:1:3::1" });
    await expect.poll(async () => (await subscribers()).shard).toBe(SUBSCRIBERS_PER_CLIENT_MAX + 1);
    for (const socket of [...sockets, other]) socket.destroy();
    await untilFree();
  });

  it(`an object has ${SUBSCRIBERS_MAX} seats`, async () => {
    const sockets = await subscribeMany(SUBSCRIBERS_MAX, (i) => ({ client: address(i) }));
    await expect
      .poll(async () => (await subscribers()).shard, { timeout: 30_000 })
      .toBe(SUBSCRIBERS_MAX);
    const refused = await readRaw(await subscribe({ client: address(9_999) }), 2_000);
    expect(refused).toMatch(/^HTTP\/1\.1 503 /);
    expect(refused).toContain(`${SUBSCRIBERS_MAX} streams are open of at most ${SUBSCRIBERS_MAX}`);
    expect(refused).toContain('"code":"TOO_MANY_SUBSCRIBERS","retryable":true');
    await executesTransfer();
    const start = performance.now();
    for (const socket of sockets) socket.destroy();
    const freeMs = await untilFree();
    await executesTransfer();
    const all = Math.round(performance.now() - start);
    console.info("All seats taken", JSON.stringify({ mib: workerdMiB(), freeMs, all }));
  });

  it("a subscription that is not asked for as a stream is refused, and takes no seat", async () => {
    for (let i = 0; i < 20; i++) {
      const response = await fetch(network.url, {
        method: "POST",
        headers: { "content-type": "application/json", accept: "application/json" },
        body: JSON.stringify({ query: BLOCKS }),
      });
      expect(response.status).toBe(406);
      expect(await response.json()).toMatchObject({
        errors: [{ extensions: { code: "NOT_ACCEPTABLE" } }],
      });
    }
    await untilFree();
  });
});

describe("readers that never read", () => {
  const CHAINS = 40;
  const ROUNDS = 8;
  const READERS = 50;
  /** 7 KiB for each block: all blocks are more than the system's own buffers hold for a socket. */
  const fields = Array.from({ length: 90 }, (_, i) => `a${i}: hash`).join(" ");
  const query = `subscription { blocks(shard: "0", after: "YmxvY2t8MDow") { round ${fields} } }`;

  it("R-3.1 hold up nobody, and cost what is sent ahead of them", async () => {
    await using many = await createTestNetwork({ chains: CHAINS, accounts: 2 });
    const client = await LedgerClient.of(many);
    const [sender, receiver] = many.accounts as [TestAccount, TestAccount];
    const payload = transferOf(receiver.address, 1n);
    for (let nonce = 0; nonce < ROUNDS; nonce++) {
      const signed = await Promise.all(
        Array.from({ length: CHAINS }, (_, i) =>
          client.sign({ signer: sender, payload, nonce, chain: `T${i}` }),
        ),
      );
      const batch = base64(transactionBatchCodec.encode(signed.map(({ bytes }) => bytes)));
      await many.graphql("mutation ($b: Bytes!) { submitBatch(batch: $b) { __typename } }", {
        b: batch,
      });
      await many.advance(1);
    }
    const before = workerdMiB();
    const open = (client: number, unread: boolean) => {
      const body = JSON.stringify({ query });
      const headers = {
        "Content-Type": "application/json",
        Accept: "text/event-stream",
        "Content-Length": `${body.length}`,
        "CF-Connecting-IP": address(client),
      };
      return postRaw(many.url, { headers, body, unread });
    };
    const stalled: Socket[] = [];
    for (let i = 0; i < READERS; i++) stalled.push(await open(i, true));
    // One that reads, opened last, sees every block of every chain.
    const reading = await open(READERS, false);
    let seen = 0;
    reading.on("data", (chunk: Buffer) => {
      seen += chunk.toString("latin1").split("event: next").length - 1;
    });
    await expect.poll(() => seen, { timeout: 30_000 }).toBeGreaterThanOrEqual(CHAINS * ROUNDS);
    const id = await client.transfer(sender, receiver.address, 1n);
    await many.advance(1);
    expect(await client.status(id)).toBe("EXECUTED");
    const during = workerdMiB();
    expect(during - before).toBeLessThan(GROWTH_MIB_MAX);
    console.info("Fifty readers that never read", JSON.stringify({ before, during, seen }));
    for (const socket of [...stalled, reading]) socket.destroy();
    await expect
      .poll(async () => {
        type Shard = { shard: { subscribers: number } };
        return (await many.graphql<Shard>('{ shard(id: "0") { subscribers } }')).shard.subscribers;
      })
      .toBe(0);
  });
});
