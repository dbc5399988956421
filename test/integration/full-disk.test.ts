// A disk that takes no more, for real: the kernel refuses workerd's writes beyond a size (`ulimit -f`,
// which needs no rights), some at once and some in the middle of things. Nobody is told what is not
// so, and the network goes on when there is room again.
import { execFileSync } from "node:child_process";
import { chmodSync, globSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Random } from "../../src/simulator/random.ts";
import { createTestNetwork, type TestNetwork } from "../../src/testing/index.ts";
import { audit, statusesOf } from "./audit.ts";
import { LedgerClient, ONE_TOKEN } from "./ledger-client.ts";
import { insist, LoadClient, sleep } from "./load.ts";

const BALANCE = 1_000n * ONE_TOKEN;
const OUTAGE_MS = 1_500;
const GO_ON_MS_MAX = 60_000;
// Less than any log of writes has already.
const NOTHING_BYTES = 4_096;

const folder = mkdtempSync(join(tmpdir(), "yggdrasil-full-"));
const log: string[] = [];
let network: TestNetwork;

/** The limit ends a process that does not ignore its signal, and Node gives its children none that is ignored. */
function workerdThatLives(): string {
  const path = join(folder, "workerd.sh");
  // As miniflare finds it.
  const fromMiniflare = createRequire(createRequire(import.meta.url).resolve("miniflare"));
  const { default: workerd } = fromMiniflare("workerd") as { readonly default: string };
  writeFileSync(path, `#!/bin/sh\ntrap '' XFSZ\nexec "${workerd}" "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

beforeAll(async () => {
  process.env.MINIFLARE_WORKERD_PATH = workerdThatLives();
  network = await createTestNetwork({
    storage: join(folder, "storage"),
    clock: "live",
    roundMs: 150,
    chains: 3,
    accounts: 8,
    development: false,
    onLog: (line) => log.push(line),
  });
});
afterAll(async () => {
  delete process.env.MINIFLARE_WORKERD_PATH;
  await network?.dispose();
  rmSync(folder, { recursive: true });
});

function allow(bytes: number | "unlimited"): void {
  const workerd = execFileSync("pgrep", ["-P", `${process.pid}`, "workerd"], { encoding: "utf8" });
  // The soft limit alone: everybody may raise that again.
  execFileSync("prlimit", ["--pid", workerd.trim(), `--fsize=${bytes}:`]);
}

const largestBytes = (): number =>
  Math.max(...globSync(`${folder}/storage/do/**/*-wal`).map((path) => statSync(path).size));

async function headRound(): Promise<number> {
  const data = await insist(network.url, '{ shard(id: "0") { headRound } }');
  return (data.shard as { readonly headRound: number }).headRound;
}

describe.runIf(process.platform === "linux")("a full disk", () => {
  it("[R-2.7, R-4.3, R-2.6] leaves all that was answered, answers with a code, and is over when there is room", async () => {
    const { url, accounts } = network;
    const ledger = await LedgerClient.of(network);
    const ports = { url, networkId: ledger.networkId };
    const clients = [0, 1].map(
      (i) =>
        new LoadClient(
          { ...ports, random: new Random(i) },
          accounts.slice(i * 3, i * 3 + 3),
          accounts,
        ),
    );
    const prober = new LoadClient({ ...ports, random: new Random(9) }, accounts, accounts);
    const working = Promise.all(clients.map((client) => client.run()));
    await sleep(1_000);
    // Full at once for everybody; then in the middle of whatever the object with the most data does next.
    for (const spare of [null, 12_000, 50_000]) {
      const head = await headRound();
      allow(spare === null ? NOTHING_BYTES : largestBytes() + spare);
      if (spare === null) await expectFull(prober);
      await sleep(OUTAGE_MS);
      allow("unlimited");
      await expect.poll(headRound, { timeout: GO_ON_MS_MAX }).toBeGreaterThan(head);
    }
    for (const client of clients) client.stop();
    await working;
    const sent = [...clients, prober].flatMap((client) => client.sent);
    const open = async () =>
      (await statusesOf(url, sent)).filter((one) => one?.status !== "FINAL").length;
    await expect.poll(open, { timeout: GO_ON_MS_MAX, interval: 200 }).toBe(0);
    const chains = ["T0", "T1", "T2"];
    const addresses = accounts.map(({ address }) => address);
    await audit(url, { chains, addresses, balance: BALANCE }, sent);
    expect(sent.filter(({ refused }) => refused !== null)).toEqual([]);
    expect(log.filter((line) => line.includes("actor stopped"))).toEqual([]);
  });

  /** Whoever sends is told what to do, and the operator is, too. */
  async function expectFull(prober: LoadClient): Promise<void> {
    const [, , , , , , , last] = network.accounts;
    if (last === undefined) throw new Error("No accounts");
    const payload = { kind: "transfer", to: last.addressBytes, amount: 1n } as const;
    const probe = await prober.sign(last, "T0", payload);
    const { errors } = await network.request(
      "mutation ($t: Bytes!) { submitTransaction(transaction: $t) { __typename } }",
      { t: Buffer.from(probe.bytes).toString("base64") },
    );
    expect(errors?.[0]).toMatchObject({
      message:
        "Cannot reach shard-0: it or its storage failed; what was sent may have been taken or not: send the same again later",
      extensions: { code: "UNAVAILABLE", retryable: true },
    });
    const line = () => log.find((one) => one.includes("storage unavailable")) ?? "";
    await expect.poll(line).toContain("make room if its disk is full");
    // Again, until there is room.
    setTimeout(() => void prober.deliver([probe]), OUTAGE_MS / 2);
  }
});
