import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createTestNetwork, type TestAccount } from "../../src/testing/index.ts";
import { startWorkerd } from "../../src/testing/workerd.ts";
import { LedgerClient, ONE_TOKEN } from "../integration/ledger-client.ts";

describe("createTestNetwork", () => {
  it("gives accounts with the balances and reserves that were asked for, and no others", async () => {
    await using network = await createTestNetwork({
      chains: [{}, { symbol: "GOLD", decimals: 2, reserveDefault: 5n, gasPriceMin: 1n }],
      accounts: [
        { balances: { T0: 7n * ONE_TOKEN, T1: { balance: 100n, reserve: 20n } } },
        { balances: {} },
      ],
    });
    const ledger = await LedgerClient.of(network);
    const [rich, poor] = network.accounts;
    const balances = async (address = "") => [
      await ledger.balance(address),
      await ledger.balance(address, "T1"),
    ];
    expect(await balances(rich?.address)).toMatchObject([
      { amount: `${7n * ONE_TOKEN}`, reserve: `${10n * ONE_TOKEN}` },
      { amount: "100", reserve: "20" },
    ]);
    expect(await balances(poor?.address)).toMatchObject([
      { amount: "0" },
      { amount: "0", reserve: "5" },
    ]);
  });

  it("moves by whole rounds, and by nothing but advance", async () => {
    await using network = await createTestNetwork({ roundMs: 50 });
    const ledger = await LedgerClient.of(network);
    const [alice, bob] = network.accounts;
    if (alice === undefined || bob === undefined) throw new Error("No accounts");
    const id = await ledger.transfer(alice, bob.address, 1n);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect([await ledger.round(), await ledger.status(id)]).toEqual([0, "PENDING"]);
    await network.advance(1);
    expect([await ledger.round(), await ledger.status(id)]).toEqual([1, "EXECUTED"]);
    // Far ahead, through rounds in which nothing happens.
    await network.advance(5_000);
    expect([await ledger.round(), await ledger.status(id)]).toEqual([5_001, "FINAL"]);
  });

  it("R-3.5 moves networks of several shards by whole rounds, also where one shard alone has work", async () => {
    await using network = await createTestNetwork({
      shards: 4,
      chains: [{}, {}, { shard: 0 }, { shard: 3 }],
    });
    const ledger = await LedgerClient.of(network);
    const [alice, bob] = network.accounts as [TestAccount, TestAccount];
    const { shards } = await network.graphql<{
      shards: { chains: { nodes: { id: string }[] } }[];
    }>("{ shards { chains { nodes { id } } } }");
    const chains = shards.map(({ chains: { nodes } }) => nodes.map(({ id }) => id));
    expect(chains).toEqual([["T0", "T2"], ["T1"], [], ["T3"]]);
    for (const [first, chain] of [
      [0, "T0"],
      [5, "T1"],
      [10, "T3"],
    ] as const) {
      const id = await ledger.transfer(alice, bob.address, 1n, { chain });
      const look = async () => [await ledger.round(), await ledger.status(id, chain)];
      expect(await look()).toEqual([first, "PENDING"]);
      await network.advance(1);
      expect(await look()).toEqual([first + 1, "EXECUTED"]);
      await network.advance(2);
      expect(await look()).toEqual([first + 3, "EXECUTED"]);
      await network.advance(2);
      expect(await look()).toEqual([first + 5, "FINAL"]);
    }
    await network.advance(50_000);
    expect(await ledger.round()).toBe(50_015);
  });

  it("keeps its state in a folder of the test's own, for the next network on it", async () => {
    const storage = await mkdtemp(join(tmpdir(), "yggdrasil-kept-"));
    try {
      const first = await createTestNetwork({ storage });
      const before = await LedgerClient.of(first);
      const [alice, bob] = first.accounts;
      if (alice === undefined || bob === undefined) throw new Error("No accounts");
      await before.transfer(alice, bob.address, 5n);
      await first.advance(1);
      await first.dispose();
      await using second = await createTestNetwork({ storage });
      const after = await LedgerClient.of(second);
      expect(after.networkId).toEqual(before.networkId);
      expect((await after.balance(bob.address)).amount).toBe(`${1_000n * ONE_TOKEN + 5n}`);
    } finally {
      await rm(storage, { recursive: true, force: true });
    }
  });

  it("has the same url after kill and restart", async () => {
    await using network = await createTestNetwork();
    const { url } = network;
    await network.kill();
    await expect(network.graphql("{ network { id } }")).rejects.toThrow();
    await network.restart();
    expect(network.url).toBe(url);
    await expect(network.graphql("{ network { id } }")).resolves.toBeDefined();
  });

  it("lets one object begin anew, which keeps what it has stored", async () => {
    await using network = await createTestNetwork({ clock: "live", roundMs: 60_000 });
    const [alice, bob] = network.accounts as [TestAccount, TestAccount];
    const ledger = await LedgerClient.of(network);
    const id = await ledger.transfer(alice, bob.address, 5n);
    expect([await network.evict("shard-0"), await network.evict("shard-0")]).toEqual([true, false]);
    expect(await ledger.status(id)).toBe("PENDING");
    await expect(network.evict("shard")).rejects.toThrow('No object is named "shard"');
  });

  it("kills its own workerd and no other network's", async () => {
    const networks = await Promise.all([createTestNetwork(), createTestNetwork()]);
    const [one, other] = networks;
    // A stream breaks when its workerd dies, also if that comes back by itself.
    const abort = new AbortController();
    const stream = await fetch(other.url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream" },
      body: JSON.stringify({ query: "subscription { network { round } }" }),
      signal: abort.signal,
    });
    const reader = stream.body?.getReader();
    await reader?.read();
    let broken = false;
    const reading = reader?.read().then(
      ({ done }) => {
        broken = done;
      },
      () => {
        broken = true;
      },
    );
    await one.kill();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(broken).toBe(false);
    abort.abort();
    await reading;
    await Promise.all(networks.map((network) => network.dispose()));
  });

  it("says what is wrong with its options", async () => {
    await expect(createTestNetwork({ seats: 5 })).rejects.toThrow(
      "Invalid NETWORK.seats: 5 is not one of 4, 7, 21",
    );
    await expect(createTestNetwork({ k: 0 })).rejects.toThrow("NETWORK.k");
    await expect(createTestNetwork({ shards: 54 })).rejects.toThrow("NETWORK.shards");
    await expect(createTestNetwork({ shards: 2, chains: [{ shard: 2 }] })).rejects.toThrow(
      "Invalid NETWORK.chains[0].shard: 2 is not an integer from 0 to 1",
    );
    await expect(createTestNetwork({ development: false })).rejects.toThrow("NETWORK.clock");
  });

  it("R-3.2 R-5.1 runs with 4, 7 or 21 seats and with another k", async () => {
    for (const [seats, k] of [
      [4, 1],
      [7, 2],
      [21, 5],
    ] as const) {
      await using network = await createTestNetwork({ seats, k });
      const ledger = await LedgerClient.of(network);
      const [alice, bob] = network.accounts;
      if (alice === undefined || bob === undefined) throw new Error("No accounts");
      const id = await ledger.transfer(alice, bob.address, 1n);
      await network.advance(k);
      expect(await ledger.status(id)).toBe("EXECUTED");
      // The header that carries its root, and the MerkleChain's block with that header.
      await network.advance(2);
      expect(await ledger.status(id)).toBe("FINAL");
    }
  });
});

describe("a deployment that is misconfigured", () => {
  it("tells its operator which field is wrong", async () => {
    const storage = await mkdtemp(join(tmpdir(), "yggdrasil-misconfigured-"));
    const bindings = { NETWORK: '{ "roundMs": 1 }', DEPLOYMENT_SECRET: "00".repeat(32) };
    const workerd = await startWorkerd({ storage, bindings, port: 0 });
    try {
      const response = await fetch(new URL("/graphql", workerd.url), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query: "{ network { id } }" }),
      });
      expect(await response.json()).toMatchObject({
        errors: [
          {
            message: "Invalid NETWORK.roundMs: 1 is not an integer from 50 to 60000",
            extensions: { code: "MISCONFIGURED" },
          },
        ],
      });
    } finally {
      await workerd.stop();
      await rm(storage, { recursive: true, force: true });
    }
  });

  it("R-4.1 says so when the secret is not the one that the network was made with", async () => {
    const storage = await mkdtemp(join(tmpdir(), "yggdrasil-secret-"));
    try {
      // A set looks at the secret when it is called first: a transaction waits for it.
      const before = await createTestNetwork({ storage });
      const [alice, bob] = before.accounts as [TestAccount, TestAccount];
      await (await LedgerClient.of(before)).transfer(alice, bob.address, 1n);
      await before.dispose();
      const NETWORK = JSON.stringify({
        name: "test",
        development: true,
        clock: "manual",
        seats: 4,
      });
      const bindings = { NETWORK, DEPLOYMENT_SECRET: "00".repeat(32) };
      const workerd = await startWorkerd({ storage, bindings, port: 0 });
      const response = await fetch(new URL("/graphql", workerd.url), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query: "mutation { dev { advance(rounds: 1) { round } } }" }),
      });
      const { errors } = (await response.json()) as {
        errors: { message: string; extensions: { code: string } }[];
      };
      await workerd.stop();
      expect(errors[0]?.extensions.code).toBe("MISCONFIGURED");
      expect(errors[0]?.message).toContain("Cannot host the seats");
    } finally {
      await rm(storage, { recursive: true, force: true });
    }
  });
});
