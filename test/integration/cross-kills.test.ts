// workerd is killed while trades between two shards are under way, as by a power cut: nothing that was accepted is lost, nothing is done
// twice, nothing on one side only.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Client, connect } from "../../src/client/index.ts";
import { createTestNetwork, type TestNetwork } from "../../src/testing/index.ts";
import { gains, MixedLoad, type Planned } from "../support/mixed-load.ts";
import { LoadRun } from "./load-run.ts";

const SHARDS = 3;
const FUNDS = 1_000n * 10n ** 18n;
const ACCOUNTS = 32;
const TRADES = 30;
/** When each kill comes, in ms after rounds were set going; the first right after a submission. */
const KILLS_MS = [0, 100, 400, 1_200];

let network: TestNetwork;
let client: Client;
let planned: Planned[];

beforeAll(async () => {
  network = await createTestNetwork({ shards: SHARDS, chains: SHARDS, accounts: ACCOUNTS });
  client = await connect(network.url);
  planned = await MixedLoad.sign({
    networkId: client.networkId,
    signers: network.accounts,
    shards: SHARDS,
    chains: SHARDS,
    count: TRADES,
    percent: { inShard: 0, cross: 100 },
    funds: FUNDS,
    gasPrice: 10n ** 12n,
    validUntil: 9_000,
  });
});
afterAll(() => network?.dispose());

async function killedAfter(ms: number): Promise<void> {
  const going = ms === 0 ? Promise.resolve() : network.advance(5).catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, ms));
  await network.kill();
  await going;
  await network.restart();
}

describe("trades between two shards", () => {
  it("R-2.7, R-5.4, R-5.6 are executed once on both sides, whenever the process dies", async () => {
    const run = new LoadRun(network, planned);
    const share = Math.ceil(planned.length / KILLS_MS.length);
    for (const [i, ms] of KILLS_MS.entries()) {
      const part = planned.slice(i * share, (i + 1) * share);
      await run.submit(part);
      await killedAfter(ms);
      // What was accepted is accepted again: it was not lost, and it is not another one.
      await run.submit(part);
    }
    await run.settle();
    const outcomes = await run.outcomes();
    for (const { id, code } of planned) {
      const [first, second] = outcomes.get(id) ?? [];
      expect(first).toMatchObject({ status: "FINAL", code });
      expect(second).toEqual(first);
      expect(new Set(first?.rounds).size).toBe(1);
    }
    const expected = gains(planned);
    const { accounts } = await run.balances(SHARDS);
    for (const [key, amount] of accounts) expect(amount - FUNDS).toBe(expected.get(key) ?? 0n);
    const heads = new Map((await run.shards()).map((one) => [one.id, one.headHash]));
    for (const { shard, headHash } of await run.replicas()) {
      expect(headHash).toBe(heads.get(shard.id));
    }
  }, 600_000);
});
