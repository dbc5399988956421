// A disk that takes no more, for real: the kernel refuses workerd's writes beyond a size (`ulimit -f`,
// which needs no rights), some at once and some in the middle of things. Nobody is told what is not
// so, and the network goes on when there is room again.
import { execFileSync } from "node:child_process";
import { chmodSync, globSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BusyNetwork } from "../crash/busy-network.ts";
import { sleep } from "../crash/insist.ts";
import { deliver, type Sent, sign } from "../crash/sending.ts";

const CLIENTS = 2;
const OUTAGE_MS = 1_500;
// Less than any log of writes has already.
const NOTHING_BYTES = 4_096;

const folder = mkdtempSync(join(tmpdir(), "yggdrasil-full-"));
let busy: BusyNetwork;

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
  const storage = join(folder, "storage");
  busy = await BusyNetwork.create({ storage, seed: 1, seats: 4, clients: CLIENTS, scenes: false });
});
afterAll(async () => {
  delete process.env.MINIFLARE_WORKERD_PATH;
  await busy?.network.dispose();
  rmSync(folder, { recursive: true });
});

function allow(bytes: number | "unlimited"): void {
  const workerd = execFileSync("pgrep", ["-P", `${process.pid}`, "workerd"], { encoding: "utf8" });
  // The soft limit alone: everybody may raise that again.
  execFileSync("prlimit", ["--pid", workerd.trim(), `--fsize=${bytes}:`]);
}

const largestBytes = (): number =>
  Math.max(...globSync(`${folder}/storage/do/**/*-wal`).map((path) => statSync(path).size));

describe.runIf(process.platform === "linux")("a full disk", () => {
  it("[R-2.7, R-4.3, R-2.6] leaves all that was answered, answers with a code, and is over when there is room", async () => {
    const { failed } = await busy.start();
    const probing: Promise<Sent>[] = [];
    const fillUp = async (): Promise<void> => {
      await sleep(1_000);
      // Full at once for everybody; then in the middle of whatever the object with the most data does next.
      for (const spare of [null, 12_000, 50_000]) {
        const head = await busy.headRound();
        allow(spare === null ? NOTHING_BYTES : largestBytes() + spare);
        if (spare === null) probing.push(expectFull());
        await sleep(OUTAGE_MS);
        allow("unlimited");
        await busy.goesOn(head);
      }
    };
    await Promise.race([fillUp(), failed]);
    expect((await Promise.all(probing)).map(({ answer }) => answer)).toEqual(["accepted"]);
    const { verdicts } = await busy.finish();
    for (const { name, problems } of verdicts) expect(problems, name).toEqual([]);
    expect(busy.log.filter((line) => line.includes("actor stopped"))).toEqual([]);
  });

  /** Whoever sends is told what to do, and the operator is, too. */
  async function expectFull(): Promise<Sent> {
    const { network, ports, log } = busy;
    // Nobody else sends from it.
    const signer = network.accounts.at(-1);
    if (signer === undefined) throw new Error("No accounts");
    const payload = { kind: "transfer", to: signer.address, amount: 1n } as const;
    const probe = await sign(ports, { signer, chain: 0, payload, nonce: 0, validUntil: 9_000 });
    const { errors } = await network.request(
      "mutation ($t: Bytes!) { submitTransaction(transaction: $t) { __typename } }",
      { t: Buffer.from(probe.bytes).toString("base64") },
    );
    expect(errors?.[0]).toMatchObject({
      // That it failed, or that another caller's failure interrupted it just before.
      message: expect.stringMatching(
        /^Cannot reach shard-0: (it or its storage failed; what was sent may have been taken or not: send the same|it was interrupted; try) again later$/,
      ),
      extensions: { code: "UNAVAILABLE", retryable: true },
    });
    await expect
      .poll(() => log.find((line) => line.includes("storage unavailable")) ?? "")
      .toContain("make room if its disk is full");
    // Again, until there is room.
    await deliver(ports, [probe]);
    return probe;
  }
});
