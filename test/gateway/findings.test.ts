// What sets found wrong, as the API shows it.
import { expect, it } from "vitest";
import { GatewayWorld } from "./gateway-world.ts";

it("R-10.1 says what a set found wrong, the newest first", async () => {
  const world = await GatewayWorld.create({ shards: 2 }, {}, { tags: true });
  // A set that nobody has called knows nothing.
  const query = `{ validatorSets { nodes { id findings { shard { id } round kind reason } } } }`;
  const findingsOf = async (set: string) =>
    (await world.data(query)).validatorSets.nodes.find(({ id }: { id: string }) => id === set)
      .findings;
  expect(await findingsOf("1")).toEqual([]);
  world.local.setOf(1).step(({ findings }) => {
    findings.add({ shard: 0, round: 5, kind: "block", reason: "a root" });
    findings.add({ shard: 1, round: 7, kind: "result", reason: "seats 3 4" });
  });
  expect(await findingsOf("1")).toEqual([
    { shard: { id: "1" }, round: 7, kind: "CONFLICTING_RESULT", reason: "seats 3 4" },
    { shard: { id: "0" }, round: 5, kind: "INVALID_BLOCK", reason: "a root" },
  ]);
  expect(await findingsOf("2")).toEqual([]);
});
