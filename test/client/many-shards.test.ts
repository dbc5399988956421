// The client on a network of several shards: what it keeps of the network's promises, and what it makes of a shard that is away.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect, type Fetch, OutcomeUnknownError, transfer } from "../../src/client/index.ts";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../../src/testing/index.ts";

const quick = { attemptsMax: 3, baseMs: 10, capMs: 50 };
const CHAINS = ["T0", "T1", "T2", "T3"];

let network: TestNetwork;
let alice: TestAccount;
let bob: TestAccount;

beforeAll(async () => {
  network = await createTestNetwork({ shards: 2, chains: CHAINS.length });
  [alice, bob] = network.accounts as [TestAccount, TestAccount];
});
afterAll(() => network?.dispose());

/** The network in which the transaction's shard gives no answer the first so many times. */
function away(id: string, times: number): Fetch {
  let left = times;
  return async (url, init) => {
    const response = await fetch(url, init);
    if (left === 0 || !String(init.body).includes("submitBatch")) return response;
    const answer = (await response.json()) as {
      data: { submitBatch: { results: { id?: string }[] } };
    };
    const { submitBatch } = answer.data;
    const isThere = submitBatch.results.some((one) => one.id === id);
    if (isThere) left -= 1;
    const lost = { __typename: "Refused", code: "SHARD_UNAVAILABLE", message: "away" };
    const results = submitBatch.results.map((one) =>
      one.id === id ? { ...lost, retryable: true, details: [] } : one,
    );
    return Response.json({ data: { submitBatch: { ...submitBatch, results } } });
  };
}

describe("a client of two shards", () => {
  it("R-3.6 keeps what was promised for each transaction, to be compared with where it came in", async () => {
    const client = await connect(network.url, { retry: quick });
    const sender = client.sender(alice);
    for (let i = 0; i < 2; i++) {
      const sent = await Promise.all(
        CHAINS.map((chain) => sender.send(transfer(bob.address, 1n), { chain })),
      );
      await network.advance(5);
      for (const one of sent) {
        const { legs } = await client.waitFor(one, "FINAL");
        expect(legs.map(({ chain, round }) => [chain, round])).toEqual([
          [one.chain, one.promise?.round],
        ]);
        const { block } = await network.graphql<{ block: { time: string } }>(
          "query ($chain: ID!, $round: Round!) { block(chain: $chain, round: $round) { time } }",
          { chain: one.chain, round: one.promise?.round },
        );
        expect(block.time).toBe(one.promise?.time.toISOString());
      }
    }
  });

  it("R-2.3 sends the same bytes again while one of several shards is away", async () => {
    const direct = await connect(network.url, { retry: quick });
    const signed = await Promise.all(
      CHAINS.map((chain) => direct.sign(alice, transfer(bob.address, 1n), { chain })),
    );
    const client = await connect(network.url, {
      fetch: away(signed[1]?.id ?? "", 1),
      retry: quick,
    });
    const results = await client.submitMany(signed);
    expect(results.map(({ error }) => error)).toEqual(CHAINS.map(() => null));
    expect(new Set(results.map(({ promise }) => promise?.round)).size).toBe(1);
    await network.advance(5);
  });

  it("R-2.3 says that it does not know what became of it if the shard stays away", async () => {
    const direct = await connect(network.url, { retry: quick });
    const signed = await Promise.all(
      ["T0", "T1"].map((chain) => direct.sign(alice, transfer(bob.address, 1n), { chain })),
    );
    const lost = signed[1]?.id ?? "";
    const client = await connect(network.url, { fetch: away(lost, 100), retry: quick });
    const [first, second] = await client.submitMany(signed);
    expect(first?.error).toBe(null);
    expect(second).toMatchObject({ id: lost, promise: null });
    expect(second?.error).toBeInstanceOf(OutcomeUnknownError);
    // It was stored all the same.
    expect((await direct.transaction({ id: lost, chain: "T1" }))?.status).toBe("PENDING");
  });
});
