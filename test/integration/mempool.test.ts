// The mempool as a user meets it over HTTP: a replacement with its price, and a full one that names the price that gets in.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { transactionBatchCodec } from "../../src/protocol/ledger/transaction-batch.ts";
import {
  MEMPOOL_CHAIN_TRANSACTIONS_MAX,
  MEMPOOL_SENDER_TRANSACTIONS_MAX,
} from "../../src/protocol/limits.ts";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../../src/testing/index.ts";
import { base64, LedgerClient, transferOf } from "./ledger-client.ts";

const SUBMIT = `mutation ($transaction: Bytes!) { submitTransaction(transaction: $transaction) {
  __typename ... on Accepted { id } ... on Refused { code message retryable details { name value } } } }`;
const SUBMIT_BATCH = `mutation ($batch: Bytes!) { submitBatch(batch: $batch) {
  __typename ... on SubmittedBatch { accepted refused } } }`;
const GAS = 1_000;
const PRICE = 10n ** 12n;
const SENDERS = MEMPOOL_CHAIN_TRANSACTIONS_MAX / MEMPOOL_SENDER_TRANSACTIONS_MAX;
// Within 1 MiB.
const BATCH = 4_000;

interface Answer {
  readonly __typename: string;
  readonly id?: string;
  readonly code?: string;
  readonly message?: string;
  readonly retryable?: boolean;
  readonly details?: readonly { readonly name: string; readonly value: string }[];
}

let network: TestNetwork;
let ledger: LedgerClient;
let accounts: readonly TestAccount[];

beforeAll(async () => {
  network = await createTestNetwork({ chains: 2, accounts: SENDERS + 2 });
  ledger = await LedgerClient.of(network);
  accounts = network.accounts;
});
afterAll(() => network?.dispose());

const account = (place: number): TestAccount => accounts[place] as TestAccount;

async function sign(from: number, nonce: number, price: bigint, chain = "T0") {
  const payload = transferOf(account(0).address, 1n);
  const fee = BigInt(GAS) * price;
  return ledger.sign({ signer: account(from), payload, nonce, fee, gasLimit: GAS, chain });
}

async function submit(bytes: Uint8Array): Promise<Answer> {
  const data = await network.graphql<{ submitTransaction: Answer }>(SUBMIT, {
    transaction: base64(bytes),
  });
  return data.submitTransaction;
}

const detail = ({ details }: Answer, name: string): string | undefined =>
  details?.find((one) => one.name === name)?.value;

describe("replacement", () => {
  it("R-2.7 at the price that the refusal names; the other is DROPPED and says for whom", async () => {
    const first = await sign(0, 0, PRICE);
    expect(await submit(first.bytes)).toMatchObject({ __typename: "Accepted" });
    const refused = await submit((await sign(0, 0, PRICE + PRICE / 20n)).bytes);
    expect(refused).toMatchObject({ code: "NONCE_TAKEN", retryable: true });
    const price = BigInt(detail(refused, "gasPrice") ?? "0");
    expect(price).toBe(PRICE + PRICE / 10n);
    expect(refused.message).toContain(`${price}`);
    expect(`0x${detail(refused, "by")}`).toBe(first.id);
    const second = await sign(0, 0, price);
    expect(await submit(second.bytes)).toMatchObject({ __typename: "Accepted", id: second.id });
    expect(await ledger.transaction(first.id)).toMatchObject({
      status: "DROPPED",
      refusal: { code: "REPLACED" },
    });
    await network.advance(5);
    expect(await ledger.status(second.id)).toBe("FINAL");
    expect(await ledger.status(first.id)).toBe("DROPPED");
    expect(await submit(first.bytes)).toMatchObject({ code: "NONCE_TOO_LOW" });
  });
});

describe("a full mempool", () => {
  it("R-2.7 R-3.10 refuses with the price that gets in; who paid least leaves; other chains have room", async () => {
    const all: { readonly id: string; readonly bytes: Uint8Array }[] = [];
    for (let from = 1; from <= SENDERS; from++) {
      for (let nonce = 0; nonce < MEMPOOL_SENDER_TRANSACTIONS_MAX; nonce++) {
        all.push(await sign(from, nonce, PRICE));
      }
    }
    for (let at = 0; at < all.length; at += BATCH) {
      const bytes = all.slice(at, at + BATCH).map((one) => one.bytes);
      const batch = base64(transactionBatchCodec.encode(bytes));
      const answer = await network.graphql<{ submitBatch: object }>(SUBMIT_BATCH, { batch });
      expect(answer.submitBatch).toMatchObject({ accepted: bytes.length, refused: 0 });
    }
    const over = await submit((await sign(1, MEMPOOL_SENDER_TRANSACTIONS_MAX, 9n * PRICE)).bytes);
    expect([over.code, detail(over, "limit"), detail(over, "gasPrice")]).toEqual([
      "MEMPOOL_FULL",
      "sender",
      undefined,
    ]);
    const newcomer = SENDERS + 1;
    const refused = await submit((await sign(newcomer, 0, PRICE)).bytes);
    expect(refused).toMatchObject({ code: "MEMPOOL_FULL", retryable: true });
    expect(detail(refused, "limit")).toBe("chain transactions");
    const price = BigInt(detail(refused, "gasPrice") ?? "0");
    expect(price).toBeGreaterThan(PRICE);
    expect(price).toBeLessThan(PRICE + PRICE / 1_000n);
    expect(await submit((await sign(newcomer, 0, price - 1n)).bytes)).toMatchObject({
      code: "MEMPOOL_FULL",
    });
    const dear = await sign(newcomer, 0, price);
    expect(await submit(dear.bytes)).toMatchObject({ __typename: "Accepted" });
    expect(await ledger.transaction(all.at(-1)?.id ?? "")).toMatchObject({
      status: "DROPPED",
      refusal: { code: "EVICTED" },
    });
    expect(await submit((await sign(1, 0, PRICE, "T1")).bytes)).toMatchObject({
      __typename: "Accepted",
    });
    await network.kill();
    await network.restart();
    const { shard } = await network.graphql<{ shard: { waiting: number } }>(
      '{ shard(id: "0") { waiting } }',
    );
    expect(shard.waiting).toBe(MEMPOOL_CHAIN_TRANSACTIONS_MAX + 1);
    // The dearest is in the first block.
    await network.advance(1);
    expect(await ledger.status(dear.id)).toBe("EXECUTED");
  });
});
