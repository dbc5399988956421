// The gateway over a network of several shards: what it asks of whom, and how the answers become one.
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { formatAddress } from "../../src/protocol/crypto/address.ts";
import { transactionCodec } from "../../src/protocol/ledger/transaction.ts";
import { makeSigner, type TestSigner } from "../support/signer.ts";
import { signedTrade } from "../support/trades.ts";
import { signedBytes } from "../support/transactions.ts";
import { GatewayWorld } from "./gateway-world.ts";

const BALANCE = 10n ** 21n;
const GAS_PRICE = 10n ** 12n;
const CHAINS = Array.from({ length: 8 }, (_, chain) => `T${chain}`);
const ADVANCE = "mutation ($rounds: Int!) { dev { advance(rounds: $rounds) { round } } }";
const SUBMIT =
  "mutation ($list: [Bytes!]!) { submitTransactions(transactions: $list) { __typename " +
  "... on Accepted { id chains estimate { round } } " +
  "... on Refused { code message retryable details { name value } } } }";
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

let world: GatewayWorld;
let alice: TestSigner;
let bob: TestSigner;
let carol: TestSigner;

beforeAll(async () => {
  const names = ["alice", "bob", "carol"] as const;
  [alice, bob, carol] = (await Promise.all(names.map(makeSigner))) as [
    TestSigner,
    TestSigner,
    TestSigner,
  ];
});

const worldOf = (shards: number, chains: number): Promise<GatewayWorld> => {
  const ids = CHAINS.slice(0, chains);
  const allocations = ids.flatMap((chain) =>
    [alice, carol].map(({ address }) => ({
      chain,
      address: formatAddress(address),
      balance: `${BALANCE}`,
    })),
  );
  return GatewayWorld.create(
    { shards, chains: ids.map(() => ({})), allocations },
    {},
    { tags: true },
  );
};

beforeEach(async () => {
  world = await worldOf(4, 8);
});

const transfer = async (chain: number, nonce = 0): Promise<string> =>
  base64(
    await signedBytes(world.local.network.id, {
      payer: alice,
      nonce,
      chain,
      gasPrice: GAS_PRICE,
      payload: { kind: "transfer", to: bob.address, amount: 5n },
    }),
  );

const advance = (rounds: number) => world.data(ADVANCE, { rounds });
const submit = async (...list: string[]) => (await world.data(SUBMIT, { list })).submitTransactions;
const callsOf = (method: string): string[] =>
  world.calls.filter((call) => call.endsWith(`.${method}`)).sort();

/** A transfer on every chain, one batch after another; ids by chain. */
async function sendEverywhere(nonce = 0): Promise<string[]> {
  const answers = await submit(
    ...(await Promise.all(CHAINS.map((_, chain) => transfer(chain, nonce)))),
  );
  return answers.map(({ id }: { id: string }) => id);
}

describe("submission", () => {
  it("R-2.7 splits a batch into one call for each shard, and answers in the batch's order", async () => {
    const order = [5, 0, 3, 6, 1, 2, 7, 4];
    const answers = await submit(...(await Promise.all(order.map((chain) => transfer(chain)))));
    expect(answers.map(({ chains }: { chains: string[] }) => chains)).toEqual(
      order.map((chain) => [`T${chain}`]),
    );
    expect(callsOf("admit")).toEqual([0, 1, 2, 3].map((shard) => `shard-${shard}.admit`));
    await advance(5);
    const { length } = callsOf("transaction");
    for (const [i, { id }] of answers.entries()) {
      const query = `{ transaction(id: "${id}", chain: "T${order[i]}") { status legs { round } } }`;
      const { transaction } = await world.data(query);
      expect(transaction).toEqual({ status: "FINAL", legs: [{ round: 1 }] });
    }
    // With its chain one shard is asked.
    expect(callsOf("transaction")).toHaveLength(length + 8);
  });

  it("tells what a shard took from what one that is away may have taken, and is an error if all are away", async () => {
    const away = () => Object.assign(new Error("away"), { overloaded: true });
    world.failures.set("shard-2.admit", [away()]);
    const list = await Promise.all([0, 2, 6, 3].map((chain) => transfer(chain)));
    const answers = await submit(...list);
    const names = answers.map(
      (one: { __typename: string; code?: string }) => one.code ?? one.__typename,
    );
    expect(names).toEqual(["Accepted", "SHARD_UNAVAILABLE", "SHARD_UNAVAILABLE", "Accepted"]);
    expect(answers[1]).toMatchObject({
      retryable: true,
      details: [{ name: "shard", value: "2" }],
      message: expect.stringContaining("shard 2 did not answer"),
    });
    const again = await submit(...list);
    expect(again.every((one: { __typename: string }) => one.__typename === "Accepted")).toBe(true);
    world.failures.set("shard-2.admit", [away()]);
    const { body } = await world.ask(SUBMIT, { list: [await transfer(2, 1)] });
    expect(body.errors[0].extensions).toMatchObject({ code: "UNAVAILABLE", retryable: true });
  });
});

describe("a transaction", () => {
  it("R-2.7 is found without its chain by asking all shards, and none knows a stranger", async () => {
    const [answer] = await submit(await transfer(3));
    world.calls.length = 0;
    const { transaction } = await world.data(`{ transaction(id: "${answer.id}") { status } }`);
    expect(transaction.status).toBe("PENDING");
    expect(callsOf("transaction")).toHaveLength(4);
    const stranger = `0x${"00".repeat(32)}`;
    const { other } = await world.data(`{ other: transaction(id: "${stranger}") { id } }`);
    expect(other).toBe(null);
  });

  it("R-3.6 is promised a round that it comes in, and says while it waits when it could come", async () => {
    await advance(5);
    const [answer] = await submit(await transfer(3));
    const query = `{ transaction(id: "${answer.id}", chain: "T3") { estimate { round } legs { round } } }`;
    const { transaction: waiting } = await world.data(query);
    expect(waiting.estimate.round).toBe(answer.estimate.round);
    await advance(1);
    const { transaction } = await world.data(query);
    expect(transaction).toEqual({ estimate: null, legs: [{ round: answer.estimate.round }] });
  });
});

describe("pages over all shards", () => {
  interface Page {
    readonly nodes: { readonly id: string }[];
    readonly edges: { readonly cursor: string }[];
    readonly pageInfo: {
      readonly hasNextPage: boolean;
      readonly hasPreviousPage: boolean;
      readonly startCursor: string;
      readonly endCursor: string;
    };
  }
  const HISTORY = `query ($address: Address!, $first: Int, $after: String, $last: Int, $before: String) {
    account(address: $address) { transactions(first: $first, after: $after, last: $last, before: $before) {
      nodes { id } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`;
  const page = async (args: object): Promise<Page> =>
    (await world.data(HISTORY, { address: formatAddress(bob.address), ...args })).account
      .transactions;
  const idsOf = ({ nodes }: Page): string[] => nodes.map(({ id }) => id);

  it("have an account's balances by chain", async () => {
    const query = `query ($after: String) { account(address: "${formatAddress(alice.address)}") {
      balances(first: 3, after: $after) { nodes { chain { id } } pageInfo { hasNextPage endCursor } } } }`;
    const found: string[] = [];
    let [after, more]: [string | null, boolean] = [null, true];
    while (more) {
      // biome-ignore lint/suspicious/noExplicitAny: tests look at whatever comes.
      const { nodes, pageInfo }: any = (await world.data(query, { after })).account.balances;
      found.push(...nodes.map(({ chain }: { chain: { id: string } }) => chain.id));
      [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
    }
    expect(found).toEqual(CHAINS);
  });

  it("have an account's transactions by round, each once, from both ends", async () => {
    // Not every shard has a block in every round.
    const sent: string[][] = [];
    for (const chains of [[0, 1, 2, 3], [3, 7], [2], [0, 4, 5]]) {
      const nonces = sent.flat();
      const list = await Promise.all(
        chains.map(async (chain) => {
          const nonce = nonces.filter((one) => one.startsWith(`${chain} `)).length;
          return transfer(chain, nonce);
        }),
      );
      const answers = await submit(...list);
      sent.push(answers.map(({ id }: { id: string }, i: number) => `${chains[i]} ${id}`));
      await advance(1);
    }
    await advance(5);
    const all = idsOf(await page({ first: 100 }));
    expect(all).toHaveLength(10);
    let start = 0;
    for (const round of sent) {
      const ids = round.map((one) => one.split(" ")[1]);
      expect(new Set(all.slice(start, start + ids.length))).toEqual(new Set(ids));
      start += ids.length;
    }
    for (const size of [1, 2, 3, 4, 7]) {
      const forward: string[] = [];
      for (let after: string | null = null; ; ) {
        const one = await page({ first: size, after });
        forward.push(...idsOf(one));
        expect(one.pageInfo.hasPreviousPage).toBe(after !== null);
        if (!one.pageInfo.hasNextPage) break;
        after = one.pageInfo.endCursor;
      }
      expect(forward).toEqual(all);
      const backward: string[] = [];
      for (let before: string | null = null; ; ) {
        const one = await page({ last: size, before });
        backward.unshift(...idsOf(one));
        if (!one.pageInfo.hasPreviousPage) break;
        before = one.pageInfo.startCursor;
      }
      expect(backward).toEqual(all);
    }
  });

  it("R-2.5 list a trade over two shards once for each of its parties, wherever a page ends", async () => {
    const address = formatAddress(carol.address);
    const wanted: string[] = [];
    // Carol trades four times over shards 0 and 1 in one round, and over 1 and 2 in others, with transfers between.
    const trade = async (chain: number, other: number, nonce: number) => {
      const gives = { payer: alice, chain, amount: 3n, nonce, gasPrice: GAS_PRICE };
      const takes = { payer: carol, chain: other, amount: 4n, nonce, gasPrice: GAS_PRICE };
      const signed = await signedTrade(world.local.network.id, [gives, takes]);
      return base64(transactionCodec.encode(signed));
    };
    const trades = [0, 1, 2, 3].map((nonce) => trade(0, 1, nonce));
    const others = [0, 1].map((nonce) => trade(6, 5, nonce));
    for (const list of [await Promise.all(trades), await Promise.all(others)]) {
      const answers = await submit(...list);
      const names = answers.map(
        (one: { code?: string; __typename: string }) => one.code ?? one.__typename,
      );
      expect(new Set(names)).toEqual(new Set(["Accepted"]));
      wanted.push(...answers.map(({ id }: { id: string }) => id));
      await advance(3);
    }
    await advance(6);
    const read = async (args: object): Promise<Page> =>
      (await world.data(HISTORY, { address, ...args })).account.transactions;
    const all = idsOf(await read({ first: 100 }));
    expect(all).toHaveLength(wanted.length);
    expect(new Set(all)).toEqual(new Set(wanted));
    for (const size of [1, 2, 3, 5]) {
      const forward: string[] = [];
      for (let [after, more]: [string | null, boolean] = [null, true]; more; ) {
        const { nodes, pageInfo }: Page = await read({ first: size, after });
        forward.push(...nodes.map(({ id }) => id));
        [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
      }
      expect(forward).toEqual(all);
      const backward: string[] = [];
      for (let [before, more]: [string | null, boolean] = [null, true]; more; ) {
        const { nodes, pageInfo }: Page = await read({ last: size, before });
        backward.unshift(...nodes.map(({ id }) => id));
        [before, more] = [pageInfo.startCursor, pageInfo.hasPreviousPage];
      }
      expect(backward).toEqual(all);
    }
  });

  it("never get an entry ahead of one that was seen, though shards execute one after the other", async () => {
    await sendEverywhere();
    await advance(1);
    // What shard 1 will make of its transaction belongs ahead of what others make of later ones.
    world.local.down.add("shard 1");
    await submit(await transfer(1, 1), await transfer(0, 1));
    await advance(1);
    await submit(await transfer(0, 2));
    await advance(1);
    const seen = await page({ first: 100 });
    world.local.down.delete("shard 1");
    await advance(6);
    const all = idsOf(await page({ first: 100 }));
    expect(all.slice(0, seen.nodes.length)).toEqual(idsOf(seen));
    expect(seen.nodes).toHaveLength(8);
    const { endCursor } = seen.pageInfo;
    const rest = await page({ first: 100, after: endCursor ?? null });
    expect([...idsOf(seen), ...idsOf(rest)]).toEqual(all);
    expect(all).toHaveLength(11);
  });
});

describe("shards and sets", () => {
  it("R-3.3, R-10.1 says of each set which shards it covers, and how far its replicas are", async () => {
    await sendEverywhere();
    await advance(8);
    const query = `query ($after: String) { validatorSets(first: 4, after: $after) {
      nodes { id quorum shards { id } seats { index } replicas { shard { id headRound } headRound headHash executedRound behindRounds } findings { round } }
      pageInfo { hasNextPage endCursor } } }`;
    const first = (await world.data(query)).validatorSets;
    const rest = (await world.data(query, { after: first.pageInfo.endCursor })).validatorSets;
    const sets = [...first.nodes, ...rest.nodes];
    expect(rest.pageInfo.hasNextPage).toBe(false);
    expect(sets.map(({ id }) => id)).toEqual(["1", "2", "3", "4", "5", "6"]);
    for (const { shards, replicas, quorum, seats, findings } of sets) {
      expect([shards.length, quorum, seats.length]).toEqual([2, 3, 4]);
      expect(findings).toEqual([]);
      expect(replicas.map(({ shard }: { shard: { id: string } }) => shard.id)).toEqual(
        shards.map(({ id }: { id: string }) => id),
      );
      for (const replica of replicas) {
        expect(replica.headRound).toBeGreaterThan(0);
        expect(replica.behindRounds).toBe(replica.shard.headRound - replica.headRound);
      }
    }
  });

  it("R-3.4 lists the sets of a shard, and has one that nobody called know nothing", async () => {
    const query = `{ shard(id: "2") { validatorSets { nodes { id shards { id } replicas { headRound behindRounds } } } }
      one: validatorSet(id: "6") { id } none: validatorSet(id: "7") { id } }`;
    const { shard, one, none } = await world.data(query);
    expect(shard.validatorSets.nodes).toHaveLength(3);
    for (const { shards, replicas } of shard.validatorSets.nodes) {
      expect(shards.map(({ id }: { id: string }) => id)).toContain("2");
      expect(replicas[0]).toEqual({ headRound: 0, behindRounds: 0 });
    }
    expect([one, none]).toEqual([{ id: "6" }, null]);
  });

  it.each([2, 3, 4, 5])("R-3.4 has every shard of %i in one duty of each round", async (shards) => {
    world = await worldOf(shards, shards);
    const { timetable } = await world.data(
      "{ timetable(from: 1, rounds: 30) { round alone { id } duties { validatorSet { id shards { id } } shards { id } } } }",
    );
    const ids = Array.from({ length: shards }, (_, shard) => `${shard}`);
    for (const { duties, alone } of timetable) {
      const onDuty = duties.flatMap((one: { shards: { id: string }[] }) => one.shards);
      expect(onDuty.map(({ id }: { id: string }) => id).sort()).toEqual(ids);
      expect(alone === null).toBe(shards % 2 === 0);
      if (alone === null) continue;
      const own = duties.find((one: { shards: { id: string }[] }) => one.shards.length === 1);
      expect(own.shards).toEqual([alone]);
      expect(own.validatorSet.shards).toContainEqual(alone);
    }
  });
});

describe("estimates", () => {
  it("R-3.6 name the round in which a set sees both shards, as the timetable has it", async () => {
    const { timetable } = await world.data(
      "{ timetable(from: 1, rounds: 10) { round time duties { validatorSet { id } shards { id } } } }",
    );
    for (const [a, b] of [
      [0, 1],
      [2, 3],
      [1, 7],
      [4, 5],
      [0, 4],
    ] as const) {
      const { estimateInclusion: estimate } = await world.data(
        `{ estimateInclusion(chains: ["T${a}", "T${b}"]) { round time validatorSet { id } } }`,
      );
      const wanted = new Set([`${a % 4}`, `${b % 4}`]);
      const duties = timetable.flatMap((one: { round: number; time: string; duties: [] }) =>
        one.duties.map((duty: object) => ({ ...one, ...duty })),
      );
      const meeting = duties.find((duty: { shards: { id: string }[] }) =>
        [...wanted].every((shard) => duty.shards.some(({ id }) => id === shard)),
      );
      const { round, time, validatorSet } = meeting;
      expect(estimate).toEqual({ round, time, validatorSet });
    }
  });

  it("R-3.5 are not made for more than two shards", async () => {
    const { body } = await world.ask(
      '{ estimateInclusion(chains: ["T0", "T1", "T4", "T6"]) { round } }',
    );
    expect(body.errors[0].extensions.code).toBe("BAD_USER_INPUT");
    expect(body.errors[0].message).toBe(
      'Invalid chains: ["T0","T1","T4","T6"] lie on 3 shards (0, 1, 2), and no round has more than ' +
        "two shards together (R-3.5): name chains of two shards at most",
    );
  });
});

describe("streams", () => {
  it("of blocks need a shard or a chain, and say so", async () => {
    const query = "subscription { blocks { round } }";
    const { body } = await world.ask(query);
    expect(body.errors[0].extensions.code).toBe("BAD_USER_INPUT");
    expect(body.errors[0].message).toBe(
      "Cannot follow the blocks of all 4 shards in one stream: give `shard` for all chains of one, " +
        'such as "0", or `chain` for one chain, such as "T0"',
    );
  });

  it("of a chain on another shard than is named are refused", async () => {
    const { body } = await world.ask('subscription { blocks(shard: "1", chain: "T0") { round } }');
    expect(body.errors[0].message).toBe(
      'Invalid shard: "1" is not the shard of that chain, which is "0"',
    );
  });
});
