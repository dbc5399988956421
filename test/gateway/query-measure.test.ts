// What queries cost on networks of other sizes: what asks every shard costs as many calls as there are shards.
import { type FragmentDefinitionNode, Kind, type OperationDefinitionNode, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { peersOf } from "../../src/gateway/peers.ts";
import { QueryMeasurer } from "../../src/gateway/query-measure.ts";
import { gatewaySchema } from "../../src/gateway/schema.ts";
import { GatewayWorld } from "./gateway-world.ts";

const schema = gatewaySchema(false);
const HASH = `"0x${"00".repeat(32)}"`;

function costOf(query: string, shards: number): number {
  const { definitions } = parse(query);
  const sets = Math.max(1, (shards * (shards - 1)) / 2);
  const fragments = definitions.filter(
    (one): one is FragmentDefinitionNode => one.kind === Kind.FRAGMENT_DEFINITION,
  );
  const [operation] = definitions.filter(
    (one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION,
  );
  if (operation === undefined) throw new Error("No operation");
  return new QueryMeasurer(schema, { shards, sets }, fragments).measure(operation).cost;
}

describe("the cost of a query", () => {
  it.each([
    ["a transaction without its chain", `{ transaction(id: ${HASH}) { status } }`, 11, 531],
    ["one of no chain", `{ transaction(id: ${HASH}, chain: null) { status } }`, 11, 531],
    ["a transaction of a chain", `{ transaction(id: ${HASH}, chain: "T0") { status } }`, 11, 11],
    [
      "one of a chain to come",
      `query ($chain: ID) { transaction(id: ${HASH}, chain: $chain) { status } }`,
      11,
      11,
    ],
    ["a proof without its chain", `{ proof(transaction: ${HASH}) { bytes } }`, 1_001, 53_001],
    [
      "balances",
      `{ account(address: "ygg1") { balances(first: 1) { nodes { amount } } } }`,
      13,
      533,
    ],
    ["the heads of all shards", "{ shards { headRound } }", 11, 531],
    ["all sets", "{ validatorSets(first: 100) { nodes { id } } }", 3, 201],
    ["the next rounds", "{ timetable { duties { shards { id } } } }", 50, 830],
    [
      "a preview",
      '{ previewSplit(shard: "0") { ... on SplitPreview { newShard } } }',
      1_001,
      1_001,
    ],
    [
      "who may race",
      '{ previewMerge(shard: "0") { ... on MergePreview { race { syncs } } } }',
      1_002,
      1_054,
    ],
    // Every 500 seats a call.
    ["the queue", "{ validatorQueue(first: 1) { pageInfo { endCursor } } }", 22, 592],
    ["caps and stakes", "{ validatorSets(first: 2) { nodes { cap stake } } }", 32, 63],
    ["two rounds", "{ timetable(rounds: 2) { duties { shards { id } } } }", 18, 174],
  ])("of %s grows with the shards that are asked", (_, query, one, many) => {
    expect([costOf(query, 1), costOf(query, 53)]).toEqual([one, many]);
  });

  it("is bounded by calls as they are made, too", async () => {
    const world = await GatewayWorld.create();
    const peers = peersOf(world.env, null, 3);
    for (let call = 0; call < 3; call++) await peers.shard(0).status();
    const refused = { extensions: { code: "QUERY_TOO_COSTLY" } };
    await expect(peers.shard(0).status()).rejects.toMatchObject(refused);
    await expect(peers.stream(0, { stream: "blocks" })).rejects.toMatchObject(refused);
    expect(world.calls).toHaveLength(3);
  });
});
