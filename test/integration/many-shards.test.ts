// A network of four shards and eight chains over HTTP in workerd: what a user sees of it, and what the network promised.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  completedTrade,
  connect,
  LightClient,
  type SignedTransaction,
  signTrade,
} from "../../src/client/index.ts";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../../src/testing/index.ts";
import { base64, LedgerClient, ONE_TOKEN, transferOf } from "./ledger-client.ts";

const SHARDS = 4;
const CHAINS = Array.from({ length: 2 * SHARDS }, (_, chain) => `T${chain}`);
/** Chains on four of the six pairs of shards; each chain once, so that no trade waits for another's nonce. */
const PAIRS = [
  [0, 1],
  [2, 3],
  [4, 6],
  [5, 7],
] as const;
const SUBMIT = `mutation ($list: [Bytes!]!) { submitTransactions(transactions: $list) { __typename
  ... on Accepted { id chains estimate { round time } } ... on Refused { code message } } }`;

interface Accepted {
  readonly __typename: string;
  readonly id: string;
  readonly chains: readonly string[];
  readonly estimate: { readonly round: number; readonly time: string };
}

interface TimetableRound {
  readonly round: number;
  readonly time: string;
  readonly duties: readonly {
    readonly validatorSet: { readonly id: string };
    readonly shards: readonly { readonly id: string }[];
  }[];
}

let network: TestNetwork;
let ledger: LedgerClient;
let alice: TestAccount;
let bob: TestAccount;

beforeAll(async () => {
  network = await createTestNetwork({ shards: SHARDS, chains: CHAINS.length });
  ledger = await LedgerClient.of(network);
  [alice, bob] = network.accounts as [TestAccount, TestAccount];
});
afterAll(() => network?.dispose());

const ask = async <T>(query: string, variables: Record<string, unknown> = {}): Promise<T> =>
  network.graphql<T>(query, variables);

/** One transfer on each of the chains, sent as one batch. */
async function sendOn(chains: readonly string[], amount = 1n): Promise<Accepted[]> {
  const payload = transferOf(bob.address, amount);
  const signed = await Promise.all(
    chains.map((chain) => ledger.sign({ signer: alice, payload, chain, validUntil: 9_000 })),
  );
  const list = signed.map(({ bytes }: Pick<SignedTransaction, "bytes">) => base64(bytes));
  const { submitTransactions } = await ask<{ submitTransactions: Accepted[] }>(SUBMIT, { list });
  expect(submitTransactions.map((one) => one.__typename)).toEqual(chains.map(() => "Accepted"));
  return submitTransactions;
}

const placeOf = async ({ id, chains }: Accepted) => {
  const transaction = await ledger.transaction(id, chains[0]);
  return { status: transaction?.status, round: transaction?.legs[0]?.round };
};

async function timetable(from: number, rounds: number): Promise<readonly TimetableRound[]> {
  const query = `query ($from: Round, $rounds: Int) { timetable(from: $from, rounds: $rounds) {
    round time duties { validatorSet { id } shards { id } } } }`;
  return (await ask<{ timetable: TimetableRound[] }>(query, { from, rounds })).timetable;
}

const dutyFor = ({ duties }: TimetableRound, ...shards: readonly number[]) =>
  duties.find((duty) => shards.every((shard) => duty.shards.some(({ id }) => id === `${shard}`)));

const shardOf = (chain: string): number => Number(chain.slice(1)) % SHARDS;

describe("a network of four shards over HTTP", () => {
  it("R-3.6 brings transfers on every chain to FINAL, each in the round that was promised", async () => {
    for (const chains of [CHAINS, ["T3"], ["T1", "T6"], CHAINS]) {
      const accepted = await sendOn(chains);
      await network.advance(1);
      for (const one of accepted) {
        expect(await placeOf(one)).toEqual({ status: "EXECUTED", round: one.estimate.round });
      }
      await network.advance(4);
      for (const one of accepted) expect((await placeOf(one)).status).toBe("FINAL");
      // A while in which nobody is awake.
      await network.advance(7);
    }
    for (const chain of CHAINS) {
      const sent = ["T1", "T3", "T6"].includes(chain) ? 3n : 2n;
      const { amount } = await ledger.balance(bob.address, chain);
      expect(amount).toBe(`${1_000n * ONE_TOKEN + sent}`);
    }
  });

  it("R-3.4, R-3.5 has the blocks that its timetable says, of the sets that it says", async () => {
    const from = (await ledger.round()) + 1;
    const plan = await timetable(from, 6);
    for (let i = 0; i < 6; i++) {
      await sendOn(CHAINS);
      await network.advance(1);
    }
    const query = `query ($chain: ID!, $round: Round!) { block(chain: $chain, round: $round) {
      time validatorSet { id shards { id } } jointHeaderHash } }`;
    interface Block {
      readonly time: string;
      readonly validatorSet: { readonly id: string; readonly shards: readonly { id: string }[] };
      readonly jointHeaderHash: string;
    }
    for (const row of plan) {
      const joint = new Map<string, Set<string>>();
      for (const chain of CHAINS) {
        const { block } = await ask<{ block: Block }>(query, { chain, round: row.round });
        const duty = dutyFor(row, shardOf(chain));
        expect(block.time).toBe(row.time);
        expect(block.validatorSet).toEqual({ id: duty?.validatorSet.id, shards: duty?.shards });
        const own = joint.get(block.validatorSet.id) ?? new Set();
        joint.set(block.validatorSet.id, own.add(block.jointHeaderHash));
      }
      // Two joint blocks of two halves each.
      expect([...joint.values()].map(({ size }) => size)).toEqual([1, 1]);
    }
  });

  it("R-3.6 estimates for two chains the next round in which a set sees both, never a cycle away", async () => {
    for (let i = 0; i < 4; i++) {
      const from = (await ledger.round()) + 1;
      const plan = await timetable(from, SHARDS - 1);
      for (const a of CHAINS.slice(0, SHARDS)) {
        for (const b of CHAINS.slice(SHARDS)) {
          const { estimateInclusion } = await ask<{ estimateInclusion: object }>(
            "query ($chains: [ID!]!) { estimateInclusion(chains: $chains) { round time validatorSet { id } } }",
            { chains: [a, b] },
          );
          const row = plan.find((one) => dutyFor(one, shardOf(a), shardOf(b)) !== undefined);
          const { round, time } = row as TimetableRound;
          const { validatorSet } = dutyFor(row as TimetableRound, shardOf(a), shardOf(b)) ?? {};
          expect(estimateInclusion).toEqual({ round, time, validatorSet });
        }
      }
      await network.advance(1);
    }
  });

  it("R-3.6 has trades over two shards in the round that was promised, from every round of the cycle", async () => {
    const client = await connect(network.url);
    for (let i = 0; i < SHARDS - 1; i++) {
      const from = await ledger.round();
      const plan = await timetable(from + 1, SHARDS - 1);
      const sent: (readonly [SignedTransaction, number])[] = [];
      for (const [a, b] of PAIRS) {
        const proposed = await client.proposeTrade(alice, {
          with: bob.address,
          gives: { chain: `T${a}`, amount: 2n },
          wants: { chain: `T${b}`, amount: 3n },
        });
        const trade = completedTrade(await signTrade(proposed, bob));
        const { round, time } = await client.submit(trade);
        const row = plan.find((one) => dutyFor(one, a % SHARDS, b % SHARDS) !== undefined);
        expect([round, time.toISOString()]).toEqual([row?.round, row?.time]);
        expect(round).toBeLessThanOrEqual(from + SHARDS - 1);
        sent.push([trade, round]);
      }
      await network.advance(SHARDS - 1 + 5);
      for (const [trade, promised] of sent) {
        const facts = await client.transaction(trade.id);
        expect(facts).toMatchObject({ code: 2, outcome: "EXECUTED" });
        expect(facts?.legs.map(({ round }) => round)).toEqual([promised, promised]);
      }
      // Another place in the cycle, whatever its length.
      while (((await ledger.round()) - from) % (SHARDS - 1) !== 1) await network.advance(1);
    }
  });

  it("R-7.2 proves transactions and accounts of chains on each shard from the genesis record alone", async () => {
    const accepted = await sendOn(CHAINS, 3n);
    await network.advance(5);
    const { network: facts } = await ask<{ network: { id: string; genesis: string } }>(
      "{ network { id genesis } }",
    );
    const opened = LightClient.open(bytesOf(facts.genesis), facts.id);
    if (!opened.ok) throw new Error(JSON.stringify(opened.refusal));
    const light = opened.value;
    for (const one of accepted) {
      const [chain = ""] = one.chains;
      for (const named of [chain, null]) {
        const { proof } = await ask<{ proof: { bytes: string } }>(
          "query ($id: Hash!, $chain: ID) { proof(transaction: $id, chain: $chain) { bytes } }",
          { id: one.id, chain: named },
        );
        const shown = light.verifyInclusion(bytesOf(proof.bytes), { transaction: one.id });
        expect(shown).toMatchObject({ ok: true, value: { chain, round: one.estimate.round } });
      }
      const { accountProof } = await ask<{ accountProof: { bytes: string } }>(
        "query ($chain: ID!, $address: Address!) { accountProof(chain: $chain, address: $address) { bytes } }",
        { chain, address: bob.address },
      );
      const { amount } = await ledger.balance(bob.address, chain);
      const { address } = bob;
      const shown = light.verifyAccount(bytesOf(accountProof.bytes), { address, chain });
      expect(shown).toMatchObject({ ok: true, value: { account: { balance: BigInt(amount) } } });
    }
  });

  it("R-10.1 shows that every set has every block of its shards k rounds later", async () => {
    const [one] = await sendOn(["T2"]);
    await network.advance(5 + 3);
    expect((await placeOf(one as Accepted)).status).toBe("FINAL");
    const { validatorSets } = await ask<{
      validatorSets: { nodes: { replicas: { behindRounds: number; headRound: number }[] }[] };
    }>("{ validatorSets { nodes { replicas { behindRounds headRound } } } }");
    const replicas = validatorSets.nodes.flatMap((set) => set.replicas);
    expect(replicas).toHaveLength(12);
    expect(replicas.filter(({ behindRounds }) => behindRounds > 0)).toEqual([]);
  });

  it("goes on where it was after a restart, a kill at any time, and an object that begins anew", async () => {
    const sent: Accepted[] = [];
    for (let i = 0; i < 4; i++) {
      sent.push(...(await sendOn(CHAINS)));
      const going = network.advance(2).catch(() => undefined);
      if (i === 0) await network.restart();
      else if (i === 3) await Promise.all([network.evict("shard-2"), network.evict("set-3")]);
      else {
        await new Promise((resolve) => setTimeout(resolve, 150 * i));
        await network.kill();
        await network.restart();
      }
      await going;
    }
    await network.advance(16);
    for (const one of sent) {
      const { status, round } = await placeOf(one);
      expect(status).toBe("FINAL");
      // Later than promised where a round failed; sooner where one that was open is opened again, with what came since.
      expect(Math.abs((round ?? 0) - one.estimate.round)).toBeLessThan(16);
    }
    const accepted = await sendOn(CHAINS);
    await network.advance(5);
    for (const one of accepted) {
      expect(await placeOf(one)).toEqual({ status: "FINAL", round: one.estimate.round });
    }
  });

  it("lists an account's transactions on all shards in one order, page by page", async () => {
    await network.advance(2);
    const query = `query ($address: Address!, $after: String) { account(address: $address) {
      transactions(first: 7, after: $after) { nodes { id legs { round } } pageInfo { hasNextPage endCursor } } } }`;
    interface Page {
      readonly nodes: { readonly id: string; readonly legs: { readonly round: number }[] }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
    }
    const found: Page["nodes"][number][] = [];
    let [after, more]: [string | null, boolean] = [null, true];
    while (more) {
      const variables = { address: bob.address, after };
      const answer: { account: { transactions: Page } } = await ask(query, variables);
      const { nodes, pageInfo } = answer.account.transactions;
      found.push(...nodes);
      [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
    }
    const received = await Promise.all(
      CHAINS.map(async (chain) => (await ledger.balance(alice.address, chain)).nonce),
    );
    expect(found).toHaveLength(received.reduce((sum, count) => sum + count, 0));
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
    const rounds = found.map(({ legs }) => legs[0]?.round ?? 0);
    expect(rounds).toEqual(rounds.toSorted((a, b) => a - b));
  });
});

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));
