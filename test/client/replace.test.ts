import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Client, connect, RefusedError, transfer } from "../../src/client/index.ts";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../../src/testing/index.ts";

describe("replacing a transaction that waits", () => {
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

  it("R-2.9 one of the two is executed, the dearer one, and the sender goes on behind it", async () => {
    const sender = client.sender(alice);
    const before = (await client.balance(bob.address)).amount;
    const first = await sender.send(transfer(bob.address, 1n));
    const last = await sender.send(transfer(bob.address, 4n));
    const second = await sender.replace(first, { payload: transfer(bob.address, 2n) });
    expect(second).toMatchObject({ nonce: first.nonce, chain: "T0" });
    expect(second.gasPrice).toBe((first.gasPrice * 9n) / 8n + 1n);
    expect(await client.transaction(first)).toMatchObject({
      status: "DROPPED",
      refusal: { code: "REPLACED" },
    });
    const left = client.waitFor(first, "EXECUTED");
    await expect(left).rejects.toMatchObject({ name: "TransactionLeftError", code: "DROPPED" });
    await network.advance(5);
    expect((await client.waitFor(second, "EXECUTED")).code).toBe(2);
    expect((await client.waitFor(last, "EXECUTED")).code).toBe(2);
    expect((await client.balance(bob.address)).amount - before).toBe(6n);
    const next = await sender.send(transfer(bob.address, 1n));
    expect(next.nonce).toBe(last.nonce + 1);
    await network.advance(5);
  });

  it("says at once what a replacement costs, and when it is too late", async () => {
    const sender = client.sender(alice);
    const first = await sender.send(transfer(bob.address, 1n));
    const cheap = (first.gasPrice * 11n) / 10n - 1n;
    const begin = performance.now();
    const fault = await sender.replace(first, { gasPrice: cheap }).catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(RefusedError);
    expect((fault as RefusedError).code).toBe("NONCE_TAKEN");
    expect(performance.now() - begin).toBeLessThan(1_000);
    const gasPrice = BigInt((fault as RefusedError).details.gasPrice ?? 0);
    const second = await sender.replace(first, { gasPrice });
    await network.advance(5);
    await expect(sender.replace(first)).rejects.toMatchObject({ code: "NONCE_TOO_LOW" });
    expect((await client.waitFor(second, "FINAL")).code).toBe(2);
  });
});
