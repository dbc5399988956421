import { describe, expect, it } from "vitest";
import { buildShardBlock } from "../../src/protocol/blocks/build-shard-block.ts";
import { seatSet } from "../../src/protocol/consensus/seats.ts";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import { decodeTransaction } from "../../src/protocol/ledger/unverified.ts";
import { accepted, transactionWithBadSignature } from "./bad-transactions.ts";
import { Bank, FEE, FUNDS } from "./bank.ts";
import { blockOver, formOnHead, handOver, signedCertificate, withheldBlock } from "./forge.ts";
import type { LocalNetwork } from "./local-network.ts";

const progress = (net: LocalNetwork) => {
  const { round, state } = net.shard.read((shard) => shard.progress);
  return { round, state };
};

describe("rounds open, accepted, closed", () => {
  it("[R-3.8] a round whose set is silent closes one roundMs after its end, and not before", async () => {
    const bank = await Bank.open();
    const { net } = bank;
    net.lose = (to) => to.kind === "validatorSet";
    const id = await bank.send(0, 0);
    await net.advance(1);
    expect(progress(net)).toEqual({ round: 1, state: "open" });
    net.nowMs = net.network.epoch.activationTimeMs + 1_499;
    await net.tick();
    expect(progress(net)).toEqual({ round: 1, state: "open" });
    net.nowMs += 1;
    await net.tick();
    // The transaction goes into the next round that can be opened.
    expect(progress(net)).toEqual({ round: 3, state: "open" });
    net.lose = () => false;
    expect(await net.sleep(60)).toBe(true);
    expect(bank.status(id)).toBe("FINAL");
    expect(bank.account(0)).toMatchObject({ nonce: 1, balance: FUNDS - FEE - 1n });
    expect(bank.heads().set).toBe(bank.heads().shard);
  });

  it("[R-4.5] open and closed are durable: a crash in the middle forgets neither", async () => {
    const bank = await Bank.open();
    const { net } = bank;
    await bank.send(0, 0, { validUntil: 2 });
    const block = await withheldBlock(bank);
    net.crash("shard");
    expect(progress(net)).toEqual({ round: 1, state: "open" });
    net.lose = () => true;
    await net.advance(2);
    expect(progress(net)).toEqual({ round: 1, state: "closed" });
    for (let i = 0; i < 3; i++) {
      net.crash("shard");
      expect(handOver(net, block)).toMatchObject({ kind: "closed", round: 1 });
      await net.advance(1);
    }
    expect(bank.account(0).nonce).toBe(0);
  });

  it("[R-2.3, R-4.5] nor does one with the same id and other signatures stand for them", async () => {
    const bank = await Bank.open();
    const { net } = bank;
    net.lose = ({ kind }) => kind === "validatorSet";
    const transaction = await bank.transaction(0, 0);
    const broken = transaction.bytes.slice();
    broken[broken.length - 40] = (broken[broken.length - 40] as number) ^ 1;
    // A faulty gateway let it in: it waits and was offered.
    expect(bank.admit(broken)[0]?.kind).toBe("accepted");
    await net.advance(1);
    const block = blockOver(net, 1, formOnHead(net, 1, [transaction]));
    expect(handOver(net, block)).toEqual({ kind: "undecided", round: 1 });
    await net.settled();
    expect(handOver(net, block)).toEqual({ kind: "committed", round: 1 });
    expect(bank.status(transaction.id)).toBe("COMMITTED");
  });

  it("[R-3.8] no later round opens while one is undecided; commits for unopened rounds are refused", async () => {
    const bank = await Bank.open();
    const { net } = bank;
    net.lose = ({ kind }) => kind === "validatorSet";
    await bank.send(0, 0);
    const opened = new Map<number, number>();
    for (let i = 0; i < 40; i++) {
      net.nowMs += 100;
      await net.tick();
      const { round, state } = progress(net);
      if (state === "open" && !opened.has(round)) opened.set(round, net.nowMs);
    }
    const start = net.network.epoch.activationTimeMs;
    const times = [...opened].map(([round, at]) => [round, (at - start) / 500]);
    // Each takes until one roundMs after its end, and the set is asked ever less often: it will not have come back at once.
    expect(times).toEqual([1, 3, 6, 8].map((round) => [round, round]));
    const early = blockOver(net, 30, formOnHead(net, 30, []));
    expect(handOver(net, early).kind).toBe("refused");
    expect(progress(net).round).toBe(8);
  });

  it("[R-3.9] a silent set is asked ever less often, and at once again when a transaction comes", async () => {
    const bank = await Bank.open();
    const { net } = bank;
    net.lose = ({ kind }) => kind === "validatorSet";
    await bank.send(0, 0, { validUntil: 5_000 });
    const asked = () => net.sent.filter(([, { kind }]) => kind === "open").length;
    for (let i = 0; i < 600; i++) await net.advance(1);
    // Without a pause it would be a round in two, each asked for several times.
    expect(asked()).toBeLessThan(60);
    const before = asked();
    net.lose = () => false;
    const id = await bank.send(1, 0, { validUntil: 5_000 });
    await net.advance(1);
    expect(asked()).toBeGreaterThan(before);
    expect(bank.status(id)).toBe("EXECUTED");
  });

  it("[R-4.7] a certified half off the head is refused durably and its transactions wait on", async () => {
    const bank = await Bank.open();
    const { net } = bank;
    const first = await bank.send(0, 0);
    const stale = formOnHead(net, 2, [await bank.transaction(1, 0, { validUntil: 90 })]);
    await net.advance(1);
    const second = await bank.send(1, 0, { validUntil: 90 });
    net.lose = (_, { kind }) => kind === "open";
    await net.advance(1);
    expect(progress(net)).toEqual({ round: 2, state: "open" });
    const block = blockOver(net, 2, stale);
    expect(handOver(net, block)).toMatchObject({ kind: "closed", round: 2 });
    net.crash("shard");
    expect(handOver(net, block)).toMatchObject({ kind: "closed", round: 2 });
    expect(bank.status(second)).toBe("PENDING");
    net.lose = () => false;
    await net.sleep(60);
    expect([bank.status(first), bank.status(second)]).toEqual(["FINAL", "FINAL"]);
  });

  it("[R-4.5] the answer to a repeated certified block is the same for ever", async () => {
    const bank = await Bank.open();
    const { net } = bank;
    await bank.send(0, 0);
    const block = await withheldBlock(bank);
    expect(handOver(net, block)).toEqual({ kind: "committed", round: 1 });
    net.lose = () => false;
    await bank.send(0, 1);
    await net.advance(8);
    net.crash("shard");
    expect(handOver(net, block)).toEqual({ kind: "committed", round: 1 });
    const other = blockOver(net, 1, formOnHead(net, 30, []));
    expect(handOver(net, other)).toMatchObject({ kind: "closed", round: 1 });
  });
});

describe("certificates that do not hold", () => {
  it.each([4, 21])("[R-3.2, R-4.1] of %i seats: refused, and nothing changes", async (seats) => {
    const bank = await Bank.open({ seats });
    const { net } = bank;
    await bank.send(0, 0);
    const good = await withheldBlock(bank);
    const { header } = good.block;
    const quorum = seats === 4 ? 3 : 15;
    const first = (count: number) => seatSet(seats, Array(count).keys());
    const other = { ...header, view: 7 };
    const forged = {
      "too few seats": signedCertificate(net, header, { seats: first(quorum - 1) }),
      "claims seats that did not sign": {
        ...signedCertificate(net, header, { seats: first(quorum - 1) }),
        seats: first(quorum),
      },
      "another set": signedCertificate(net, header, { set: 2 }),
      "another round": signedCertificate(net, header, { round: 2 }),
      "another epoch": signedCertificate(net, header, { epoch: 1 }),
      "the prepare phase": signedCertificate(net, header, { phase: "prepare" }),
      "another value": signedCertificate(net, header, { value: new Uint8Array(32) }),
      "another header": signedCertificate(net, other),
      "another view than signed": { ...good.certificate, view: 1 },
      "a zero signature": { ...good.certificate, signature: new Uint8Array(48) },
      "a bitmap of other length": { ...good.certificate, seats: new Uint8Array(9).fill(255) },
    };
    const before = [bank.heads().shard, progress(net)];
    for (const [name, certificate] of Object.entries(forged)) {
      expect(handOver(net, { ...good, certificate }).kind, name).toBe("refused");
    }
    expect(handOver(net, { ...good, block: { ...good.block, header: other } }).kind).toBe(
      "refused",
    );
    expect(handOver(net, good, 2).kind).toBe("refused");
    expect([bank.heads().shard, progress(net)]).toEqual(before);
    const certificate = signedCertificate(net, header, { seats: first(quorum) });
    expect(handOver(net, { ...good, certificate })).toEqual({ kind: "committed", round: 1 });
  });

  it("[R-4.5] a body that the certified header does not commit to changes nothing", async () => {
    const bank = await Bank.open();
    const { net } = bank;
    await bank.send(0, 0);
    const good = await withheldBlock(bank);
    const body = good.block.shardBlocks[0];
    if (body === undefined) throw new Error("no body");
    const foreign = await bank.bytes(2, 0);
    const bodies = {
      "no body": [],
      "two bodies": [body, body],
      "no transactions": [{ ...body, singleChain: [] }],
      "another transaction": [{ ...body, singleChain: [{ chain: 0, transactions: [foreign] }] }],
      "malformed transaction": [
        { ...body, singleChain: [{ chain: 0, transactions: [new Uint8Array(128)] }] },
      ],
      "a chain twice": [{ ...body, singleChain: [...body.singleChain, ...body.singleChain] }],
      "a chain that no header names": [
        { ...body, singleChain: [...body.singleChain, { chain: 1, transactions: [foreign] }] },
      ],
      "other chain headers": [{ ...body, chainHeaders: [] }],
      "another shard": [{ ...body, shard: 1 }],
      "cross-shard transactions": [{ ...body, crossShard: [foreign] }],
    };
    for (const [name, shardBlocks] of Object.entries(bodies)) {
      const block = { ...good, block: { ...good.block, shardBlocks } };
      expect(handOver(net, block).kind, name).toBe("refused");
      await net.settled();
    }
    expect(progress(net)).toEqual({ round: 1, state: "open" });
    expect(handOver(net, good)).toEqual({ kind: "committed", round: 1 });
  });
});

describe("certified blocks with transactions that the shard never admitted", () => {
  it("[R-4.5] are decided only when the signatures are checked, once", async () => {
    const bank = await Bank.open();
    const { net } = bank;
    net.lose = ({ kind }) => kind === "validatorSet";
    await bank.send(0, 0);
    await net.advance(1);
    const foreign = [await bank.transaction(1, 0), await bank.transaction(2, 0)];
    const block = blockOver(net, 1, formOnHead(net, 1, foreign));
    expect(handOver(net, block)).toEqual({ kind: "undecided", round: 1 });
    await net.settled();
    expect(handOver(net, block)).toEqual({ kind: "committed", round: 1 });
    await net.settled();
    expect([bank.account(1).nonce, bank.account(2).nonce]).toEqual([1, 1]);
    expect(bank.account(0).nonce).toBe(0);
  });

  it("[R-4.5] close the round if a signature does not hold", async () => {
    const bank = await Bank.open();
    const { net } = bank;
    net.lose = ({ kind }) => kind === "validatorSet";
    const id = await bank.send(0, 0);
    await net.advance(1);
    const bytes = transactionWithBadSignature(await bank.bytes(1, 0));
    const unsigned = accepted(decodeTransaction(bytes, net.network.id));
    const block = blockOver(net, 1, formOnHead(net, 1, [unsigned]));
    expect(handOver(net, block)).toEqual({ kind: "undecided", round: 1 });
    expect(handOver(net, block)).toEqual({ kind: "undecided", round: 1 });
    await net.settled();
    expect(handOver(net, block)).toMatchObject({ kind: "closed", round: 1 });
    expect(progress(net)).toEqual({ round: 1, state: "closed" });
    net.lose = () => false;
    await net.sleep(60);
    expect(bank.status(id)).toBe("FINAL");
    expect(bank.account(1).nonce).toBe(0);
  });

  it("[R-4.5] close the round if a rule of the ledger does not hold", async () => {
    const bank = await Bank.open();
    const { net } = bank;
    net.lose = ({ kind }) => kind === "validatorSet";
    const next = await bank.send(0, 0);
    const gap = await bank.send(0, 1);
    await net.advance(1);
    const formed = net.shard.read(({ replica, room }) => {
      const waiting = room.transaction(toHex(gap));
      if (waiting === undefined) throw new Error("not waiting");
      const view = replica.view(1);
      // A set that believes in another nonce.
      const account: typeof view.account = (...where) => ({ ...view.account(...where), nonce: 1 });
      return buildShardBlock({ ...view, account }, [waiting]).formed;
    });
    expect(handOver(net, blockOver(net, 1, formed))).toMatchObject({ kind: "closed", round: 1 });
    net.lose = () => false;
    await net.sleep(60);
    expect([bank.status(next), bank.status(gap)]).toEqual(["FINAL", "FINAL"]);
  });
});
