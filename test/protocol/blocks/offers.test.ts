// Offers, block by block on a replica: taken once, cancelled, remembered until they end.
import { describe, expect, it } from "vitest";
import type { VerifiedTransaction } from "../../../src/protocol/ledger/unverified.ts";
import { usedOffers } from "../../../src/protocol/ledger/used-offers.ts";
import { offersKey } from "../../../src/protocol/merkle/state-key.ts";
import type { LedgerWorld } from "../../support/ledger-world.ts";
import {
  alice,
  bob,
  carol,
  dave,
  everybody,
  FEE,
  maker,
  open,
  RICH,
  runOne,
  taker,
  trade,
} from "../../support/trade-world.ts";

describe("offers", () => {
  it("R-2.9 one take of an offer in a block, one in a window, none once it is used", () => {
    const world = open();
    const takes = [bob, carol, dave].map((payer) =>
      trade(world, [maker(10n, { openTaker: true }), taker(5n, { payer })]),
    ) as [VerifiedTransaction, VerifiedTransaction, VerifiedTransaction];
    world.round(1, takes.slice(0, 2));
    expect(world.refusals.get(takes[1].idHex)).toMatchObject({
      code: "OFFER_IN_FLIGHT",
      chain: 1,
      offer: 7n,
      by: takes[0].idHex,
    });
    world.round(3, takes.slice(2));
    expect(world.refusals.get(takes[2].idHex)?.code).toBe("OFFER_IN_FLIGHT");
    world.round(4, takes.slice(2));
    expect(world.refusals.get(takes[2].idHex)).toEqual({
      code: "OFFER_USED",
      chain: 1,
      offer: 7n,
      until: 5_000,
    });
  });

  it("R-2.9 a take that reverts does not use the offer up", () => {
    const world = open();
    const first = trade(world, [maker(10n), taker(2n * RICH)]);
    expect(runOne(world, 1, first)).toBe("insufficientBalance");
    const second = trade(world, [maker(10n), taker(5n, { payer: carol })]);
    world.round(3, [second]);
    expect(world.refusals.get(second.idHex)?.code).toBe("OFFER_IN_FLIGHT");
    expect(runOne(world, 4, second)).toBe("executed");
  });

  it("R-2.9 numbers are those of one maker on one chain", () => {
    const world = open();
    const takes = [
      trade(world, [maker(10n), taker(5n)]),
      trade(world, [maker(10n, { chain: 2 }), taker(5n, { nonce: 1 })]),
      trade(world, [maker(10n, { payer: carol }), taker(5n, { nonce: 2 })]),
      trade(world, [maker(10n, { offer: 8n }), taker(5n, { nonce: 3 })]),
    ];
    world.round(1, takes);
    world.executeAll();
    expect(takes.map((one) => world.code(one))).toEqual([2, 2, 2, 2]);
  });

  it("R-2.9 a number is forgotten when its offer has ended, and pruned at the next use", () => {
    const world = open();
    const short = { validUntil: 3 };
    expect(
      runOne(world, 1, trade(world, [maker(10n, { offerValidUntil: 3 }), taker(5n)], short)),
    ).toBe("executed");
    const again = trade(world, [maker(10n, { offerValidUntil: 9 }), taker(5n, { nonce: 1 })], {
      validUntil: 9,
    });
    expect(runOne(world, 4, again)).toBe("executed");
    const entry = world.replica.state.get(1, offersKey(alice.address)) ?? null;
    expect(usedOffers(entry, 1)).toEqual([{ offer: 7n, until: 9 }]);
  });

  const cancel = (world: LedgerWorld, nonce: number, validUntil = 5_000) =>
    world.paper({
      payer: alice,
      nonce,
      chain: 1,
      payload: { kind: "cancelOffer", offer: 7n, validUntil },
    });

  it("R-2.9 after its cancellation an offer cannot be taken", () => {
    const world = open();
    expect(runOne(world, 1, cancel(world, 0))).toBe("executed");
    expect(world.account(alice, 1).nonce).toBe(1);
    const take = trade(world, [maker(10n), taker(5n)]);
    // In flight it is not known yet: the take reverts and costs the taker both fees.
    expect(runOne(world, 2, take)).toBe("offerUsed");
    expect(world.account(bob, 0).balance).toBe(RICH - 2n * FEE);
    const late = trade(world, [maker(10n), taker(6n, { payer: carol })]);
    world.round(6, [late]);
    expect(world.refusals.get(late.idHex)?.code).toBe("OFFER_USED");
  });

  it("R-2.9 a cancellation that comes too late, or twice, says so", () => {
    const world = open();
    expect(runOne(world, 1, trade(world, [maker(10n), taker(5n)]))).toBe("executed");
    expect(runOne(world, 2, cancel(world, 0))).toBe("offerUsed");
    // It stands longer than what was known.
    expect(runOne(world, 3, cancel(world, 1, 6_000))).toBe("executed");
    expect(runOne(world, 4, cancel(world, 2, 6_000))).toBe("offerUsed");
  });

  it("R-2.9 who takes an open offer must have the amount and the fee after n-k", () => {
    const world = open();
    const takeFor = (amount: bigint, openTaker: boolean) =>
      trade(world, [maker(10n, { openTaker }), taker(amount)]);
    world.round(1, [takeFor(RICH - 2n * FEE + 1n, true)]);
    expect([...world.refusals.values()]).toEqual([
      { code: "TAKER_LACKS_FUNDS", chain: 0, balance: RICH, cost: RICH + 1n },
    ]);
    expect(runOne(world, 2, takeFor(RICH - 2n * FEE, true))).toBe("executed");
    // A named taker may try, as in any payment.
    const other = open();
    const named = trade(other, [maker(10n), taker(RICH)]);
    expect(runOne(other, 1, named)).toBe("insufficientBalance");
  });

  it("R-2.9 an offer that ends more than 10,000 rounds ahead cannot be taken yet", () => {
    const world = open();
    const far = trade(world, [maker(10n, { offerValidUntil: 10_002 }), taker(5n)]);
    world.round(1, [far]);
    expect(world.refusals.get(far.idHex)).toEqual({
      code: "VALID_UNTIL_TOO_FAR",
      validUntil: 10_002,
      max: 10_001,
    });
    expect(runOne(world, 2, far)).toBe("executed");
  });

  it("R-2.9 takes fill three quarters of the numbers, cancellations the rest", () => {
    const world = open(
      [...everybody.filter(({ account }) => account !== bob), { account: bob, balance: 10n ** 9n }],
      1,
    );
    const takes = Array.from({ length: 193 }, (_, i) =>
      trade(world, [maker(1n, { offer: BigInt(i) }), taker(1n, { nonce: i, gasPrice: 0n })]),
    );
    world.round(1, takes.slice(0, 192));
    world.executeAll();
    expect(takes.slice(0, 192).every((one) => world.code(one) === 2)).toBe(true);
    world.round(2, takes.slice(192));
    expect(world.refusals.get((takes[192] as VerifiedTransaction).idHex)).toEqual({
      code: "OFFERS_FULL",
      chain: 1,
      until: 5_000,
    });
    const cancels = Array.from({ length: 65 }, (_, i) =>
      world.paper({
        payer: alice,
        nonce: i,
        chain: 1,
        gasPrice: 0n,
        payload: { kind: "cancelOffer", offer: 1_000n + BigInt(i), validUntil: 5_000 },
      }),
    );
    world.round(3, cancels);
    world.executeAll();
    const reasons = cancels.map(({ idHex }) => world.receipts.get(idHex)?.reason);
    expect(reasons.indexOf("offersFull")).toBe(64);
    expect(new Set(reasons.slice(0, 64))).toEqual(new Set(["executed"]));
  });

  it("R-2.9 takes in flight can fill them too: the last ones revert", () => {
    const world = open(everybody, 3);
    const takes = Array.from({ length: 193 }, (_, i) =>
      trade(world, [maker(1n, { offer: BigInt(i) }), taker(1n, { nonce: i, gasPrice: 0n })]),
    );
    world.round(1, takes);
    world.executeAll();
    expect(world.receipts.get((takes[192] as VerifiedTransaction).idHex)).toMatchObject({
      code: 1,
      reason: "offersFull",
      failedChain: 1,
    });
  });
});
