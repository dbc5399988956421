// over HTTP in workerd: what a split or a merge would do, and who waits for a seat.

import { afterAll, beforeAll, expect, it } from "vitest";
import {
  bond,
  type Client,
  completedTrade,
  connect,
  createValidatorKey,
  registerKey,
  signTrade,
} from "../../src/client/index.ts";
import { fromHex } from "../../src/protocol/encoding/bytes.ts";
import { nextSeed } from "../../src/protocol/rounds/epoch-change.ts";
import { planMerge } from "../../src/protocol/topology/merge.ts";
import type { SetRelation } from "../../src/protocol/topology/relations.ts";
import { planSplit } from "../../src/protocol/topology/split.ts";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../../src/testing/index.ts";
import { accepted, topologyOf } from "../support/topology.ts";

const ONE_RUNE = 10n ** 18n;
const SHARDS = 3;
const CHAINS = 6;
const HOSTED = 12;
const HOSTED_STAKE = 1_000_000n * ONE_RUNE;
const BOND = 20_000n * ONE_RUNE;
const RELATIONS = `setRelations { nodes { set kind keeps prunes syncs maintains watches spawns standsInFor spawnedBy
  seatsFrom standIn redundantWith warm } }`;
const FIGURES = `figures { trades crossShardTrades { before after } crossShardPermille { before after }
  validatorsNeeded validatorsMissing worstInclusionRounds { before after } worstInclusionMs { before after } }`;
const REFUSED = "... on Refused { code message retryable details { name value } }";
const TRIGGER = "trigger { holds rounds roundsNeeded }";

let network: TestNetwork;
let client: Client;
let alice: TestAccount;
let bob: TestAccount;

beforeAll(async () => {
  const balances = Object.fromEntries(
    Array.from({ length: CHAINS }, (_, chain) => [`T${chain}`, 100_000n * ONE_RUNE]),
  );
  network = await createTestNetwork({
    shards: SHARDS,
    chains: CHAINS,
    accounts: [{ balances }, { balances }],
    saturation: { windowRounds: 4, streakRounds: 5 },
  });
  client = await connect(network.url);
  [alice, bob] = network.accounts as [TestAccount, TestAccount];
});
afterAll(() => network?.dispose());

type Named = { readonly nodes: readonly { readonly id: string }[] };
interface Split {
  readonly newShard: string;
  readonly newSets: readonly string[];
  readonly staying: Named;
  readonly leaving: Named;
  readonly trigger: Record<string, unknown>;
  readonly figures: Record<string, unknown>;
  readonly setRelations: { readonly nodes: readonly Record<string, unknown>[] };
}
interface Merge extends Omit<Split, "staying" | "leaving"> {
  readonly heir: { readonly id: string };
  readonly endedShard: { readonly id: string };
  readonly partnerByRule: { readonly id: string } | null;
  readonly winner: { readonly id: string };
  readonly chains: Named;
}

const split = async (shard: string): Promise<Split> =>
  (
    await network.graphql<{ previewSplit: Split }>(
      `query ($shard: ID!) { previewSplit(shard: $shard) { ${REFUSED} ... on SplitPreview {
        newShard newSets staying { nodes { id } } leaving { nodes { id } } ${TRIGGER} ${FIGURES} ${RELATIONS} } } }`,
      { shard },
    )
  ).previewSplit;

const merge = async (shard: string, partner: string | null = null): Promise<Merge> =>
  (
    await network.graphql<{ previewMerge: Merge }>(
      `query ($shard: ID!, $with: ID) { previewMerge(shard: $shard, with: $with) { ${REFUSED} ... on MergePreview {
        heir { id } endedShard { id } partnerByRule { id } winner { id } chains { nodes { id } }
        ${TRIGGER} ${FIGURES} ${RELATIONS} } } }`,
      { shard, with: partner },
    )
  ).previewMerge;

const ids = ({ nodes }: Named): string[] => nodes.map(({ id }) => id);
const named = (chains: readonly number[] | undefined): string[] =>
  (chains ?? []).map((chain) => `T${chain}`);
const texts = (numbers: readonly number[]): string[] => numbers.map(String);
const textOrNull = (number: number | null): string | null => (number === null ? null : `${number}`);

/** A relation of the rules as the API shows it. */
function shown(relation: SetRelation): Record<string, unknown> {
  const { kind, set } = relation;
  const others = {
    set: `${set}`,
    kind: kind.toUpperCase(),
    keeps: [] as string[],
    prunes: [] as string[],
    syncs: [] as string[],
    maintains: null as string | null,
    watches: [] as string[],
    spawns: [] as string[],
    standsInFor: [] as string[],
    spawnedBy: null as string | null,
    seatsFrom: null as string | null,
    standIn: null as string | null,
    redundantWith: null as string | null,
    warm: [] as string[],
  };
  if (relation.kind === "demoted") {
    const { redundantWith, warm } = relation;
    return { ...others, redundantWith: `${redundantWith}`, warm: texts(warm) };
  }
  const { keeps, prunes, syncs, maintains, watches } = relation;
  const held = {
    ...others,
    keeps: texts(keeps),
    prunes: texts(prunes),
    syncs: texts(syncs),
    maintains: textOrNull(maintains),
    watches: texts(watches),
  };
  if (relation.kind === "remains") {
    const { spawns, standsInFor } = relation;
    return { ...held, spawns: texts(spawns), standsInFor: texts(standsInFor) };
  }
  const { by, seatsFrom, standIn } = relation;
  return {
    ...held,
    spawnedBy: `${by}`,
    seatsFrom: seatsFrom.toUpperCase(),
    standIn: textOrNull(standIn),
  };
}

/** Alice's 5 on the one chain for Bob's 7 on the other. */
async function trade(from: string, to: string): Promise<void> {
  const gives = { chain: from, amount: 5n };
  const wants = { chain: to, amount: 7n };
  const proposed = await client.proposeTrade(alice, { with: bob.address, gives, wants });
  await client.submit(completedTrade(await signTrade(proposed, bob)));
  await network.advance(5);
}

it("R-12.2 before anything was traded no share is known", async () => {
  expect((await split("0")).figures).toMatchObject({ trades: 0, crossShardPermille: null });
});

it("R-12.2 a split as the rules plan it, with shares counted by hand", async () => {
  // Shards have T0 T3, T1 T4 and T2 T5.
  for (const [from, to] of [
    ["T0", "T3"],
    ["T1", "T4"],
    ["T1", "T4"],
    ["T1", "T2"],
    ["T2", "T5"],
  ] as const)
    await trade(from, to);
  await network.advance(20);
  const trades = [
    { first: 1, second: 4, count: 2 },
    { first: 0, second: 3, count: 1 },
    { first: 1, second: 2, count: 1 },
    { first: 2, second: 5, count: 1 },
  ];
  const { network: said } = await network.graphql<{ network: { id: string } }>(
    "{ network { id } }",
  );
  const id = fromHex(said.id.slice(2));
  const seed = nextSeed(id, id);
  const topology = topologyOf(SHARDS, CHAINS / SHARDS);
  const plan = accepted(planSplit(topology, { shard: 1, seed, trades, stakeOf: () => 1n }));

  const preview = await split("1");
  expect(preview).toMatchObject({ newShard: "3", newSets: ["4", "5", "6"] });
  const [, kept, , made] = plan.after.shards;
  expect([ids(preview.staying), ids(preview.leaving)]).toEqual([
    named(kept?.chains),
    named(made?.chains),
  ]);
  expect(preview.setRelations.nodes).toEqual(plan.relations.map(shown));
  expect(preview.figures).toEqual({
    trades: 5,
    // T1-T2 crosses, whose shards both count it; apart, T1-T4 crosses twice more.
    crossShardTrades: { before: 1, after: 3 },
    crossShardPermille: { before: 200, after: 600 },
    validatorsNeeded: 24,
    validatorsMissing: 24 - HOSTED,
    worstInclusionRounds: { before: 3, after: 3 },
    worstInclusionMs: { before: 1_500, after: 1_500 },
  });
  expect(preview.trigger).toEqual({ holds: false, rounds: 0, roundsNeeded: 6 });
});

it("R-12.3 a merge as the rules plan it, with the partner that they choose", async () => {
  await network.advance(30);
  const preview = await merge("2");
  expect(preview.partnerByRule?.id).toBe("0");
  const topology = topologyOf(SHARDS, CHAINS / SHARDS);
  const planFor = (partner: number, winner: number) =>
    accepted(planMerge(topology, { shard: 2, partner, winner, stakeOf: () => 1n }));
  const plan = planFor(0, 3);
  expect(preview).toMatchObject({
    heir: { id: "0" },
    endedShard: { id: "2" },
    winner: { id: "3" },
    trigger: { holds: true, roundsNeeded: 6 },
  });
  expect(ids(preview.chains)).toEqual(["T0", "T2", "T3", "T5"]);
  expect(preview.setRelations.nodes).toEqual(plan.relations.map(shown));
  expect(preview.figures).toMatchObject({
    crossShardTrades: { before: 1, after: 1 },
    crossShardPermille: { before: 200, after: 200 },
    validatorsNeeded: 8,
    validatorsMissing: 0,
    worstInclusionRounds: { before: 3, after: 1 },
    worstInclusionMs: { before: 1_500, after: 500 },
  });

  const other = await merge("2", "1");
  expect(ids(other.chains)).toEqual(["T1", "T2", "T4", "T5"]);
  expect(other.setRelations.nodes).toEqual(planFor(1, 2).relations.map(shown));
  expect(other.figures).toMatchObject({ crossShardTrades: { before: 1, after: 0 } });
});

it("R-12.2 R-12.3 refuses what cannot be, by a code and with the value", async () => {
  const refusal = (code: string, shard: string) => ({
    code,
    message: expect.stringContaining(shard),
    retryable: false,
    details: [{ name: "shard", value: shard }],
  });
  expect(await split("7")).toEqual(refusal("UNKNOWN_SHARD", "7"));
  expect(await merge("7")).toEqual(refusal("UNKNOWN_SHARD", "7"));
  expect(await merge("1", "7")).toEqual(refusal("UNKNOWN_SHARD", "7"));
  expect(await merge("1", "1")).toEqual(refusal("SAME_SHARD", "1"));
  const { errors } = await network.request('{ previewSplit(shard: "T0") { __typename } }');
  expect(errors?.[0]?.extensions?.code).toBe("BAD_USER_INPUT");
  expect(errors?.[0]?.message).toContain('"T0"');
});

it("R-11.2 says caps and stakes of sets, who maintains what, and who waits for a seat", async () => {
  const ask = () =>
    network.graphql<{
      validatorSets: unknown;
      shards: unknown;
      validatorQueue: { nodes: readonly unknown[] };
    }>(`{
      validatorSets { nodes { id cap stake maintains { id } watches { id } } }
      shards { id maintainer { id } }
      validatorQueue { nodes { address totalStake } } }`);
  const before = await ask();
  const stake = `${4n * HOSTED_STAKE}`;
  expect(before.validatorSets).toEqual({
    nodes: [
      { id: "1", cap: 4, stake, maintains: { id: "0" }, watches: [{ id: "1" }] },
      { id: "2", cap: 4, stake, maintains: { id: "1" }, watches: [{ id: "2" }] },
      { id: "3", cap: 4, stake, maintains: { id: "2" }, watches: [{ id: "0" }] },
    ],
  });
  expect(before.shards).toEqual([
    { id: "0", maintainer: { id: "1" } },
    { id: "1", maintainer: { id: "2" } },
    { id: "2", maintainer: { id: "3" } },
  ]);
  expect(before.validatorQueue.nodes).toEqual([]);

  const registration = await registerKey(await createValidatorKey(), {
    networkId: client.networkId,
    validator: alice.address,
    commission: 500,
  });
  await client.sender(alice).send(bond(BOND, registration), { chain: "T0" });
  await network.advance(10);
  const { validatorQueue } = await ask();
  expect(validatorQueue.nodes).toEqual([{ address: alice.address, totalStake: `${BOND}` }]);
  expect((await split("1")).figures).toMatchObject({ validatorsMissing: 24 - HOSTED - 1 });
});
