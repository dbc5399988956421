// What a shard offers besides what it has chosen: what could come if its partner has not heard of the chosen trades.
import { describe, expect, it } from "vitest";
import { BlockAssembler, type RoundView } from "../../../src/protocol/blocks/assembler.ts";
import { EMPTY_ACCOUNT } from "../../../src/protocol/ledger/account.ts";
import { Mempool } from "../../../src/protocol/ledger/mempool.ts";
import { sparesOf } from "../../../src/protocol/ledger/spares.ts";
import type { VerifiedTransaction } from "../../../src/protocol/ledger/unverified.ts";
import type { Waiting } from "../../../src/protocol/ledger/waiting.ts";
import { SHARD_BLOCK_TRANSACTIONS_MAX } from "../../../src/protocol/limits.ts";
import type { Refusal } from "../../../src/protocol/refusal.ts";
import { EMPTY_WINDOW } from "../../../src/protocol/reserve/window.ts";
import { recordOf, TestPool, transferBy } from "../../support/mempool.ts";
import { paperAccount } from "../../support/signer.ts";
import { paperTrade } from "../../support/trades.ts";
import { codeOf } from "../../support/transactions.ts";

const NETWORK_ID: Uint8Array = new Uint8Array(32).fill(5);
const record = recordOf(2n);
const FEE = 2_000n;
const BALANCE = 10n ** 12n;

/** Shard 0 has chain 0, its partner chain 1; behind what empties an account the reserve pays for one transfer. */
const VIEW: RoundView = {
  round: 1,
  k: 3,
  chain: () => record,
  account: () => ({ ...EMPTY_ACCOUNT, balance: BALANCE, reserve: FEE }),
  shard: 0,
  partner: 1,
  shardOf: (chain) => chain,
  nextMeeting: () => 1,
  usedOffers: () => null,
  window: () => EMPTY_WINDOW,
};

/** An offer of all that the maker has on chain 0, taken on chain 1. */
const take = (by: string, gasPrice = 2n): VerifiedTransaction =>
  paperTrade(NETWORK_ID, [
    { payer: paperAccount("maker"), chain: 0, amount: BALANCE, offer: 1n },
    { payer: paperAccount(by), chain: 1, amount: 1n, gasPrice },
  ]);

const own = (nonce: number): VerifiedTransaction => transferBy("maker", { chain: 0, nonce });

class Waiters {
  readonly #all: readonly VerifiedTransaction[];
  readonly pool = new TestPool(new Mempool(() => record));

  constructor(...all: readonly VerifiedTransaction[]) {
    this.#all = all;
    for (const one of all) expect(codeOf(this.pool.add(one))).toBe("");
  }

  load({ idHex }: Waiting): VerifiedTransaction {
    return this.#all.find((one) => one.idHex === idHex) as VerifiedTransaction;
  }

  /** Chosen, and offered besides. */
  offered(): [chosen: VerifiedTransaction[], spares: VerifiedTransaction[]] {
    const selection = this.pool.select(new BlockAssembler(VIEW));
    return [[...selection.chosen], sparesOf(VIEW, selection, (waiting) => this.load(waiting))];
  }
}

describe("what is offered besides what is chosen", () => {
  it("[R-6.4, R-2.9] is what stood back for a trade with another shard, with what can come behind it", () => {
    const trade = take("taker");
    const rest = [own(0), own(1), own(2)];
    const [chosen, spares] = new Waiters(trade, ...rest).offered();
    expect(chosen).toEqual([trade]);
    expect(spares).toEqual(rest.slice(0, 2));
  });

  it("[R-2.9] is each other trade with it that could come alone", () => {
    const [dear, ...rest] = [take("A", 9n), take("B", 4n), take("C", 3n)];
    const [chosen, spares] = new Waiters(dear as VerifiedTransaction, ...rest).offered();
    expect(chosen).toEqual([dear]);
    expect(new Set(spares)).toEqual(new Set(rest));
  });

  it("[R-2.9] is nothing where nothing chosen needs another shard", () => {
    const [chosen, spares] = new Waiters(own(0), own(1), own(2)).offered();
    expect(chosen).toEqual([own(0), own(1)]);
    expect(spares).toEqual([]);
  });

  it("[R-3.10] is no more than a block has room for beside what is chosen", () => {
    const trade = take("taker");
    const others = [0, 1].map((nonce) => own(nonce));
    const waiters = new Waiters(trade, ...others);
    const refusal: Refusal = { code: "NONCE_GAP", chain: 0, nonce: 0, next: 0 };
    const first = waiters.pool.pool.get(own(0).idHex) as Waiting;
    const sparesBeside = (count: number): number => {
      const singles = Array.from({ length: count }, (_, i) => transferBy(`sender ${i}`));
      const selection = { chosen: [trade, ...singles], refused: new Map([[first, refusal]]) };
      return sparesOf(VIEW, selection, (waiting) => waiters.load(waiting)).length;
    };
    expect(sparesBeside(SHARD_BLOCK_TRANSACTIONS_MAX - 3)).toBe(2);
    expect(sparesBeside(SHARD_BLOCK_TRANSACTIONS_MAX - 2)).toBe(1);
    expect(sparesBeside(SHARD_BLOCK_TRANSACTIONS_MAX - 1)).toBe(0);
  });

  it("[R-3.10] is nothing for which there was no room", () => {
    const waiters = new Waiters(take("taker"), own(0));
    const refusal: Refusal = { code: "BLOCK_FULL", limit: "chain bytes" };
    const waiting = waiters.pool.pool.get(own(0).idHex) as Waiting;
    const selection = { chosen: [take("taker")], refused: new Map([[waiting, refusal]]) };
    expect(sparesOf(VIEW, selection, (one) => waiters.load(one))).toEqual([]);
  });
});
