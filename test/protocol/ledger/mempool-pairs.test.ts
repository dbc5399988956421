// Transactions over two chains in the mempool: two places each, one rank a chain, their share of a block.

import { describe, expect, it } from "vitest";
import { BlockAssembler } from "../../../src/protocol/blocks/assembler.ts";
import { EMPTY_ACCOUNT } from "../../../src/protocol/ledger/account.ts";
import { Mempool, type MempoolLimits } from "../../../src/protocol/ledger/mempool.ts";
import type { VerifiedTransaction } from "../../../src/protocol/ledger/unverified.ts";
import { feeRank } from "../../../src/protocol/ledger/waiting.ts";
import { SHARD_BLOCK_TRANSACTIONS_MAX } from "../../../src/protocol/limits.ts";
import { EMPTY_WINDOW } from "../../../src/protocol/reserve/window.ts";
import { recordOf, richRound, TestPool, transferBy } from "../../support/mempool.ts";
import { ALONE } from "../../support/reach.ts";
import { paperAccount } from "../../support/signer.ts";
import { paperTrade } from "../../support/trades.ts";
import { codeOf } from "../../support/transactions.ts";

const NETWORK_ID: Uint8Array = new Uint8Array(32).fill(5);
const record = recordOf(2n);
const WIDE: MempoolLimits = {
  transactionsMax: 10_000,
  bytesMax: 1 << 24,
  chainTransactionsMax: 10_000,
  chainBytesMax: 1 << 24,
  senderMax: 10_000,
};

interface Party {
  readonly by: string;
  readonly chain: number;
  readonly nonce?: number;
  readonly price?: bigint;
}

function pair(first: Party, second: Party): VerifiedTransaction {
  const side = ({ by, chain, nonce = 0, price = 2n }: Party) => ({
    payer: paperAccount(by),
    chain,
    amount: 1n,
    nonce,
    gasPrice: price,
  });
  return paperTrade(NETWORK_ID, [side(first), side(second)]);
}

const take = (by: string, chain: number, nonce = 0, gasPrice = 2n): VerifiedTransaction =>
  paperTrade(NETWORK_ID, [
    { payer: paperAccount("maker"), chain: 9, amount: 1n, offer: 1n },
    { payer: paperAccount(by), chain, amount: 1n, nonce, gasPrice },
  ]);

const poolOf = (
  limits: Partial<MempoolLimits>,
  ...all: readonly VerifiedTransaction[]
): TestPool => {
  const pool = new TestPool(new Mempool(() => record, { ...WIDE, ...limits }));
  for (const one of all) expect(codeOf(pool.add(one))).toBe("");
  return pool;
};

const rankOn = (one: VerifiedTransaction, chain: number): number => {
  const leg = one.transaction.legs.find((other) => other.chain === chain);
  return Number(feeRank(one, () => record, leg)) / 2 ** 32;
};

describe("rank", () => {
  it("[R-2.4] is the sum over both legs, the other leg's part at most as much as the own", () => {
    const even = pair({ by: "A", chain: 0, price: 6n }, { by: "B", chain: 1, price: 6n });
    expect([rankOn(even, 0), rankOn(even, 1)]).toEqual([6, 6]);
    const uneven = pair({ by: "A", chain: 0, price: 2n }, { by: "B", chain: 1, price: 10n ** 6n });
    expect([rankOn(uneven, 0), rankOn(uneven, 1)]).toEqual([2, 500_001]);
  });

  it("[R-2.4] of a leg that pays for both counts both gas limits over its own minimum", () => {
    expect(rankOn(take("A", 0), 0)).toBe(2);
    expect(rankOn(take("A", 0), 9)).toBe(0);
  });

  it("[R-2.4, R-3.10] a leg in a token that costs nothing buys no room of another chain", () => {
    const honest = transferBy("honest", { chain: 0, gasPrice: 3n });
    const pool = poolOf({ chainTransactionsMax: 1 }, honest);
    const junk = pair({ by: "A", chain: 0, price: 2n }, { by: "A2", chain: 1, price: 10n ** 9n });
    // It ranks 2 on T0, whatever the other token pays: a payment that pays 1.5 there is outbid, one that pays 3 is not.
    const dear = poolOf(
      { chainTransactionsMax: 1 },
      transferBy("honest", { chain: 0, gasPrice: 6n }),
    );
    expect(dear.add(junk)).toMatchObject({ refusal: { code: "MEMPOOL_FULL", chain: 0 } });
    expect(codeOf(pool.add(junk))).toBe("");
  });
});

describe("places", () => {
  it("[R-2.4, R-2.9] two for a trade that both pay, one for a take", () => {
    const pool = poolOf({});
    const both = pair({ by: "A", chain: 0 }, { by: "B", chain: 1, nonce: 3 });
    pool.add(both);
    pool.add(take("C", 2));
    const lines = (by: string, chain: number) =>
      pool.pool.lineOf(chain, paperAccount(by).address)?.length ?? 0;
    expect([lines("A", 0), lines("B", 1), lines("A", 1), lines("B", 0)]).toEqual([1, 1, 0, 0]);
    expect([lines("C", 2), lines("maker", 9)]).toEqual([1, 0]);
    expect(pool.pool.nextNonce(1, paperAccount("B").address, 3)).toBe(4);
    pool.pool.remove(both.idHex);
    expect([lines("A", 0), lines("B", 1), pool.pool.size]).toEqual([0, 0, 1]);
  });

  it("[R-2.7] one newcomer can replace two that wait, and then pays a tenth more than each", () => {
    const [first, second] = [
      transferBy("A", { chain: 0, gasPrice: 10n }),
      transferBy("B", { chain: 1, gasPrice: 20n }),
    ];
    const pool = poolOf({}, first, second);
    const cheap = pair({ by: "A", chain: 0, price: 11n }, { by: "B", chain: 1, price: 21n });
    expect(pool.add(cheap)).toMatchObject({
      refusal: { code: "NONCE_TAKEN", chain: 1, by: second.idHex, gasPrice: 22n },
    });
    const dear = pair({ by: "A", chain: 0, price: 11n }, { by: "B", chain: 1, price: 22n });
    const added = pool.add(dear);
    expect(added.ok && added.value.replaced.map(({ idHex }) => idHex)).toEqual([
      first.idHex,
      second.idHex,
    ]);
    expect(pool.pool.size).toBe(1);
  });

  it("[R-3.10] counts in the caps of both its chains and both its senders", () => {
    const both = pair({ by: "A", chain: 0 }, { by: "B", chain: 1 });
    const full = { code: "MEMPOOL_FULL" };
    const chain = poolOf({ chainTransactionsMax: 1 }, both);
    expect(chain.add(transferBy("C", { chain: 1 }))).toMatchObject({ refusal: full });
    expect(codeOf(chain.add(transferBy("C", { chain: 2 })))).toBe("");
    const sender = poolOf({ senderMax: 1 }, both);
    expect(sender.add(transferBy("B", { chain: 1, nonce: 1 }))).toMatchObject({ refusal: full });
    expect(codeOf(sender.add(transferBy("B", { chain: 0, nonce: 1 })))).toBe("");
  });

  it("[R-3.10] a failed admission leaves all as it was, who sleeps asleep", () => {
    const asleep = pair({ by: "A", chain: 0, nonce: 5 }, { by: "B", chain: 1, nonce: 5 });
    const pool = poolOf({ chainTransactionsMax: 2 }, asleep, transferBy("C", { gasPrice: 9n }));
    pool.select(richRound(record));
    expect(pool.pool.asleep).toBe(1);
    const refusal = { code: "MEMPOOL_FULL", chain: 0 };
    // It would come before the one that sleeps, and wake its line.
    const newcomer = pair({ by: "D", chain: 0 }, { by: "B", chain: 1, nonce: 4 });
    expect(pool.add(newcomer, { mayDisplace: false })).toMatchObject({ refusal });
    expect([pool.pool.asleep, pool.pool.size]).toEqual([1, 2]);
    // What sleeps leaves first, from whichever of its chains needs the room.
    expect(codeOf(pool.add(transferBy("E", { chain: 0 })))).toBe("");
    expect([pool.has(asleep), pool.pool.asleep]).toEqual([false, 0]);
  });

  it("[R-3.10] what waits for something in its other line leaves before what can be included", () => {
    const blocked = pair(
      { by: "A", chain: 0, price: 99n },
      { by: "B", chain: 1, nonce: 1, price: 99n },
    );
    const ready = transferBy("C", { chain: 0, gasPrice: 2n });
    const pool = poolOf({ chainTransactionsMax: 2 }, transferBy("B", { chain: 1 }), blocked, ready);
    const added = pool.add(transferBy("D", { chain: 0, gasPrice: 2n }));
    expect(
      added.ok && added.value.evicted.map(({ waiting, chain }) => [waiting.idHex, chain]),
    ).toEqual([[blocked.idHex, 0]]);
  });

  it("[R-3.10] two that wait for each other for ever are no shelter", () => {
    const one = pair(
      { by: "A", chain: 0, price: 99n },
      { by: "B", chain: 1, nonce: 1, price: 99n },
    );
    const other = pair(
      { by: "A", chain: 0, nonce: 1, price: 99n },
      { by: "B", chain: 1, price: 99n },
    );
    const pool = poolOf({ chainTransactionsMax: 2 }, one, other);
    expect(pool.select(richRound(record)).chosen).toEqual([]);
    expect(codeOf(pool.add(transferBy("C", { chain: 0 })))).toBe("");
    expect(pool.has(other)).toBe(false);
  });
});

describe("selection", () => {
  const idsOf = (pool: TestPool, assembler = richRound(record)): string[] =>
    pool.select(assembler).chosen.map(({ idHex }) => idHex);

  it("[R-5.3] fills two-chain transactions first, then each chain's own, in a sender's order", () => {
    const single = transferBy("A", { chain: 0, nonce: 1, gasPrice: 99n });
    const both = pair({ by: "A", chain: 0 }, { by: "B", chain: 1 });
    const next = pair({ by: "A", chain: 0, nonce: 2 }, { by: "C", chain: 1 });
    const last = transferBy("B", { chain: 1, nonce: 1 });
    const pool = poolOf({}, next, single, last, both);
    expect(idsOf(pool)).toEqual([both.idHex, single.idHex, last.idHex]);
  });

  it("[R-5.3] a run of them over the same two lines, and one over a third, in one block", () => {
    const run = [0, 1, 2].map((nonce) =>
      pair({ by: "A", chain: 0, nonce }, { by: "B", chain: 1, nonce }),
    );
    const third = pair({ by: "B", chain: 1, nonce: 3 }, { by: "C", chain: 2 });
    const pool = poolOf({}, third, ...run.toReversed());
    expect(idsOf(pool)).toEqual([...run, third].map(({ idHex }) => idHex));
  });

  it("[R-2.4] on a chain the best first, chains in turn", () => {
    const [low, high] = [2n, 9n].map((price, i) =>
      pair({ by: `A${i}`, chain: 0, price }, { by: `B${i}`, chain: 1, price }),
    ) as [VerifiedTransaction, VerifiedTransaction];
    const other = take("C", 2);
    const pool = poolOf({}, low, high, other);
    expect(idsOf(pool)).toEqual([high.idHex, low.idHex, other.idHex]);
  });

  it("[R-2.9] the second take of an offer stays behind, and sleeps until its line changes", () => {
    const [first, second] = [take("A", 0, 0, 9n), take("B", 0)];
    const pool = poolOf({}, second, first);
    const { chosen, refused } = pool.select(richRound(record));
    expect(chosen.map(({ idHex }) => idHex)).toEqual([first.idHex]);
    expect([...refused.values()]).toMatchObject([{ code: "OFFER_IN_FLIGHT", by: first.idHex }]);
    expect(pool.pool.asleep).toBe(1);
  });

  it("[R-3.6] what waits for another pair is looked at again in the round of its pair, or with all", () => {
    const trade = pair({ by: "A", chain: 0 }, { by: "B", chain: 1 });
    const pool = new TestPool(new Mempool((chain) => (chain === 0 ? record : undefined), WIDE));
    expect(codeOf(pool.add(trade))).toBe("");
    const meeting = 7;
    const assembler = (round: number) =>
      new BlockAssembler({
        ...ALONE,
        round,
        k: 3,
        chain: (chain) => (chain === 0 ? record : undefined),
        account: () => ({ ...EMPTY_ACCOUNT, balance: 10n ** 12n, reserve: 10n ** 12n }),
        usedOffers: () => null,
        window: () => EMPTY_WINDOW,
        shardOf: (chain) => chain,
        partner: round === meeting ? 1 : null,
        nextMeeting: () => meeting,
      });
    const refusedIn = (round: number, looksAtAll: boolean): string[] =>
      [...pool.select(assembler(round), looksAtAll).refused].map(([waiting, refusal]) => {
        // As the waiting room does.
        waiting.reason = refusal;
        return refusal.code;
      });
    expect(refusedIn(4, false)).toEqual(["WAITS_FOR_PAIR"]);
    expect(refusedIn(5, false)).toEqual([]);
    expect(refusedIn(6, true)).toEqual(["WAITS_FOR_PAIR"]);
    expect(pool.pool.asleep).toBe(1);
    const { chosen } = pool.select(assembler(meeting), false);
    expect(chosen.map(({ idHex }) => idHex)).toEqual([trade.idHex]);
    expect(pool.pool.asleep).toBe(0);
  });

  it("[R-5.3] takes half of a block from a flood of trades while payments wait, all of it else", () => {
    const trades = Array.from({ length: 2_600 }, (_, i) => take(`T${i}`, 1 + (i % 3)));
    const seen: number[] = [];
    const rich = () =>
      new BlockAssembler({
        round: 1,
        k: 3,
        chain: () => record,
        account: () => ({ ...EMPTY_ACCOUNT, balance: 10n ** 12n, reserve: 10n ** 12n }),
        ...ALONE,
        usedOffers: () => null,
        window: () => EMPTY_WINDOW,
      });
    for (const payments of [0, 1_000, 2_000]) {
      // Each takes another offer.
      const pool = poolOf({});
      for (const [i, one] of trades.entries()) {
        const offer = BigInt(i);
        const { payment, chain } = one.transaction.legs[0] as (typeof one.transaction.legs)[number];
        const maker = { payer: paperAccount(`M${i % 20}`), chain: 9 + (i % 20), amount: 1n, offer };
        const payer = paperAccount(`T${i}`);
        if (payment === null) throw new Error("No payer");
        pool.add(paperTrade(NETWORK_ID, [maker, { payer, chain, amount: 1n, gasPrice: 2n }]));
      }
      for (let i = 0; i < payments; i++) pool.add(transferBy(`P${i}`, { chain: 0 }));
      const { chosen } = pool.select(rich());
      seen.push(chosen.filter(({ transaction }) => transaction.legs.length > 1).length);
      expect(chosen.length).toBe(SHARD_BLOCK_TRANSACTIONS_MAX);
    }
    expect(seen).toEqual([2_500, 1_500, 1_250]);
  });
});
