// What the gateway does with a transaction over two shards: it asks both at once, takes the word of both, and what one refuses holds no
// place on the other.
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { formatAddress } from "../../src/protocol/crypto/address.ts";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import { transactionCodec } from "../../src/protocol/ledger/transaction.ts";
import { decodeTransaction } from "../../src/protocol/ledger/unverified.ts";
import { makeSigner, type TestSigner } from "../support/signer.ts";
import { signedTrade } from "../support/trades.ts";
import { accepted, signedBytes } from "../support/transactions.ts";
import { GatewayWorld } from "./gateway-world.ts";

const BALANCE = 10n ** 21n;
const GAS_PRICE = 10n ** 12n;
const ADVANCE = "mutation ($rounds: Int!) { dev { advance(rounds: $rounds) { round } } }";
const SUBMIT =
  "mutation ($list: [Bytes!]!) { submitTransactions(transactions: $list) { __typename " +
  "... on Accepted { id chains estimate { round } } " +
  "... on Refused { code message retryable details { name value } } } }";
const STATUS =
  "query ($id: Hash!, $chain: ID) { transaction(id: $id, chain: $chain) { status code refusal { code } legs { round } } }";
const SHARDS = 4;

let world: GatewayWorld;
let alice: TestSigner;
let bob: TestSigner;
let poor: TestSigner;

beforeAll(async () => {
  [alice, bob, poor] = await Promise.all([
    makeSigner("alice"),
    makeSigner("bob"),
    makeSigner("poor"),
  ]);
});

beforeEach(async () => {
  const allocations = Array.from({ length: SHARDS }, (_, chain) =>
    [alice, bob].map(({ address }) => ({
      chain: `T${chain}`,
      address: formatAddress(address),
      balance: `${BALANCE}`,
    })),
  ).flat();
  const chains = Array.from({ length: SHARDS }, () => ({}));
  world = await GatewayWorld.create({ shards: SHARDS, chains, allocations }, {}, { tags: true });
});

interface Trade {
  readonly from?: number;
  readonly to?: number;
  readonly payers?: readonly [TestSigner, TestSigner];
  readonly nonces?: readonly [number, number];
  readonly amount?: bigint;
}

/** Alice's 5 on T0 for Bob's 7 on T1. */
async function trade(options: Trade = {}): Promise<{ bytes: string; id: string }> {
  const { from = 0, to = 1, payers = [alice, bob], nonces = [0, 0], amount = 5n } = options;
  const { id: networkId } = world.local.network;
  const gasPrice = GAS_PRICE;
  const signed = await signedTrade(networkId, [
    { payer: payers[0], chain: from, amount, nonce: nonces[0], gasPrice },
    { payer: payers[1], chain: to, amount: 7n, nonce: nonces[1], gasPrice },
  ]);
  const bytes = transactionCodec.encode(signed);
  const { id } = accepted(decodeTransaction(bytes, networkId));
  return { bytes: Buffer.from(bytes).toString("base64"), id: `0x${toHex(id)}` };
}

const transfer = async (payer: TestSigner, chain: number, nonce: number): Promise<string> =>
  Buffer.from(
    await signedBytes(world.local.network.id, {
      payer,
      nonce,
      chain,
      gasPrice: GAS_PRICE,
      payload: { kind: "transfer", to: bob.address, amount: 5n },
    }),
  ).toString("base64");

const submit = async (...list: string[]) => (await world.data(SUBMIT, { list })).submitTransactions;
const advance = (rounds: number) => world.data(ADVANCE, { rounds });
const statusOn = async (id: string, chain: string | null) =>
  (await world.data(STATUS, { id, chain })).transaction;
const away = () => Object.assign(new Error("away"), { overloaded: true });
const callsOf = (method: string): string[] =>
  world.calls.filter((call) => call.endsWith(`.${method}`)).sort();

describe("a transaction over two shards", () => {
  it("R-2.7 is handed to both at once, in one call each with all else that is for them", async () => {
    const own = await transfer(alice, 0, 1);
    world.silent.add("shard-1.admit");
    const { bytes } = await trade();
    void world.ask(SUBMIT, { list: [bytes, own] }).catch(() => undefined);
    // Neither waits for the other's answer.
    await expect
      .poll(() => callsOf("admit"), { timeout: 60_000 })
      .toEqual(["shard-0.admit", "shard-1.admit"]);
  });

  it("R-2.7, R-3.6 is accepted by both, with the pair's round as its estimate", async () => {
    for (const [to, nonce] of [
      [1, 0],
      [2, 1],
      [3, 2],
    ] as const) {
      const { bytes, id } = await trade({ to, nonces: [nonce, 0] });
      const [answer] = await submit(bytes);
      expect(answer).toMatchObject({ __typename: "Accepted", id, chains: ["T0", `T${to}`] });
      const { epochs } = world.local.network;
      const { round } = answer.estimate;
      expect(epochs.dutyOf(0, round).shards).toEqual([0, to]);
      expect(round).toBe(epochs.nextMeeting(0, to, world.local.round + 1));
      await advance(SHARDS + 5);
      for (const chain of ["T0", `T${to}`, null]) {
        expect(await statusOn(id, chain)).toMatchObject({
          status: "FINAL",
          code: 2,
          legs: [{ round }, { round }],
        });
      }
    }
  });

  it.each([
    ["the first", 0],
    ["the second", 1],
  ])(
    "R-2.7 that %s of its shards refuses is DROPPED on the other for that reason, and its nonce is free again there",
    async (_, refuses) => {
      const payers = refuses === 0 ? ([poor, bob] as const) : ([alice, poor] as const);
      const { bytes, id } = await trade({ payers });
      const [answer] = await submit(bytes);
      expect(answer).toMatchObject({ __typename: "Refused", code: "INSUFFICIENT_FUNDS" });
      expect(callsOf("withdraw")).toEqual([`shard-${1 - refuses}.withdraw`]);
      const dropped = { status: "DROPPED", code: 0, refusal: { code: "INSUFFICIENT_FUNDS" } };
      expect(await statusOn(id, `T${1 - refuses}`)).toMatchObject(dropped);
      expect(await statusOn(id, null)).toMatchObject(dropped);
      const [next] = await submit(
        await transfer(refuses === 0 ? bob : alice, refuses === 0 ? 1 : 0, 0),
      );
      expect(next.__typename).toBe("Accepted");
      await advance(1);
      expect(await statusOn(next.id, next.chains[0])).toMatchObject({ status: "EXECUTED" });
    },
  );

  it("R-2.7 leaves others of its batch alone when it is refused", async () => {
    const refused = await trade({ payers: [alice, poor] });
    const good = await trade({ to: 2 });
    const answers = await submit(refused.bytes, good.bytes, await transfer(bob, 1, 0));
    expect(answers.map((one: { __typename: string }) => one.__typename)).toEqual([
      "Refused",
      "Accepted",
      "Accepted",
    ]);
    await advance(SHARDS + 5);
    expect(await statusOn(good.id, "T2")).toMatchObject({ status: "FINAL", code: 2 });
  });

  it.each([0, 1])(
    "R-2.7 is SHARD_UNAVAILABLE while shard %i does not answer, and the same bytes are accepted once it is back",
    async (shard) => {
      const { bytes, id } = await trade();
      world.failures.set(`shard-${shard}.admit`, [away(), away()]);
      for (let i = 0; i < 2; i++) {
        const [answer] = await submit(bytes);
        expect(answer).toMatchObject({
          __typename: "Refused",
          code: "SHARD_UNAVAILABLE",
          retryable: true,
          details: [{ name: "shard", value: `${shard}` }],
        });
      }
      // What the other stored stays: who sends the same bytes again means the same transaction.
      expect(callsOf("withdraw")).toEqual([]);
      expect(await statusOn(id, `T${1 - shard}`)).toMatchObject({ status: "PENDING" });
      await advance(SHARDS);
      expect(await statusOn(id, `T${1 - shard}`)).toMatchObject({ status: "PENDING" });
      const [again] = await submit(bytes);
      expect(again).toMatchObject({ __typename: "Accepted", id });
      await advance(2 * SHARDS);
      for (const chain of ["T0", "T1"]) {
        expect(await statusOn(id, chain)).toMatchObject({ status: "FINAL", code: 2 });
      }
    },
  );

  it("R-2.7 is refused though the withdrawal fails, and can be neither included nor hold a block up", async () => {
    const { bytes, id } = await trade({ payers: [alice, poor] });
    world.failures.set("shard-0.withdraw", [away()]);
    const [answer] = await submit(bytes);
    expect(answer).toMatchObject({ __typename: "Refused", code: "INSUFFICIENT_FUNDS" });
    expect(await statusOn(id, "T0")).toMatchObject({ status: "PENDING" });
    const [own] = await submit(await transfer(bob, 0, 0));
    await advance(8);
    expect(await statusOn(own.id, "T0")).toMatchObject({ status: "FINAL" });
    expect(await statusOn(id, "T0")).toMatchObject({ status: "PENDING", legs: [{}, {}] });
    // What blocks cannot take gives its nonce to whoever comes.
    const [next] = await submit(await transfer(alice, 0, 0));
    expect(next.__typename).toBe("Accepted");
  });

  it("R-2.3 is accepted again in any state, by its shards as they are", async () => {
    const { bytes, id } = await trade();
    await submit(bytes);
    for (let i = 0; i < 4; i++) {
      const [again] = await submit(bytes);
      expect(again).toMatchObject({ __typename: "Accepted", id });
      await advance(5);
    }
    expect(await statusOn(id, "T1")).toMatchObject({ status: "FINAL", code: 2 });
    const account = world.local
      .shardOf(0)
      .read(({ replica }) => replica.state.account(0, bob.address));
    expect(account.balance).toBe(BALANCE + 5n);
  });
});
