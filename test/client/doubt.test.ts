import { expect, it } from "vitest";
import { connect, type Fetch, OutcomeUnknownError, transfer } from "../../src/client/index.ts";
import { createTestNetwork, type TestAccount } from "../../src/testing/index.ts";

const quick = { attemptsMax: 3, baseMs: 10, capMs: 50 };

it("R-2.9 what may be under way is never signed again, though another has its nonce", async () => {
  await using network = await createTestNetwork();
  const [alice, bob] = network.accounts as [TestAccount, TestAccount];
  const other = await connect(network.url);
  let isHeldUp = false;
  // The first attempt is held up on its way, and another program takes its nonce meanwhile.
  const slow: Fetch = async (url, init) => {
    if (isHeldUp || !String(init.body).includes("submitBatch")) return fetch(url, init);
    isHeldUp = true;
    await other.submit(await other.sign(alice, transfer(bob.address, 1n), { nonce: 0 }));
    throw new TypeError("connection reset");
  };
  const client = await connect(network.url, { fetch: slow, retry: quick });
  const fault = await client
    .sender(alice)
    .send(transfer(bob.address, 2n), { timeoutMs: 2_000 })
    .catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(OutcomeUnknownError);
  // Signed again under nonce 1 it would be executed besides the first, should that arrive at last.
  expect(await other.balance(alice.address)).toMatchObject({ nextNonce: 1 });
  expect(await other.transaction((fault as OutcomeUnknownError).id)).toBeNull();
});

it("what its caller was told is not sent is not sent: given up while the key signs", async () => {
  await using network = await createTestNetwork();
  const [alice, bob] = network.accounts as [TestAccount, TestAccount];
  const client = await connect(network.url, { retry: quick });
  const stop = new AbortController();
  const thinking = {
    ...alice,
    async sign(message: Uint8Array) {
      if (!stop.signal.aborted) stop.abort(new Error("changed my mind"));
      return alice.sign(message);
    },
  };
  const sender = client.sender(thinking);
  const given = sender.send(transfer(bob.address, 1n), { signal: stop.signal });
  await expect(given).rejects.toThrow("changed my mind");
  const next = await sender.send(transfer(bob.address, 2n));
  expect(next.nonce).toBe(0);
  expect(await client.balance(alice.address)).toMatchObject({ nextNonce: 1 });
});

it("nor is it sent when it is given up while another is signed", async () => {
  await using network = await createTestNetwork();
  const [alice, bob] = network.accounts as [TestAccount, TestAccount];
  const client = await connect(network.url, { retry: quick });
  const before = (await client.balance(bob.address)).amount;
  const stop = new AbortController();
  let asked = 0;
  const thinking = {
    ...alice,
    async sign(message: Uint8Array) {
      asked += 1;
      if (asked === 2) stop.abort(new Error("changed my mind"));
      return alice.sign(message);
    },
  };
  const sender = client.sender(thinking);
  const given = sender.send(transfer(bob.address, 1n), { signal: stop.signal });
  const next = sender.send(transfer(bob.address, 2n));
  await expect(given).rejects.toThrow("changed my mind");
  const sent = await next;
  // The nonce in between is used up, so that the next one need not wait for it.
  await expect.poll(async () => (await client.balance(alice.address)).nextNonce).toBe(2);
  await network.advance(5);
  expect((await client.waitFor(sent, "EXECUTED")).code).toBe(2);
  expect((await client.balance(bob.address)).amount - before).toBe(2n);
});

it("an answer that the API does not do this leaves no doubt, and the nonce to the next send", async () => {
  await using network = await createTestNetwork();
  const [alice, bob] = network.accounts as [TestAccount, TestAccount];
  let isClosed = true;
  const closed: Fetch = async (url, init) => {
    if (!isClosed || !String(init.body).includes("submitBatch")) return fetch(url, init);
    const fault = { message: "no", extensions: { code: "PERSISTED_DOCUMENTS_ONLY" } };
    return Response.json({ errors: [fault] }, { status: 400 });
  };
  const sender = (await connect(network.url, { fetch: closed, retry: quick })).sender(alice);
  const sends = [1n, 2n].map((amount) => sender.send(transfer(bob.address, amount)));
  for (const { status, ...result } of await Promise.allSettled(sends)) {
    expect([status, result]).toMatchObject(["rejected", { reason: { name: "ApiError" } }]);
  }
  isClosed = false;
  expect((await sender.send(transfer(bob.address, 3n))).nonce).toBe(0);
});
