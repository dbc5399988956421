// The gateway through its handler: requests in, responses out, over real actors.
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { formatAddress } from "../../src/protocol/crypto/address.ts";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import { transactionBatchCodec } from "../../src/protocol/ledger/transaction-batch.ts";
import { makeSigner, type TestSigner } from "../support/signer.ts";
import { signedBytes } from "../support/transactions.ts";
import { GatewayWorld } from "./gateway-world.ts";

const BALANCE = 10n ** 21n;
const GAS_PRICE = 10n ** 12n;
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");
const SUBMIT =
  "mutation ($bytes: Bytes!) { submitTransaction(transaction: $bytes) { __typename " +
  "... on Accepted { id chains estimate { round time } } " +
  "... on Refused { code message retryable details { name value } } } }";

let world: GatewayWorld;
let alice: TestSigner;
let bob: TestSigner;

beforeAll(async () => {
  [alice, bob] = await Promise.all([makeSigner("alice"), makeSigner("bob")]);
});

beforeEach(async () => {
  const allocations = ["T0", "T1"].map((chain) => ({
    chain,
    address: formatAddress(alice.address),
    balance: `${BALANCE}`,
  }));
  world = await GatewayWorld.create({ allocations });
});

const transfer = (nonce: number, more: { chain?: number; amount?: bigint } = {}) =>
  signedBytes(world.local.network.id, {
    payer: alice,
    nonce,
    chain: more.chain ?? 0,
    gasPrice: GAS_PRICE,
    payload: { kind: "transfer", to: bob.address, amount: more.amount ?? 5n },
  });

describe("questions", () => {
  it("answers every field of the network", async () => {
    const { network, shards, epoch, timetable } = await world.data(`{
      network { id genesisHash genesis name development clock time round roundMs k merkleChainBlock
        epoch { number activationRound activationTime roundMs } 
        parameters { seats quorum cycleRounds gasPerAuthorisation gas { payload gas } rootChain { id } }
        limits { transactionBytes batchBytes batchTransactions requestBytes pageEntries queryCost } }
      shards { id headRound executedRound finalRound nextRound waiting nextTick chains { nodes { id } } }
      epoch { shards { id } validatorSets { nodes { id quorum shards { id } seats { index publicKey proofOfPossession } } } }
      timetable(from: 7, rounds: 2) { round time duties { validatorSet { id } shards { id } } } }`);
    const { id } = world.local.network;
    expect(network).toMatchObject({ id: `0x${toHex(id)}`, genesisHash: `0x${toHex(id)}` });
    expect(network).toMatchObject({ clock: "MANUAL", round: 0, k: 3, development: true });
    expect(network.parameters).toMatchObject({ seats: 4, quorum: 3, rootChain: { id: "T0" } });
    expect(shards).toHaveLength(1);
    expect(shards[0].chains.nodes).toEqual([{ id: "T0" }, { id: "T1" }]);
    expect(epoch.validatorSets.nodes[0].seats).toHaveLength(4);
    expect(timetable.map(({ round }: { round: number }) => round)).toEqual([7, 8]);
  });

  it("R-7.3 finds chains by id, symbol or name, in pages", async () => {
    const query =
      "query ($search: String, $first: Int, $after: String) { chains(search: $search, first: " +
      "$first, after: $after) { nodes { id symbol } edges { cursor } pageInfo { hasNextPage endCursor } } }";
    const find = async (search: string) =>
      (await world.data(query, { search })).chains.nodes.map(({ id }: { id: string }) => id);
    expect(await find("bit")).toEqual(["T1"]);
    expect(await find("rune")).toEqual(["T0"]);
    expect(await find("t1")).toEqual(["T1"]);
    const { chains } = await world.data(query, { first: 1 });
    expect(chains.pageInfo.hasNextPage).toBe(true);
    const rest = await world.data(query, { first: 1, after: chains.pageInfo.endCursor });
    expect(rest.chains.nodes).toEqual([{ id: "T1", symbol: "BTC" }]);
    expect(rest.chains.pageInfo.hasNextPage).toBe(false);
  });

  it("is null for what does not exist", async () => {
    const none =
      await world.data(`{ chain(id: "T9") { id } shard(id: "3") { id } validatorSet(id: "9") { id }
      epoch(number: 4) { number } block(chain: "T0", round: 4) { hash }
      transaction(id: "0x${"00".repeat(32)}") { id } other: transaction(id: "0x${"00".repeat(32)}", chain: "T9") { id }
      account(address: "${formatAddress(bob.address)}") { balance(chain: "T9") { amount } } }`);
    const { account, ...rest } = none;
    expect(new Set(Object.values(rest))).toEqual(new Set([null]));
    expect(account).toEqual({ balance: null });
  });

  it.each([
    ['{ chain(id: "rune") { id } }', 'Invalid chain: "rune" is not a chain id such as "T0"'],
    ['{ chain(id: "T01") { id } }', 'Invalid chain: "T01" is not a chain id such as "T0"'],
    ['{ shard(id: "-1") { id } }', 'Invalid shard: "-1" is not a number such as "0"'],
    ["{ chains(first: 101) { nodes { id } } }", "Invalid first: 101 is not from 1 to 100"],
    ['{ chains(after: "x") { nodes { id } } }', 'Invalid cursor: "x" is not a cursor of this list'],
    ["{ timetable(rounds: 0) { round } }", "Invalid rounds: 0 is not from 1 to 100"],
    ["{ timetable(from: 9007199254740991) { round } }", /^Invalid from: 9007199254740991 is not a/],
    [
      "{ estimateInclusion(chains: []) { round } }",
      "Invalid chains: [] is not a list of 1 to 100 chains",
    ],
    ['{ account(address: "ygg1") { address } }', /^Invalid Address: "ygg1" is not an address/],
  ])("refuses %s with BAD_USER_INPUT", async (query, message) => {
    const { body } = await world.ask(query);
    expect(body.errors[0].extensions.code).toBe("BAD_USER_INPUT");
    expect(body.errors[0].message).toMatch(message);
  });

  it("R-3.6 estimates the next round of chains, and names one that does not exist", async () => {
    const { estimateInclusion } = await world.data(
      '{ estimateInclusion(chains: ["T0", "T1"]) { round time } }',
    );
    expect(estimateInclusion).toEqual({
      round: 1,
      time: new Date(world.local.nowMs + 500).toISOString(),
    });
    const { body } = await world.ask('{ estimateInclusion(chains: ["T7"]) { round } }');
    expect(body.errors[0]).toMatchObject({ extensions: { code: "NOT_FOUND" } });
  });
});

describe("submission", () => {
  it("R-2.7 takes a transaction and shows it through every status", async () => {
    const { submitTransaction } = await world.data(SUBMIT, { bytes: base64(await transfer(0)) });
    expect(submitTransaction).toMatchObject({ __typename: "Accepted", chains: ["T0"] });
    const { id } = submitTransaction;
    const look = `query ($id: Hash!) { transaction(id: $id) { status code reason outcome payload validUntil cursor
      refusal { code } legs { round fee chain { id } block { round transactionCount transactions { nodes { id } } }
      movements { amount from { kind address } to { kind address } chain { id } } } } }`;
    const pending = (await world.data(look, { id })).transaction;
    expect(pending).toMatchObject({ status: "PENDING", code: null, payload: "TRANSFER" });
    await world.data("mutation { dev { advance(rounds: 1) { round time } } }");
    const executed = (await world.data(look, { id })).transaction;
    expect(executed).toMatchObject({ status: "EXECUTED", code: 2, outcome: "EXECUTED" });
    const [leg] = executed.legs;
    expect(leg).toMatchObject({ round: 1, fee: `${1_000n * GAS_PRICE}`, chain: { id: "T0" } });
    expect(leg.block).toMatchObject({ transactionCount: 1, transactions: { nodes: [{ id }] } });
    expect(leg.movements[0].to).toEqual({ kind: "UNATTRIBUTED_FEES", address: null });
    expect(leg.movements[1]).toMatchObject({ amount: "5", chain: { id: "T0" } });
    const { dev } = await world.data("mutation { dev { advance(rounds: 20) { round } } }");
    expect(dev.advance.round).toBe(21);
    expect((await world.data(look, { id })).transaction.status).toBe("FINAL");
  });

  it("sends one call to a shard for a batch, answers in order, and the same bytes the same", async () => {
    const [first, second, other] = await Promise.all([
      transfer(0),
      transfer(1),
      transfer(0, { chain: 1 }),
    ]);
    const bad = await transfer(2, { amount: 6n });
    bad.set((await transfer(2)).slice(-64), bad.length - 64);
    const unknown = await transfer(0, { chain: 9 });
    const list = [second, Uint8Array.of(1), first, bad, second, other, unknown];
    world.calls.length = 0;
    const { submitBatch } = await world.data(
      `mutation ($batch: Bytes!) { submitBatch(batch: $batch) { ... on SubmittedBatch { accepted refused
        results { __typename ... on Accepted { id estimate { round } } ... on Refused { code retryable details { name value } } } } } }`,
      { batch: base64(transactionBatchCodec.encode(list)) },
    );
    const codes = submitBatch.results.map(
      (one: { code?: string; __typename: string }) => one.code ?? one.__typename,
    );
    expect(codes).toEqual([
      "Accepted",
      "MALFORMED_BYTES",
      "Accepted",
      "INVALID_SIGNATURE",
      "Accepted",
      "Accepted",
      "UNKNOWN_CHAIN",
    ]);
    expect(submitBatch).toMatchObject({ accepted: 4, refused: 3 });
    expect(submitBatch.results[4]).toEqual(submitBatch.results[0]);
    expect(submitBatch.results[6].details).toEqual([{ name: "chain", value: "T9" }]);
    expect(world.calls.filter((call) => call === "shard-0.admit")).toHaveLength(1);
    // Estimates within one shard follow from its answer.
    expect(world.calls).not.toContain("shard-0.status");
  });

  it("refuses a batch that is none, and one with too many", async () => {
    const send = (batch: Uint8Array) =>
      world.ask(
        "mutation ($batch: Bytes!) { submitBatch(batch: $batch) { ... on Refused { code message } } }",
        { batch: base64(batch) },
      );
    const junk = await send(Uint8Array.of(9, 9));
    expect(junk.body.data.submitBatch.code).toBe("MALFORMED_BYTES");
    const many = await send(
      transactionBatchCodec.encode(Array.from({ length: 10_001 }, () => new Uint8Array(0))),
    );
    expect(many.body.errors[0].extensions.code).toBe("BAD_USER_INPUT");
    // A million that are nothing fit into a mebibyte. They are counted, not decoded: not even the second form of one is looked at.
    const million = transactionBatchCodec.encode(Array(1_000_000).fill(new Uint8Array(0)));
    million[1_000_002] = 0xff;
    const claimed = await send(million);
    expect(claimed.body.errors[0].extensions.code).toBe("BAD_USER_INPUT");
    expect(claimed.body.errors[0].message).toContain("at most 10000 transactions");
  });

  it("words why a transaction waits, and drops none of its values", async () => {
    await world.data(SUBMIT, { bytes: base64(await transfer(3)) });
    await world.data("mutation { dev { advance(rounds: 1) { round } } }");
    const { account } = await world.data(
      `{ account(address: "${formatAddress(alice.address)}") { balance(chain: "T0") { amount nonce nextNonce
        authorisationNonce reserve pendingReserves { fromRound reserve } delegate { address } spendable inflightFees chain { id } } } }`,
    );
    expect(account.balance).toMatchObject({ amount: `${BALANCE}`, nonce: 0 });
    const { submitTransaction } = await world.data(SUBMIT, { bytes: base64(await transfer(3)) });
    const { transaction } = await world.data(
      "query ($id: Hash!) { transaction(id: $id) { status reason refusal { code retryable } } }",
      { id: submitTransaction.id },
    );
    expect(transaction).toEqual({
      status: "PENDING",
      reason: "Cannot include nonce 3 on T0 yet: send nonce 0 first",
      refusal: { code: "NONCE_GAP", retryable: true },
    });
  });

  it("R-6.9 simulates without sending", async () => {
    const query = `query ($bytes: Bytes!) { simulate(transaction: $bytes) { round includable includableRound rule code
      outcome reason heldBy possiblyEmptying successRound successTime refusal { code } payer { spendable } } }`;
    const good = (await world.data(query, { bytes: base64(await transfer(0)) })).simulate;
    expect(good).toMatchObject({ includable: true, code: 2, rule: "FIRST_EMPTYING" });
    expect(good.payer.spendable).toBe(`${BALANCE}`);
    const bad = (await world.data(query, { bytes: "AA==" })).simulate;
    expect(bad).toMatchObject({ includable: false, code: 0, refusal: { code: "MALFORMED_BYTES" } });
    expect(bad.payer).toBe(null);
    expect(world.local.shard.read((shard) => shard.room.pool.size)).toBe(0);
  });
});

describe("pages of an account", () => {
  const HISTORY = `query ($address: Address!, $first: Int, $after: String, $last: Int, $before: String) {
    account(address: $address) { transactions(first: $first, after: $after, last: $last, before: $before) {
      nodes { id } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`;

  it("go forward from the oldest and backward from the newest transaction", async () => {
    const ids: string[] = [];
    for (const nonce of [0, 1, 2, 3, 4]) {
      const { submitTransaction } = await world.data(SUBMIT, {
        bytes: base64(await transfer(nonce)),
      });
      ids.push(submitTransaction.id);
      if (nonce % 2 === 1) await world.data("mutation { dev { advance(rounds: 1) { round } } }");
    }
    await world.data("mutation { dev { advance(rounds: 5) { round } } }");
    const address = formatAddress(bob.address);
    const page = async (args: object) =>
      (await world.data(HISTORY, { address, ...args })).account.transactions;
    const idsOf = ({ nodes }: { nodes: { id: string }[] }) => nodes.map(({ id }) => id);
    const first = await page({ first: 2 });
    expect(idsOf(first)).toEqual(ids.slice(0, 2));
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const second = await page({ first: 10, after: first.pageInfo.endCursor });
    expect(idsOf(second)).toEqual(ids.slice(2));
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const last = await page({ last: 2 });
    expect(idsOf(last)).toEqual(ids.slice(3));
    expect(last.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect(idsOf(await page({ last: 2, before: last.pageInfo.startCursor }))).toEqual(
      ids.slice(1, 3),
    );
    const { account } = await world.data(
      `{ account(address: "${formatAddress(alice.address)}") { balances(first: 1) { nodes { chain { id } } pageInfo { hasNextPage endCursor } } } }`,
    );
    expect(account.balances.pageInfo.hasNextPage).toBe(true);
    const { account: rest } = await world.data(
      `{ account(address: "${formatAddress(alice.address)}") { balances(after: "${account.balances.pageInfo.endCursor}") { nodes { chain { id } } pageInfo { hasNextPage } } } }`,
    );
    expect(rest.balances).toEqual({
      nodes: [{ chain: { id: "T1" } }],
      pageInfo: { hasNextPage: false },
    });
  });
});

describe("development networks", () => {
  it("have a faucet whose transfers are like any other, one after the other in one request", async () => {
    const address = formatAddress(bob.address);
    const faucet = (name: string, chain: string, amount: string) =>
      `${name}: faucet(address: "${address}", chain: "${chain}", amount: "${amount}") { __typename ... on Refused { code } }`;
    const { dev } = await world.data(
      `mutation { dev { ${faucet("a", "T0", "7")} ${faucet("b", "T0", "8")} ${faucet("c", "T1", "9")} ${faucet("d", "T5", "1")} advance(rounds: 2) { round } } }`,
    );
    expect(dev.d).toEqual({ __typename: "Refused", code: "UNKNOWN_CHAIN" });
    expect(dev.advance.round).toBe(2);
    const { account } = await world.data(
      `{ account(address: "${address}") { balances { nodes { chain { id } amount } } } }`,
    );
    expect(account.balances.nodes).toEqual([
      { chain: { id: "T0" }, amount: "15" },
      { chain: { id: "T1" }, amount: "9" },
    ]);
  });

  it.each([0, -1, 100_001])("do not advance by %s rounds", async (rounds) => {
    const { body } = await world.ask(`mutation { dev { advance(rounds: ${rounds}) { round } } }`);
    expect(body.errors[0].extensions.code).toBe("BAD_USER_INPUT");
  });

  it("do not advance a clock that moves by itself", async () => {
    const live = await GatewayWorld.create({ clock: "live" });
    const { body } = await live.ask("mutation { dev { advance(rounds: 1) { round } } }");
    expect(body.errors[0].extensions.code).toBe("CLOCK_NOT_MANUAL");
  });

  it("alone show GraphiQL and have the group `dev`", async () => {
    const html = { headers: { Accept: "text/html" } };
    expect(await (await world.request(html)).text()).toContain("Yggdrasil: test");
    const production = await GatewayWorld.create({
      development: false,
      clock: "live",
      allocations: [{ chain: "T0", address: formatAddress(new Uint8Array(20)), balance: "1" }],
    });
    expect(await (await production.request(html)).text()).not.toContain("GraphiQL");
    const { body } = await production.ask("mutation { dev { advance(rounds: 1) { round } } }");
    expect(body.errors[0].extensions.code).toBe("GRAPHQL_VALIDATION_FAILED");
  });
});
