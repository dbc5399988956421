import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../../src/testing/index.ts";
import { LedgerClient, ONE_TOKEN } from "./ledger-client.ts";

describe("a transfer on a network of 21 seats", () => {
  let network: TestNetwork;
  let ledger: LedgerClient;
  let alice: TestAccount;
  let bob: TestAccount;

  beforeAll(async () => {
    network = await createTestNetwork({ seats: 21, chains: 2 });
    ledger = await LedgerClient.of(network);
    [alice, bob] = network.accounts as [TestAccount, TestAccount];
  });
  afterAll(() => network?.dispose());

  it("R-2.7 R-3.9 goes from PENDING to FINAL, and then everything sleeps", async () => {
    const id = await ledger.transfer(alice, bob.address, 10n * ONE_TOKEN);
    expect(await ledger.transaction(id)).toMatchObject({ status: "PENDING", code: null });
    await network.advance(1);
    expect(await ledger.transaction(id)).toMatchObject({
      status: "EXECUTED",
      code: 2,
      outcome: "EXECUTED",
      legs: [{ chain: { id: "T0" }, round: 1, fee: `${ONE_TOKEN / 1_000n}` }],
    });
    await network.advance(3);
    expect(await ledger.status(id)).toBe("EXECUTED");
    // In round 4 a header carries the root, and in round 5 the MerkleChain's block has that header.
    await network.advance(1);
    expect(await ledger.status(id)).toBe("FINAL");
    expect((await ledger.balance(bob.address)).amount).toBe(`${1_010n * ONE_TOKEN}`);
    const fee = ONE_TOKEN / 1_000n;
    expect((await ledger.balance(alice.address)).amount).toBe(`${990n * ONE_TOKEN - fee}`);
    const { shard } = await network.graphql<{ shard: Record<string, unknown> }>(
      '{ shard(id: "0") { headRound executedRound finalRound waiting nextTick } }',
    );
    expect(shard).toEqual({
      headRound: 4,
      executedRound: 4,
      finalRound: 1,
      waiting: 0,
      nextTick: null,
    });
  });

  it("R-3.2 R-4.1 the block names its set, and a quorum of 15 of 21 seats signed it", async () => {
    const { block, validatorSet } = await network.graphql<{
      block: { signers: number; round: number; transactions: unknown };
      validatorSet: { quorum: number; seats: readonly unknown[] };
    }>(
      '{ block(chain: "T0", round: 1) { round signers } validatorSet(id: "1") { quorum seats { publicKey } } }',
    );
    expect(validatorSet.quorum).toBe(15);
    expect(validatorSet.seats).toHaveLength(21);
    expect(block.signers).toBeGreaterThanOrEqual(15);
  });

  it("R-2.1 the same address has its own balance on each chain", async () => {
    await ledger.transfer(alice, bob.address, ONE_TOKEN, { chain: "T1" });
    await network.advance(1);
    expect((await ledger.balance(bob.address, "T1")).amount).toBe(`${1_001n * ONE_TOKEN}`);
    expect((await ledger.balance(bob.address, "T0")).amount).toBe(`${1_010n * ONE_TOKEN}`);
  });

  it("keeps everything through a restart and through SIGKILL, and goes on", async () => {
    await network.restart();
    expect((await ledger.balance(bob.address)).amount).toBe(`${1_010n * ONE_TOKEN}`);
    const waiting = await ledger.transfer(alice, bob.address, ONE_TOKEN);
    await network.kill();
    await network.restart();
    expect(await ledger.status(waiting)).toBe("PENDING");
    await network.advance(5);
    expect(await ledger.status(waiting)).toBe("FINAL");
    expect((await ledger.balance(bob.address)).amount).toBe(`${1_011n * ONE_TOKEN}`);
  });

  it("has a history for each account, newest last, in pages", async () => {
    const query = `query ($address: Address!, $first: Int, $after: String) { account(address: $address) {
      transactions(first: $first, after: $after) { nodes { id status } pageInfo { hasNextPage endCursor } } } }`;
    type Page = {
      account: {
        transactions: {
          nodes: { id: string; status: string }[];
          pageInfo: { hasNextPage: boolean; endCursor: string };
        };
      };
    };
    const first = await network.graphql<Page>(query, { address: bob.address, first: 2 });
    const { nodes, pageInfo } = first.account.transactions;
    expect(nodes).toHaveLength(2);
    expect(pageInfo.hasNextPage).toBe(true);
    const rest = await network.graphql<Page>(query, {
      address: bob.address,
      first: 2,
      after: pageInfo.endCursor,
    });
    expect(rest.account.transactions.nodes).toHaveLength(1);
    expect(rest.account.transactions.pageInfo.hasNextPage).toBe(false);
    const ids = [...nodes, ...rest.account.transactions.nodes].map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
  });
});

describe("a network on the real clock", () => {
  it("R-3.1 R-3.9 runs by its alarms alone, reaches FINAL, and then sets none", async () => {
    await using network = await createTestNetwork({ clock: "live", roundMs: 200 });
    const ledger = await LedgerClient.of(network);
    const [alice, bob] = network.accounts as [TestAccount, TestAccount];
    const id = await ledger.transfer(alice, bob.address, ONE_TOKEN);
    await expect.poll(() => ledger.status(id), { timeout: 20_000 }).toBe("FINAL");
    const nextTick = async () => {
      const { shard } = await network.graphql<{ shard: { nextTick: string | null } }>(
        '{ shard(id: "0") { nextTick } }',
      );
      return shard.nextTick;
    };
    await expect.poll(nextTick, { timeout: 5_000 }).toBe(null);
  });

  it("R-5.1 goes on by itself after SIGKILL with a transaction waiting", async () => {
    await using network = await createTestNetwork({ clock: "live", roundMs: 200 });
    const ledger = await LedgerClient.of(network);
    const [alice, bob] = network.accounts as [TestAccount, TestAccount];
    const id = await ledger.transfer(alice, bob.address, ONE_TOKEN);
    await network.kill();
    await network.restart();
    await expect.poll(() => ledger.status(id), { timeout: 20_000 }).toBe("FINAL");
    expect((await ledger.balance(bob.address)).amount).toBe(`${1_001n * ONE_TOKEN}`);
  });
});
