import { describe, expect, it } from "vitest";
import type { PeerAnswer } from "../../src/actors/peers.ts";
import { type CertifiedBlock, certifiedBlockCodec } from "../../src/protocol/blocks/shard-block.ts";
import { seatSet } from "../../src/protocol/consensus/seats.ts";
import { accepted } from "../support/transactions.ts";
import { Bank } from "./bank.ts";
import { blockOver, formOnHead, signedCertificate } from "./forge.ts";

/** A shard with many blocks, and a set that has lost everything. */
async function bankWithFreshSet(rounds: number): Promise<Bank> {
  const bank = await Bank.open();
  for (let nonce = 0; nonce < rounds; nonce++) {
    await bank.send(0, nonce);
    await bank.net.advance(1);
  }
  expect(await bank.net.sleep(40)).toBe(true);
  bank.net.crash("set", true);
  return bank;
}

const blocksOf = (bank: Bank): CertifiedBlock[] =>
  bank.net.shard.read(({ replica }) =>
    replica.blocks.roundsAfter(0, 99).flatMap((round) => replica.blocks.block(round) ?? []),
  );

const setHead = (bank: Bank): number =>
  bank.net.set.read(({ replicas }) => replicas[0]?.head.round ?? 0);

describe("a set whose replica is behind", () => {
  it("[R-10.1] takes the shard's blocks over and votes again, keeping its head's block only", async () => {
    const bank = await bankWithFreshSet(11);
    expect(setHead(bank)).toBe(0);
    await bank.send(1, 0);
    expect(await bank.net.sleep(60)).toBe(true);
    expect(bank.heads().set).toBe(bank.heads().shard);
    expect(bank.account(1).nonce).toBe(1);
    expect(bank.net.store("set").table("blocks").range({ limit: 99 }).length).toBe(1);
    const shards = bank.net.sent.filter(([to]) => to.kind === "shard");
    const calls = shards.filter(([, { kind }]) => kind === "blocks");
    // Four blocks a call, fourteen blocks.
    expect(calls.length).toBe(4);
  });

  it("[R-4.3, R-4.7] the shard's blocks end the instance that is decided by them, also through a crash", async () => {
    for (const crashes of [false, true]) {
      const bank = await Bank.open();
      const { net } = bank;
      const id = await bank.send(0, 0);
      net.loseAnswer = (_, { kind }) => kind === "commit";
      await net.advance(1);
      net.loseAnswer = () => false;
      const certifiedBlocks = blocksOf(bank).map((block) => certifiedBlockCodec.encode(block));
      expect([certifiedBlocks.length, setHead(bank)]).toEqual([1, 0]);
      const shard = { kind: "shard", shard: 0 } as const;
      const request = { kind: "blocks", afterRound: 0 } as const;
      net.set.step((set) => set.answered(shard, request, { kind: "blocks", certifiedBlocks }));
      if (crashes) net.crash("set");
      expect(await net.sleep(40)).toBe(true);
      if (crashes) net.crash("set");
      expect(bank.heads().set).toBe(bank.heads().shard);
      expect(bank.status(id)).toBe("FINAL");
    }
  });

  it("[R-4.5] while it cannot reach the shard's blocks, rounds close; then it goes on", async () => {
    const bank = await bankWithFreshSet(6);
    const { net } = bank;
    net.lose = (_, { kind }) => kind === "blocks";
    const id = await bank.send(1, 0, { validUntil: net.round + 40 });
    await net.advance(6);
    expect([bank.status(id), setHead(bank)]).toEqual(["PENDING", 0]);
    net.crash("set");
    net.lose = () => false;
    expect(await net.sleep(80)).toBe(true);
    expect(bank.status(id)).toBe("FINAL");
    expect(bank.heads().set).toBe(bank.heads().shard);
  });

  it("[R-10.1] blocks that it has are no reason to ask again at once", async () => {
    const bank = await bankWithFreshSet(3);
    const { net } = bank;
    net.lose = (_, { kind }) => kind === "blocks";
    await bank.send(1, 0);
    await net.advance(1);
    const [first] = blocksOf(bank);
    if (first === undefined) throw new Error("no blocks");
    const certifiedBlocks = [certifiedBlockCodec.encode(first)];
    const asked = (): number => net.sent.filter(([, { kind }]) => kind === "blocks").length;
    const answer = async (): Promise<void> => {
      const request = { kind: "blocks", afterRound: 0 } as const;
      const shard = { kind: "shard", shard: 0 } as const;
      net.set.step((set) => set.answered(shard, request, { kind: "blocks", certifiedBlocks }));
      await net.settled();
    };
    const before = asked();
    await answer();
    expect([setHead(bank), asked()]).toEqual([1, before + 1]);
    for (let i = 0; i < 5; i++) await answer();
    expect(asked()).toBe(before + 1);
  });

  it("[R-3.9] it sleeps, too, when nothing waits any more: no timer that never clears", async () => {
    const bank = await bankWithFreshSet(6);
    const { net } = bank;
    net.lose = (_, { kind }) => kind === "blocks" || kind === "decision";
    const id = await bank.send(1, 0, { validUntil: net.round + 4 });
    await net.sleep(80);
    expect(bank.status(id)).toBe("EXPIRED");
    // The shard is unreachable for these questions: the set asks ever less often.
    const since = net.nowMs;
    await net.sleep(10);
    expect(net.nowMs - since).toBeGreaterThan(60_000);
    net.lose = () => false;
    expect(await net.sleep(40)).toBe(true);
    expect(net.nextTickMs()).toBeNull();
  });

  it("[R-4.7, R-10.1] refuses every forged block in the answer, and takes the true ones", async () => {
    const bank = await bankWithFreshSet(3);
    const { net } = bank;
    const blocks = blocksOf(bank);
    const [first, second] = blocks;
    if (first === undefined || second === undefined) throw new Error("no blocks");
    const { header } = first.block;
    const body = first.block.shardBlocks[0];
    if (body === undefined) throw new Error("no body");
    const few = signedCertificate(net, header, { seats: seatSet(4, [0, 1]) });
    const foreign = await bank.bytes(2, 0);
    const stale = blockOver(net, net.round + 1, formOnHead(net, net.round + 1, []));
    const forged: Record<string, Uint8Array> = {
      "no block": new Uint8Array(5),
      "a block without its parent": certifiedBlockCodec.encode(second),
      "a block off the head": certifiedBlockCodec.encode(stale),
      "too few seats": certifiedBlockCodec.encode({ ...first, certificate: few }),
      "another header": certifiedBlockCodec.encode({
        ...first,
        block: { ...first.block, header: { ...header, view: 9 } },
      }),
      "another body": certifiedBlockCodec.encode({
        ...first,
        block: {
          ...first.block,
          shardBlocks: [{ ...body, singleChain: [{ chain: 0, transactions: [foreign] }] }],
        },
      }),
      "a body too many": certifiedBlockCodec.encode({
        ...first,
        block: { ...first.block, shardBlocks: [body, body] },
      }),
    };
    const request = { kind: "blocks", afterRound: 0 } as const;
    const shard = { kind: "shard", shard: 0 } as const;
    const answer = (certifiedBlocks: readonly Uint8Array[]): void => {
      const blocksAnswer: PeerAnswer = { kind: "blocks", certifiedBlocks };
      net.set.step((set) => set.answered(shard, request, blocksAnswer));
    };
    for (const [name, bytes] of Object.entries(forged)) {
      answer([bytes]);
      await net.settled();
      expect(setHead(bank), name).toBe(0);
    }
    const trueOnes = blocks.map((one) => certifiedBlockCodec.encode(one));
    answer([...trueOnes.slice(0, 2), forged["no block"] as Uint8Array, ...trueOnes.slice(2)]);
    expect(setHead(bank)).toBe(2);
    answer(trueOnes);
    await net.settled();
    expect(setHead(bank)).toBe(blocks.at(-1)?.block.header.round);
    // As before: nothing hangs on who brought them.
    expect(accepted(certifiedBlockCodec.decode(trueOnes[0] as Uint8Array))).toEqual(first);
  });
});
