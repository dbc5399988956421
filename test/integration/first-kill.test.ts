// SIGKILL while a network makes itself: the first call writes the genesis record, and every object
// opens for the first time. Whatever was answered stays; the network is one and whole.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Random } from "../../src/simulator/random.ts";
import { createTestNetwork, type TestAccount } from "../../src/testing/index.ts";
import { configureAccounts } from "../../src/testing/test-options.ts";
import { startWorkerd } from "../../src/testing/workerd.ts";
import { sleep } from "../crash/insist.ts";
import { LedgerClient, ONE_TOKEN } from "./ledger-client.ts";

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const NETWORKS = process.env.DEEP === undefined ? 1 : 20;
const KILLS = 3;
// About as long as the first call takes.
const OPENING_MS = 250;
const SECRET = "5e".repeat(32);

const ask = async (url: URL, query: string): Promise<string> => {
  const headers = { "content-type": "application/json" };
  const response = await fetch(new URL("/graphql", url), {
    method: "POST",
    headers,
    body: JSON.stringify({ query }),
  });
  return response.text();
};

describe("the first moments of a network", () => {
  it(`[R-2.7, R-3.1] kills at any of them leave one network and nothing half made (SEED ${seed})`, async () => {
    const random = new Random(seed);
    for (let i = 0; i < NETWORKS; i++) {
      const storage = await mkdtemp(join(tmpdir(), "yggdrasil-first-"));
      try {
        const known = await killWhileOpening(storage, random);
        await using network = await createTestNetwork({ storage, clock: "live", roundMs: 100 });
        const ledger = await LedgerClient.of(network);
        const id = Buffer.from(ledger.networkId).toString("hex");
        for (const answer of known) expect(answer).toContain(id);
        const [alice, bob] = network.accounts as [TestAccount, TestAccount];
        const transfer = await ledger.transfer(alice, bob.address, 7n);
        await expect.poll(() => ledger.status(transfer), { timeout: 20_000 }).toBe("FINAL");
        const { amount } = await ledger.balance(bob.address);
        expect(amount).toBe(`${1_000n * ONE_TOKEN + 7n}`);
      } finally {
        await rm(storage, { recursive: true, force: true });
      }
    }
  });
});

/** Answers what anybody was told of the network's id before a kill. */
async function killWhileOpening(storage: string, random: Random): Promise<string[]> {
  const known: string[] = [];
  // As createTestNetwork configures it, so that it can open the same storage.
  const NETWORK = await configuration();
  const bindings = { NETWORK, DEPLOYMENT_SECRET: SECRET };
  for (let kill = 0; kill < KILLS; kill++) {
    const workerd = await startWorkerd({ storage, bindings, port: 0, onLog: () => undefined });
    const asked = Promise.allSettled([
      ask(workerd.url, "{ network { id } }").then((answer) => known.push(answer)),
      ask(workerd.url, '{ shard(id: "0") { headRound } }'),
    ]);
    await sleep(random.between(0, OPENING_MS));
    await workerd.kill();
    await asked;
  }
  return known.filter((answer) => answer.includes('"id"'));
}

/** What a test network is configured with. */
async function configuration(): Promise<string> {
  const { allocations } = await configureAccounts(undefined, 1);
  return JSON.stringify({
    name: "test",
    development: true,
    clock: "live",
    seats: 4,
    k: 3,
    roundMs: 100,
    chains: [{}],
    allocations,
  });
}
