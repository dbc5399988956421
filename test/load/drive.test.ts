import { describe, expect, it } from "vitest";
import type { LoadOptions } from "../../src/load/arguments.ts";
import { drive } from "../../src/load/drive.ts";
import type { LoadRun } from "../../src/load/load-run.ts";
import { isWhole } from "../../src/load/report.ts";
import { createTestNetwork, type TestNetwork } from "../../src/testing/index.ts";

/** Some 20 s each on idle cores; others may keep them busy. */
const TIMEOUT_MS = 300_000;
const OPTIONS: Omit<LoadOptions, "url"> = {
  tps: 60,
  chains: 5,
  zipf: 1.1,
  trades: 0.4,
  accounts: 12,
  seed: "test",
  seconds: 4,
};

interface Driven {
  readonly run: LoadRun;
  readonly told: readonly string[];
  readonly lines: readonly string[];
}

async function driven(
  url: string,
  options: Partial<LoadOptions> = {},
  onLine: (lines: number) => void = () => undefined,
): Promise<Driven> {
  const told: string[] = [];
  const lines: string[] = [];
  const run = await drive(
    { ...OPTIONS, url, ...options },
    {
      tell: (line) => told.push(line),
      progress: (line) => onLine(lines.push(line)),
      stop: new AbortController().signal,
    },
  );
  return { run, told, lines };
}

/** By chain: how many, by the blocks themselves. */
async function included(network: TestNetwork, chains: readonly string[]): Promise<number> {
  const { shards } = await network.graphql<{ shards: { headRound: number }[] }>(
    "{ shards { headRound } }",
  );
  const last = Math.max(...shards.map(({ headRound }) => headRound));
  let found = 0;
  for (const chain of chains) {
    for (let round = 1; round <= last; round += 60) {
      const fields = Array.from(
        { length: Math.min(60, last - round + 1) },
        (_, i) => `b${i}: block(chain: "${chain}", round: ${round + i}) { transactionCount }`,
      );
      const blocks = await network.graphql<Record<string, { transactionCount: number } | null>>(
        `{ ${fields.join(" ")} }`,
      );
      for (const block of Object.values(blocks)) found += block?.transactionCount ?? 0;
    }
  }
  return found;
}

describe("a load against a network", () => {
  it(
    "R-2.7, R-2.9, R-2.10 creates what is missing, sends transfers and trades over two shards, and ends with nothing lost",
    async () => {
      await using network = await createTestNetwork({ clock: "live", shards: 2, chains: 2 });
      const first = await driven(network.url);
      const { tally, sample, state } = first.run;
      expect(first.told.join("\n")).toContain("creating 3 more");
      expect(first.told.at(-1)).toBe("Nothing is lost");
      expect(isWhole(tally)).toBe(true);
      expect(tally.accepted).toBeGreaterThan(100);
      expect([tally.executed, tally.final]).toEqual([tally.accepted, tally.accepted]);
      expect([...tally.byShard.keys()].sort()).toEqual(["0", "1"]);
      expect([...sample.outcomes.keys()]).toEqual(["EXECUTED"]);
      expect(state?.shards).toHaveLength(2);
      expect(first.lines.length).toBeGreaterThanOrEqual(4);
      expect(first.lines[3]).toMatch(/^4 s, sent \d+, accepted \d+, .*2 shards, epoch 0/);

      // Again: everything is there already, and the nonces go on where they were.
      const chains = ["T0", "T1", "T2", "T3", "T4"];
      const before = await included(network, chains);
      const { run, told } = await driven(network.url, { trades: 0, seconds: 2 });
      expect(told.join("\n")).not.toMatch(/creating|funding/);
      expect(run.tally.refused.size).toBe(0);
      expect(run.tally.executed).toBe(run.tally.accepted);
      expect((await included(network, chains)) - before).toBe(run.tally.executed);
    },
    TIMEOUT_MS,
  );

  it(
    "sends again what the network did not answer, and loses nothing in a power cut",
    async () => {
      await using network = await createTestNetwork({ clock: "live" });
      let cut: Promise<void> | null = null;
      const { run } = await driven(network.url, { chains: 2, seconds: 6 }, (lines) => {
        if (lines === 2) cut = network.kill().then(() => network.restart());
      });
      await cut;
      expect(isWhole(run.tally)).toBe(true);
      expect(run.tally.executed).toBe(run.tally.accepted);
      expect(run.tally.unanswered).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );

  it("says what to do where it cannot run", async () => {
    await expect(driven("http://127.0.0.1:9/graphql")).rejects.toMatchObject({
      name: "UnavailableError",
    });
    await using manual = await createTestNetwork();
    await expect(driven(manual.url)).rejects.toThrow("its clock is moved by hand");
    await using real = await createTestNetwork({ clock: "live", development: false });
    await expect(driven(real.url)).rejects.toThrow("has no faucet; start one with `npm start`");
  });
});
