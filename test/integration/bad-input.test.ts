import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { encodeBatch, signTransaction } from "../../src/client/index.ts";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../../src/testing/index.ts";
import {
  base64,
  LedgerClient,
  ONE_TOKEN,
  RESULT,
  type SubmitResult,
  transferOf,
} from "./ledger-client.ts";

const U128_MAX = (1n << 128n) - 1n;

describe("bad input over HTTP", () => {
  let network: TestNetwork;
  let ledger: LedgerClient;
  let alice: TestAccount;
  let bob: TestAccount;
  let poor: TestAccount;

  beforeAll(async () => {
    network = await createTestNetwork({
      accounts: [
        { balances: { T0: 1_000n * ONE_TOKEN } },
        { balances: { T0: 1_000n * ONE_TOKEN } },
        { balances: {} },
      ],
    });
    ledger = await LedgerClient.of(network);
    [alice, bob, poor] = network.accounts as [TestAccount, TestAccount, TestAccount];
  });
  afterAll(() => network?.dispose());

  const codeOf = (result: SubmitResult): string =>
    result.__typename === "Refused" ? result.code : "ACCEPTED";
  const signed = (more: Partial<Parameters<LedgerClient["sign"]>[0]> = {}) =>
    ledger.sign({ signer: alice, payload: transferOf(bob.address, 1n), ...more });

  it("R-2.3 garbage, nothing, truncated and lengthened bytes are refused", async () => {
    const { bytes } = await signed();
    const long = new Uint8Array(bytes.length + 1);
    long.set(bytes);
    for (const bad of [
      new Uint8Array(0),
      new Uint8Array(300).fill(0xff),
      bytes.slice(0, -1),
      bytes.slice(0, 40),
      long,
    ]) {
      expect(codeOf(await ledger.submit(bad))).toBe("MALFORMED_BYTES");
    }
  });

  it("R-3.10 a transaction above 4 KiB is refused", async () => {
    expect(codeOf(await ledger.submit(new Uint8Array(4_097)))).toBe("BYTES_TOO_LONG");
  });

  it("bytes that are no base64 are a user's error with the value in it", async () => {
    const answer = await network.request(
      `mutation { submitTransaction(transaction: "not base64!") { ${RESULT} } }`,
    );
    expect(answer.errors?.[0]?.message).toContain("not base64!");
    expect(answer.errors?.[0]?.extensions?.code).toBeDefined();
  });

  it("R-2.1 a wrong signature is refused, also one of another key", async () => {
    const { bytes } = await signed();
    const flipped = bytes.slice();
    flipped[flipped.length - 40] = (flipped[flipped.length - 40] as number) ^ 1;
    expect(codeOf(await ledger.submit(flipped))).toBe("INVALID_SIGNATURE");
    const thief = { ...alice, publicKey: bob.publicKey, sign: bob.sign };
    const stolen = await signTransaction({
      networkId: ledger.networkId,
      chain: "T0",
      signer: thief,
      nonce: 0,
      gasPrice: ONE_TOKEN / 1_000_000n,
      validUntil: 100,
      payload: transferOf(bob.address, 1n),
    });
    expect(codeOf(await ledger.submit(stolen.bytes))).toBe("INVALID_SIGNATURE");
  });

  it("R-2.3 another network's transaction is refused", async () => {
    const { bytes } = await signed({ networkId: new Uint8Array(32).fill(1) });
    expect(codeOf(await ledger.submit(bytes))).toBe("WRONG_NETWORK");
  });

  it("R-2.10 a payload on the wrong chain and a chain that is none are refused", async () => {
    const elsewhere = await signed({ chain: "T9", nonce: 0 });
    expect(codeOf(await ledger.submit(elsewhere.bytes))).toBe("UNKNOWN_CHAIN");
    const token = {
      kind: "createToken",
      symbol: "ABC",
      name: "Abc",
      decimals: 18,
      supply: 1n,
      reserveDefault: 0n,
      gasPriceMin: 0n,
    } as const;
    const wrong = await signed({ chain: "T9", nonce: 0, payload: token });
    expect(codeOf(await ledger.submit(wrong.bytes))).toBe("WRONG_CHAIN");
  });

  it("R-2.3 the same transaction twice: the same answer, one execution", async () => {
    const before = BigInt((await ledger.balance(bob.address)).amount);
    const { bytes, id } = await signed({ payload: transferOf(bob.address, 7n) });
    const first = await ledger.submit(bytes);
    expect(first).toMatchObject({ __typename: "Accepted", id });
    expect(await ledger.submit(bytes)).toEqual(first);
    await network.advance(1);
    expect(await ledger.submit(bytes)).toEqual(first);
    await network.advance(5);
    expect(await ledger.submit(bytes)).toEqual(first);
    expect(BigInt((await ledger.balance(bob.address)).amount)).toBe(before + 7n);
    expect(await ledger.status(id)).toBe("FINAL");
  });

  it("R-2.3 the same transaction 20 times at once: the same answer, one execution", async () => {
    const before = BigInt((await ledger.balance(bob.address)).amount);
    const { bytes, id } = await signed({ payload: transferOf(bob.address, 11n) });
    const answers = await Promise.all(Array.from({ length: 20 }, () => ledger.submit(bytes)));
    expect(answers[0]).toMatchObject({ __typename: "Accepted", id });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    await network.advance(5);
    expect(await ledger.status(id)).toBe("FINAL");
    expect(BigInt((await ledger.balance(bob.address)).amount)).toBe(before + 11n);
  });

  it("R-2.9 a used nonce is refused; a gap waits, and expires with its reason", async () => {
    const { nonce } = await ledger.balance(alice.address);
    const used = await signed({ nonce: nonce - 1, payload: transferOf(bob.address, 8n) });
    expect(codeOf(await ledger.submit(used.bytes))).toBe("NONCE_TOO_LOW");
    const far = await signed({ nonce: nonce + 1_001 });
    expect(codeOf(await ledger.submit(far.bytes))).toBe("NONCE_TOO_FAR");
    const round = await ledger.round();
    const gap = await signed({ nonce: nonce + 1, validUntil: round + 3 });
    expect(codeOf(await ledger.submit(gap.bytes))).toBe("ACCEPTED");
    await network.advance(3);
    expect(await ledger.transaction(gap.id)).toMatchObject({ status: "PENDING" });
    await network.advance(1);
    expect(await ledger.transaction(gap.id)).toMatchObject({
      status: "EXPIRED",
      code: 0,
      refusal: { code: "NONCE_GAP" },
    });
  });

  it("R-2.9 a gap goes in as soon as it is closed", async () => {
    const { nonce } = await ledger.balance(alice.address);
    const second = await signed({ nonce: nonce + 1, payload: transferOf(bob.address, 2n) });
    const first = await signed({ nonce, payload: transferOf(bob.address, 1n) });
    expect(codeOf(await ledger.submit(second.bytes))).toBe("ACCEPTED");
    await network.advance(2);
    expect(await ledger.status(second.id)).toBe("PENDING");
    expect(codeOf(await ledger.submit(first.bytes))).toBe("ACCEPTED");
    await network.advance(1);
    expect(await ledger.status(first.id)).toBe("EXECUTED");
    expect(await ledger.status(second.id)).toBe("EXECUTED");
  });

  it("R-2.4 a fee below the minimum, too little gas, and a sender without funds are refused", async () => {
    expect(codeOf(await ledger.submit((await signed({ fee: 1_000n })).bytes))).toBe(
      "GAS_PRICE_TOO_LOW",
    );
    expect(codeOf(await ledger.submit((await signed({ gasLimit: 999 })).bytes))).toBe(
      "GAS_LIMIT_TOO_LOW",
    );
    const broke = await ledger.sign({ signer: poor, payload: transferOf(bob.address, 1n) });
    expect(codeOf(await ledger.submit(broke.bytes))).toBe("INSUFFICIENT_FUNDS");
  });

  it("R-2.2 amounts at the end of their range: a fee that overflows is refused, a value above the balance fails with its fee", async () => {
    const overflow = await signed({ fee: U128_MAX - (U128_MAX % 1_000n), gasLimit: 1_000 });
    expect(codeOf(await ledger.submit(overflow.bytes))).toBe("INSUFFICIENT_FUNDS");
    const { nonce } = await ledger.balance(alice.address);
    const huge = await signTransaction({
      networkId: ledger.networkId,
      chain: "T0",
      signer: alice,
      nonce,
      gasPrice: U128_MAX,
      validUntil: 5_000,
      payload: transferOf(bob.address, 1n),
    });
    expect(codeOf(await ledger.submit(huge.bytes))).toBe("FEE_OVERFLOW");
    const rich = await signed({ payload: transferOf(bob.address, U128_MAX) });
    expect(codeOf(await ledger.submit(rich.bytes))).toBe("ACCEPTED");
    await network.advance(1);
    expect(await ledger.transaction(rich.id)).toMatchObject({
      code: 1,
      outcome: "INSUFFICIENT_BALANCE",
    });
  });

  it("R-2.3 validUntil in the past and more than 10,000 rounds ahead are refused", async () => {
    const round = await ledger.round();
    await network.advance(2);
    expect(codeOf(await ledger.submit((await signed({ validUntil: round })).bytes))).toBe(
      "VALID_UNTIL_PAST",
    );
    const far = await signed({ validUntil: round + 20_000 });
    expect(codeOf(await ledger.submit(far.bytes))).toBe("VALID_UNTIL_TOO_FAR");
  });

  it("unknown fields and arguments are refused with a code", async () => {
    for (const query of ["{ nothing }", "{ network(x: 1) { id } }", "{ network { id }", ""]) {
      const answer = await network.request(query);
      expect(answer.errors?.[0]?.extensions?.code).toMatch(/^(GRAPHQL_|BAD_)/);
    }
  });

  it("a mutation with an unknown argument is refused and sends nothing", async () => {
    const { bytes, id } = await signed();
    const answer = await network.request(
      `mutation ($transaction: Bytes!) { submitTransaction(transaction: $transaction, fee: 1) { ${RESULT} } }`,
      { transaction: base64(bytes) },
    );
    expect(answer.errors?.[0]?.message).toContain('"fee"');
    expect(answer.errors?.[0]?.extensions?.code).toBe("GRAPHQL_VALIDATION_FAILED");
    expect(answer.data ?? null).toBeNull();
    expect(await ledger.transaction(id)).toBeNull();
  });

  it("submitTransactions takes the good ones among bad ones, each with its own answer", async () => {
    const { nextNonce } = await ledger.balance(alice.address);
    const good = await signed({ nonce: nextNonce, payload: transferOf(bob.address, 5n) });
    const also = await signed({ nonce: nextNonce + 1, payload: transferOf(bob.address, 6n) });
    const forged = also.bytes.slice();
    forged[forged.length - 1] = (forged[forged.length - 1] as number) ^ 1;
    const sent = [good.bytes.slice(1), good.bytes, forged, also.bytes, new Uint8Array(0)];
    const query = `mutation ($transactions: [Bytes!]!) { submitTransactions(transactions: $transactions) { ${RESULT} } }`;
    const { submitTransactions } = await network.graphql<{ submitTransactions: SubmitResult[] }>(
      query,
      { transactions: sent.map(base64) },
    );
    const codes = submitTransactions.map(codeOf);
    expect(codes.slice(1, 4)).toEqual(["ACCEPTED", "INVALID_SIGNATURE", "ACCEPTED"]);
    expect(codes[0]).not.toBe("ACCEPTED");
    expect(codes[4]).toBe("MALFORMED_BYTES");
    // What is no base64 is no transaction: then nothing is sent.
    const broken = await network.request(query, { transactions: [base64(good.bytes), "?"] });
    expect(broken.errors?.[0]?.extensions?.code).toBe("BAD_USER_INPUT");
    await network.advance(1);
    expect(await ledger.status(good.id)).toBe("EXECUTED");
    expect(await ledger.status(also.id)).toBe("EXECUTED");
  });

  it("a batch with bad transactions among good ones: the good go in, each has its own answer", async () => {
    const { nextNonce } = await ledger.balance(alice.address);
    const good = await signed({ nonce: nextNonce, payload: transferOf(bob.address, 3n) });
    const also = await signed({ nonce: nextNonce + 1, payload: transferOf(bob.address, 4n) });
    const broken = good.bytes.slice(0, -1);
    const forged = also.bytes.slice();
    forged[forged.length - 1] = (forged[forged.length - 1] as number) ^ 1;
    const batch = encodeBatch([good.bytes, broken, forged, also.bytes, good.bytes]);
    const { submitBatch } = await network.graphql<{ submitBatch: { results: SubmitResult[] } }>(
      `mutation ($batch: Bytes!) { submitBatch(batch: $batch) { ... on SubmittedBatch { results { ${RESULT} } } } }`,
      { batch: base64(batch) },
    );
    expect(submitBatch.results.map(codeOf)).toEqual([
      "ACCEPTED",
      "MALFORMED_BYTES",
      "INVALID_SIGNATURE",
      "ACCEPTED",
      "ACCEPTED",
    ]);
    expect(submitBatch.results[4]).toEqual(submitBatch.results[0]);
    await network.advance(1);
    expect(await ledger.status(good.id)).toBe("EXECUTED");
    expect(await ledger.status(also.id)).toBe("EXECUTED");
  });

  it("a batch that is none is refused as a whole", async () => {
    const { submitBatch } = await network.graphql<{
      submitBatch: { __typename: string; code: string };
    }>(
      "mutation ($batch: Bytes!) { submitBatch(batch: $batch) { __typename ... on Refused { code } } }",
      { batch: base64(new Uint8Array([5, 1, 2])) },
    );
    expect(submitBatch).toEqual({ __typename: "Refused", code: "MALFORMED_BYTES" });
  });
});
