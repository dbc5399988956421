import { describe, expect, it } from "vitest";
import type { Shard } from "../../src/actors/shard.ts";
import { ShardQueries } from "../../src/actors/shard-queries.ts";
import type { ValidatorSet } from "../../src/actors/validator-set.ts";
import { transactionCodec } from "../../src/protocol/ledger/transaction.ts";
import { transactionWithBadSignature } from "./bad-transactions.ts";
import { Bank, FEE, FUNDS } from "./bank.ts";
import { EVERYBODY, GENESIS_MS } from "./local-network.ts";

describe("from PENDING to FINAL", () => {
  it("[R-2.7] passes through each status once, never backwards", async () => {
    const bank = await Bank.open();
    const id = await bank.send(0, 0);
    const seen = [bank.status(id)];
    for (let round = 1; round <= 6; round++) {
      await bank.net.advance(1);
      seen.push(bank.status(id));
    }
    expect(seen).toEqual([
      "PENDING",
      "EXECUTED",
      "EXECUTED",
      "EXECUTED",
      "EXECUTED",
      "EXECUTED",
      "FINAL",
    ]);
    expect(bank.view(id)?.code).toBe(2);
    expect(bank.account(0).balance).toBe(FUNDS - FEE - 1n);
    expect(bank.account(1).balance).toBe(FUNDS + 1n);
  });

  it("[R-3.9, R-7.1] is FINAL with the MerkleChain's block behind the header k rounds later, and none sooner", async () => {
    const bank = await Bank.open();
    const first = await bank.send(0, 0);
    await bank.net.advance(1);
    const second = await bank.send(1, 0);
    await bank.net.advance(3);
    expect([bank.status(first), bank.status(second)]).toEqual(["EXECUTED", "EXECUTED"]);
    await bank.net.advance(1);
    expect([bank.status(first), bank.status(second)]).toEqual(["FINAL", "EXECUTED"]);
    // With nothing of a shard beside it, that block is made at the end of its round.
    await bank.net.advance(1);
    expect([bank.status(first), bank.status(second)]).toEqual(["FINAL", "EXECUTED"]);
    await bank.net.advance(1);
    expect([bank.status(first), bank.status(second)]).toEqual(["FINAL", "FINAL"]);
  });

  it("[R-4.4] what a gateway let through with a bad signature is in no block: the set checks again", async () => {
    const bank = await Bank.open();
    const forged = (await bank.bytes(0, 0)).slice();
    forged[forged.length - 40] = (forged[forged.length - 40] as number) ^ 1;
    const [taken] = bank.admit(forged);
    expect(taken?.kind).toBe("accepted");
    const honest = await bank.send(1, 0);
    await bank.net.advance(6);
    expect(bank.status(honest)).toBe("FINAL");
    expect(bank.account(0).balance).toBe(FUNDS);
    // The set says so, and the shard, which has looked for itself, does not offer it again.
    const refused = taken?.kind === "accepted" ? bank.view(taken.id) : undefined;
    expect(refused).toMatchObject({ status: "REJECTED", code: 0 });
    expect(refused?.reason).toContain("SIGNATURES_REFUSED");
    expect(await bank.net.sleep(20)).toBe(true);
    const named = bank.net.sent.filter(([, { kind }]) => kind === "suspects");
    expect(named.length).toBe(1);
  });

  it("[R-4.4] a bad signature alone in its round, with the first word of it lost, is REJECTED in the end", async () => {
    const bank = await Bank.open();
    const [taken] = bank.admit(transactionWithBadSignature(await bank.bytes(0, 0)));
    let lost = 0;
    bank.net.lose = (_, { kind }) => kind === "suspects" && lost++ === 0;
    bank.net.repeat = (_, { kind }) => kind === "suspects";
    await bank.net.advance(8);
    expect(lost).toBe(2);
    expect(taken?.kind === "accepted" && bank.status(taken.id)).toBe("REJECTED");
    expect(bank.net.nextTickMs()).toBeNull();
  });

  it("[R-4.4] a set that names good transactions changes nothing: the shard looks for itself", async () => {
    const bank = await Bank.open();
    const { net } = bank;
    net.lose = ({ kind }) => kind === "validatorSet";
    const ids = [await bank.send(0, 0), await bank.send(1, 0)];
    const unknown = new Uint8Array(32);
    const request = { kind: "suspects", round: 1, ids: [...ids, unknown] } as const;
    for (let i = 0; i < 3; i++) {
      expect(net.deliver({ kind: "shard", shard: 0 }, request)).toEqual({ kind: "noted" });
      await net.settled();
    }
    expect(ids.map((id) => bank.status(id))).toEqual(["PENDING", "PENDING"]);
    net.lose = () => false;
    await net.sleep(60);
    expect(ids.map((id) => bank.status(id))).toEqual(["FINAL", "FINAL"]);
  });

  it("[R-2.7] is COMMITTED between the certificate and the execution", async () => {
    const bank = await Bank.open();
    const id = await bank.send(0, 0);
    bank.net.nowMs += 500;
    const seen = new Set<string>();
    bank.net.shard.step((shard) => shard.tick());
    // As often as it takes: signatures are checked on other threads, at their own pace.
    for (let i = 0; i < 100_000 && !seen.has("EXECUTED"); i++) {
      seen.add(bank.status(id));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await bank.net.settled();
    expect([...seen]).toEqual(["PENDING", "COMMITTED", "EXECUTED"]);
  });

  it("[R-3.9] after the last transaction: one empty joint block, one MerkleChain block, then sleep", async () => {
    const bank = await Bank.open();
    expect(bank.net.nextTickMs()).toBeNull();
    await bank.send(0, 0);
    expect(await bank.net.sleep(20)).toBe(true);
    expect(bank.net.nextTickMs()).toBeNull();
    const rounds = bank.net.shard.read(({ replica }) => replica.blocks.roundsAfter(0, 100));
    expect(rounds).toEqual([1, 4]);
    const blocks = bank.net.merkle.read((merkle) => merkle.blocksAfter(0, 100));
    expect(blocks.flatMap(({ notarised }) => notarised.map(({ round }) => round))).toEqual([1, 4]);
    expect(bank.heads().set).toBe(bank.heads().shard);
  });

  it("[R-3.9] an idle network sends nothing and writes nothing, however many ticks come", async () => {
    const bank = await Bank.open();
    await bank.send(0, 0);
    await bank.net.sleep(20);
    const head = bank.heads().shard;
    bank.net.sent = [];
    await bank.net.advance(50);
    bank.net.nowMs += 500 * 5_000;
    await bank.net.tick();
    expect(bank.net.sent).toEqual([]);
    expect(bank.heads().shard).toBe(head);
    expect(bank.net.nextTickMs()).toBeNull();
  });

  it("[R-3.9] a transaction behind a nonce gap leaves an alarm for its expiry only", async () => {
    const bank = await Bank.open();
    await bank.send(0, 0);
    await bank.net.sleep(20);
    const before = bank.net.round;
    const id = await bank.send(0, 7, { validUntil: before + 900 });
    // Windows slide for a few rounds after the last block: it may look so often, not more.
    await bank.net.advance(10);
    const start = bank.net.nextTickMs() ?? 0;
    expect(start).toBe(bank.net.network.epoch.activationTimeMs + (before + 901) * 500);
    expect(await bank.net.sleep(5)).toBe(true);
    expect(bank.net.round).toBe(before + 901);
    const view = bank.view(id);
    expect(view).toMatchObject({ status: "EXPIRED", code: 0 });
    expect(JSON.parse(view?.reason ?? "")).toMatchObject({ code: "NONCE_GAP", nonce: 7, next: 1 });
  });

  it("[R-2.3] a known id is accepted again, waiting, included and with other signatures: one execution", async () => {
    const bank = await Bank.open();
    const bytes = await bank.bytes(0, 0);
    const decoded = transactionCodec.decode(bytes);
    if (!decoded.ok) throw new Error("undecodable");
    const [own] = decoded.value.signatures;
    if (own === undefined) throw new Error("unsigned");
    // Another signature of the same key: what matters here is that its bytes differ.
    const signature = own.signature.map((byte, i) => (i === 0 ? byte ^ 1 : byte));
    const other = transactionCodec.encode({
      ...decoded.value,
      signatures: [{ ...own, signature }],
    });
    const answers = [...bank.admit(bytes, bytes), ...bank.admit(other)];
    await bank.net.advance(1);
    answers.push(...bank.admit(bytes, other));
    await bank.net.advance(5);
    answers.push(...bank.admit(other));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.kind).toBe("accepted");
    expect(bank.account(0)).toMatchObject({ nonce: 1, balance: FUNDS - FEE - 1n });
    expect(bank.net.nextTickMs()).toBeNull();
  });

  it.each([
    ["set", 1],
    ["set", 4],
    ["shard", 1],
    ["shard", 4],
  ] as const)(
    "[R-5.1] a crash of the %s before it executes round %i leaves an alarm",
    async (who, round) => {
      const bank = await Bank.open();
      const { net } = bank;
      const behind = (): boolean =>
        net[who].read((actor: Shard | ValidatorSet) =>
          actor.replicas.some(({ hasUnexecuted }) => hasUnexecuted),
        );
      await bank.send(0, 0);
      await net.advance(round - 1);
      net.nowMs = GENESIS_MS + round * 500;
      for (const one of EVERYBODY) net.runner(one).step((actor) => actor.tick());
      while (!behind()) await new Promise((resolve) => setImmediate(resolve));
      net.crash(who);
      await net.settled();
      expect(behind()).toBe(true);
      expect(await net.sleep(60)).toBe(true);
      expect(behind()).toBe(false);
      expect(bank.heads().set).toBe(bank.heads().shard);
    },
  );

  it("[R-2.4, R-2.9] blocks are in the order of fees, then of arrival, nonces in sequence", async () => {
    const bank = await Bank.open();
    const cheap = await bank.send(0, 0, { fee: FEE });
    const dearButSecond = await bank.send(0, 1, { fee: 9n * FEE });
    const first = await bank.send(2, 0, { fee: 3n * FEE });
    const second = await bank.send(1, 0, { fee: 3n * FEE });
    await bank.net.advance(1);
    const block = bank.net.shard.read((shard) =>
      new ShardQueries(shard, bank.net.network).block(0, 1),
    );
    expect(block?.transactions).toEqual([first, second, cheap, dearButSecond]);
  });

  it("[R-6.4] after an emptying transaction the next one fits if what is left pays its fee", async () => {
    const bank = await Bank.open();
    const all = { kind: "transfer", to: bank.signer(1).address, amount: FUNDS - 2_000n } as const;
    await bank.send(0, 0, { payload: all });
    await bank.net.advance(1);
    const last = await bank.send(0, 1, { fee: 1_000n, payload: { ...all, amount: 0n } });
    expect(bank.status(last)).toBe("PENDING");
    await bank.net.sleep(40);
    expect(bank.status(last)).toBe("FINAL");
    expect(await bank.refused(0, 1)).toBe("NONCE_TOO_LOW");
  });
});
