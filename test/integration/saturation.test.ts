// over HTTP in workerd: how full shards are, as anybody may ask.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Client, connect, transfer } from "../../src/client/index.ts";
import { createTestNetwork, type TestNetwork } from "../../src/testing/index.ts";

const SATURATION = { windowRounds: 4, streakRounds: 3, benchmarkTps: 2 };
const SENT = 3;

let network: TestNetwork;
let client: Client;

beforeAll(async () => {
  network = await createTestNetwork({ shards: 2, saturation: SATURATION });
  client = await connect(network.url);
});
afterAll(() => network.dispose());

interface Saturations {
  readonly shard: {
    readonly saturation: Record<string, number>;
    readonly saturations: {
      readonly nodes: readonly Record<string, number>[];
      readonly pageInfo: { readonly startCursor: string | null; readonly hasPreviousPage: boolean };
    };
  };
}

const FIELDS = `
  saturation { round fillPermille ratePermille tps allTimeHighTps busyRounds idleRounds }
  saturations(last: $last, before: $before) {
    nodes { round transactions bytes fillPermille ratePermille }
    pageInfo { startCursor hasPreviousPage }
  }`;

const ask = async (shard: string, last = 20, before: string | null = null) =>
  (
    await network.graphql<Saturations>(
      `query ($shard: ID!, $last: Int, $before: String) { shard(id: $shard) { ${FIELDS} } }`,
      { shard, last, before },
    )
  ).shard;

it("R-12.5 the parameters are the network's", async () => {
  const { network: said } = await network.graphql<{ network: unknown }>(
    "{ network { parameters { saturation { windowRounds streakRounds splitPermille mergePermille benchmarkTps } } } }",
  );
  expect(said).toEqual({
    parameters: { saturation: { ...SATURATION, splitPermille: 900, mergePermille: 100 } },
  });
});

it("R-12.1 a shard's rounds are counted, the other's stay empty, and a pause makes both idle", async () => {
  const [alice, bob] = network.accounts;
  if (alice === undefined || bob === undefined) throw new Error("No accounts");
  const sender = client.sender(alice);
  for (let i = 0; i < SENT; i++) await sender.send(transfer(bob.address, 1n), { chain: "T0" });
  await network.advance(8);
  const { saturations, saturation } = await ask("0");
  const [first, ...rest] = saturations.nodes;
  expect(first).toMatchObject({ transactions: SENT, fillPermille: 0 });
  // Three in four rounds of 500 ms are 1.5 a second, of a benchmark of 2.
  expect(first?.ratePermille).toBe(750);
  expect(first?.bytes).toBeGreaterThan(3 * 128);
  for (const round of rest) expect(round).toMatchObject({ transactions: 0, bytes: 0 });
  expect(saturation).toMatchObject({ allTimeHighTps: 2, busyRounds: 0 });
  expect((await ask("1")).saturations.nodes).toEqual([]);

  await network.advance(30);
  const later = (await ask("0")).saturation;
  expect(later).toMatchObject({ fillPermille: 0, ratePermille: 0, tps: 0 });
  expect(later.idleRounds).toBeGreaterThan(SATURATION.streakRounds);
  expect(later.round).toBeGreaterThan(saturation.round ?? 0);
});

it("R-12.1 pages go back from the newest round", async () => {
  const all = (await ask("0")).saturations.nodes;
  expect(all.length).toBeGreaterThan(1);
  const found: Record<string, number>[] = [];
  for (let before: string | null = null; ; ) {
    const page: Saturations["shard"]["saturations"] = (await ask("0", 1, before)).saturations;
    found.unshift(...page.nodes);
    if (!page.pageInfo.hasPreviousPage) break;
    before = page.pageInfo.startCursor;
  }
  expect(found).toEqual(all);
});
