// What a replica that began with a state from elsewhere has beside that state.
import { describe, expect, it } from "vitest";
import { ChainProgressTable } from "../../src/actors/chain-progress.ts";
import { PageRows } from "../../src/actors/page-rows.ts";
import type { Replica } from "../../src/actors/replica.ts";
import { stateHeadCodec } from "../../src/actors/state-head.ts";
import { totalOrder } from "../../src/protocol/blocks/shard-block.ts";
import { sha256 } from "../../src/protocol/crypto/sha256.ts";
import { toHex, utf8 } from "../../src/protocol/encoding/bytes.ts";
import { accountCodec, EMPTY_ACCOUNT } from "../../src/protocol/ledger/account.ts";
import { makeChunk } from "../../src/protocol/merkle/state-chunk.ts";
import { accountKey } from "../../src/protocol/merkle/state-key.ts";
import { statePartsCodec } from "../../src/protocol/merkle/state-parts.ts";
import { StateTree } from "../../src/protocol/merkle/state-tree.ts";
import { MemoryPages } from "../protocol/merkle/naive-state.ts";
import { bond, registrationFor, unbond } from "../support/staking.ts";
import { Bank } from "./bank.ts";
import { adopt, Taker } from "./taker.ts";

const STAKE = 9_000n;
const GOLD = {
  kind: "createToken",
  symbol: "GOLD",
  name: "Gold",
  decimals: 0,
  supply: 99n,
  reserveDefault: 0n,
  gasPriceMin: 0n,
} as const;

/** Takes all of shard 0 over, one message a round. */
async function takeOver(bank: Bank): Promise<Taker> {
  const taker = new Taker(bank.net, { shard: 0, chains: null });
  for (let i = 0; !taker.isDone; i++) {
    expect(i).toBeLessThan(60);
    if (!taker.exchange()) await bank.net.advance(1);
  }
  return taker;
}

/** Puts so many entries of no account anybody has into the pages of a chain. */
function plant({ store }: Taker, chain: number, entries: number): void {
  store.transaction(() => {
    const rows = new PageRows(store.table("pages"), chain);
    const value = accountCodec.encode({ ...EMPTY_ACCOUNT, balance: 1n });
    new StateTree(rows).update(
      Array.from({ length: entries }, (_, n) => ({
        key: accountKey(sha256(utf8(`planted ${n}`)).subarray(0, 20)),
        value,
      })),
    );
    rows.flush();
  });
}

/** The state of a chain after the head with a balance altered, and a head with nothing behind that. Transfers alone are in its blocks. */
function lieOf(replica: Replica, k: number) {
  const { round } = replica.head;
  expect(replica.executedRound).toBe(round);
  const pages = new MemoryPages();
  const tree = new StateTree(pages);
  tree.update(new StateTree(replica.state.pages(0)).entries(undefined, 1_000));
  const [key, value] = [accountKey(sha256(utf8("thief")).subarray(0, 20)), EMPTY_ACCOUNT];
  tree.update([{ key, value: accountCodec.encode({ ...value, balance: 10n ** 20n }) }]);
  const chunk = makeChunk(pages, { from: "", known: null, bytesMax: 10 ** 6 });
  const parts = statePartsCodec.encode({
    round,
    passed: 1,
    total: 1,
    changes: [],
    roots: [],
    parts: [{ chain: 0, chunk }],
    to: null,
  });
  const rounds = replica.blocks.roundsAfter(round - k, k).map((one) => {
    const [half] = replica.blocks.block(one)?.block.shardBlocks ?? [];
    const transactions = half === undefined ? 0 : [...totalOrder(half)].length;
    return { round: one, emptying: new Uint8Array(transactions) };
  });
  const chains = [{ chain: 0, ...replica.chainProgress(0) }];
  return { round, parts, head: stateHeadCodec.encode({ round, headRound: round, rounds, chains }) };
}

describe("what a replica has beside a state that it took over", () => {
  it("R-11.2 R-12.4 the validators by stake, which go on as the source's: stake comes back, one leaves", async () => {
    const bank = await Bank.open({ tags: true, leaseRounds: 100 });
    const { net } = bank;
    const register = (place: number) =>
      bond(STAKE, registrationFor(bank.signer(place), net.network.id, `account ${place}`));
    await bank.send(0, 0, { payload: register(0) });
    await bank.send(1, 0, { payload: register(1) });
    await net.advance(1);
    await bank.send(0, 1, { payload: unbond(4_000n) });
    expect(await net.sleep(60)).toBe(true);
    const taker = await takeOver(bank);
    expect(taker.refusals).toEqual([]);
    adopt(net, taker);
    const stakesOf = ({ state }: Replica) => ({
      root: toHex(state.root(0)),
      candidates: state.validators.candidates,
      total: state.validators.total,
      page: state.validators.page(null, 100).map(toHex),
    });
    const both = () => ({
      source: net.shard.read(({ replica }) => stakesOf(replica)),
      taken: net.set.read(({ replicas: [replica] }) => stakesOf(replica as Replica)),
    });
    const before = both();
    expect(before.taken).toEqual(before.source);
    expect(before.source.page.length).toBe(6);
    await bank.send(1, 1, { payload: unbond(STAKE) });
    await net.advance(30);
    await bank.send(0, 2);
    expect(await net.sleep(60)).toBe(true);
    const after = both();
    expect(after.taken).toEqual(after.source);
    expect(after.source.candidates).toBe(before.source.candidates - 1);
    expect(after.source.total).toBe(before.source.total - STAKE - 4_000n);
    expect(net.log.filter(({ event }) => event.includes("refused"))).toEqual([]);
  });
});

describe("what a taker had before", () => {
  it("R-12.4 an old copy with far more entries goes in more answers than the source's pages need", async () => {
    const bank = await Bank.open({ chains: 2, tags: true, leaseRounds: 100 });
    const taker = new Taker(bank.net, { shard: 0, chains: [0, 1] });
    plant(taker, 0, 20_000);
    const fractions: number[] = [];
    for (let i = 0; taker.sync.progress.phase === "states"; i++) {
      expect(i).toBeLessThan(40);
      if (taker.exchange()) fractions.push(taker.sync.progress.fraction);
      else await bank.net.advance(1);
    }
    expect(fractions.length).toBeGreaterThan(2);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions[0]).toBeLessThan(0.5);
    expect(taker.refusals).toEqual([]);
    for (const chain of [0, 1]) {
      const root = bank.net.shard.read(({ replica }) => replica.state.root(chain));
      expect(toHex(taker.sync.root(chain))).toBe(toHex(root));
    }
  });

  it("R-5.2 a source that adds one balance is refused under a head whose state no header carries yet", async () => {
    const bank = await Bank.open({ tags: true, leaseRounds: 100 });
    const { net } = bank;
    for (let nonce = 0; nonce < 8; nonce++) {
      await bank.send(0, nonce);
      await net.advance(1);
    }
    const { round, parts, head } = net.shard.read(({ replica }) => lieOf(replica, net.network.k));
    const taker = new Taker(net, { shard: 0, chains: null });
    taker.alter = (answer, { kind }) => {
      if (kind === "state") return { kind: "state", parts };
      return kind === "stateHead" ? { kind: "stateHead", head } : answer;
    };
    for (let i = 0; taker.refusals.length === 0; i++) {
      expect(i).toBeLessThan(20);
      expect(taker.isDone).toBe(false);
      if (!taker.exchange()) await net.advance(1);
    }
    expect(taker.refusals).toEqual([`R-5.2 no header carries the roots after round ${round}`]);
    taker.alter = (answer) => answer;
    for (let i = 0; !taker.isDone; i++) {
      expect(i).toBeLessThan(60);
      if (!taker.exchange()) await net.advance(1);
    }
  });

  it("R-12.4 pages of a chain that the shard has not got are gone, so that it can be created", async () => {
    const bank = await Bank.open({ tags: true, leaseRounds: 100 });
    const { net } = bank;
    await bank.send(0, 0);
    await net.advance(1);
    const taker = new Taker(net, { shard: 0, chains: null });
    for (const chain of [1, 0xffff_ffff]) plant(taker, chain, 2_000);
    for (let i = 0; !taker.isDone; i++) {
      expect(i).toBeLessThan(60);
      if (!taker.exchange()) await net.advance(1);
    }
    const behind = { from: Uint8Array.of(0, 0, 0, 1), limit: 1 };
    expect(taker.store.table("pages").range(behind)).toEqual([]);
    adopt(net, taker);
    await bank.send(1, 0, { payload: GOLD, validUntil: net.round + 60 });
    expect(await net.sleep(80)).toBe(true);
    const { shard, set } = bank.heads();
    expect(set).toBe(shard);
    expect(shard.split(" ").length).toBe(5);
  });
});

describe("a head that cannot be had", () => {
  it("R-12.4 of a shard with more chains than one answer takes: the taker says so, and asks no more", async () => {
    const bank = await Bank.open({ tags: true, leaseRounds: 100 });
    const { net } = bank;
    expect(await net.sleep(60)).toBe(true);
    const store = net.store("shard");
    store.transaction(() => {
      const table = new ChainProgressTable(store);
      for (let chain = 1; chain < 24_000; chain++) table.open(chain, new Uint8Array(32));
    });
    net.crash("shard");
    const taker = new Taker(net, { shard: 0, chains: null, bytesMax: 2 ** 20 });
    for (let i = 0; taker.sync.progress.phase !== "stuck"; i++) {
      expect(i).toBeLessThan(60);
      if (!taker.exchange()) await net.advance(1);
    }
    expect(taker.refusals).toEqual(["24000 chains are too many for one answer"]);
    for (let i = 0; i < 5; i++) {
      expect([taker.exchange(), taker.sync.nextTickMs()]).toEqual([false, null]);
      await net.advance(1);
    }
    taker.crash();
    expect(taker.sync.progress.phase).toBe("head");
  });

  it("R-12.4 of no state at all: that is logged once, and the taker goes on asking", async () => {
    const bank = await Bank.open({ tags: true, leaseRounds: 100 });
    const { net } = bank;
    const taker = new Taker(net, { shard: 0, chains: null });
    let asked = 0;
    taker.alter = (answer, { kind }) => {
      if (kind !== "stateHead") return answer;
      asked += 1;
      return { kind: "refused", why: "never" };
    };
    while (asked < 20) if (!taker.exchange()) await net.advance(1);
    expect(taker.refusals).toEqual(["never"]);
    taker.alter = (answer) => answer;
    for (let i = 0; !taker.isDone; i++) {
      expect(i).toBeLessThan(60);
      if (!taker.exchange()) await net.advance(1);
    }
  });

  it.each([4, 8])(
    "R-12.4 R-5.2 where one round of each %d is missing the taker goes on to a state whose roots a header carries",
    async (period) => {
      const bank = await Bank.open({ tags: true, leaseRounds: 100 });
      const { net } = bank;
      let nonce = 0;
      const round = async (): Promise<void> => {
        if (nonce % period === 0) net.down.add("set");
        await bank.send(0, nonce++);
        await net.advance(1);
        net.down.delete("set");
      };
      for (let i = 0; i < 7; i++) await round();
      const states: number[] = [];
      const taker = new Taker(net, { shard: 0, chains: null });
      taker.alter = (answer, request) => {
        if (request.kind === "stateHead" && answer.kind === "refused") states.push(request.round);
        return answer;
      };
      for (let i = 0; !taker.isDone; i++) {
        expect(i).toBeLessThan(200);
        if (!taker.exchange()) await round();
      }
      expect(taker.refusals).toEqual([]);
      expect(states.length).toBeGreaterThan(0);
      expect(taker.sync.progress.round).toBeGreaterThan(Math.max(...states));
    },
  );
});
