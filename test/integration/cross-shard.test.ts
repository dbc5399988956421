// Trades between chains of two shards over HTTP, by the client library: one round, one verdict and one story on both.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Client,
  completedTrade,
  connect,
  type SignedTransaction,
  signTrade,
  type TransactionFacts,
} from "../../src/client/index.ts";
import { createTestNetwork, type TestAccount, type TestNetwork } from "../../src/testing/index.ts";

const ONE_TOKEN = 10n ** 18n;
const FUNDS = 1_000n * ONE_TOKEN;
/** 1,500 gas at the least price. */
const FEE = (1_500n * ONE_TOKEN) / 1_000_000n;
const SHARDS = 4;
/** A cycle, two shards' patience with each other, and the rounds until notarisation. */
const ROUNDS_MAX = 40;
const VIEW = `query ($id: Hash!, $chain: ID) { transaction(id: $id, chain: $chain) {
  id status code outcome reason failedChain { id } payload validUntil
  legs { chain { id } round payer fee value block { jointHeaderHash }
    movements { chain { id } amount from { kind address } to { kind address } } } } }`;

interface View {
  readonly status: string;
  readonly code: number | null;
  readonly failedChain: { readonly id: string } | null;
  readonly legs: readonly {
    readonly chain: { readonly id: string };
    readonly round: number | null;
    readonly block: { readonly jointHeaderHash: string } | null;
    readonly movements: readonly { readonly amount: string; readonly to: { kind: string } }[];
  }[];
}

let network: TestNetwork;
let client: Client;
let alice: TestAccount;
let bob: TestAccount;
let carol: TestAccount;

beforeAll(async () => {
  network = await createTestNetwork({ shards: SHARDS, chains: SHARDS, accounts: 4 });
  client = await connect(network.url, { streamsMax: 8 });
  [alice, bob, carol] = network.accounts as [TestAccount, TestAccount, TestAccount];
});
afterAll(() => network?.dispose());

const give = (chain: string, amount: bigint) => ({ chain, amount });

/** Alice's amount on the one chain for Bob's on the other, signed by both. */
async function trade(
  gives: ReturnType<typeof give>,
  wants: ReturnType<typeof give>,
): Promise<SignedTransaction> {
  const proposed = await client.proposeTrade(alice, { with: bob.address, gives, wants });
  return completedTrade(await signTrade(proposed, bob));
}

const viewOn = async (id: string, chain: string | null): Promise<View> =>
  (await network.graphql<{ transaction: View }>(VIEW, { id, chain })).transaction;

/** What the account has more than in the beginning. */
const gained = async ({ address }: TestAccount, chain: string): Promise<bigint> =>
  (await client.balance(address, { chain })).amount - FUNDS;

async function statusesOf(
  events: AsyncGenerator<TransactionFacts, void>,
): Promise<TransactionFacts[]> {
  const all: TransactionFacts[] = [];
  for await (const facts of events) all.push(facts);
  return all;
}

/** Rounds go by until the trade is final wherever it is asked about. */
async function final(id: string, chains: readonly string[]): Promise<void> {
  for (let i = 0; i < ROUNDS_MAX; i++) {
    const views = await Promise.all(chains.map((chain) => viewOn(id, chain)));
    if (views.every(({ status }) => status === "FINAL")) return;
    await network.advance(1);
  }
  throw new Error(`${id} is not final after ${ROUNDS_MAX} rounds`);
}

/** The same on both shards, whichever is asked and also when none is named. */
async function sameView(id: string, chains: readonly string[]): Promise<View> {
  const all = await Promise.all([...chains, null].map((chain) => viewOn(id, chain)));
  for (const view of all) expect(view).toEqual(all[0]);
  return all[0] as View;
}

describe("a trade between two shards over HTTP", () => {
  it("R-2.7, R-3.6, R-5.6 is included in the pair's round that was promised, with one story on both shards", async () => {
    for (const other of ["T1", "T2", "T3"]) {
      const before = [await gained(bob, "T0"), await gained(alice, other)] as const;
      const sent = await trade(give("T0", 5n), give(other, 7n));
      const { estimateInclusion: estimate } = await network.graphql<{
        estimateInclusion: { round: number };
      }>("query ($chains: [ID!]!) { estimateInclusion(chains: $chains) { round } }", {
        chains: ["T0", other],
      });
      await client.submit(sent);
      await final(sent.id, ["T0", other]);
      const view = await sameView(sent.id, ["T0", other]);
      expect(view).toMatchObject({
        code: 2,
        outcome: "EXECUTED",
        failedChain: null,
        payload: "TRADE",
      });
      const [first, second] = view.legs;
      expect([first?.round, second?.round]).toEqual([estimate.round, estimate.round]);
      expect(first?.block).toEqual(second?.block);
      expect(view.legs.map(({ movements }) => movements.map(({ amount }) => amount))).toEqual([
        [`${FEE}`, "5"],
        [`${FEE}`, "7"],
      ]);
      expect(await gained(bob, "T0")).toBe(before[0] + 5n);
      expect(await gained(alice, other)).toBe(before[1] + 7n);
    }
  });

  it("R-2.7 tells each status once and in order, whichever shard is followed", async () => {
    const sent = await trade(give("T1", 5n), give("T2", 7n));
    await client.submit(sent);
    const following = [undefined, "T1", "T2"].map((chain) =>
      statusesOf(client.follow(sent.id, chain === undefined ? {} : { chain })),
    );
    await final(sent.id, ["T1", "T2"]);
    for (const events of await Promise.all(following)) {
      expect(events.map(({ status }) => status)).toEqual([
        "PENDING",
        "COMMITTED",
        "EXECUTED",
        "FINAL",
      ]);
      const round = events.at(-1)?.legs[0]?.round;
      expect(events.map(({ legs }) => legs.map((leg) => leg.round))).toEqual([
        [null, null],
        [round, round],
        [round, round],
        [round, round],
      ]);
      expect(events.map(({ code }) => code)).toEqual([null, null, 2, 2]);
    }
  });

  it("R-2.9 an open offer is taken on another shard by the first who comes, and once", async () => {
    const offer = await client.offerTrade(carol, {
      gives: give("T3", 11n),
      wants: give("T0", 13n),
    });
    const before = { maker: await gained(carol, "T3"), taker: await gained(bob, "T0") };
    const taken = await client.sender(bob).acceptOffer(offer);
    const late = await client.sender(alice).acceptOffer(offer);
    await final(taken.id, ["T0", "T3"]);
    expect((await sameView(taken.id, ["T0", "T3"])).code).toBe(2);
    expect(await gained(carol, "T3")).toBe(before.maker - 11n);
    expect(await gained(bob, "T0")).toBe(before.taker - 13n - 2n * FEE);
    // The second is left out for good, on both shards, and holds no nonce.
    for (const chain of ["T0", "T3", null]) {
      expect(await viewOn(late.id, chain)).toMatchObject({ status: "REJECTED", code: 0 });
    }
    const again = client.sender(alice).acceptOffer(offer);
    await expect(again).rejects.toMatchObject({ code: "OFFER_USED" });
  });

  it("R-5.6, R-6.7 that one side cannot pay is reverted on both, and both fees are charged", async () => {
    const before = await Promise.all([
      gained(alice, "T1"),
      gained(alice, "T3"),
      gained(bob, "T1"),
      gained(bob, "T3"),
    ]);
    const sent = await trade(give("T1", 5n), give("T3", 2n * FUNDS));
    await client.submit(sent);
    await final(sent.id, ["T1", "T3"]);
    expect(await sameView(sent.id, ["T1", "T3"])).toMatchObject({
      code: 1,
      outcome: "INSUFFICIENT_BALANCE",
      failedChain: { id: "T3" },
      legs: [
        { movements: [{ amount: `${FEE}`, to: { kind: "UNATTRIBUTED_FEES" } }] },
        { movements: [{ amount: `${FEE}`, to: { kind: "UNATTRIBUTED_FEES" } }] },
      ],
    });
    expect([
      await gained(alice, "T1"),
      await gained(alice, "T3"),
      await gained(bob, "T1"),
      await gained(bob, "T3"),
    ]).toEqual([(before[0] as bigint) - FEE, before[1], before[2], (before[3] as bigint) - FEE]);
  });

  it("R-7.2 is proven from the genesis record in the block of either chain", async () => {
    const sent = await trade(give("T0", 3n), give("T3", 3n));
    await client.submit(sent);
    await final(sent.id, ["T0", "T3"]);
    const { legs } = await viewOn(sent.id, "T0");
    const light = await connect(network.url, { genesis: await client.genesis() });
    for (const chain of ["T0", "T3"]) {
      const proven = await light.proveInclusion(sent.id, { chain });
      expect(proven).toMatchObject({ chain, round: legs[0]?.round, position: 0 });
    }
    const { round = 0 } = legs[0] ?? {};
    for (const [who, chain] of [
      [alice, "T3"],
      [bob, "T0"],
    ] as const) {
      const proven = await light.proveAccount(who.address, {
        chain,
        stateRoundMin: (round as number) - 1,
      });
      expect(proven?.account?.balance).toBe(FUNDS + (await gained(who, chain)));
    }
  });

  it("R-2.7 is in no block and expires on both where the network stops for as long", async () => {
    const round = await client.round();
    const proposed = await client.proposeTrade(alice, {
      with: bob.address,
      gives: give("T0", 1n),
      wants: give("T2", 1n),
      // Only this round, which is no meeting of the two: both take it and neither can include it.
      validUntil: await roundWithoutMeeting(round),
    });
    const sent = completedTrade(await signTrade(proposed, bob));
    await client.submit(sent);
    await network.advance(10);
    for (const chain of ["T0", "T2", null]) {
      expect(await viewOn(sent.id, chain)).toMatchObject({ status: "EXPIRED", code: 0 });
    }
  });
});

/** A round ahead, before any in which T0's shard and T2's meet; rounds go by until there is one. */
async function roundWithoutMeeting(from: number): Promise<number> {
  const query = `query ($from: Round!) { timetable(from: $from, rounds: 1) { duties { shards { id } } } }`;
  for (let round = from + 1; ; round++) {
    const { timetable } = await network.graphql<{
      timetable: { duties: { shards: { id: string }[] }[] }[];
    }>(query, { from: round });
    const meets = timetable[0]?.duties.some(({ shards }) =>
      ["0", "2"].every((id) => shards.some((shard) => shard.id === id)),
    );
    if (meets !== true) return round;
    await network.advance(1);
  }
}
