import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Client,
  connect,
  createSigner,
  type Fetch,
  OutcomeUnknownError,
  RefusedError,
  type SignedTransaction,
  setReserve,
  transfer,
  UnavailableError,
} from "../../src/client/index.ts";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../../src/testing/index.ts";
import { faultyPath } from "./faulty-fetch.ts";

const ONE_TOKEN = 10n ** 18n;
const FEE = 10n ** 15n;
const quick = { attemptsMax: 4, baseMs: 20, capMs: 200 };

describe("a sender against a real network", () => {
  let network: TestNetwork;
  let alice: TestAccount;
  let bob: TestAccount;
  let client: Client;

  beforeAll(async () => {
    network = await createTestNetwork({ clock: "live", roundMs: 200 });
    [alice, bob] = network.accounts as [TestAccount, TestAccount];
    client = await connect(network.url, { retry: quick });
  });
  afterAll(() => network?.dispose());

  /** A fresh account with money. */
  async function funded(tokens: bigint) {
    const { signer } = await createSigner();
    const id = await client.faucet(signer.address, tokens * ONE_TOKEN);
    // Blocks know the state of some rounds ago only.
    await client.waitFor({ id, chain: "T0" }, "FINAL");
    return signer;
  }
  const executed = (sent: readonly SignedTransaction[]) =>
    Promise.all(sent.map((one) => client.waitFor(one, "EXECUTED")));

  it("R-2.9 hands out nonces in the order of the calls, on each chain for itself", async () => {
    const sender = client.sender(await funded(20n));
    const sent = await Promise.all([1n, 2n, 3n].map((n) => sender.send(transfer(bob.address, n))));
    expect(sent.map(({ nonce, chain }) => [nonce, chain])).toEqual([
      [0, "T0"],
      [1, "T0"],
      [2, "T0"],
    ]);
    const [first] = await executed(sent);
    expect(first).toMatchObject({ code: 2, outcome: "EXECUTED" });
  });

  it("R-2.3 R-2.9 executes each of 300 overlapping sends exactly once over a bad path", async () => {
    const signer = await funded(100n);
    const path = faultyPath(7, 0.6);
    const faulty = await connect(network.url, { fetch: path.fetch, retry: quick });
    const sender = faulty.sender(signer);
    const before = (await client.balance(bob.address)).amount;
    const sends: Promise<SignedTransaction>[] = [];
    for (let i = 0; i < 300; i++) {
      sends.push(sender.send(transfer(bob.address, BigInt(i))));
      if (i % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 60));
    }
    const sent = await Promise.all(sends);
    await path.settle();
    await executed(sent);

    // One batch at a time: far fewer requests than sends.
    expect(Math.min(...Object.values(path.counts))).toBeGreaterThan(0);
    expect(sent.map(({ nonce }) => nonce)).toEqual(sent.map((_, i) => i));
    const { amount, nonce } = await client.balance(signer.address);
    expect(nonce).toBe(300);
    expect((await client.balance(bob.address)).amount - before).toBe((299n * 300n) / 2n);
    expect(amount).toBe(100n * ONE_TOKEN - 300n * FEE - (299n * 300n) / 2n);
  });

  it("R-2.9 two programs with one key get all of theirs executed, each once", async () => {
    const signer = await funded(50n);
    const other = await connect(network.url, { retry: quick });
    const senders = [client.sender(signer), other.sender(signer)];
    expect(client.sender({ ...signer })).toBe(senders[0]);
    const before = (await client.balance(bob.address)).amount;
    const sent = await Promise.all(
      Array.from({ length: 60 }, (_, i) => senders[i % 2]?.send(transfer(bob.address, BigInt(i)))),
    );
    await executed(sent.filter((one) => one !== undefined));
    expect((await client.balance(bob.address)).amount - before).toBe((59n * 60n) / 2n);
    expect((await client.balance(signer.address)).nonce).toBe(60);
  });

  it("refuses what the bytes show before a nonce is spent on it", async () => {
    const sender = client.sender(await funded(20n));
    const [bad, good] = await Promise.allSettled([
      sender.send(transfer(bob.address, 1n), { gasLimit: 1 }),
      sender.send(transfer(bob.address, 2n)),
    ]);
    expect(bad).toMatchObject({
      reason: expect.objectContaining({ code: "GAS_LIMIT_TOO_LOW", name: "RefusedError" }),
    });
    expect(good).toMatchObject({ value: expect.objectContaining({ nonce: 0 }) });
  });

  it("gives a refused send's nonce to the next one", async () => {
    const sender = client.sender(await funded(20n));
    await expect(sender.send(transfer(bob.address, 1n), { gasPrice: 1n })).rejects.toMatchObject({
      code: "GAS_PRICE_TOO_LOW",
      retryable: false,
    });
    const sent = await sender.send(transfer(bob.address, 1n));
    expect(sent.nonce).toBe(0);
    await executed([sent]);
  });

  it("R-2.9 fills the gap that a refused send leaves below accepted ones", async () => {
    const signer = await funded(20n);
    const sender = client.sender(signer);
    const [first, refused, last] = await Promise.allSettled([
      sender.send(transfer(bob.address, 1n)),
      sender.send(transfer(bob.address, 1n), { gasPrice: 1n }),
      sender.send(transfer(bob.address, 1n)),
    ]);
    expect(refused).toMatchObject({ reason: expect.any(RefusedError) });
    const accepted = [first, last].flatMap((one) => (one.status === "fulfilled" ? one.value : []));
    expect(accepted.map(({ nonce }) => nonce)).toEqual([0, 2]);
    // Without the filler under nonce 1 the last one would wait until it expires.
    await executed(accepted);
    expect(await client.balance(signer.address)).toMatchObject({
      nonce: 3,
      amount: 20n * ONE_TOKEN - 3n * FEE - 2n,
    });
  });

  it("refuses for good what nobody can pay, and goes on when there is money", async () => {
    const { signer } = await createSigner();
    const sender = client.sender(signer);
    await expect(sender.send(transfer(bob.address, 1n))).rejects.toMatchObject({
      code: "INSUFFICIENT_FUNDS",
      details: expect.objectContaining({ balance: "0", fee: `${FEE}` }),
    });
    const id = await client.faucet(signer.address, ONE_TOKEN);
    await client.waitFor(id, "EXECUTED");
    await executed([await sender.send(transfer(bob.address, 1n))]);
  });

  it("says that an outcome is unknown, and never executes the two under one nonce", async () => {
    const signer = await funded(20n);
    let isCut = false;
    const cut: Fetch = async (url, init) => {
      const response = await fetch(url, init);
      if (!isCut) return response;
      await response.arrayBuffer();
      throw new TypeError("connection reset");
    };
    const sender = (await connect(network.url, { fetch: cut, retry: quick })).sender(signer);
    await executed([await sender.send(transfer(bob.address, 1n))]);
    isCut = true;
    const error = await sender.send(transfer(bob.address, 2n), { timeoutMs: 500 }).then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(OutcomeUnknownError);
    isCut = false;
    const next = await sender.send(transfer(bob.address, 3n));
    const lost = await client.waitFor((error as OutcomeUnknownError).id, "EXECUTED");
    await executed([next]);
    expect([lost.code, next.nonce]).toEqual([2, 2]);
    expect((await client.balance(signer.address)).nonce).toBe(3);
  });

  it("says when nothing was sent: by the signal's reason, or that nothing answers", async () => {
    const signer = await funded(20n);
    const dead: Fetch = () => Promise.reject(new TypeError("no route"));
    let isDead = false;
    const path: Fetch = (url, init) => (isDead ? dead : fetch)(url, init);
    const sender = (await connect(network.url, { fetch: path, retry: quick })).sender(signer);
    isDead = true;
    const stop = new AbortController();
    const stopped = sender.send(transfer(bob.address, 1n), { signal: stop.signal });
    const late = sender.send(transfer(bob.address, 1n), { timeoutMs: 300 });
    stop.abort(new Error("changed my mind"));
    await expect(stopped).rejects.toThrow("changed my mind");
    await expect(late).rejects.toBeInstanceOf(UnavailableError);
    isDead = false;
    expect((await sender.send(transfer(bob.address, 1n))).nonce).toBe(0);
  });

  it("passes on what the signer says, and keeps the order of the others", async () => {
    const signer = await funded(20n);
    let asked = 0;
    const moody = {
      ...signer,
      sign(message: Uint8Array, unsigned?: Uint8Array) {
        asked += 1;
        expect(unsigned?.length).toBeGreaterThan(100);
        return asked === 1
          ? Promise.reject(new Error("denied on the device"))
          : signer.sign(message);
      },
    };
    const sender = client.sender(moody);
    const [denied, sent] = await Promise.allSettled([
      sender.send(setReserve(ONE_TOKEN)),
      sender.send(transfer(alice.address, 1n)),
    ]);
    expect(denied).toMatchObject({ reason: new Error("denied on the device") });
    expect(sent).toMatchObject({ value: expect.objectContaining({ nonce: 0 }) });
  });
});
