// Thousands of transactions of all sorts over networks of many shards, in workerd with storage on disk: everything is final, atomic on
// both of its shards, executed once, and the same on every replica. `npm run test:deep` sends the full numbers.
import { describe, expect, it } from "vitest";
import { createTestNetwork, type TestNetwork } from "../../src/testing/index.ts";
import { gains, MixedLoad, type Planned } from "../support/mixed-load.ts";
import { LoadRun } from "./load-run.ts";

const FUNDS = 1_000n * 10n ** 18n;
const GAS_PRICE = 10n ** 12n;
/** Some 30 s on idle cores; others may keep them busy. */
const TIMEOUT_MS = 1_200_000;
const deep = process.env.DEEP !== undefined;

interface Size {
  readonly shards: number;
  readonly chains: number;
  readonly seats: number;
  readonly accounts: number;
  readonly count: number;
  readonly batch: number;
}

const SIZES: readonly Size[] = [
  { shards: 4, chains: 12, seats: 21, accounts: 400, count: deep ? 10_000 : 1_000, batch: 1_000 },
  { shards: 7, chains: 14, seats: 4, accounts: 250, count: deep ? 2_000 : 350, batch: 350 },
];

async function planFor(network: TestNetwork, { shards, chains, count }: Size): Promise<Planned[]> {
  const data = await network.graphql<{ network: { id: string } }>("{ network { id } }");
  return MixedLoad.sign({
    networkId: Buffer.from(data.network.id.slice(2), "hex"),
    signers: network.accounts,
    shards,
    chains,
    count,
    percent: { inShard: 15, cross: 35 },
    funds: FUNDS,
    gasPrice: GAS_PRICE,
    validUntil: 9_000,
  });
}

/** final with the code that it must have, in one round on all its legs, whichever shard is asked. */
async function expectAtomic(run: LoadRun, planned: readonly Planned[]): Promise<void> {
  const outcomes = await run.outcomes();
  const wrong = planned.filter(({ id, legs, code }) => {
    const all = outcomes.get(id) ?? [];
    const round = all[0]?.rounds[0] ?? null;
    return !(
      all.length === legs.length &&
      round !== null &&
      all.every((one) => one.status === "FINAL" && one.code === code) &&
      all.every(({ rounds }) => rounds.length === legs.length && rounds.every((r) => r === round))
    );
  });
  expect(wrong.map(({ id, sort, code }) => ({ id, sort, code, is: outcomes.get(id) }))).toEqual([]);
}

/** every account holds what the plan says, and what all lost is among the fees: nothing ran twice, nothing half. */
async function expectSupply(run: LoadRun, planned: readonly Planned[], size: Size): Promise<void> {
  const expected = gains(planned);
  const { accounts, fees } = await run.balances(size.chains);
  const wrong = [...accounts].filter(
    ([key, amount]) => amount !== FUNDS + (expected.get(key) ?? 0n),
  );
  expect(wrong.map(([key, amount]) => [key, amount - FUNDS, expected.get(key)])).toEqual([]);
  expect(accounts.size).toBe(size.accounts * size.chains);
  for (const [chain, fee] of fees.entries()) {
    const held = [...accounts]
      .filter(([key]) => key.endsWith(` ${chain}`))
      .reduce((sum, [, amount]) => sum + amount, 0n);
    expect(held + fee).toBe(BigInt(size.accounts) * FUNDS);
  }
}

/**
 * the head of every replica is the shard's, and executed. A head that came after the last transaction carries the roots
 * of the state behind it, and no replica takes one whose roots are not its own.
 */
async function expectReplicas(run: LoadRun, { shards }: Size): Promise<void> {
  const known = new Map((await run.shards()).map((one) => [one.id, one]));
  const replicas = await run.replicas();
  expect(replicas).toHaveLength(shards * (shards - 1));
  for (const { shard, ...replica } of replicas) {
    const { headRound, headHash, executedRound } = known.get(shard.id) ?? {};
    expect({ shard, ...replica }).toEqual({ shard, headRound, headHash, executedRound });
  }
}

describe("a mixed load", () => {
  it.each(SIZES)(
    "R-2.6, R-2.7, R-5.5, R-5.6 of $count transactions over $shards shards, $chains chains and sets of $seats is final, whole and the same everywhere",
    async (size) => {
      const { shards, chains, seats, accounts } = size;
      await using network = await createTestNetwork({ shards, chains, seats, accounts });
      const planned = await planFor(network, size);
      const cross = planned.filter(({ sort }) => sort === "cross").length;
      expect(cross).toBeGreaterThan(size.count / 4);
      const run = new LoadRun(network, planned);
      const start = performance.now();
      const rounds = await run.send(size.batch);
      const seconds = ((performance.now() - start) / 1_000).toFixed(1);
      await expectAtomic(run, planned);
      await expectSupply(run, planned, size);
      await expectReplicas(run, size);
      console.log(
        `${size.count} transactions, ${cross} between two of ${shards} shards: in ${rounds} rounds, final after ${seconds} s`,
      );
    },
    TIMEOUT_MS,
  );
});
