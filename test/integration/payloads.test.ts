import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addressBytes, signAuthorisation } from "../../src/client/index.ts";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../../src/testing/index.ts";
import { LedgerClient, ONE_TOKEN, transferOf } from "./ledger-client.ts";

const FEE = ONE_TOKEN / 1_000n;

describe("payloads over HTTP", () => {
  let network: TestNetwork;
  let ledger: LedgerClient;
  let alice: TestAccount;
  let bob: TestAccount;
  let carol: TestAccount;

  beforeAll(async () => {
    network = await createTestNetwork();
    ledger = await LedgerClient.of(network);
    [alice, bob, carol] = network.accounts as [TestAccount, TestAccount, TestAccount];
  });
  afterAll(() => network?.dispose());

  const amountOf = async (account: TestAccount, chain?: string) =>
    BigInt((await ledger.balance(account.address, chain)).amount);

  it("R-2.5 R-6.2 a delegate spends up to its allowance until its last round, and never into the reserve", async () => {
    const lastRound = (await ledger.round()) + 6;
    const authorisation = await signAuthorisation({
      networkId: ledger.networkId,
      chain: "T0",
      signer: alice,
      nonce: 0,
      delegate: bob.addressBytes,
      allowance: 995n * ONE_TOKEN,
      lastRound,
    });
    // Bob pays for the authorisation and spends with it in the next transaction of the same block.
    const spend = (amount: bigint) =>
      ({ kind: "spendFrom", owner: alice.addressBytes, to: carol.addressBytes, amount }) as const;
    await ledger.send({
      signer: bob,
      payload: { kind: "delegate" },
      authorisations: [authorisation],
    });
    const first = await ledger.send({ signer: bob, payload: spend(100n * ONE_TOKEN) });
    await network.advance(1);
    expect(await ledger.transaction(first)).toMatchObject({ code: 2 });
    expect(await amountOf(carol)).toBe(1_100n * ONE_TOKEN);
    expect((await ledger.balance(alice.address)).delegate).toEqual({
      address: bob.address,
      allowance: `${895n * ONE_TOKEN}`,
    });
    const dips = await ledger.send({ signer: bob, payload: spend(891n * ONE_TOKEN) });
    const tooMuch = await ledger.send({ signer: bob, payload: spend(896n * ONE_TOKEN) });
    await network.advance(1);
    expect(await ledger.transaction(dips)).toMatchObject({ code: 1, outcome: "OWNER_DIP" });
    expect(await ledger.transaction(tooMuch)).toMatchObject({ code: 1, outcome: "NOT_DELEGATED" });
    await network.advance(6);
    const late = await ledger.send({ signer: bob, payload: spend(1n) });
    await network.advance(1);
    expect(await ledger.transaction(late)).toMatchObject({ code: 1, outcome: "NOT_DELEGATED" });
    expect(await amountOf(alice)).toBe(900n * ONE_TOKEN);
  });

  it("R-6.2 an authorisation that was used cannot be used again", async () => {
    const authorisation = await signAuthorisation({
      networkId: ledger.networkId,
      chain: "T0",
      signer: alice,
      nonce: 0,
      delegate: bob.addressBytes,
      allowance: ONE_TOKEN,
      lastRound: 5_000,
    });
    const { bytes } = await ledger.sign({
      signer: bob,
      payload: { kind: "delegate" },
      authorisations: [authorisation],
    });
    expect(await ledger.submit(bytes)).toMatchObject({
      __typename: "Refused",
      code: "AUTHORISATION_OVERTAKEN",
    });
  });

  it("R-2.5 a revocation ends the delegation", async () => {
    const { authorisationNonce } = await ledger.balance(alice.address);
    const authorisation = await signAuthorisation({
      networkId: ledger.networkId,
      chain: "T0",
      signer: alice,
      nonce: authorisationNonce,
      delegate: bob.addressBytes,
      allowance: ONE_TOKEN,
      lastRound: 5_000,
    });
    await ledger.send({
      signer: bob,
      payload: { kind: "delegate" },
      authorisations: [authorisation],
    });
    await network.advance(1);
    expect((await ledger.balance(alice.address)).delegate?.address).toBe(bob.address);
    await ledger.send({ signer: alice, payload: { kind: "revoke" } });
    await network.advance(1);
    const after = await ledger.balance(alice.address);
    expect(after.delegate).toBe(null);
    expect(after.authorisationNonce).toBe(authorisationNonce + 2);
  });

  it("R-6.8 a reserve setting is in force k rounds later", async () => {
    const reserve = async () => BigInt((await ledger.balance(carol.address)).reserve);
    expect(await reserve()).toBe(10n * ONE_TOKEN);
    await ledger.send({
      signer: carol,
      payload: { kind: "setReserve", reserve: 500n * ONE_TOKEN },
    });
    await network.advance(1);
    expect(await reserve()).toBe(10n * ONE_TOKEN);
    await network.advance(2);
    expect(await reserve()).toBe(500n * ONE_TOKEN);
    // Two in one round: the first may empty, the second would go below the reserve.
    const first = await ledger.transfer(carol, bob.address, 100n * ONE_TOKEN);
    const second = await ledger.transfer(carol, bob.address, 700n * ONE_TOKEN);
    await network.advance(1);
    expect(await ledger.transaction(first)).toMatchObject({ code: 2 });
    expect(await ledger.transaction(second)).toMatchObject({ code: 1, outcome: "SENDER_DIP" });
  });

  it("R-6.9 simulate tells the round, the case and who holds the reserve, and is right", async () => {
    await network.advance(5);
    const signed = await ledger.sign({
      signer: bob,
      payload: transferOf(carol.address, ONE_TOKEN),
    });
    expect(await ledger.simulate(signed.bytes)).toMatchObject({
      includable: true,
      code: 2,
      rule: "FIRST_EMPTYING",
      possiblyEmptying: true,
      heldBy: null,
    });
    const first = await ledger.transfer(bob, carol.address, 100n * ONE_TOKEN);
    await network.advance(1);
    const all = (await amountOf(bob)) - FEE;
    const emptying = await ledger.sign({ signer: bob, payload: transferOf(carol.address, all) });
    const simulation = await ledger.simulate(emptying.bytes);
    expect(simulation).toMatchObject({
      includable: true,
      code: 1,
      outcome: "SENDER_DIP",
      rule: "AFTER_EMPTYING",
      heldBy: first,
    });
    // It says from which round the same transaction would succeed: then it does.
    const round = await ledger.round();
    await network.advance(Number(simulation.successRound) - 1 - round);
    expect((await ledger.submit(emptying.bytes)).__typename).toBe("Accepted");
    await network.advance(1);
    expect(await ledger.transaction(emptying.id)).toMatchObject({ code: 2 });
    expect(await amountOf(bob)).toBe(0n);
  });

  it("R-6.9 R-6.7 simulate names the refusal of what would be left out", async () => {
    const { nonce } = await ledger.balance(alice.address);
    const gap = await ledger.sign({
      signer: alice,
      nonce: nonce + 3,
      payload: transferOf(bob.address, 1n),
    });
    expect(await ledger.simulate(gap.bytes)).toMatchObject({
      includable: false,
      code: 0,
      includableRound: null,
      refusal: { code: "NONCE_GAP" },
    });
  });

  it("R-2.10 R-5.8 a new token has its own chain, refused before its birth and usable after", async () => {
    const token = {
      kind: "createToken",
      symbol: "GOLD",
      name: "Gold",
      decimals: 6,
      supply: 5_000_000n,
      reserveDefault: 0n,
      gasPriceMin: 1n,
    } as const;
    const id = await ledger.send({ signer: alice, payload: token, fee: 50_000n * 10n ** 12n });
    await network.advance(1);
    expect(await ledger.transaction(id)).toMatchObject({ code: 2 });
    const born = (await ledger.round()) + 4;
    const early = await ledger.sign({
      signer: alice,
      chain: "T1",
      nonce: 0,
      fee: 1_000n,
      payload: transferOf(bob.address, 1n),
    });
    const refused = await ledger.submit(early.bytes);
    expect(["UNBORN_CHAIN", "UNKNOWN_CHAIN"]).toContain(
      refused.__typename === "Refused" ? refused.code : "",
    );
    await network.advance(5);
    const { chains } = await network.graphql<{ chains: { nodes: Record<string, unknown>[] } }>(
      '{ chains(search: "gold") { nodes { id symbol decimals supply creator bornRound } } }',
    );
    expect(chains.nodes).toEqual([
      {
        id: "T1",
        symbol: "GOLD",
        decimals: 6,
        supply: "5000000",
        creator: alice.address,
        bornRound: born,
      },
    ]);
    expect(await amountOf(alice, "T1")).toBe(5_000_000n);
    await ledger.transfer(alice, bob.address, 2_000_000n, { chain: "T1", fee: 1_000n });
    await network.advance(5);
    expect(await amountOf(bob, "T1")).toBe(2_000_000n);
    expect(await amountOf(alice, "T1")).toBe(2_999_000n);
  });

  it("R-3.9 an account's balances are listed by chain, in pages", async () => {
    const { account } = await network.graphql<{ account: { balances: { nodes: unknown[] } } }>(
      "query ($address: Address!) { account(address: $address) { balances { nodes { chain { id } amount } } } }",
      { address: alice.address },
    );
    expect(account.balances.nodes).toHaveLength(2);
  });

  it("the faucet of a development network is a transaction like any other", async () => {
    const to = addressBytes(carol.address);
    expect(to).toHaveLength(20);
    const before = await amountOf(carol);
    const { dev } = await network.graphql<{ dev: { faucet: { id: string } } }>(
      `mutation ($address: Address!) { dev { faucet(address: $address, chain: "T0", amount: "5") { ... on Accepted { id } } } }`,
      { address: carol.address },
    );
    await network.advance(1);
    expect(await ledger.transaction(dev.faucet.id)).toMatchObject({ code: 2 });
    expect(await amountOf(carol)).toBe(before + 5n);
  });
});

describe("a network that is not for development", () => {
  it("has no development operations in its schema", async () => {
    await using network = await createTestNetwork({ development: false, clock: "live" });
    const answer = await network.request("mutation { dev { advance(rounds: 1) { round } } }");
    expect(answer.errors?.[0]?.extensions?.code).toBe("GRAPHQL_VALIDATION_FAILED");
    const { __type } = await network.graphql<{ __type: unknown }>(
      '{ __type(name: "DevMutation") { name } }',
    );
    expect(__type).toBe(null);
  });
});
