import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BlockAssembler } from "../../../src/protocol/blocks/assembler.ts";
import { toHex } from "../../../src/protocol/encoding/bytes.ts";
import { EMPTY_ACCOUNT } from "../../../src/protocol/ledger/account.ts";
import type { ChainRecord } from "../../../src/protocol/ledger/chain-record.ts";
import { Mempool, type Newcomer } from "../../../src/protocol/ledger/mempool.ts";
import type { VerifiedTransaction } from "../../../src/protocol/ledger/unverified.ts";
import { EMPTY_WINDOW } from "../../../src/protocol/reserve/window.ts";
import { testGenesis } from "../../support/genesis.ts";
import { ALONE } from "../../support/reach.ts";
import { paperAccount } from "../../support/signer.ts";
import { codeOf, paperAuthorisation, paperTransaction } from "../../support/transactions.ts";
import { type Entry, MempoolModel, type ModelLimits } from "./mempool-model.ts";

const NETWORK_ID = new Uint8Array(32).fill(5);
const SENDERS = 4;
const CHAINS = 3;
const senders = Array.from({ length: SENDERS }, (_, i) => paperAccount(`sender ${i}`));
const senderOf = (place: number) => senders[place] as (typeof senders)[number];
const nameOf = new Map(senders.map(({ address }, place) => [toHex(address), place]));
const MINIMA = [1n, 0n, 3n];
const records: readonly ChainRecord[] = MINIMA.map((gasPriceMin) => ({
  ...(testGenesis().chains[0] as ChainRecord),
  gasPriceMin,
}));

interface Draw {
  readonly chain: number;
  readonly sender: number;
  readonly ahead: number;
  readonly price: bigint;
  readonly gas: number;
  readonly large: boolean;
  readonly validUntil: number;
  readonly mayDisplace: boolean;
  readonly rivalGivesWay: boolean;
}

const draw: fc.Arbitrary<Draw> = fc.record({
  chain: fc.nat(CHAINS - 1),
  sender: fc.nat(SENDERS - 1),
  ahead: fc.nat(5),
  price: fc.bigInt({ min: 0n, max: 40n }),
  gas: fc.integer({ min: 1, max: 3 }),
  large: fc.boolean(),
  validUntil: fc.integer({ min: 1, max: 12 }),
  mayDisplace: fc.boolean(),
  rivalGivesWay: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
});

type Step =
  | { readonly kind: "add"; readonly one: Draw }
  | { readonly kind: "remove"; readonly place: number }
  | { readonly kind: "expire"; readonly round: number }
  | { readonly kind: "block" };

const steps = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: draw.map((one): Step => ({ kind: "add", one })) },
    { weight: 1, arbitrary: fc.nat(50).map((place): Step => ({ kind: "remove", place })) },
    { weight: 1, arbitrary: fc.nat(7).map((round): Step => ({ kind: "expire", round })) },
    { weight: 2, arbitrary: fc.constant<Step>({ kind: "block" }) },
  ),
  { minLength: 20, maxLength: 80 },
);

/** Of a small and of a large transaction of these tests. */
const [SMALL, LARGE] = [235, 386];
const LIMITS: ModelLimits = {
  transactionsMax: 14,
  bytesMax: 12 * SMALL + LARGE,
  chainTransactionsMax: 9,
  chainBytesMax: 8 * SMALL,
  senderMax: 5,
};

class World {
  readonly pool = new Mempool((chain) => records[chain], LIMITS);
  readonly model = new MempoolModel(LIMITS);
  readonly #used = new Map<string, number>();
  readonly #seen: { replaced: number; evicted: number; named: number };
  #arrival = 0;

  constructor(seen: { replaced: number; evicted: number; named: number }) {
    this.#seen = seen;
  }

  next(chain: number, sender: number): number {
    return this.#used.get(`${chain}/${sender}`) ?? 0;
  }

  play(step: Step): void {
    switch (step.kind) {
      case "add":
        this.#add(step.one, step.one.price + (MINIMA[step.one.chain] as bigint));
        break;
      case "remove":
        this.#remove(this.model.entries[step.place % Math.max(1, this.model.entries.length)]);
        break;
      case "expire": {
        const late = this.model.entries.filter(({ validUntil }) => validUntil < step.round);
        const gone = this.pool.expire(step.round).map(({ idHex }) => idHex);
        expect(gone.sort()).toEqual(late.map(({ transaction }) => transaction.idHex).sort());
        for (const one of late)
          this.model.change(() => this.model.entries.filter((x) => x !== one));
        break;
      }
      case "block":
        this.#block();
        break;
    }
    this.#compare();
  }

  #entry(one: Draw, price: bigint): Entry {
    const { chain, sender, large, validUntil } = one;
    const nonce = this.next(chain, sender) + one.ahead;
    const payer = senderOf(sender);
    const delegate = senderOf((sender + 1) % SENDERS);
    const required = large ? 2_000 : 1_000;
    const gasLimit = required * one.gas;
    const arrival = this.#arrival++;
    const transaction = paperTransaction(NETWORK_ID, {
      payer,
      chain,
      nonce,
      gasPrice: price,
      gasLimit,
      validUntil,
      payload: { kind: "transfer", to: payer.address, amount: BigInt(arrival) },
      authorisations: large ? [paperAuthorisation({ owner: payer, delegate, chain })] : [],
    });
    const minimum = BigInt(required) * (MINIMA[chain] as bigint);
    const rank = ((BigInt(gasLimit) * price) << 32n) / (minimum === 0n ? 1n : minimum);
    const bytes = transaction.bytes.length;
    return { transaction, chain, sender, nonce, price, rank, bytes, validUntil, arrival };
  }

  #add(one: Draw, price: bigint): void {
    const entry = this.#entry(one, price);
    const { transaction, arrival } = entry;
    const newcomer: Newcomer = {
      transaction,
      arrival,
      mayDisplace: () => one.mayDisplace,
      givesWay: () => one.rivalGivesWay,
    };
    const verdict = this.model.add(entry, one.mayDisplace, one.rivalGivesWay);
    const added = this.pool.add(newcomer);
    expect(codeOf(added)).toBe(verdict.refused);
    if (added.ok) {
      expect(added.value.replaced[0]?.idHex ?? null).toBe(verdict.replaced);
      expect(added.value.evicted.map(({ waiting }) => waiting.idHex)).toEqual(verdict.evicted);
      this.#seen.replaced += Number(verdict.replaced !== null);
      this.#seen.evicted += verdict.evicted.length;
      return;
    }
    this.#compare();
    const { refusal } = added;
    if (refusal.code === "MEMPOOL_FULL") expect(refusal.limit).toBe(verdict.limit);
    const named = "gasPrice" in refusal ? refusal.gasPrice : undefined;
    if (named === undefined) return;
    this.#seen.named += 1;
    // The price that it names is the least that gets in.
    expect(named).toBeGreaterThan(price);
    if (named > price + 1n) {
      const less = this.#entry(one, named - 1n);
      const refused = this.pool.add({ ...newcomer, transaction: less.transaction });
      expect([codeOf(refused), verdict.refused]).toEqual([verdict.refused, verdict.refused]);
    }
    const enough = this.#entry(one, named);
    const second = this.model.add(enough, one.mayDisplace, one.rivalGivesWay);
    const { transaction: dear, arrival: later } = enough;
    const got = this.pool.add({ ...newcomer, transaction: dear, arrival: later });
    expect(codeOf(got)).toBe(second.refused);
    // A replacement that pays enough may still find no room.
    if (refusal.code === "MEMPOOL_FULL") expect(codeOf(got)).toBe("");
    else expect(codeOf(got)).not.toBe("NONCE_TAKEN");
  }

  #remove(gone: Entry | undefined): void {
    const idHex = gone?.transaction.idHex ?? "none";
    expect(this.pool.remove(idHex)?.idHex).toBe(gone?.transaction.idHex);
    this.model.change(() => this.model.entries.filter((one) => one !== gone));
  }

  /** Every chain's own order is exact; what the block took is used. */
  #block(): void {
    const known = new Map(this.model.entries.map((one) => [one.transaction.idHex, one]));
    const load = ({ idHex }: { idHex: string }): VerifiedTransaction =>
      (known.get(idHex) as Entry).transaction;
    const { chosen, refused } = this.pool.select(this.#assembler(), load);
    for (let chain = 0; chain < CHAINS; chain++) {
      const expected = this.model.order(chain, (sender) => this.next(chain, sender));
      const here = (idHex: string): boolean => known.get(idHex)?.chain === chain;
      expect(chosen.map(({ idHex }) => idHex).filter(here)).toEqual(expected.chosen);
      const left = [...refused.keys()].map(({ idHex }) => idHex).filter(here);
      expect(left).toEqual(expected.refused);
    }
    const first = [...refused.keys()].flatMap(({ idHex }) => {
      const one = known.get(idHex) as Entry;
      return this.model.line(one)[0] === one ? [`${one.chain}/${one.sender}`] : [];
    });
    this.model.asleep = new Set(first);
    for (const { idHex } of chosen) {
      const one = known.get(idHex) as Entry;
      this.#remove(one);
      this.#used.set(`${one.chain}/${one.sender}`, one.nonce + 1);
    }
  }

  #assembler(): BlockAssembler {
    return new BlockAssembler({
      round: 1,
      k: 3,
      chain: (chain) => records[chain],
      account: (chain, address) => ({
        ...EMPTY_ACCOUNT,
        nonce: this.next(chain, nameOf.get(toHex(address)) ?? 0),
        balance: 10n ** 12n,
        reserve: 10n ** 12n,
      }),
      ...ALONE,
      usedOffers: () => null,
      window: () => EMPTY_WINDOW,
    });
  }

  #compare(): void {
    const { pool, model } = this;
    const ids = [...pool.all()].map(({ idHex }) => idHex).sort();
    expect(ids).toEqual(model.entries.map(({ transaction }) => transaction.idHex).sort());
    expect(pool.bytes).toBe(model.entries.reduce((sum, { bytes }) => sum + bytes, 0));
    const expiries = model.entries.map(({ validUntil }) => validUntil);
    expect(pool.earliestExpiry()).toBe(expiries.length === 0 ? null : Math.min(...expiries));
    expect(pool.asleep).toBe(model.asleep.size);
    for (let chain = 0; chain < CHAINS; chain++) {
      for (let sender = 0; sender < SENDERS; sender++) {
        const line = model.line({ chain, sender });
        let next = this.next(chain, sender);
        const { address } = senderOf(sender);
        const got = pool.nextNonce(chain, address, next);
        while (line.some(({ nonce }) => nonce === next)) next += 1;
        expect(got).toBe(next);
        const held = pool.lineOf(chain, address);
        const ahead = held?.ahead(next).map(({ waiting }) => waiting.idHex) ?? [];
        const before = line.filter(({ nonce }) => nonce < next);
        expect(ahead).toEqual(before.map(({ transaction }) => transaction.idHex));
      }
    }
  }
}

describe("the mempool against its definition", () => {
  it("[R-2.4, R-2.7, R-2.9] any admissions, replacements, evictions, removals, expiries and blocks", () => {
    const seen = { replaced: 0, evicted: 0, named: 0 };
    fc.assert(
      fc.property(steps, (all) => {
        const world = new World(seen);
        for (const step of all) world.play(step);
      }),
      { numRuns: process.env.DEEP === undefined ? 60 : 10_000 },
    );
    // The draws are about something.
    expect(Math.min(seen.replaced, seen.evicted, seen.named)).toBeGreaterThan(20);
  });
});
