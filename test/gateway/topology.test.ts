// Who maintains what, caps, and the queue of validators through the gateway: schema/topology.graphql.
import { beforeAll, describe, expect, it } from "vitest";
import { formatAddress, parseAddress } from "../../src/protocol/crypto/address.ts";
import { maintainersOf } from "../../src/protocol/topology/allocation.ts";
import { bond, delegateStake, registrationFor, unbond } from "../support/staking.ts";
import { accepted } from "../support/topology.ts";
import { SEATS, STANDBY, TopologyWorld } from "./topology-world.ts";

let net: TopologyWorld;

beforeAll(async () => {
  net = await TopologyWorld.create();
});

describe("sets", () => {
  it("R-12.2 says which set maintains which shard, and which it watches", async () => {
    const { shards, epoch } =
      await net.world.data(`{ shards { id maintainer { id maintains { id } } }
      epoch { validatorSets { nodes { id shards { id } maintains { id } watches { id } } } } }`);
    const expected = maintainersOf(net.world.local.network.epoch);
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
          await net.world.data("{ validatorSets { nodes { cap shards { id } } } }")
        ).validatorSets.nodes.map(
          ({ cap, shards }: { cap: number; shards: { id: string }[] }) =>
            [shards.map(({ id }) => id).join(), cap] as const,
        ),
      );
    expect(await capsOf()).toEqual({ "0,1": SEATS, "1,2": SEATS, "0,2": SEATS });
    net.world.toldSaturations.set(2, { fillPermille: 700, ratePermille: 500 });
    // 4 + floor(4 * (500 - 100) / 800).
    expect(await capsOf()).toEqual({ "0,1": SEATS, "1,2": 6, "0,2": 6 });
    net.world.toldSaturations.set(1, { fillPermille: 950, ratePermille: 900 });
    expect(await capsOf()).toEqual({ "0,1": 8, "1,2": 8, "0,2": 6 });
    net.world.toldSaturations.clear();
  });
});

describe("the queue of validators", () => {
  /** As the queue has equals: by the bytes of the address. */
  const hexOf = (address: string): string =>
    Buffer.from(accepted(parseAddress(address))).toString("hex");
  const queueOf = async (args = "") =>
    (
      await net.world.data(
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

    await net.send(
      net.alice,
      bond(9_000n, registrationFor(net.alice, net.world.local.network.id, "alice")),
    );
    const { nodes } = await queueOf();
    expect(nodes.map(({ address }: { address: string }) => address)).toEqual([
      formatAddress(net.alice.address),
      ...addresses,
    ]);
    expect(nodes[0]?.totalStake).toBe("9000");

    const page = await queueOf("(first: 1)");
    expect(page.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    const next = await queueOf(`(first: 2, after: "${page.pageInfo.endCursor}")`);
    expect(next.nodes.map(({ address }: { address: string }) => address)).toEqual(addresses);
    expect(next.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });

    const missing = async () => (await net.split("0")).figures.validatorsMissing;
    expect(await missing()).toBe(9);
    // Of what others delegated nobody holds a seat who has nothing of its own.
    await net.send(net.bob, delegateStake(net.alice, 1_000_000n));
    expect((await queueOf()).nodes[0]?.totalStake).toBe("1009000");
    await net.send(net.alice, unbond(9_000n));
    expect((await queueOf()).nodes.map(({ address }: { address: string }) => address)).toEqual(
      addresses,
    );
    expect(await missing()).toBe(10);
  });

  it("refuses a cursor of another list, and a size out of range", async () => {
    const { validators } = await net.world.data(
      "{ validators(first: 1) { pageInfo { endCursor } } }",
    );
    for (const args of [
      `(after: "${validators.pageInfo.endCursor}")`,
      "(first: 0)",
      "(first: 101)",
    ]) {
      const { body } = await net.world.ask(`{ validatorQueue${args} { nodes { address } } }`);
      expect(body.errors[0].extensions.code).toBe("BAD_USER_INPUT");
    }
  });
});
