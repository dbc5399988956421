// The API of schema/topology.graphql: previews of splits and merges, the queue, and who maintains what.
import { beforeAll, describe, expect, it } from "vitest";
import { formatAddress, parseAddress } from "../../src/protocol/crypto/address.ts";
import type { Payload } from "../../src/protocol/ledger/payload.ts";
import { transactionCodec } from "../../src/protocol/ledger/transaction.ts";
import { maintainersOf } from "../../src/protocol/topology/allocation.ts";
import { planMerge } from "../../src/protocol/topology/merge.ts";
import { presentTopology } from "../../src/protocol/topology/present-topology.ts";
import { planSplit } from "../../src/protocol/topology/split.ts";
import { networkTrades } from "../../src/protocol/topology/trade-counts.ts";
import { makeSigner, type TestSigner } from "../support/signer.ts";
import { bond, delegateStake, registrationFor, unbond } from "../support/staking.ts";
import { accepted } from "../support/topology.ts";
import { signedTrade } from "../support/trades.ts";
import { signedBytes } from "../support/transactions.ts";
import { GatewayWorld } from "./gateway-world.ts";

const BALANCE = 10n ** 21n;
const GAS_PRICE = 10n ** 12n;
const BOND = 5_000n;
const SHARDS = 3;
const CHAINS = 6;
const SEATS = 4;
const STANDBY = 2;
/** As the queue has them: by stake, then by the bytes of the address. */
const hexOf = (address: string): string =>
  Buffer.from(accepted(parseAddress(address))).toString("hex");

const FIGURES = `figures { trades crossShardTrades { before after } crossShardPermille { before after }
  validatorsNeeded validatorsMissing worstInclusionRounds { before after } worstInclusionMs { before after } }`;
const RELATIONS = `setRelations(first: 100) { nodes { set kind keeps prunes syncs maintains watches spawns standsInFor
  spawnedBy seatsFrom standIn redundantWith warm } }`;
const REFUSED = "... on Refused { code message retryable details { name value } }";
const TRIGGER = "trigger { holds rounds roundsNeeded }";
const SPLIT = `query ($shard: ID!) { previewSplit(shard: $shard) { __typename ${REFUSED}
  ... on SplitPreview { shard { id } newShard newSets staying { nodes { id } } leaving { nodes { id } }
    ${TRIGGER} ${FIGURES} ${RELATIONS} } } }`;
const MERGE = `query ($shard: ID!, $with: ID) { previewMerge(shard: $shard, with: $with) { __typename ${REFUSED}
  ... on MergePreview { heir { id } endedShard { id } chains { nodes { id } } partnerByRule { id }
    winner { id } race { validatorSet { id } syncs } ${TRIGGER} ${FIGURES} ${RELATIONS} } } }`;

const namesOf = (connection: { nodes: readonly { id: string }[] }): string[] =>
  connection.nodes.map(({ id }) => id);
const named = (chains: readonly number[]): string[] => chains.map((chain) => `T${chain}`);

let world: GatewayWorld;
let alice: TestSigner;
let bob: TestSigner;
const nonces = new Map<string, number>();

const nonceOf = (payer: TestSigner, chain: number): number => {
  const key = `${formatAddress(payer.address)} ${chain}`;
  const nonce = nonces.get(key) ?? 0;
  nonces.set(key, nonce + 1);
  return nonce;
};

async function submit(...list: Uint8Array[]): Promise<void> {
  const { submitTransactions } = await world.data(
    `mutation ($list: [Bytes!]!) { submitTransactions(transactions: $list) { __typename ... on Refused { message } } }`,
    { list: list.map((bytes) => Buffer.from(bytes).toString("base64")) },
  );
  for (const answer of submitTransactions) expect(answer).toEqual({ __typename: "Accepted" });
}

const advance = (rounds: number) =>
  world.data("mutation ($rounds: Int!) { dev { advance(rounds: $rounds) { round } } }", { rounds });

async function send(payer: TestSigner, payload: Payload): Promise<void> {
  const nonce = nonceOf(payer, 0);
  const spec = { payer, nonce, payload, gasPrice: GAS_PRICE };
  await submit(await signedBytes(world.local.network.id, spec));
  await advance(8);
}

const trade = async (from: number, to: number): Promise<Uint8Array> =>
  transactionCodec.encode(
    await signedTrade(world.local.network.id, [
      { payer: alice, chain: from, amount: 5n, nonce: nonceOf(alice, from), gasPrice: GAS_PRICE },
      { payer: bob, chain: to, amount: 7n, nonce: nonceOf(bob, to), gasPrice: GAS_PRICE },
    ]),
  );

const split = async (shard: string) => (await world.data(SPLIT, { shard })).previewSplit;
const merge = async (shard: string, partner: string | null = null) =>
  (await world.data(MERGE, { shard, with: partner })).previewMerge;

/** What the log says, as the rules take it. */
function present() {
  const state = world.local.merkle.read(({ replica }) => replica.state);
  return {
    topology: presentTopology(world.local.network.epoch, state.chains),
    trades: networkTrades(state.heads.map(({ trades }) => trades)),
  };
}

beforeAll(async () => {
  [alice, bob] = await Promise.all([makeSigner("alice"), makeSigner("bob")]);
  const allocations = Array.from({ length: CHAINS }, (_, chain) =>
    [alice, bob].map(({ address }) => ({
      chain: `T${chain}`,
      address: formatAddress(address),
      balance: `${BALANCE}`,
    })),
  ).flat();
  world = await GatewayWorld.create(
    {
      shards: SHARDS,
      seats: SEATS,
      chains: Array.from({ length: CHAINS }, () => ({})),
      allocations,
      minimumBond: "1000",
      validatorBond: `${BOND}`,
      unbondingRounds: 10_000,
      standbyValidators: STANDBY,
      saturation: { windowRounds: 4, streakRounds: 6, benchmarkTps: 2 },
    },
    {},
    { tags: true },
  );
});

describe("previews", () => {
  it("R-12.2 without trades there is no share across shards", async () => {
    const { figures } = await split("1");
    expect(figures).toMatchObject({
      trades: 0,
      crossShardTrades: { before: 0, after: 0 },
      crossShardPermille: null,
    });
  });

  it("R-12.2 of a split: as the rules plan it from the log, and shares counted by hand", async () => {
    // Shards have T0 T3, T1 T4 and T2 T5. Two trades on shard 0, one on 1, and two across 0 and 1.
    await submit(
      await trade(0, 3),
      await trade(0, 3),
      await trade(1, 4),
      await trade(0, 1),
      await trade(0, 1),
    );
    await advance(24);
    const { topology, trades } = present();
    expect(trades).toEqual([
      { first: 0, second: 1, count: 2 },
      { first: 0, second: 3, count: 2 },
      { first: 1, second: 4, count: 1 },
    ]);
    const preview = await split("0");
    const seed = world.local.network.id;
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
    const preview = await merge("1", "0");
    const { topology } = present();
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
    await advance(40);
    const { trigger, partnerByRule, heir } = await merge("2");
    expect(trigger).toMatchObject({ holds: true, roundsNeeded: 7 });
    expect(trigger.rounds).toBeGreaterThan(6);
    // All are idle: the oldest.
    expect(partnerByRule.id).toBe("0");
    expect(heir.id).toBe("0");
    expect((await split("2")).trigger).toEqual({ holds: false, rounds: 0, roundsNeeded: 7 });
  });

  it("R-12.3 stakes decide: of three shards' sets the richer one of the other shard stays", async () => {
    const { validators } = await world.data(
      "{ validators(first: 100) { nodes { address seats { validatorSet { id } } } } }",
    );
    const stakes = async (): Promise<string[]> =>
      (await world.data("{ validatorSets { nodes { stake } } }")).validatorSets.nodes.map(
        ({ stake }: { stake: string }) => stake,
      );
    expect(await stakes()).toEqual(["20000", "20000", "20000"]);
    const seatedIn = (set: string): string =>
      validators.nodes.find(
        ({ seats }: { seats: readonly { validatorSet: { id: string } }[] }) =>
          seats[0]?.validatorSet.id === set,
      ).address;
    const demotedOf = async () =>
      (await merge("1", "0")).setRelations.nodes
        .filter(({ kind }: { kind: string }) => kind === "DEMOTED")
        .map(({ set }: { set: string }) => set);
    for (const [set, other] of [
      ["3", "2"],
      ["2", "3"],
    ] as const) {
      const address = accepted(parseAddress(seatedIn(set)));
      await send(bob, delegateStake({ address } as TestSigner, set === "3" ? 10n : 20n));
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
    await send(alice, payload);
    await advance(30);
    const { topology, trades } = present();
    const seed = world.local.network.id;
    const { after } = accepted(planSplit(topology, { shard: 0, seed, trades, stakeOf: () => 0n }));
    const preview = await split("0");
    const divided = [namesOf(preview.staying), namesOf(preview.leaving)];
    expect(divided.flat().toSorted()).toEqual(["T0", "T3", "T6"]);
    expect(divided).toEqual([0, 3].map((place) => named(after.shards[place]?.chains ?? [])));

    const page = async (cursor: string | null) =>
      (
        await world.data(
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
      const { previewSplit } = await world.data(
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
    const data = await world.data(query, variables);
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
        const { body } = await world.ask(query, variables);
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
    await split("1");
    world.calls.length = 0;
    await world.data(
      `{ previewSplit(shard: "1") { ... on SplitPreview { ${FIGURES} ${TRIGGER} ${RELATIONS} } } }`,
    );
    const calls = world.calls.filter((call) => !call.endsWith(".lease"));
    expect(calls.toSorted()).toEqual([
      "merkle-chain.topologyFacts",
      "shard-0.staking",
      "shard-0.staking",
    ]);
  });
});

describe("sets", () => {
  it("R-12.2 says which set maintains which shard, and which it watches", async () => {
    const { shards, epoch } = await world.data(`{ shards { id maintainer { id maintains { id } } }
      epoch { validatorSets { nodes { id shards { id } maintains { id } watches { id } } } } }`);
    const expected = maintainersOf(world.local.network.epoch);
    for (const { id, maintainer } of shards) {
      expect(maintainer.id).toBe(`${expected.get(Number(id))}`);
      expect(maintainer.maintains.id).toBe(id);
    }
    for (const { shards: covered, maintains, watches } of epoch.validatorSets.nodes) {
      const others = covered.filter(({ id }: { id: string }) => id !== maintains?.id);
      expect(watches).toEqual(others);
    }
  });

  it("R-11.2 the cap is that of the more saturated shard, from p to 2p", async () => {
    const capsOf = async () =>
      Object.fromEntries(
        (
          await world.data("{ validatorSets { nodes { cap shards { id } } } }")
        ).validatorSets.nodes.map(
          ({ cap, shards }: { cap: number; shards: { id: string }[] }) =>
            [shards.map(({ id }) => id).join(), cap] as const,
        ),
      );
    expect(await capsOf()).toEqual({ "0,1": SEATS, "1,2": SEATS, "0,2": SEATS });
    world.toldSaturations.set(2, { fillPermille: 700, ratePermille: 500 });
    // 4 + floor(4 * (500 - 100) / 800).
    expect(await capsOf()).toEqual({ "0,1": SEATS, "1,2": 6, "0,2": 6 });
    world.toldSaturations.set(1, { fillPermille: 950, ratePermille: 900 });
    expect(await capsOf()).toEqual({ "0,1": 8, "1,2": 8, "0,2": 6 });
    world.toldSaturations.clear();
  });
});

describe("the queue of validators", () => {
  const queueOf = async (args = "") =>
    (
      await world.data(
        `{ validatorQueue${args} { nodes { address totalStake seats { index } }
          pageInfo { hasNextPage hasPreviousPage endCursor } } }`,
      )
    ).validatorQueue;

  it("R-11.2 has who holds no seat, by stake, then by address; who leaves is not in it", async () => {
    const first = await queueOf();
    expect(first.nodes).toHaveLength(STANDBY);
    for (const one of first.nodes) expect(one).toMatchObject({ totalStake: "5000", seats: [] });
    const addresses = first.nodes.map(({ address }: { address: string }) => address);
    expect(addresses).toEqual(
      addresses.toSorted((a: string, b: string) => (hexOf(a) < hexOf(b) ? -1 : 1)),
    );

    await send(alice, bond(9_000n, registrationFor(alice, world.local.network.id, "alice")));
    const { nodes } = await queueOf();
    expect(nodes.map(({ address }: { address: string }) => address)).toEqual([
      formatAddress(alice.address),
      ...addresses,
    ]);
    expect(nodes[0]?.totalStake).toBe("9000");

    const page = await queueOf("(first: 1)");
    expect(page.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const next = await queueOf(`(first: 2, after: "${page.pageInfo.endCursor}")`);
    expect(next.nodes.map(({ address }: { address: string }) => address)).toEqual(addresses);
    expect(next.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });

    const missing = async () => (await split("0")).figures.validatorsMissing;
    expect(await missing()).toBe(9);
    // Of what others delegated nobody holds a seat who has nothing of its own.
    await send(bob, delegateStake(alice, 1_000_000n));
    expect((await queueOf()).nodes[0]?.totalStake).toBe("1009000");
    await send(alice, unbond(9_000n));
    expect((await queueOf()).nodes.map(({ address }: { address: string }) => address)).toEqual(
      addresses,
    );
    expect(await missing()).toBe(10);
  });

  it("refuses a cursor of another list, and a size out of range", async () => {
    const { validators } = await world.data("{ validators(first: 1) { pageInfo { endCursor } } }");
    for (const args of [
      `(after: "${validators.pageInfo.endCursor}")`,
      "(first: 0)",
      "(first: 101)",
    ]) {
      const { body } = await world.ask(`{ validatorQueue${args} { nodes { address } } }`);
      expect(body.errors[0].extensions.code).toBe("BAD_USER_INPUT");
    }
  });
});
