// Trades over HTTP between chains of one shard, by the client library.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Client,
  completedTrade,
  connect,
  RefusedError,
  readOffer,
  readTrade,
  type SignedTransaction,
  signTake,
  signTrade,
  transfer,
} from "../../src/client/index.ts";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../../src/testing/index.ts";

const ONE_TOKEN = 10n ** 18n;
const FUNDS = 1_000n * ONE_TOKEN;
/** 1,500 gas at the least price. */
const FEE = (1_500n * ONE_TOKEN) / 1_000_000n;

describe("trades over HTTP", () => {
  let network: TestNetwork;
  let client: Client;
  let alice: TestAccount;
  let bob: TestAccount;
  let carol: TestAccount;

  beforeAll(async () => {
    network = await createTestNetwork({ chains: 3, accounts: 4 });
    client = await connect(network.url);
    [alice, bob, carol] = network.accounts as [TestAccount, TestAccount, TestAccount];
  });
  afterAll(() => network?.dispose());

  const held = async ({ address }: TestAccount) => {
    const chains = ["T0", "T1", "T2"];
    const all = await Promise.all(chains.map((chain) => client.balance(address, { chain })));
    return all.map(({ amount }) => amount - FUNDS);
  };

  async function executed(sent: SignedTransaction) {
    await network.advance(1);
    return client.transaction(sent);
  }

  const give = (chain: string, amount: bigint) => ({ chain, amount });

  it("R-2.5 R-9.3 a bilateral trade goes from one party to the other as a text, and settles at once", async () => {
    const proposed = await client.proposeTrade(alice, {
      with: bob.address,
      gives: give("T1", 5n),
      wants: give("T0", 7n),
    });
    expect(readTrade(proposed).sides).toMatchObject([
      { address: bob.address, gives: give("T0", 7n), nonce: 0, isSigned: false },
      { address: alice.address, gives: give("T1", 5n), nonce: 0, isSigned: true },
    ]);
    expect(() => completedTrade(proposed)).toThrow("a signature is missing");
    await expect(signTrade(proposed, carol)).rejects.toThrow("not one of its parties");
    const sent = completedTrade(await signTrade(proposed, bob));
    await client.submit(sent);
    const found = await executed(sent);
    expect(found).toMatchObject({ status: "EXECUTED", code: 2, outcome: "EXECUTED" });
    expect(found?.legs.map(({ chain, fee }) => [chain, fee])).toEqual([
      ["T0", FEE],
      ["T1", FEE],
    ]);
    expect(await held(alice)).toEqual([7n, -5n - FEE, 0n]);
    expect(await held(bob)).toEqual([-7n - FEE, 5n, 0n]);
    const query = `query ($id: Hash!) { transaction(id: $id) { payload failedChain { id }
      legs { chain { id } payer value movements { amount to { kind } } } } }`;
    expect(await network.graphql(query, { id: sent.id })).toEqual({
      transaction: {
        payload: "TRADE",
        failedChain: null,
        legs: [
          {
            chain: { id: "T0" },
            payer: bob.address,
            value: "7",
            movements: [
              { amount: `${FEE}`, to: { kind: "UNATTRIBUTED_FEES" } },
              { amount: "7", to: { kind: "ACCOUNT" } },
            ],
          },
          {
            chain: { id: "T1" },
            payer: alice.address,
            value: "5",
            movements: [
              { amount: `${FEE}`, to: { kind: "UNATTRIBUTED_FEES" } },
              { amount: "5", to: { kind: "ACCOUNT" } },
            ],
          },
        ],
      },
    });
  });

  it("R-2.4 R-2.9 an open offer is taken by whoever comes first, and costs its maker nothing", async () => {
    const before = { carol: await held(carol), bob: await held(bob) };
    const offer = await client.offerTrade(carol, {
      gives: give("T2", 11n),
      wants: give("T1", 13n),
    });
    expect(readOffer(offer)).toMatchObject({
      maker: carol.address,
      gives: give("T2", 11n),
      wants: give("T1", 13n),
      taker: null,
    });
    const taken = await client.sender(bob).acceptOffer(offer);
    expect(await executed(taken)).toMatchObject({ code: 2 });
    const [, , onTwo] = before.carol as [bigint, bigint, bigint];
    expect((await held(carol))[2]).toBe(onTwo - 11n);
    expect((await held(carol))[1]).toBe((before.carol[1] as bigint) + 13n);
    expect((await held(bob))[1]).toBe((before.bob[1] as bigint) - 13n - 2n * FEE);
    await network.advance(3);
    const again = client.sender(alice).acceptOffer(offer);
    await expect(again).rejects.toMatchObject({ code: "OFFER_USED" });
  });

  it("R-2.9 an offer that its maker takes back is refused, one to another account, too", async () => {
    const offer = await client.offerTrade(alice, { gives: give("T0", 1n), wants: give("T2", 1n) });
    const cancelled = await client.sender(alice).cancelOffer(offer);
    expect(await executed(cancelled)).toMatchObject({ code: 2 });
    await network.advance(3);
    await expect(client.sender(bob).acceptOffer(offer)).rejects.toMatchObject({
      code: "OFFER_USED",
    });
    const toBob = await client.offerTrade(alice, {
      gives: give("T0", 1n),
      wants: give("T2", 1n),
      taker: bob.address,
    });
    await expect(client.sender(carol).acceptOffer(toBob)).rejects.toMatchObject({
      code: "INVALID_OFFER",
    });
  });

  it("R-2.9 an altered offer, one past its end, and one beyond the taker's means are refused", async () => {
    const terms = { gives: give("T0", 1n), wants: give("T2", 3n * FUNDS) };
    const dear = await client.offerTrade(alice, terms);
    await expect(client.sender(bob).acceptOffer(dear)).rejects.toMatchObject({
      code: "TAKER_LACKS_FUNDS",
    });
    const round = await client.round();
    const short = { gives: give("T0", 1n), wants: give("T2", 1n), validUntil: round };
    const ended = await client.offerTrade(alice, short);
    await network.advance(2);
    await expect(client.sender(bob).acceptOffer(ended)).rejects.toMatchObject({
      code: "VALID_UNTIL_PAST",
    });
    const good = await client.offerTrade(alice, { gives: give("T0", 1n), wants: give("T2", 1n) });
    const bytes = Buffer.from(good.slice("yggoffer1:".length), "base64");
    // The last byte of the signature, and one of the amount.
    for (const at of [bytes.length - 1, 32 + 20 + 8 + 4 + 1]) {
      const altered = Buffer.from(bytes);
      altered[at] = (altered[at] as number) ^ 1;
      const text = `yggoffer1:${altered.toString("base64")}`;
      await expect(client.sender(bob).acceptOffer(text)).rejects.toMatchObject({
        code: "INVALID_OFFER",
      });
    }
  });

  it("R-6.9 simulate names the leg that fails", async () => {
    const offer = await client.offerTrade(alice, {
      gives: give("T1", 2n * FUNDS),
      wants: give("T2", 1n),
      taker: bob.address,
    });
    const take = await signTake({ signer: bob, offer, nonce: 0, gasPrice: ONE_TOKEN / 1_000_000n });
    const query = `query ($bytes: Bytes!) { simulate(transaction: $bytes) {
      includable code outcome reason failedChain { id } legs { chain { id } rule possiblyEmptying } } }`;
    const bytes = Buffer.from(take.bytes).toString("base64");
    expect(await network.graphql(query, { bytes })).toEqual({
      simulate: {
        includable: true,
        code: 1,
        outcome: "INSUFFICIENT_BALANCE",
        reason:
          "Reverted for its leg on T1: the balance was below the amount; only the fees were charged",
        failedChain: { id: "T1" },
        legs: [
          { chain: { id: "T1" }, rule: "FIRST_EMPTYING", possiblyEmptying: true },
          { chain: { id: "T2" }, rule: "FIRST_EMPTYING", possiblyEmptying: true },
        ],
      },
    });
  });

  it("R-5.3 R-7.2 is in the blocks of both chains and proven in either, also after a restart", async () => {
    const offer = await client.offerTrade(carol, { gives: give("T2", 1n), wants: give("T1", 1n) });
    const { nextNonce: nonce } = await client.balance(alice.address, { chain: "T1" });
    const gasPrice = ONE_TOKEN / 1_000_000n;
    const taken = await signTake({ signer: alice, offer, nonce, gasPrice });
    const single = await client.sign(bob, transfer(carol.address, 1n), { chain: "T2" });
    const sent = await client.submitMany([single, taken]);
    expect(sent.map(({ error }) => error)).toEqual([null, null]);
    await network.advance(6);
    await network.restart();
    const found = await client.transaction(taken);
    const round = found?.legs[0]?.round;
    const query = `query ($round: Round!) {
      one: block(chain: "T1", round: $round) { gas transactions { nodes { id } } }
      two: block(chain: "T2", round: $round) { gas transactions { nodes { id } } } }`;
    expect(await network.graphql(query, { round })).toEqual({
      one: { gas: 1_500, transactions: { nodes: [{ id: taken.id }] } },
      two: { gas: 2_500, transactions: { nodes: [{ id: taken.id }, { id: single.id }] } },
    });
    for (const chain of ["T1", "T2"]) {
      const proven = await client.proveInclusion(taken.id, { chain });
      expect(proven).toMatchObject({ chain, round, position: 0 });
    }
  });

  it("R-2.9 a take gives its nonce to another payload at a price that covers both legs", async () => {
    const offer = await client.offerTrade(carol, { gives: give("T2", 1n), wants: give("T1", 1n) });
    const sender = client.sender(bob);
    const taken = await sender.acceptOffer(offer);
    await expect(sender.replace(taken)).rejects.toThrow(TypeError);
    const withdraw = transfer(bob.address, 0n);
    const cheap = sender.replace(taken, { payload: withdraw });
    await expect(cheap).rejects.toBeInstanceOf(RefusedError);
    const gasPrice = (taken.gasPrice * 22n) / 10n;
    const replaced = await sender.replace(taken, { payload: withdraw, gasPrice });
    expect(await executed(replaced)).toMatchObject({ code: 2 });
    expect(await client.transaction(taken)).toMatchObject({ status: "DROPPED" });
  });
});
