// What operations of the mempool cost in comparisons, and what it holds in memory: counted and measured, never timed.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Heap } from "../../../src/protocol/ledger/heap.ts";
import { Mempool } from "../../../src/protocol/ledger/mempool.ts";
import type { VerifiedTransaction } from "../../../src/protocol/ledger/unverified.ts";
import { MIB } from "../../../src/protocol/limits.ts";
import { recordOf, richRound, TestPool, transferBy } from "../../support/mempool.ts";
import { codeOf } from "../../support/transactions.ts";

const record = recordOf(2n);
const roomy = (): Mempool => new Mempool(() => record);

describe("cost", () => {
  it("a heap compares a logarithm of what it holds for each push, pop, removal and move", () => {
    let comparisons = 0;
    const places = new Map<object, number>();
    const heap = new Heap<{ key: number }>(
      (a, b) => {
        comparisons += 1;
        return a.key < b.key;
      },
      (item, at) => places.set(item, at),
    );
    const items = Array.from({ length: 4_096 }, (_, i) => ({ key: (i * 2_654_435_761) % 4_096 }));
    let worst = 0;
    const count = (operation: () => void): void => {
      comparisons = 0;
      operation();
      worst = Math.max(worst, comparisons);
    };
    for (const item of items) count(() => heap.push(item));
    for (const item of items.slice(0, 1_000)) {
      item.key = -item.key;
      count(() => heap.moved(places.get(item) ?? -1));
    }
    for (const item of items.slice(0, 2_000)) count(() => heap.remove(places.get(item) ?? -1));
    while (heap.size > 0) count(() => heap.pop());
    expect(worst).toBeGreaterThan(8);
    expect(worst).toBeLessThanOrEqual(2 * 12 + 2);
  });

  it.each([
    ["senders", (i: number) => transferBy(`sender ${i}`, { gasPrice: BigInt(2 + (i % 50)) })],
    ["of one sender", (i: number) => transferBy("Alice", { nonce: i })],
  ] as const)(
    "[R-2.9] ten times as many %s cost a little more each, to come and to go",
    (_, make) => {
      const costOf = (count: number): number => {
        const pool = new TestPool(
          new Mempool(() => record, {
            transactionsMax: 10 ** 6,
            bytesMax: 10 ** 9,
            chainTransactionsMax: 10 ** 6,
            chainBytesMax: 10 ** 9,
            senderMax: 10 ** 6,
          }),
        );
        const all = Array.from({ length: count }, (_unused, i) => make(i));
        // Every comparison reads the rank of one.
        for (const one of all) pool.add(one);
        let reads = 0;
        for (const waiting of pool.pool.all()) {
          const { rank, nonce } = waiting;
          for (const [name, value] of [
            ["rank", rank],
            ["nonce", nonce],
          ] as const) {
            Object.defineProperty(waiting, name, {
              get: () => {
                reads += 1;
                return value;
              },
            });
          }
        }
        for (const { idHex } of all.slice(0, 100)) pool.pool.remove(idHex);
        return reads / 100;
      };
      const [few, many] = [costOf(200), costOf(2_000)];
      expect(few).toBeGreaterThan(1);
      expect(many).toBeLessThan(few + 50);
    },
  );

  it("[R-3.10] a selection looks at what it takes, and again at few of those that no block takes", () => {
    const pool = new TestPool(roomy());
    for (let i = 0; i < 3_000; i++) pool.add(transferBy(`gap ${i}`, { nonce: 5, gasPrice: 9n }));
    const next = transferBy("Alice");
    pool.add(next);
    const first = pool.select(richRound(record));
    expect([first.chosen.length, first.refused.size, pool.pool.asleep]).toEqual([1, 3_000, 3_000]);
    const looked = new Set<string>();
    for (let round = 0; round < 6; round++) {
      const { chosen, refused } = pool.select(richRound(record));
      expect([chosen[0]?.idHex, refused.size]).toEqual([next.idHex, 512]);
      for (const { idHex } of refused.keys()) looked.add(idHex);
    }
    // In turn: six times 512 are all of them.
    expect(looked.size).toBe(3_000);
    // What a sender is missing wakes it at once.
    for (let nonce = 0; nonce < 5; nonce++) pool.add(transferBy("gap 7", { nonce }));
    expect(pool.select(richRound(record)).chosen.length).toBe(7);
  });
});

describe("shares", () => {
  const LIMITS = {
    transactionsMax: 40,
    bytesMax: 40 * 300,
    chainTransactionsMax: 36,
    chainBytesMax: 36 * 300,
    senderMax: 40,
  };

  it("[R-2.4, R-3.10] no flood of other chains, however well it pays, takes a chain's share", () => {
    const seen = { evicted: 0 };
    const floods = fc.array(
      fc.record({
        chain: fc.integer({ min: 0, max: 4 }),
        sender: fc.nat(9),
        price: fc.integer({ min: 2, max: 10 ** 6 }),
      }),
      { minLength: 60, maxLength: 150 },
    );
    fc.assert(
      fc.property(floods, fc.integer({ min: 0, max: 4 }), (flood, victim) => {
        const pool = new TestPool(new Mempool(() => record, LIMITS));
        // T0 has half of the room for itself; what is left the others and its surplus share.
        const share = victim === 0 ? 20 : Math.floor(20 / 5);
        const quiet: VerifiedTransaction[] = [];
        const nonces = new Map<string, number>();
        for (const [at, { chain, sender, price }] of flood.entries()) {
          if (chain === victim) {
            if (quiet.length === share - 1) continue;
            // At the least price, in the middle of the flood: it gets in and stays.
            const one = transferBy(`quiet ${at}`, { chain, gasPrice: 2n });
            expect(codeOf(pool.add(one))).toBe("");
            quiet.push(one);
            continue;
          }
          const name = `${chain} ${sender}`;
          const nonce = nonces.get(name) ?? 0;
          const added = pool.add(transferBy(name, { chain, nonce, gasPrice: BigInt(price) }));
          if (!added.ok) continue;
          nonces.set(name, nonce + 1);
          seen.evicted += added.value.evicted.length;
          for (const { waiting } of added.value.evicted) {
            const { chain: of } = waiting.line.chain;
            nonces.set(`${of} ${flood.length}`, 0);
          }
        }
        for (const one of quiet) expect(pool.has(one)).toBe(true);
      }),
      { numRuns: process.env.DEEP === undefined ? 40 : 2_000 },
    );
    expect(seen.evicted).toBeGreaterThan(50);
  });
});

describe("memory", () => {
  // The engine of the platform compresses pointers: there it is less than here.
  it.each([
    ["10,000 senders", 1, 6.5],
    ["1,250 senders with 8 each", 8, 4.5],
  ] as const)("[R-3.10] the heap of a full mempool of %s stays small", async (_, each, mib) => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const settle = async (): Promise<number> => {
      for (let i = 0; i < 3; i++) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        collect();
      }
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    const pool = roomy();
    const fill = (from: number, to: number): void => {
      for (let i = from; i < to; i++) {
        const [chain, nonce] = [i % 2, Math.floor(i / 2) % each];
        const sender = `s${chain} ${Math.floor(i / 2 / each)}`;
        const transaction = transferBy(sender, { chain, nonce, gasPrice: BigInt(2 + i) });
        const mayDisplace = () => true;
        const newcomer = { transaction, arrival: i, mayDisplace, givesWay: () => false };
        expect(codeOf(pool.add(newcomer))).toBe("");
      }
    };
    // What loads once is not the mempool's.
    fill(0, 480);
    const before = await settle();
    fill(480, 10_000);
    const perEntry = ((await settle()) - before) / (10_000 - 480);
    expect(pool.size).toBe(10_000);
    expect(perEntry).toBeGreaterThan(100);
    expect(perEntry * 10_000).toBeLessThan(mib * MIB);
    console.info(`A waiting transaction takes ${Math.round(perEntry)} bytes of heap`);
  });
});
