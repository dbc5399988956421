// Previews of splits and merges through the gateway: schema/topology.graphql.

import { beforeAll, describe, expect, it } from "vitest";
import { parseAddress } from "../../src/protocol/crypto/address.ts";
import { nextSeed } from "../../src/protocol/rounds/epoch-change.ts";
import { planMerge } from "../../src/protocol/topology/merge.ts";
import { planSplit } from "../../src/protocol/topology/split.ts";
import type { TestSigner } from "../support/signer.ts";
import { delegateStake } from "../support/staking.ts";
import { accepted } from "../support/topology.ts";
import { GatewayWorld } from "./gateway-world.ts";
import { FIGURES, MERGE, RELATIONS, SPLIT, TopologyWorld, TRIGGER } from "./topology-world.ts";

const namesOf = (connection: { nodes: readonly { id: string }[] }): string[] =>
  connection.nodes.map(({ id }) => id);
const named = (chains: readonly number[]): string[] => chains.map((chain) => `T${chain}`);

let net: TopologyWorld;

beforeAll(async () => {
  net = await TopologyWorld.create();
});

describe("previews", () => {
  it("R-12.2 without trades there is no share across shards", async () => {
    const { figures } = await net.split("1");
    expect(figures).toMatchObject({
      trades: 0,
      crossShardTrades: { before: 0, after: 0 },
      crossShardPermille: null,
    });
  });

  it("R-12.2 of a split: as the rules plan it from the log, and shares counted by hand", async () => {
    // Shards have T0 T3, T1 T4 and T2 T5. Two trades on shard 0, one on 1, and two across 0 and 1.
    await net.submit(
      await net.trade(0, 3),
      await net.trade(0, 3),
      await net.trade(1, 4),
      await net.trade(0, 1),
      await net.trade(0, 1),
    );
    await net.advance(24);
    const { topology, trades } = net.present();
    expect(trades).toEqual([
      { first: 0, second: 1, count: 2 },
      { first: 0, second: 3, count: 2 },
      { first: 1, second: 4, count: 1 },
    ]);
    const preview = await net.split("0");
    const { id } = net.world.local.network;
    const seed = nextSeed(id, id);
    const plan = accepted(planSplit(topology, { shard: 0, seed, trades, stakeOf: () => 0n }));
    expect(preview).toMatchObject({ shard: { id: "0" }, newShard: "3", newSets: ["4", "5", "6"] });
    expect(namesOf(preview.staying)).toEqual(["T0"]);
    expect(namesOf(preview.leaving)).toEqual(["T3"]);
    expect(plan.after.shards.at(-1)?.chains).toEqual([3]);
    expect(preview.figures).toEqual({
      trades: 5,
      crossShardTrades: { before: 2, after: 4 },
      crossShardPermille: { before: 400, after: 800 },
      // six sets of four; there are twelve seated and two that stand by.
      validatorsNeeded: 24,
      validatorsMissing: 10,
      worstInclusionRounds: { before: 3, after: 3 },
      worstInclusionMs: { before: 1_500, after: 1_500 },
    });
    const relations = preview.setRelations.nodes;
    expect(relations.map(({ set }: { set: string }) => Number(set))).toEqual(
      plan.relations.map(({ set }) => set),
    );
    // 3 to 4 as the source's table has it: 1 AB spawns 4 AD, 2 BC spawns 5 BD, 3 AC spawns 6 CD.
    expect(relations[0]).toMatchObject({
      kind: "REMAINS",
      keeps: ["0", "1"],
      prunes: ["3"],
      maintains: "0",
      watches: ["1"],
      spawns: ["4"],
      spawnedBy: null,
      warm: [],
    });
    expect(relations[3]).toMatchObject({
      kind: "SPAWNED",
      keeps: ["0", "3"],
      prunes: ["1"],
      spawnedBy: "1",
      seatsFrom: "SPAWNER",
      standIn: null,
    });
    expect(relations[4]).toMatchObject({
      kind: "SPAWNED",
      syncs: ["1", "3"],
      spawnedBy: "2",
      seatsFrom: "QUEUE",
      standIn: "1",
    });
  });

  it("R-12.3 of a merge: as the rules plan it, with what no longer crosses", async () => {
    const preview = await net.merge("1", "0");
    const { topology } = net.present();
    const order = { shard: 1, partner: 0, winner: 1, stakeOf: () => 1n };
    const plan = accepted(planMerge(topology, order));
    expect(preview).toMatchObject({
      heir: { id: "0" },
      endedShard: { id: "1" },
      winner: { id: "1" },
      race: [
        { validatorSet: { id: "1" }, syncs: ["2"] },
        { validatorSet: { id: "2" }, syncs: ["0"] },
      ],
    });
    expect(namesOf(preview.chains)).toEqual(
      named(plan.after.shards.find(({ shard }) => shard === 0)?.chains ?? []),
    );
    expect(preview.figures).toMatchObject({
      trades: 5,
      crossShardTrades: { before: 2, after: 0 },
      crossShardPermille: { before: 400, after: 0 },
      validatorsNeeded: 8,
      validatorsMissing: 0,
      worstInclusionRounds: { before: 3, after: 1 },
      worstInclusionMs: { before: 1_500, after: 500 },
    });
    const demoted = preview.setRelations.nodes.filter(
      ({ kind }: { kind: string }) => kind === "DEMOTED",
    );
    expect(demoted).toHaveLength(1);
    const [expected] = plan.relations.filter((relation) => relation.kind === "demoted");
    expect(demoted[0]).toMatchObject({
      set: `${expected?.set}`,
      redundantWith: `${expected?.kind === "demoted" ? expected.redundantWith : ""}`,
      warm: (expected?.kind === "demoted" ? expected.warm : []).map(String),
      keeps: [],
      maintains: null,
    });
  });

  it("R-12.2 R-12.3 triggers: idle rounds add up to a merge, and to no split", async () => {
    await net.advance(40);
    const { trigger, partnerByRule, heir } = await net.merge("2");
    expect(trigger).toMatchObject({ holds: true, roundsNeeded: 7 });
    expect(trigger.rounds).toBeGreaterThan(6);
    // All are idle: the oldest.
    expect(partnerByRule.id).toBe("0");
    expect(heir.id).toBe("0");
    expect((await net.split("2")).trigger).toEqual({ holds: false, rounds: 0, roundsNeeded: 7 });
  });

  it("R-12.3 the rule chooses the least saturated partner by the larger of both means, up to 90%", async () => {
    const { toldSaturations } = net.world;
    toldSaturations.set(0, { fillPermille: 100, ratePermille: 300 });
    toldSaturations.set(1, { fillPermille: 200, ratePermille: 0 });
    expect((await net.merge("2")).partnerByRule.id).toBe("1");
    toldSaturations.set(0, { fillPermille: 0, ratePermille: 900 });
    toldSaturations.set(1, { fillPermille: 901, ratePermille: 0 });
    const { partnerByRule, heir, endedShard } = await net.merge("2");
    expect([partnerByRule.id, heir.id, endedShard.id]).toEqual(["0", "0", "2"]);
    toldSaturations.set(0, { fillPermille: 0, ratePermille: 901 });
    expect(await net.merge("2")).toMatchObject({
      __typename: "Refused",
      code: "NO_PARTNER",
      details: [
        { name: "shard", value: "2" },
        { name: "permilleMax", value: "900" },
      ],
    });
    // One that is named is previewed all the same.
    expect(await net.merge("2", "1")).toMatchObject({ partnerByRule: null, heir: { id: "1" } });
    toldSaturations.clear();
  });

  it("R-12.3 stakes decide: of three shards' sets the richer one of the other shard stays", async () => {
    const { validators } = await net.world.data(
      "{ validators(first: 100) { nodes { address seats { validatorSet { id } } } } }",
    );
    const stakes = async (): Promise<string[]> =>
      (await net.world.data("{ validatorSets { nodes { stake } } }")).validatorSets.nodes.map(
        ({ stake }: { stake: string }) => stake,
      );
    expect(await stakes()).toEqual(["20000", "20000", "20000"]);
    const seatedIn = (set: string): string =>
      validators.nodes.find(
        ({ seats }: { seats: readonly { validatorSet: { id: string } }[] }) =>
          seats[0]?.validatorSet.id === set,
      ).address;
    const demotedOf = async () =>
      (await net.merge("1", "0")).setRelations.nodes
        .filter(({ kind }: { kind: string }) => kind === "DEMOTED")
        .map(({ set }: { set: string }) => set);
    for (const [set, other] of [
      ["3", "2"],
      ["2", "3"],
    ] as const) {
      const address = accepted(parseAddress(seatedIn(set)));
      await net.send(net.bob, delegateStake({ address } as TestSigner, set === "3" ? 10n : 20n));
      expect(await demotedOf()).toEqual([other]);
    }
    expect(await stakes()).toEqual(["20000", "20020", "20010"]);
  });

  it("R-2.10 a created chain is on T0's shard in a preview, too", async () => {
    const payload = {
      kind: "createToken",
      symbol: "NEW",
      name: "New",
      decimals: 0,
      supply: 100n,
      reserveDefault: 0n,
      gasPriceMin: 1n,
    } as const;
    await net.send(net.alice, payload);
    await net.advance(30);
    const { topology, trades } = net.present();
    const { id } = net.world.local.network;
    const seed = nextSeed(id, id);
    const { after } = accepted(planSplit(topology, { shard: 0, seed, trades, stakeOf: () => 0n }));
    const preview = await net.split("0");
    const divided = [namesOf(preview.staying), namesOf(preview.leaving)];
    expect(divided.flat().toSorted()).toEqual(["T0", "T3", "T6"]);
    expect(divided).toEqual([0, 3].map((place) => named(after.shards[place]?.chains ?? [])));

    const page = async (cursor: string | null) =>
      (
        await net.world.data(
          `query ($after: String) { previewMerge(shard: "1", with: "0") { ... on MergePreview {
            chains(first: 3, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } } }`,
          { after: cursor },
        )
      ).previewMerge.chains;
    const first = await page(null);
    expect([namesOf(first), first.pageInfo.hasNextPage]).toEqual([["T0", "T1", "T3"], true]);
    const rest = await page(first.pageInfo.endCursor);
    expect([namesOf(rest), rest.pageInfo.hasNextPage]).toEqual([["T4", "T6"], false]);
  });

  it("R-12.2 R-12.3 relations come in pages", async () => {
    const seen: string[] = [];
    for (let after: string | null = null; ; ) {
      const { previewSplit } = await net.world.data(
        `query ($after: String) { previewSplit(shard: "0") { ... on SplitPreview {
          setRelations(first: 4, after: $after) { nodes { set } pageInfo { hasNextPage endCursor } } } } }`,
        { after },
      );
      const { nodes, pageInfo } = previewSplit.setRelations;
      seen.push(...nodes.map(({ set }: { set: string }) => set));
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
    expect(seen).toEqual(["1", "2", "3", "4", "5", "6"]);
  });

  it.each([
    ["a split of an unknown shard", SPLIT, { shard: "9" }, "UNKNOWN_SHARD", "9", false],
    ["a merge of one", MERGE, { shard: "9" }, "UNKNOWN_SHARD", "9", false],
    ["a merge of one with a known", MERGE, { shard: "9", with: "0" }, "UNKNOWN_SHARD", "9", false],
    ["a merge with one", MERGE, { shard: "1", with: "9" }, "UNKNOWN_SHARD", "9", false],
    ["a merge with itself", MERGE, { shard: "1", with: "1" }, "SAME_SHARD", "1", false],
  ])("R-12.2 R-12.3 refuses %s", async (_, query, variables, code, shard, retryable) => {
    const data = await net.world.data(query, variables);
    const answer = data.previewSplit ?? data.previewMerge;
    expect(answer).toMatchObject({
      __typename: "Refused",
      code,
      retryable,
      details: [{ name: "shard", value: shard }],
    });
    expect(answer.message).toContain(shard);
  });

  it.each(["", "-1", "T1", "1.5", "99999999999", "x".repeat(500)])(
    "quotes %j, which no shard can be called",
    async (shard) => {
      for (const [query, variables] of [
        [SPLIT, { shard }],
        [MERGE, { shard }],
        [MERGE, { shard: "1", with: shard }],
      ] as const) {
        const { body } = await net.world.ask(query, variables);
        expect(body.errors[0].extensions.code).toBe("BAD_USER_INPUT");
        expect(body.errors[0].message).toContain(JSON.stringify(shard).slice(0, 100));
      }
    },
  );

  it("R-12.2 R-12.3 of one shard with one chain: nothing to divide, and nobody to merge with", async () => {
    const small = await GatewayWorld.create({ chains: [{}] }, {}, { tags: true });
    const { previewSplit } = await small.data(SPLIT, { shard: "0" });
    expect(previewSplit).toMatchObject({
      code: "CHAINS_TOO_FEW",
      retryable: true,
      details: [
        { name: "shard", value: "0" },
        { name: "chains", value: "1" },
      ],
    });
    const { previewMerge } = await small.data(MERGE, { shard: "0" });
    expect(previewMerge).toMatchObject({
      code: "NO_PARTNER",
      retryable: true,
      details: [
        { name: "shard", value: "0" },
        { name: "permilleMax", value: "900" },
      ],
    });
  });

  it("R-12.2 a shard that genesis gave no chain is no split's, and no obstacle to another's", async () => {
    const sparse = await GatewayWorld.create(
      { shards: 2, chains: [{}, { shard: 0 }] },
      {},
      { tags: true },
    );
    expect((await sparse.data(SPLIT, { shard: "1" })).previewSplit.code).toBe("CHAINS_TOO_FEW");
    const { previewSplit } = await sparse.data(SPLIT, { shard: "0" });
    expect(namesOf(previewSplit.leaving)).toEqual(["T1"]);
  });

  it("asks the MerkleChain once and T0's shard twice, and nobody else", async () => {
    await net.split("1");
    net.world.calls.length = 0;
    await net.world.data(
      `{ previewSplit(shard: "1") { ... on SplitPreview { ${FIGURES} ${TRIGGER} ${RELATIONS} } } }`,
    );
    const calls = net.world.calls.filter((call) => !call.endsWith(".lease"));
    expect(calls.toSorted()).toEqual([
      "merkle-chain.topologyFacts",
      "shard-0.staking",
      "shard-0.staking",
    ]);
  });
});
