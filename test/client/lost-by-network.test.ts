import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { connect, transfer } from "../../src/client/index.ts";
import { createTestNetwork, type TestAccount } from "../../src/testing/index.ts";

/** After so long a sender asks the network again where its nonces are. */
const SYNC_AGE_MS = 5_000;

it("R-2.7 a sender sends again what the network accepted and lost, before it goes on", async () => {
  const folder = await mkdtemp(join(tmpdir(), "yggdrasil-lost-"));
  const storage = join(folder, "now");
  const backup = join(folder, "before");
  try {
    await using network = await createTestNetwork({ storage });
    const [alice, bob] = network.accounts as [TestAccount, TestAccount];
    const client = await connect(network.url);
    const sender = client.sender(alice);
    await network.kill();
    await cp(storage, backup, { recursive: true });
    await network.restart();
    const lost = await Promise.all([1n, 2n].map((n) => sender.send(transfer(bob.address, n))));
    // Back to the state before: what was accepted since is gone.
    await network.kill();
    await rm(storage, { recursive: true });
    await cp(backup, storage, { recursive: true });
    await network.restart();
    expect(await client.transaction(lost[0] ?? "")).toBeNull();
    await new Promise((resolve) => setTimeout(resolve, SYNC_AGE_MS + 100));
    const next = await sender.send(transfer(bob.address, 3n));
    expect(next.nonce).toBe(2);
    await network.advance(5);
    for (const one of [...lost, next]) {
      expect((await client.waitFor(one, "EXECUTED")).code).toBe(2);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
