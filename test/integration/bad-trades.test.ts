// Trades between two shards that nobody should be able to make, over HTTP: each is refused with the code that says why, or included and
// reverted on both sides, and no balance moves but by a fee.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  buildTrade,
  type Client,
  completedTrade,
  connect,
  signTrade,
} from "../../src/client/index.ts";
import {
  type Transaction,
  transactionCodec,
  type UnsignedTransaction,
} from "../../src/protocol/ledger/transaction.ts";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../../src/testing/index.ts";
import { signatureOf } from "../support/transactions.ts";
import { base64, LedgerClient, ONE_TOKEN, type SubmitResult } from "./ledger-client.ts";

const FUNDS = 1_000n * ONE_TOKEN;
const GAS_PRICE = 10n ** 12n;
const FEE = 1_500n * GAS_PRICE;

let network: TestNetwork;
let client: Client;
let ledger: LedgerClient;
let alice: TestAccount;
let bob: TestAccount;
let poor: TestAccount;

beforeAll(async () => {
  const rich = { balances: { T0: FUNDS, T1: FUNDS, T2: FUNDS } };
  network = await createTestNetwork({
    shards: 3,
    chains: 3,
    // The last one has something on T0 alone.
    accounts: [rich, rich, { balances: { T0: FUNDS } }],
  });
  [client, ledger] = [await connect(network.url), await LedgerClient.of(network)];
  [alice, bob, poor] = network.accounts as [TestAccount, TestAccount, TestAccount];
});
afterAll(() => network?.dispose());

const codeOf = (result: SubmitResult): string =>
  result.__typename === "Refused" ? result.code : "ACCEPTED";

interface Terms {
  readonly parties?: readonly [TestAccount, TestAccount];
  readonly amounts?: readonly [bigint, bigint];
  readonly validUntil?: number;
}

/** The first party's amount on T0 for the other's on T1, with their next nonces. */
async function unsignedTrade({ parties = [alice, bob], amounts = [5n, 7n], ...more }: Terms = {}) {
  const party = async ({ address }: TestAccount, chain: string, amount: bigint) => ({
    address,
    gives: { chain, amount },
    nonce: (await client.balance(address, { chain })).nextNonce,
    gasPrice: GAS_PRICE,
  });
  return buildTrade({
    networkId: client.networkId,
    parties: [await party(parties[0], "T0", amounts[0]), await party(parties[1], "T1", amounts[1])],
    validUntil: more.validUntil ?? (await client.round()) + 500,
  });
}

async function signedBy(text: string, ...signers: readonly TestAccount[]) {
  let signed = text;
  for (const signer of signers) signed = await signTrade(signed, signer);
  return signed;
}

const decodedOf = (text: string): Transaction => {
  const decoded = transactionCodec.decode(Buffer.from(text.slice("yggtrade1:".length), "base64"));
  if (!decoded.ok) throw new Error(decoded.refusal.code);
  return decoded.value;
};
const good = async (terms: Terms = {}): Promise<Transaction> =>
  decodedOf(await signedBy(await unsignedTrade(terms), ...(terms.parties ?? [alice, bob])));
const submitted = async (trade: Transaction): Promise<string> =>
  codeOf(await ledger.submit(transactionCodec.encode(trade)));

/** Signed anew by both, whatever it says now. */
async function resigned(change: Partial<UnsignedTransaction>): Promise<Transaction> {
  const { signatures: _, ...unsigned } = await good();
  const changed = { ...unsigned, ...change };
  const signatures = await Promise.all(
    [alice, bob].map((signer) => signatureOf(signer as never, changed)),
  );
  return { ...changed, signatures };
}

const balances = async (): Promise<bigint[]> =>
  Promise.all(
    [alice, bob].flatMap(({ address }) =>
      ["T0", "T1"].map(async (chain) => (await client.balance(address, { chain })).amount),
    ),
  );

async function final(id: string): Promise<void> {
  for (let i = 0; i < 30; i++) {
    const all = await Promise.all(["T0", "T1"].map((chain) => ledger.status(id, chain)));
    if (all.every((status) => status === "FINAL")) return;
    await network.advance(1);
  }
  throw new Error(`${id} is not final`);
}

describe("a trade between two shards", () => {
  it("R-2.3 is refused with one signature, a foreign one, or the two in the other order", async () => {
    const trade = await good();
    const [first, second] = trade.signatures;
    if (first === undefined || second === undefined) throw new Error("Two sign a trade");
    const unsigned = { ...trade, signatures: [] };
    const foreign = await signatureOf(poor as never, unsigned);
    for (const [signatures, code] of [
      [[], "WRONG_SIGNERS"],
      [[first], "WRONG_SIGNERS"],
      [[second], "WRONG_SIGNERS"],
      [[first, second, foreign], "WRONG_SIGNERS"],
      [[first, foreign], "INVALID_SIGNATURE"],
      [[second, first], "INVALID_SIGNATURE"],
      [[first, { ...second, signature: first.signature }], "INVALID_SIGNATURE"],
    ] as const) {
      expect(await submitted({ ...trade, signatures: [...signatures] })).toBe(code);
    }
  });

  it("R-2.3 is refused when anything of it is altered after both have signed", async () => {
    const trade = await good();
    if (trade.payload.kind !== "trade") throw new Error("No trade");
    const [one, other] = trade.legs as [Transaction["legs"][0], Transaction["legs"][0]];
    const payment = one.payment as NonNullable<typeof one.payment>;
    for (const altered of [
      { ...trade, payload: { ...trade.payload, firstAmount: 4n } },
      { ...trade, payload: { ...trade.payload, secondAmount: 8n } },
      { ...trade, validUntil: trade.validUntil + 1 },
      { ...trade, legs: [{ ...one, gasLimit: one.gasLimit + 1 }, other] },
      { ...trade, legs: [{ ...one, payment: { ...payment, gasPrice: GAS_PRICE + 1n } }, other] },
      { ...trade, legs: [one, { ...other, chain: 2 }] },
    ]) {
      expect(await submitted(altered)).toBe("INVALID_SIGNATURE");
    }
  });

  it("R-2.6, R-2.8 has its legs by chain, on two chains, of two parties, and moves something each way", async () => {
    const trade = await good();
    const [one, other] = trade.legs as [Transaction["legs"][0], Transaction["legs"][0]];
    expect(await submitted(await resigned({ legs: [other, one] }))).toBe("LEGS_OUT_OF_ORDER");
    expect(await submitted(await resigned({ legs: [one, { ...other, chain: 0 }] }))).toBe(
      "SAME_CHAIN",
    );
    expect(await submitted(await resigned({ legs: [one, { ...other, chain: 77 }] }))).toBe(
      "UNKNOWN_CHAIN",
    );
    expect(await submitted(await resigned({ legs: [one] }))).toBe("WRONG_LEGS");
    expect(await submitted(await resigned({ networkId: new Uint8Array(32) }))).toBe(
      "WRONG_NETWORK",
    );
    const own = await unsignedTrade({ parties: [alice, alice] });
    expect(await submitted(decodedOf(await signedBy(own, alice)))).toBe("SELF_TRADE");
    expect(await submitted(await good({ amounts: [0n, 7n] }))).toBe("ZERO_AMOUNT");
  });

  it("R-2.3 is refused past its time and too far ahead of it", async () => {
    await network.advance(3);
    const round = await client.round();
    expect(await submitted(await good({ validUntil: round - 1 }))).toBe("VALID_UNTIL_PAST");
    expect(await submitted(await good({ validUntil: round + 10_050 }))).toBe("VALID_UNTIL_TOO_FAR");
  });

  it("R-2.7 is refused whole if one party cannot pay its fee, and keeps no nonce of the other", async () => {
    const before = (await client.balance(alice.address, { chain: "T0" })).nextNonce;
    // What `poor` would give lies on T1, where it has nothing at all.
    expect(await submitted(await good({ parties: [alice, poor] }))).toBe("INSUFFICIENT_FUNDS");
    expect((await client.balance(alice.address, { chain: "T0" })).nextNonce).toBe(before);
  });

  it("R-5.6, R-6.7 that one party cannot fulfil is included and reverted on both, for both fees", async () => {
    const before = await balances();
    const sent = completedTrade(
      await signedBy(await unsignedTrade({ amounts: [5n, 2n * FUNDS] }), alice, bob),
    );
    await client.submit(sent);
    await final(sent.id);
    for (const chain of ["T0", "T1"]) {
      expect(await ledger.transaction(sent.id, chain)).toMatchObject({
        code: 1,
        outcome: "INSUFFICIENT_BALANCE",
      });
    }
    const [aliceT0, aliceT1, bobT0, bobT1] = before as [bigint, bigint, bigint, bigint];
    expect(await balances()).toEqual([aliceT0 - FEE, aliceT1, bobT0, bobT1 - FEE]);
  });

  it("R-2.3 is the same transaction when it comes again, in a batch, by itself, and after it is FINAL", async () => {
    const trade = await good();
    const bytes = transactionCodec.encode(trade);
    const { submitTransactions } = await network.graphql<{ submitTransactions: { id: string }[] }>(
      "mutation ($list: [Bytes!]!) { submitTransactions(transactions: $list) { ... on Accepted { id } } }",
      { list: [base64(bytes), base64(bytes)] },
    );
    const [{ id } = { id: "" }, again] = submitTransactions;
    expect(again?.id).toBe(id);
    await final(id);
    const after = await balances();
    expect(await submitted(trade)).toBe("ACCEPTED");
    await network.advance(6);
    expect(await balances()).toEqual(after);
    for (const chain of ["T0", "T1"]) expect(await ledger.status(id, chain)).toBe("FINAL");
    // Its nonces are used on either shard: another trade cannot have them.
    expect(await submitted({ ...trade, validUntil: trade.validUntil + 1 })).toBe(
      "INVALID_SIGNATURE",
    );
    const { signatures: _, ...unsigned } = { ...trade, validUntil: trade.validUntil + 1 };
    const signatures = await Promise.all(
      [alice, bob].map((signer) => signatureOf(signer as never, unsigned)),
    );
    expect(await submitted({ ...unsigned, signatures })).toBe("NONCE_TOO_LOW");
  });

  it("R-2.7 is not known on a shard that it does not touch, and not asked about there", async () => {
    const trade = await good();
    expect(await submitted(trade)).toBe("ACCEPTED");
    const id = completedTrade(`yggtrade1:${base64(transactionCodec.encode(trade))}`).id;
    expect(await ledger.transaction(id, "T2")).toBe(null);
    await final(id);
    expect(await ledger.transaction(id, "T2")).toBe(null);
  });
});
