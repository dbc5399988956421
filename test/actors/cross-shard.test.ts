// Trades between two shards: included in the rounds in which one set sees both, committed by both or by neither, executed once on each
// side, whatever is lost, repeated, late or dead in between.
import { describe, expect, it } from "vitest";
import type { Replica } from "../../src/actors/replica.ts";
import { transactionCodec } from "../../src/protocol/ledger/transaction.ts";
import { decodeTransaction } from "../../src/protocol/ledger/unverified.ts";
import { signedTrade } from "../support/trades.ts";
import { accepted } from "../support/transactions.ts";
import { FUNDS } from "./bank.ts";
import { setNamed, shardNamed } from "./local-network.ts";
import {
  ALARMS_MAX,
  balance,
  expectWhole,
  open,
  roundOf,
  send,
  sides,
  TRADE_FEE,
} from "./trading.ts";

describe("a trade between two shards", () => {
  it.each([2, 3, 4, 5])(
    "R-3.6, R-5.4 of %i is in one round on both, the pair's, and moves both amounts",
    async (shards) => {
      const bank = await open({ shards, chains: shards });
      const { epochs } = bank.net.network;
      for (let other = 1; other < shards; other++) {
        const [first, second] = sides(bank, [0, 0], [other, other]);
        const id = await send(bank, [{ ...first, nonce: other - 1 }, second]);
        expect(await bank.net.sleep(ALARMS_MAX)).toBe(true);
        const round = roundOf(bank, id, 0);
        expect(round).not.toBeNull();
        expect(roundOf(bank, id, other)).toBe(round);
        expect(epochs.dutyOf(0, round ?? 0).shards).toEqual([0, other]);
        expect([bank.status(id, 0), bank.status(id, other)]).toEqual(["FINAL", "FINAL"]);
        expect([bank.view(id, 0)?.code, bank.view(id, other)?.code]).toEqual([2, 2]);
        expect(balance(bank, other, 0)).toBe(FUNDS + 5n);
        expect(balance(bank, 0, other)).toBe(FUNDS + 7n);
      }
      expectWhole(bank);
    },
  );

  it("R-5.6, R-6.7 with too little on one side is reverted on both, and both fees are charged", async () => {
    const bank = await open();
    const [first, second] = sides(bank, [0, 0], [1, 1]);
    const id = await send(bank, [first, { ...second, amount: FUNDS * 2n }]);
    await bank.net.sleep(ALARMS_MAX);
    for (const chain of [0, 1]) {
      expect(bank.view(id, chain)).toMatchObject({ status: "FINAL", code: 1, failedChain: 1 });
    }
    expect([balance(bank, 0, 0), balance(bank, 1, 0)]).toEqual([FUNDS - TRADE_FEE, FUNDS]);
    expect([balance(bank, 0, 1), balance(bank, 1, 1)]).toEqual([FUNDS, FUNDS - TRADE_FEE]);
    expectWhole(bank);
  });

  it("R-2.9 takes an open offer of another shard once, and the taker pays both fees", async () => {
    const bank = await open();
    const maker = {
      payer: bank.signer(0),
      chain: 0,
      amount: 5n,
      offer: 9n,
      openTaker: true,
      offerValidUntil: bank.net.round + 300,
    };
    const taker = (place: number) => ({
      payer: bank.signer(place),
      chain: 1,
      amount: 7n,
      nonce: 0,
    });
    const first = await send(bank, [maker, taker(1)]);
    const second = await send(bank, [maker, taker(2)]);
    await bank.net.sleep(ALARMS_MAX);
    const codes = [first, second].map((id) => bank.view(id, 1)?.code).sort();
    expect(codes).toEqual([0, 2]);
    expect(balance(bank, 0, 1)).toBe(FUNDS + 7n);
    expect(balance(bank, 0, 0)).toBe(FUNDS - 5n);
    const paid = [1, 2].map((place) => FUNDS - balance(bank, place, 1)).sort();
    expect(paid).toEqual([0n, 7n + 2n * TRADE_FEE]);
    expectWhole(bank);
  });

  it("R-3.9 that failed and left the maker's chain as it was becomes FINAL, and all sleep", async () => {
    const bank = await open();
    const offer = { offer: 9n, openTaker: true, offerValidUntil: bank.net.round + 300 };
    const maker = { payer: bank.signer(0), chain: 0, amount: 2n * FUNDS, ...offer };
    const id = await send(bank, [maker, { payer: bank.signer(1), chain: 1, amount: 7n, nonce: 0 }]);
    expect(await bank.net.sleep(ALARMS_MAX)).toBe(true);
    for (const chain of [0, 1]) {
      expect(bank.view(id, chain)).toMatchObject({ status: "FINAL", code: 1 });
    }
    expect(balance(bank, 0, 0)).toBe(FUNDS);
    // Its chain has a header of a round that is late enough to hold the root after it.
    const { k } = bank.net.network;
    const from = (roundOf(bank, id, 0) ?? 0) + k - 1;
    const carried = bank.net
      .shardOf(0)
      .read(({ replica: { blocks } }) =>
        blocks
          .roundsAfter(from, 100)
          .flatMap((round) => blocks.block(round)?.block.shardBlocks ?? []),
      )
      .some(({ chainHeaders }) => chainHeaders.some(({ chain }) => chain === 0));
    expect(carried).toBe(true);
    expectWhole(bank);
  });

  it("R-5.3 comes before what either shard has of its own, also of the same sender", async () => {
    const bank = await open();
    const { epochs } = bank.net.network;
    const meeting = epochs.nextMeeting(0, 1, bank.net.round + 1);
    const trade = await send(bank, sides(bank, [0, 0], [1, 1]));
    const own = await bank.send(0, 1);
    await bank.net.sleep(ALARMS_MAX);
    expect([roundOf(bank, trade, 0), roundOf(bank, own, 0)]).toEqual([
      expect.any(Number),
      expect.any(Number),
    ]);
    expect(roundOf(bank, trade, 0)).toBeLessThanOrEqual(meeting);
    expect(roundOf(bank, own, 0)).toBeGreaterThanOrEqual(roundOf(bank, trade, 0) ?? 0);
    expectWhole(bank);
  });

  it("R-2.7 that only one shard has heard of is in no block, and expires", async () => {
    const bank = await open();
    const trade = await signedTrade(bank.net.network.id, sides(bank, [0, 0], [1, 1]), {
      validUntil: bank.net.round + 20,
    });
    const bytes = transactionCodec.encode(trade);
    expect(bank.admitTo(0, bytes)[0]?.kind).toBe("accepted");
    await bank.net.sleep(ALARMS_MAX);
    const { id } = accepted(decodeTransaction(bytes, bank.net.network.id));
    expect(bank.status(id, 0)).toBe("EXPIRED");
    expect(balance(bank, 0, 0)).toBe(FUNDS);
    expectWhole(bank);
  });

  it("R-2.9 that only one shard has heard of holds up nothing that could come without it", async () => {
    const bank = await open({ shards: 2, chains: 2 });
    const { network } = bank.net;
    // All that account 0 has: nothing could come behind it in its block.
    const offer = { offer: 9n, openTaker: true, offerValidUntil: bank.net.round + 300 };
    const maker = { payer: bank.signer(0), chain: 0, amount: FUNDS, ...offer };
    const taker = { payer: bank.signer(1), chain: 1, amount: 7n, nonce: 0 };
    const trade = await signedTrade(network.id, [maker, taker], {
      validUntil: bank.net.round + 100,
    });
    const admission = bank.admitTo(0, transactionCodec.encode(trade))[0];
    expect(admission?.kind).toBe("accepted");
    const own = [await bank.send(0, 0), await bank.send(0, 1)];
    await bank.net.sleep(100);
    expect(own.map((id) => bank.status(id))).toEqual(["FINAL", "FINAL"]);
    expect(own.map((id) => roundOf(bank, id, 0))).toEqual([1, 1]);
    expectWhole(bank);
  });

  it("R-2.7 that has left one shard leaves the other, too, and frees its place in line there", async () => {
    const bank = await open();
    const maker = {
      payer: bank.signer(0),
      chain: 0,
      amount: 5n,
      offer: 9n,
      openTaker: true,
      offerValidUntil: bank.net.round + 3_000,
    };
    const validUntil = bank.net.round + 2_000;
    const parties = (place: number) =>
      [maker, { payer: bank.signer(place), chain: 1, amount: 7n, nonce: 0 }] as const;
    const [first, second] = [
      await send(bank, parties(1), validUntil),
      await send(bank, parties(2), validUntil),
    ];
    // The first question is lost, and so is the second one's answer.
    let asked = 0;
    bank.net.lose = (_, { kind }) => kind === "left" && ++asked === 1;
    bank.net.loseAnswer = (_, { kind }) => kind === "left" && asked === 2;
    await bank.net.sleep(ALARMS_MAX);
    expect(bank.view(first, 1)).toMatchObject({ status: "FINAL", code: 2 });
    for (const chain of [0, 1]) {
      expect(bank.view(second, chain)).toMatchObject({ status: "REJECTED", code: 0 });
    }
    expect(bank.view(second, 1)?.reason).toBe(bank.view(second, 0)?.reason);
    // Sent again it is refused by either, also by the one that knows it from the other alone.
    const again = await signedTrade(bank.net.network.id, parties(2), { validUntil });
    for (const shard of [0, 1]) {
      expect(bank.admitTo(shard, transactionCodec.encode(again))).toMatchObject([
        { refusal: { code: "OFFER_USED" } },
      ]);
      expect(bank.view(second, shard)?.status).toBe("REJECTED");
    }
    const next = await send(bank, [
      { payer: bank.signer(2), chain: 1, amount: 1n, nonce: 0 },
      { payer: bank.signer(3), chain: 0, amount: 1n, nonce: 0 },
    ]);
    const from = bank.net.round;
    await bank.net.sleep(ALARMS_MAX);
    expect(bank.status(next, 1)).toBe("FINAL");
    expect((roundOf(bank, next, 1) ?? 0) - from).toBeLessThanOrEqual(3);
    expectWhole(bank);
  });

  it("R-2.7 comes back after a bad copy of it was REJECTED", async () => {
    const bank = await open();
    const validUntil = bank.net.round + 2_000;
    const good = await signedTrade(bank.net.network.id, sides(bank, [0, 0], [1, 1]), {
      validUntil,
    });
    const signatures = good.signatures.map((one) => ({
      ...one,
      signature: one.signature.map((byte) => byte ^ 1),
    }));
    const bad = { ...good, signatures };
    for (const shard of [0, 1]) bank.admitTo(shard, transactionCodec.encode(bad));
    await bank.net.sleep(ALARMS_MAX);
    const bytes = transactionCodec.encode(good);
    const { id } = accepted(decodeTransaction(bytes, bank.net.network.id));
    expect(bank.view(id, 0)?.status).toBe("REJECTED");
    for (const shard of [0, 1]) expect(bank.admitTo(shard, bytes)[0]?.kind).toBe("accepted");
    await bank.net.sleep(ALARMS_MAX);
    expect([bank.status(id, 0), bank.status(id, 1)]).toEqual(["FINAL", "FINAL"]);
    expectWhole(bank);
  });

  it("R-2.8 belongs on no third shard", async () => {
    const bank = await open();
    const trade = await signedTrade(bank.net.network.id, sides(bank, [0, 0], [1, 1]));
    const bytes = transactionCodec.encode({ ...trade });
    expect(bank.admitTo(2, bytes)).toMatchObject([{ refusal: { code: "UNKNOWN_CHAIN" } }]);
  });
});

describe("both shards of a trade", () => {
  it("R-4.5 commit although every second message between them is lost", async () => {
    const bank = await open();
    let count = 0;
    const between = ["accepted", "exchange", "result"];
    bank.net.lose = (_, { kind }) => between.includes(kind) && count++ % 2 === 0;
    bank.net.loseAnswer = (_, { kind }) => between.includes(kind) && count++ % 3 === 0;
    bank.net.repeat = (_, { kind }) => between.includes(kind);
    const ids = [];
    for (let nonce = 0; nonce < 4; nonce++)
      ids.push(await send(bank, sides(bank, [0, 0], [1, 1], nonce)));
    await bank.net.sleep(ALARMS_MAX);
    for (const id of ids)
      expect([bank.status(id, 0), bank.status(id, 1)]).toEqual(["FINAL", "FINAL"]);
    expectWhole(bank);
  });

  it("R-4.5 commit although the set says that a round which one has accepted has nothing of it", async () => {
    const bank = await open();
    const { net } = bank;
    net.lose = (_, { kind }) => kind === "accepted";
    const id = await send(bank, sides(bank, [0, 0], [1, 1]));
    const progress = () => net.shard.read((shard) => shard.progress);
    for (let i = 0; i < 40 && progress().state !== "accepted"; i++) await net.sleep(1);
    const { round, state } = progress();
    expect(state).toBe("accepted");
    const { set } = net.network.dutyOf(0, round);
    const answer = net.deliver(net.peer("shard"), { kind: "nothing", set, round });
    expect(answer).toEqual({ kind: "undecided", round });
    expect(progress().state).toBe("accepted");
    net.lose = () => false;
    await net.sleep(ALARMS_MAX);
    expect([roundOf(bank, id, 0), roundOf(bank, id, 1)]).toEqual([round, round]);
    expectWhole(bank);
  });

  it("R-4.5 neither commits if the set's block reaches one of them only after the other has closed", async () => {
    const bank = await open();
    // Shard 1 hears nothing of the first block, nor of its partner, until the round is long over.
    let cut = true;
    bank.net.lose = (to, { kind }) =>
      cut && to.kind === "shard" && to.shard === 1 && ["commit", "accepted"].includes(kind);
    const id = await send(bank, sides(bank, [0, 0], [1, 1]), bank.net.round + 2_000);
    await bank.net.sleep(40);
    expect(bank.status(id, 0)).toBe("PENDING");
    cut = false;
    await bank.net.sleep(ALARMS_MAX);
    expect([bank.status(id, 0), bank.status(id, 1)]).toEqual(["FINAL", "FINAL"]);
    expect(roundOf(bank, id, 0)).toBe(roundOf(bank, id, 1));
    expect(balance(bank, 1, 0)).toBe(FUNDS + 5n);
    expectWhole(bank);
  });

  it.each([333, 500])("R-3.8 wake at whole milliseconds in rounds of %i ms", async (roundMs) => {
    const bank = await open({ roundMs });
    let count = 0;
    bank.net.lose = (_, { kind }) => ["exchange", "result"].includes(kind) && count++ < 8;
    const id = await send(bank, sides(bank, [0, 0], [1, 1]));
    const times = new Set<number | null>();
    for (let i = 0; i < 300; i++) {
      for (const who of bank.net.everybody) {
        times.add(bank.net.runner(who).read((actor) => actor.nextTickMs()));
      }
      await bank.net.sleep(1);
    }
    expect([...times].filter((time) => time !== null && !Number.isInteger(time))).toEqual([]);
    expect(bank.status(id, 0)).toBe("FINAL");
  });

  it("R-5.4 a silent partner is replaced by the set's certificate", async () => {
    const bank = await open();
    bank.net.lose = (_, { kind }) => kind === "exchange";
    const id = await send(bank, sides(bank, [0, 0], [1, 1]));
    await bank.net.sleep(ALARMS_MAX);
    expect([bank.status(id, 0), bank.status(id, 1)]).toEqual(["FINAL", "FINAL"]);
    expectWhole(bank);
  });

  it("R-10.1 sets that see one side only take the other side's result from the certificate", async () => {
    const bank = await open();
    const id = await send(bank, sides(bank, [0, 0], [1, 1]));
    await bank.net.sleep(ALARMS_MAX);
    expect(bank.status(id, 0)).toBe("FINAL");
    const asked = bank.net.sent.filter(
      ([to, { kind }]) => to.kind === "shard" && kind === "result",
    );
    expect(asked.length).toBeGreaterThan(0);
    expectWhole(bank);
  });

  it("R-10.1 a set that restarts while it waits for such a result wakes up to ask for it", async () => {
    const bank = await open({ shards: 3, chains: 3 });
    const { net } = bank;
    const stranger = net.network.epoch.sets.find(
      ({ shards }) => shards.includes(0) && !shards.includes(1),
    );
    const { set = 0 } = stranger ?? {};
    let cut = true;
    net.lose = (_, { kind }, from) => cut && kind === "result" && from === setNamed(set);
    await send(bank, sides(bank, [0, 0], [1, 1]));
    const waits = (): boolean => net.setOf(set).read(({ sides }) => sides.some(isWaiting));
    const isWaiting = ({ replica }: { readonly replica: Replica }) => replica.crossRound !== null;
    for (let i = 0; i < 100 && !waits(); i++) await net.sleep(1);
    expect(waits()).toBe(true);
    net.crash(setNamed(set));
    net.alarms.set(setNamed(set), null);
    // Whatever calls it: here a question.
    net.deliver(net.peer(setNamed(set)), { kind: "result", round: 1 });
    expect(net.alarms.get(setNamed(set))).not.toBeNull();
    cut = false;
    expect(await net.sleep(ALARMS_MAX)).toBe(true);
    expect(waits()).toBe(false);
    expectWhole(bank);
  });

  it.each([1, 2, 3, 4, 5, 6])(
    "R-5.4 execute once each, whoever crashes at whatever moment (schedule %i)",
    async (seed) => {
      const bank = await open({ shards: 3, chains: 3 });
      const ids: Uint8Array[] = [];
      for (let nonce = 0; nonce < 5; nonce++) {
        ids.push(await send(bank, sides(bank, [0, 0], [1, 1], nonce), bank.net.round + 500));
        await bank
          .send(2, nonce, { chain: nonce % 2, validUntil: bank.net.round + 500 })
          .catch(() => 0);
        for (let i = 0; i < 10; i++) {
          await bank.net.sleep(1);
          const who =
            bank.net.everybody[(seed * 13 + nonce * 7 + i * 5) % bank.net.everybody.length];
          if (who !== undefined) bank.net.crash(who);
        }
      }
      await bank.net.sleep(ALARMS_MAX);
      for (const id of ids) {
        expect([bank.status(id, 0), bank.status(id, 1)]).toEqual(["FINAL", "FINAL"]);
        expect(roundOf(bank, id, 0)).toBe(roundOf(bank, id, 1));
      }
      expect(balance(bank, 1, 0)).toBeGreaterThanOrEqual(FUNDS + 25n);
      expect(balance(bank, 0, 1)).toBe(FUNDS + 35n);
      expectWhole(bank);
    },
  );

  it.each([
    ["the partner", shardNamed(1)],
    ["the pair's set", setNamed(1)],
  ])("R-5.4 others go on while %s is down behind a commit", async (_, who) => {
    const bank = await open({ shards: 3, chains: 3 });
    const id = await send(bank, sides(bank, [0, 0], [1, 1]), bank.net.round + 900);
    for (let i = 0; i < 200 && bank.status(id, 0) === "PENDING"; i++) await bank.net.sleep(1);
    bank.net.down.add(who);
    const other = await bank.send(2, 0, { chain: 2, validUntil: bank.net.round + 900 });
    await bank.net.sleep(600);
    expect(bank.status(other, 2)).toBe("FINAL");
    bank.net.down.delete(who);
    await bank.net.sleep(ALARMS_MAX);
    expect([bank.status(id, 0), bank.status(id, 1)]).toEqual(["FINAL", "FINAL"]);
    expectWhole(bank);
  });
});
