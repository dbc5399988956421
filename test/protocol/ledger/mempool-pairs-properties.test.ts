// The mempool with places on two chains under random orders: its lines are what was admitted, caps hold, a refusal changes nothing,
// and a selection leaves out nothing that the block could have held.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BlockAssembler } from "../../../src/protocol/blocks/assembler.ts";
import { isSingle } from "../../../src/protocol/blocks/block-order.ts";
import { EMPTY_ACCOUNT } from "../../../src/protocol/ledger/account.ts";
import { Mempool } from "../../../src/protocol/ledger/mempool.ts";
import type { VerifiedTransaction } from "../../../src/protocol/ledger/unverified.ts";
import { type LegPlace, placesOf } from "../../../src/protocol/ledger/waiting.ts";
import { EMPTY_WINDOW } from "../../../src/protocol/reserve/window.ts";
import { recordOf, TestPool, transferBy } from "../../support/mempool.ts";
import { ALONE } from "../../support/reach.ts";
import { paperAccount } from "../../support/signer.ts";
import { paperTrade } from "../../support/trades.ts";

const NETWORK_ID: Uint8Array = new Uint8Array(32).fill(5);
const CHAINS = 3;
const SENDERS = 4;
const record = recordOf(2n);
const LIMITS = {
  transactionsMax: 12,
  bytesMax: 12 * 380,
  chainTransactionsMax: 8,
  chainBytesMax: 8 * 380,
  senderMax: 4,
};

const place = fc.record({
  sender: fc.nat(SENDERS - 1),
  chain: fc.nat(CHAINS - 1),
  nonce: fc.nat(3),
  price: fc.bigInt(2n, 12n),
});
type PlaceDraw = typeof place extends fc.Arbitrary<infer T> ? T : never;

const add = fc.record({
  kind: fc.constant("add" as const),
  first: place,
  second: fc.option(place, { freq: 2 }),
  /** Instead of the second: the number of an offer to take. */
  offer: fc.option(fc.bigInt(0n, 2n), { freq: 1 }),
  validUntil: fc.integer({ min: 50, max: 60 }),
  mayDisplace: fc.boolean(),
  givesWay: fc.boolean(),
});
const order = fc.oneof(
  { weight: 8, arbitrary: add },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("remove" as const), which: fc.nat(30) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("block" as const), keep: fc.boolean() }) },
);

const by = (sender: number) => paperAccount(`sender ${sender}`);

function transactionOf(draw: typeof add extends fc.Arbitrary<infer T> ? T : never) {
  const { first, second, offer, validUntil } = draw;
  const side = ({ sender, chain, nonce, price }: PlaceDraw) => ({
    payer: by(sender),
    chain,
    nonce,
    amount: 1n,
    gasPrice: price,
  });
  if (offer !== null) {
    const maker = { payer: paperAccount("maker"), chain: CHAINS, amount: 1n, offer };
    return paperTrade(NETWORK_ID, [maker, side(first)], { validUntil });
  }
  if (second !== null && second.chain !== first.chain && second.sender !== first.sender) {
    return paperTrade(NETWORK_ID, [side(first), side(second)], { validUntil });
  }
  const { sender, chain, nonce, price } = first;
  return transferBy(`sender ${sender}`, { chain, nonce, gasPrice: price, validUntil });
}

class Checked {
  readonly pool = new TestPool(new Mempool(() => record, LIMITS));
  readonly waiting = new Map<string, VerifiedTransaction>();
  /** By chain and sender: the nonce that a block must carry next. */
  readonly next = new Map<string, number>();
  readonly seen: Map<string, number>;

  constructor(seen: Map<string, number>) {
    this.seen = seen;
  }

  add(draw: typeof add extends fc.Arbitrary<infer T> ? T : never): void {
    const transaction = transactionOf(draw);
    if (this.waiting.has(transaction.idHex)) return;
    // None over two chains is admitted, or stays, with a nonce that is used.
    if (!isSingle(transaction) && placesOf(transaction).some((at) => this.#isUsed(at))) return;
    const before = this.snapshot();
    const { mayDisplace, givesWay } = draw;
    const added = this.pool.add(transaction, { mayDisplace, rivalGivesWay: givesWay });
    const kind = isSingle(transaction) ? "single" : "pair";
    if (!added.ok) {
      this.#count(`${kind} ${added.refusal.code}`);
      expect(this.snapshot()).toEqual(before);
      return;
    }
    this.#count(`${kind} admitted`);
    const { replaced, evicted } = added.value;
    for (const { idHex } of replaced) this.waiting.delete(idHex);
    for (const { waiting } of evicted) this.waiting.delete(waiting.idHex);
    for (const { waiting } of evicted) if (waiting.isPair) this.#count("pair evicted");
    this.waiting.set(transaction.idHex, transaction);
  }

  #isUsed({ chain, sender, nonce }: LegPlace): boolean {
    return nonce < (this.next.get(`${chain} ${Buffer.from(sender).toString("hex")}`) ?? 0);
  }

  remove(which: number): void {
    const [idHex] = [...this.waiting.keys()].slice(which);
    if (idHex === undefined) return;
    this.waiting.delete(idHex);
    expect(this.pool.pool.remove(idHex)?.idHex).toBe(idHex);
  }

  block(keep: boolean): void {
    const { chosen, refused } = this.pool.select(this.#assembler());
    const dead = [...refused].filter(([, { code }]) => code === "NONCE_TOO_LOW");
    // What is over two chains waits until what cannot come any more is gone from before it.
    if (dead.length === 0) this.#checkComplete(chosen);
    for (const [{ idHex }] of dead) {
      this.#count("dead");
      this.waiting.delete(idHex);
      this.pool.pool.remove(idHex);
    }
    if (keep) return;
    for (const transaction of chosen) {
      this.waiting.delete(transaction.idHex);
      this.pool.pool.remove(transaction.idHex);
      this.#count(isSingle(transaction) ? "single in a block" : "pair in a block");
      for (const { chain, sender } of placesOf(transaction)) {
        const name = `${chain} ${Buffer.from(sender).toString("hex")}`;
        this.next.set(name, (this.next.get(name) ?? 0) + 1);
      }
    }
  }

  /** In the order of the block, nothing that it left out could have come behind what it has. */
  #checkComplete(chosen: readonly VerifiedTransaction[]): void {
    const left = [...this.waiting.values()].filter((one) => !chosen.includes(one));
    const assembler = this.#assembler();
    const pairs = chosen.filter((one) => !isSingle(one));
    expect(chosen).toEqual([...pairs, ...chosen.filter(isSingle)]);
    for (const one of pairs) expect(assembler.add(one).ok).toBe(true);
    for (const one of left) if (!isSingle(one)) expect(assembler.add(one).ok).toBe(false);
    for (const one of chosen.filter(isSingle)) expect(assembler.add(one).ok).toBe(true);
    for (const one of left) if (isSingle(one)) expect(assembler.add(one).ok).toBe(false);
  }

  #assembler(): BlockAssembler {
    return new BlockAssembler({
      round: 1,
      k: 3,
      chain: () => record,
      account: (chain, address) => ({
        ...EMPTY_ACCOUNT,
        nonce: this.next.get(`${chain} ${Buffer.from(address).toString("hex")}`) ?? 0,
        balance: 10n ** 12n,
        reserve: 10n ** 12n,
      }),
      ...ALONE,
      usedOffers: () => null,
      window: () => EMPTY_WINDOW,
    });
  }

  /** What the mempool says of itself, checked against what was admitted. */
  snapshot(): unknown {
    const { pool } = this.pool;
    const lines: Record<string, string[]> = {};
    const bytes = [...this.waiting.values()].map((one) => one.bytes.length);
    for (let chain = 0; chain < CHAINS; chain++) {
      let onChain = 0;
      for (let sender = 0; sender < SENDERS; sender++) {
        const own = [...this.waiting.values()].flatMap((one) =>
          placesOf(one)
            .filter((at) => at.chain === chain && Buffer.from(at.sender).equals(by(sender).address))
            .map(({ nonce }) => `${nonce} ${one.idHex}`),
        );
        const line = pool.lineOf(chain, by(sender).address);
        const held = line?.ahead(99).map(({ nonce, waiting }) => `${nonce} ${waiting.idHex}`) ?? [];
        expect(held).toEqual(own.sort());
        expect(held.length).toBeLessThanOrEqual(LIMITS.senderMax);
        onChain += held.length;
        lines[`${chain} ${sender}`] = held;
      }
      expect(onChain).toBeLessThanOrEqual(LIMITS.chainTransactionsMax);
    }
    expect([...pool.all()].map(({ idHex }) => idHex).sort()).toEqual(
      [...this.waiting.keys()].sort(),
    );
    expect(pool.size).toBeLessThanOrEqual(LIMITS.transactionsMax);
    expect(pool.bytes).toBe(bytes.reduce((sum, one) => sum + one, 0));
    expect(pool.bytes).toBeLessThanOrEqual(LIMITS.bytesMax);
    const asleep = [...pool.all()].filter(({ isAsleep }) => isAsleep);
    for (const one of asleep) expect(one.isFront).toBe(true);
    expect(pool.asleep).toBe(asleep.length);
    return { lines, asleep: asleep.map(({ idHex }) => idHex).sort() };
  }

  #count(key: string): void {
    this.seen.set(key, (this.seen.get(key) ?? 0) + 1);
  }
}

describe("a mempool with trades", () => {
  it("[R-2.4, R-2.9, R-3.10, R-5.3] is consistent, bounded, and leaves out nothing that fits", () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(fc.array(order, { minLength: 40, maxLength: 80 }), (orders) => {
        const checked = new Checked(seen);
        for (const one of orders) {
          if (one.kind === "add") checked.add(one);
          else if (one.kind === "remove") checked.remove(one.which);
          else checked.block(one.keep);
          checked.snapshot();
        }
      }),
      { numRuns: process.env.DEEP === undefined ? 120 : 10_000 },
    );
    for (const key of [
      "pair admitted",
      "single admitted",
      "pair NONCE_TAKEN",
      "pair MEMPOOL_FULL",
      "single MEMPOOL_FULL",
      "pair evicted",
      "pair in a block",
      "single in a block",
      "dead",
    ]) {
      expect([key, (seen.get(key) ?? 0) > 1]).toEqual([key, true]);
    }
  });
});
