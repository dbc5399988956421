// Networks of several shards: who makes their blocks, who follows them, and what becomes of one that is cut off.
import { describe, expect, it } from "vitest";
import { transactionCodec } from "../../src/protocol/ledger/transaction.ts";
import { signedTrade } from "../support/trades.ts";
import { Bank } from "./bank.ts";
import { setNamed, shardNamed } from "./local-network.ts";

const ALARMS_MAX = 2_000;

/** One transfer on every chain, to account 1. */
async function sendEverywhere(bank: Bank, nonce = 0): Promise<Uint8Array[]> {
  const ids: Uint8Array[] = [];
  for (const { chain } of bank.net.network.genesis.chains) {
    ids.push(await bank.send(0, nonce, { chain }));
  }
  return ids;
}

/** The sets that made a shard's blocks, by round, as they stand in the headers. */
const makers = (bank: Bank, shard: number): [round: number, set: number, halves: number][] =>
  bank.net.shardOf(shard).read(({ replica: { blocks } }) =>
    blocks.roundsAfter(0, 1_000).map((round) => {
      const header = blocks.header(round)?.header;
      return [round, header?.set ?? 0, header?.halves.length ?? 0];
    }),
  );

function expectEqualReplicas(bank: Bank): void {
  const { length: shards } = bank.net.network.epoch.shards;
  for (const [shard, lines] of bank.replicas()) {
    // The shard itself and a replica in each of its sets.
    expect(lines.length, `replicas of shard ${shard}`).toBe(
      1 + Math.max(shards === 2 ? 2 : 1, shards - 1),
    );
    expect(new Set(lines).size, lines.join("\n")).toBe(1);
  }
}

describe("a network of several shards", () => {
  it.each([2, 3, 4, 7])(
    "R-3.4, R-10.1 of %i shards brings everything to FINAL by the sets on duty, and all replicas follow",
    async (shards) => {
      const bank = await Bank.open({ shards, chains: 2 * shards, tags: true });
      const { network } = bank.net;
      for (let nonce = 0; nonce < 3; nonce++) {
        const ids = await sendEverywhere(bank, nonce);
        expect(await bank.net.sleep(ALARMS_MAX)).toBe(true);
        for (const [chain, id] of ids.entries()) expect(bank.status(id, chain)).toBe("FINAL");
      }
      for (const { shard } of network.epoch.shards) {
        const made = makers(bank, shard);
        expect(made.length).toBeGreaterThan(0);
        for (const [round, set, halves] of made) {
          const duty = network.dutyOf(shard, round);
          expect(set).toBe(duty.set);
          expect(halves).toBeLessThanOrEqual(duty.shards.length);
        }
      }
      expectEqualReplicas(bank);
    },
  );

  it("R-3.5 has both halves of a pair in one joint block where both have work", async () => {
    const bank = await Bank.open({ shards: 4, chains: 4, tags: true });
    await sendEverywhere(bank);
    await bank.net.sleep(ALARMS_MAX);
    const first = makers(bank, 0)[0];
    expect(first?.[2]).toBe(2);
    const { epochs } = bank.net.network;
    const [, partner = 0] = epochs.dutyOf(0, first?.[0] ?? 0).shards;
    expect(makers(bank, partner)[0]).toEqual(first);
  });

  it("R-3.9 wakes neither shards nor sets that have nothing to do", async () => {
    const bank = await Bank.open({ shards: 4, chains: 4, tags: true });
    const id = await bank.send(0, 0, { chain: 2 });
    bank.net.sent = [];
    expect(await bank.net.sleep(ALARMS_MAX)).toBe(true);
    expect(bank.status(id, 2)).toBe("FINAL");
    const { epoch } = bank.net.network;
    // The MerkleChain notarises with the sets on T0's duty (R-7.1).
    const strangers = epoch.sets
      .filter(({ shards }) => !shards.includes(2) && !shards.includes(0))
      .map(({ set }) => set);
    for (const [to] of bank.net.sent) {
      if (to.kind === "shard") expect(to.shard).toBe(2);
      if (to.kind === "validatorSet") expect(strangers).not.toContain(to.set);
    }
    expectEqualReplicas(bank);
  });

  it.each([
    ["a shard", shardNamed(1)],
    ["a set", setNamed(2)],
  ])("R-10.1 goes on without %s that is down, which catches up when it is back", async (_, who) => {
    const bank = await Bank.open({ shards: 4, chains: 4, tags: true });
    bank.net.down.add(who);
    const ids: (readonly [chain: number, id: Uint8Array])[] = [];
    for (let nonce = 0; nonce < 4; nonce++) {
      for (const chain of [0, 2, 3]) ids.push([chain, await bank.send(0, nonce, { chain })]);
      await bank.net.sleep(60);
    }
    await bank.net.sleep(200);
    for (const [chain, id] of ids) expect(bank.status(id, chain)).toBe("FINAL");
    bank.net.down.delete(who);
    for (const chain of [0, 1, 2, 3]) await bank.send(0, chain === 1 ? 0 : 4, { chain });
    expect(await bank.net.sleep(ALARMS_MAX)).toBe(true);
    expectEqualReplicas(bank);
  });

  it("R-10.1 tells a set's other voters of a block that the set's object has already", async () => {
    const voters = [
      [0, 1],
      [2, 3, 4, 5, 6],
    ];
    const bank = await Bank.open({ shards: 3, chains: 3, seats: 7, voters, tags: true });
    const { net } = bank;
    const { epochs } = net.network;
    for (const chain of [0, 1, 2]) await bank.send(0, 0, { chain });
    await net.sleep(ALARMS_MAX);
    const headOf = (voter: "set" | "voter 1"): number =>
      net.voter(voter).read(({ replicas }) => replicas[0]?.head.round ?? 0);
    const shardsHead = (): number => net.shardOf(0).read(({ replica }) => replica.head.round);
    // The last block is one of other sets.
    while (epochs.dutyOf(0, net.round + 1 + net.network.k).set === 1) await net.advance(1);
    await net.advance(1);
    await bank.send(0, 1);
    for (let isAsleep = false; !isAsleep; ) {
      isAsleep = await net.sleep(1);
      // The object never waits for the shard's word.
      if (headOf("set") === shardsHead()) continue;
      net.set.step((set) => set.sides.find(({ shard }) => shard === 0)?.askBlocks());
      await net.settled();
    }
    expect([headOf("set"), headOf("voter 1")]).toEqual([shardsHead(), shardsHead()]);
  });

  it("R-3.6 closes a round whose set is silent, and goes on with the next one", async () => {
    const bank = await Bank.open({ shards: 4, chains: 4, tags: true });
    const { epochs } = bank.net.network;
    const round = bank.net.round;
    const { set } = epochs.dutyOf(0, round);
    bank.net.down.add(setNamed(set));
    const id = await bank.send(0, 0);
    await bank.net.sleep(100);
    expect(bank.status(id)).toBe("FINAL");
    expect(makers(bank, 0).every((made) => made[1] !== set)).toBe(true);
  });

  it("R-3.8 closes at once a round that it opened when its set was done with it, and is in the next", async () => {
    const bank = await Bank.open({ shards: 4, chains: 4, tags: true });
    const { net } = bank;
    await bank.send(0, 0);
    const isDone = (): boolean => makers(bank, 0).length > 0;
    for (let i = 0; i < 20 && !isDone(); i++) await net.sleep(1);
    const [round = 0] = makers(bank, 0)[0] ?? [];
    // The same round goes on.
    expect(net.round).toBe(round);
    const [, partner = 0] = net.network.dutyOf(0, round).shards;
    const id = await bank.send(0, 0, { chain: partner });
    await net.sleep(200);
    expect(bank.status(id, partner)).toBe("FINAL");
    expect(makers(bank, partner)[0]?.[0]).toBe(round + 1);
    expect(net.log).toContainEqual({
      event: "round closed",
      fields: { shard: partner, round, why: "opened too late" },
    });
  });

  it.each([
    ["nobody proposes a block", false],
    ["the block has a half of its partner alone", true],
  ])("R-3.8 closes a round at once where %s, and has the next one", async (_, hasPartner) => {
    const voters = hasPartner ? [[0, 1, 2, 3]] : [[0], [1], [2], [3]];
    const bank = await Bank.open({ shards: 2, chains: 2, voters, tags: true });
    const { net } = bank;
    // Shard 1 has never heard of it: no block can have it.
    const [first, second] = [bank.signer(0), bank.signer(1)];
    const parties = [
      { payer: first, chain: 0, amount: 5n, nonce: 0 },
      { payer: second, chain: 1, amount: 7n, nonce: 0 },
    ] as const;
    const trade = await signedTrade(net.network.id, parties, { validUntil: net.round + 20 });
    expect(bank.admitTo(0, transactionCodec.encode(trade))[0]?.kind).toBe("accepted");
    const theirs = hasPartner ? await bank.send(0, 0, { chain: 1 }) : null;
    const closed = () => net.log.filter(({ event }) => event === "round closed");
    for (let i = 0; i < 40 && closed().length === 0; i++) await net.sleep(1);
    const { round } = net;
    const why = "nothing of it can be in a block";
    expect(closed()).toEqual([{ event: "round closed", fields: { shard: 0, round, why } }]);
    const own = await bank.send(2, 0);
    await net.sleep(100);
    expect(makers(bank, 0)[0]?.[0]).toBe(round + 1);
    expect(bank.status(own)).toBe("FINAL");
    if (theirs !== null) {
      expect(bank.status(theirs, 1)).toBe("FINAL");
      expect(makers(bank, 1)[0]).toEqual([round, expect.any(Number), 1]);
    }
    expectEqualReplicas(bank);
  });

  it("R-3.8 closes its open round alone for that, and by the set on duty alone", async () => {
    const bank = await Bank.open({ shards: 4, chains: 4, tags: true });
    const { net } = bank;
    await net.advance(3);
    const { round } = net;
    const { set } = net.network.dutyOf(0, round);
    net.down.add(setNamed(set));
    const id = await bank.send(0, 0);
    await net.tick();
    const tell = (by: number, of: number) =>
      net.deliver(net.peer("shard"), { kind: "nothing", set: by, round: of });
    const state = () => net.shard.read(({ progress }) => [progress.round, progress.state]);
    expect(state()).toEqual([round, "open"]);
    const others = net.network.epoch.sets.filter((one) => one.set !== set);
    for (const other of others) tell(other.set, round);
    for (const of of [round - 1, round + 1, round + 3]) tell(set, of);
    expect(state()).toEqual([round, "open"]);
    for (let times = 0; times < 2; times++) {
      expect(tell(set, round)).toEqual({ kind: "decided", round, hash: null });
      expect(state()).toEqual([round, "closed"]);
    }
    net.down.delete(setNamed(set));
    await net.sleep(100);
    expect(bank.status(id)).toBe("FINAL");
  });

  it("R-10.1 every replica survives crashes of everybody at any time", async () => {
    const bank = await Bank.open({ shards: 3, chains: 3, tags: true });
    for (let nonce = 0; nonce < 6; nonce++) {
      await sendEverywhere(bank, nonce);
      for (let i = 0; i < 12; i++) {
        await bank.net.sleep(1);
        const who = bank.net.everybody[(nonce * 7 + i * 3) % bank.net.everybody.length];
        if (who !== undefined) bank.net.crash(who);
      }
    }
    await bank.net.sleep(ALARMS_MAX);
    for (const chain of [0, 1, 2]) {
      expect(bank.net.shardOf(chain).read(({ room }) => room.pool.size)).toBe(0);
    }
    expectEqualReplicas(bank);
  });
});
