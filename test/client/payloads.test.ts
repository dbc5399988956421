import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Client,
  connect,
  createToken,
  delegate,
  type Payload,
  revoke,
  type SendOptions,
  type Signer,
  setReserve,
  spendFrom,
  transfer,
} from "../../src/client/index.ts";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../../src/testing/index.ts";

describe("R-2.5 every payload, with what is chosen for it", () => {
  let network: TestNetwork;
  let alice: TestAccount;
  let bob: TestAccount;
  let carol: TestAccount;
  let client: Client;
  beforeAll(async () => {
    network = await createTestNetwork();
    [alice, bob, carol] = network.accounts as [TestAccount, TestAccount, TestAccount];
    client = await connect(network.url);
  });
  afterAll(() => network?.dispose());

  async function execute(signer: Signer, payload: Payload, options: SendOptions = {}) {
    const sent = await client.sender(signer).send(payload, options);
    await network.advance(5);
    await client.waitFor(sent, "EXECUTED");
    return sent;
  }

  it("transfer, with the address as text or bytes", async () => {
    const before = (await client.balance(bob.address)).amount;
    await execute(alice, transfer(bob.address, 1n));
    await execute(alice, transfer(bob.addressBytes, 1n));
    expect((await client.balance(bob.address)).amount - before).toBe(2n);
    expect(() => transfer("ygg1mistyped", 1n)).toThrow("Invalid address");
  });

  it("delegate, spendFrom and revoke", async () => {
    const lastRound = (await client.round()) + 1_000;
    const allowance = { delegate: bob.address, allowance: 9n, lastRound };
    const authorisation = await client.authorise(alice, allowance);
    const carried = await execute(carol, delegate(), { authorisations: [authorisation] });
    expect(carried.gasLimit).toBe(1_000);
    const { delegate: delegation } = await client.balance(alice.address);
    expect(delegation).toEqual({ address: bob.address, allowance: 9n, lastRound });
    const spent = await execute(bob, spendFrom(alice.address, carol.address, 4n));
    expect(spent.gasLimit).toBe(1_500);
    expect((await client.balance(alice.address)).delegate?.allowance).toBe(5n);
    await execute(alice, revoke());
    expect((await client.balance(alice.address)).delegate).toBeNull();
    const next = await client.authorise(alice, allowance);
    expect(next.nonce).toBe((await client.balance(alice.address)).authorisationNonce);
  });

  it("setReserve, and back to the chain's default", async () => {
    await execute(bob, setReserve(5n * 10n ** 18n));
    expect((await client.balance(bob.address)).reserve).toBe(5n * 10n ** 18n);
    await execute(bob, setReserve(null));
    const { reserve } = await client.balance(bob.address);
    expect(reserve).toBe((await client.chain("T0"))?.reserveDefault);
  });

  it("createToken, with prices that fit its decimals, and a transfer on its chain", async () => {
    const token = createToken({ symbol: "GOLD", name: "Gold", decimals: 2, supply: 5_000n });
    expect(token).toMatchObject({ gasPriceMin: 1n, reserveDefault: 1_000n });
    expect(createToken({ symbol: "A", name: "a", supply: 1n })).toMatchObject({
      decimals: 18,
      gasPriceMin: 10n ** 12n,
    });
    await execute(alice, token);
    await network.advance(8);
    const options = { chain: "T1" };
    expect(await client.chain("T1")).toMatchObject({ symbol: "GOLD", creator: alice.address });
    await execute(alice, transfer(bob.address, 7n), options);
    expect((await client.balance(bob.address, options)).amount).toBe(7n);
    expect((await client.balance(alice.address, options)).amount).toBe(5_000n - 1_000n - 7n);
  });
});
