// a gateway whose directory is old asks the wrong shard, is told so, and asks the right one; nobody outside sees it.
import { beforeEach, describe, expect, it } from "vitest";
import { formatAddress } from "../../src/protocol/crypto/address.ts";
import { makeSigner, type TestSigner } from "../support/signer.ts";
import { signedBytes } from "../support/transactions.ts";
import { GatewayWorld } from "./gateway-world.ts";

const SHARDS = 4;
const BALANCE = "1000000000000000000000";
const GAS_PRICE = 10n ** 12n;
const ADVANCE = "mutation ($rounds: Int!) { dev { advance(rounds: $rounds) { round } } }";
const SUBMIT = `mutation ($list: [Bytes!]!) { submitTransactions(transactions: $list) { __typename
  ... on Accepted { id } ... on Refused { code details { name value } } } }`;

let world: GatewayWorld;
let alice: TestSigner;
let address: string;

beforeEach(async () => {
  alice = await makeSigner("alice");
  address = formatAddress(alice.address);
  const chains = Array.from({ length: SHARDS }, () => ({}));
  const allocations = chains.map((_, i) => ({ chain: `T${i}`, address, balance: BALANCE }));
  world = await GatewayWorld.create({ shards: SHARDS, chains, allocations }, {}, { tags: true });
});

const transfer = async (chain: number, nonce = 0): Promise<string> => {
  const bytes = await signedBytes(world.local.network.id, {
    payer: alice,
    nonce,
    chain,
    gasPrice: GAS_PRICE,
    payload: { kind: "transfer", to: new Uint8Array(20).fill(9), amount: 5n },
  });
  return Buffer.from(bytes).toString("base64");
};

/** The MerkleChain says that each chain is one shard further than it is; the gateway reads that, and then the truth is told. */
async function makeStale(): Promise<void> {
  const truth = world.local.merkle.read((actor) => actor.directory(0));
  const chains = truth.chains.map((one) => ({ ...one, shard: (one.shard + 1) % SHARDS }));
  world.staleDirectory = { ...truth, chains };
  const { chain } = await world.data('{ chain(id: "T1") { shard { id } } }');
  expect(chain.shard.id).toBe("2");
  world.staleDirectory = null;
  world.calls.length = 0;
}

const directoryCalls = (): number =>
  world.calls.filter((call) => call === "merkle-chain.directory").length;

describe("a gateway with an old directory", () => {
  it.each([
    ["a balance", `account(address: "$address") { balance(chain: "T1") { amount } }`],
    ["fees", 'chain(id: "T1") { unattributedFees }'],
    ["a block", 'block(chain: "T1", round: 1) { transactionCount }'],
    ["an account's proof", 'accountProof(chain: "T1", address: "$address") { present }'],
    ["the place of a transaction", 'transaction(id: "$id", chain: "T1") { status legs { round } }'],
    ["an inclusion's proof", 'proof(transaction: "$id", chain: "T1") { round }'],
  ])("R-7.3 answers a question about %s as one with a new directory", async (_, question) => {
    const [{ id }] = (await world.data(SUBMIT, { list: [await transfer(1)] })).submitTransactions;
    await world.data(ADVANCE, { rounds: 8 });
    const query = `{ ${question.replaceAll("$address", address).replaceAll("$id", id)} }`;
    const wanted = await world.data(query);
    expect(JSON.stringify(wanted)).not.toContain("null");
    // A gateway that was there before the chain moved.
    world.restart();
    await makeStale();
    expect(await world.data(query)).toEqual(wanted);
    expect(directoryCalls()).toBe(1);
    expect(await world.data(query)).toEqual(wanted);
    expect(directoryCalls()).toBe(1);
  });

  it("R-7.3 brings every transaction of a batch to its shard", async () => {
    await makeStale();
    const list = await Promise.all([0, 1, 2, 3].map((chain) => transfer(chain)));
    const { submitTransactions: answers } = await world.data(SUBMIT, { list });
    expect(answers.map((one: { __typename: string }) => one.__typename)).toEqual(
      Array(SHARDS).fill("Accepted"),
    );
    expect(directoryCalls()).toBe(1);
    await world.data(ADVANCE, { rounds: 5 });
    for (const [chain, { id }] of answers.entries()) {
      const query = `{ transaction(id: "${id}", chain: "T${chain}") { status } }`;
      expect((await world.data(query)).transaction.status).toBe("FINAL");
    }
  });

  it("R-7.3 simulates, sends from the faucet and follows where the chain is", async () => {
    await makeStale();
    const simulation = `query ($bytes: Bytes!) { simulate(transaction: $bytes) { includable payer { amount } } }`;
    const { simulate } = await world.data(simulation, { bytes: await transfer(2) });
    expect(simulate).toEqual({ includable: true, payer: { amount: BALANCE } });
    await makeStaleAgain();
    const { dev } = await world.data(
      `mutation { dev { faucet(address: "${address}", chain: "T3", amount: "7") { __typename } advance(rounds: 1) { round } } }`,
    );
    expect(dev.faucet).toEqual({ __typename: "Accepted" });
    await makeStaleAgain();
    const response = await world.post(
      'subscription ($after: String) { blocks(chain: "T3", after: $after) { round } }',
      { after: Buffer.from("block|0:0").toString("base64url") },
      { Accept: "text/event-stream" },
    );
    expect(await response.text()).toContain('"blocks":{"round":1}');
  });

  it("R-7.3 says that a chain is not there yet where the newest directory knows no better", async () => {
    const truth = world.local.merkle.read((actor) => actor.directory(0));
    const chains = truth.chains.map((one) => ({ ...one, shard: 0 }));
    world.staleDirectory = { ...truth, chains };
    const { body } = await world.ask(
      `{ account(address: "${address}") { balance(chain: "T1") { amount } } }`,
    );
    expect(body.errors[0]).toMatchObject({
      message: "Cannot reach chain T1: shard 0 does not have it yet; try again later",
      extensions: { code: "UNAVAILABLE", retryable: true },
    });
    const { submitTransactions } = await world.data(SUBMIT, { list: [await transfer(1)] });
    expect(submitTransactions).toEqual([
      { __typename: "Refused", code: "UNKNOWN_CHAIN", details: [{ name: "chain", value: "T1" }] },
    ]);
  });

  async function makeStaleAgain(): Promise<void> {
    world.restart();
    await makeStale();
  }
});
