import { describe, expect, it } from "vitest";
import { Network } from "../../src/actors/network.ts";
import type { PeerAnswer } from "../../src/actors/peers.ts";
import { Replica } from "../../src/actors/replica.ts";
import { ReplicaState } from "../../src/actors/replica-state.ts";
import { type StateHead, stateHeadCodec } from "../../src/actors/state-head.ts";
import { sha256 } from "../../src/protocol/crypto/sha256.ts";
import { toHex, utf8 } from "../../src/protocol/encoding/bytes.ts";
import { accountCodec, EMPTY_ACCOUNT } from "../../src/protocol/ledger/account.ts";
import { accountKey } from "../../src/protocol/merkle/state-key.ts";
import { statePartsCodec } from "../../src/protocol/merkle/state-parts.ts";
import { accepted } from "../support/transactions.ts";
import { Bank } from "./bank.ts";
import { adopt, type Fate, Taker } from "./taker.ts";

const SENDERS = 6;
/** Two with load, one that had a block once, and one that never had. */
const CHAINS = 4;
const address = (n: number): Uint8Array => sha256(utf8(`account ${n}`)).subarray(0, 20);

/** A network of one shard, two chains of so many accounts each, and load on both. */
class LoadedShard {
  readonly bank: Bank;
  readonly #accounts: number;
  readonly #nonces = new Map<string, number>();
  #random = 1;

  private constructor(bank: Bank, accounts: number) {
    this.bank = bank;
    this.#accounts = accounts;
  }

  static async open(accounts: number): Promise<LoadedShard> {
    const bank = await Bank.open({
      chains: CHAINS,
      accounts: SENDERS,
      tags: true,
      leaseRounds: 100,
    });
    const value = accountCodec.encode({ ...EMPTY_ACCOUNT, balance: 10n ** 9n });
    for (const who of ["shard", "set"] as const) {
      bank.net.runner(who).step(() => undefined);
      const store = bank.net.store(who);
      const writes = Array.from({ length: accounts }, (_, n) => accountKey(address(n)));
      store.transaction(() => {
        const state = new ReplicaState(store, bank.net.network.k);
        for (const chain of [0, 1])
          state.applyGenesis(writes.map((key) => ({ chain, key, value })));
      });
      bank.net.crash(who);
    }
    const world = new LoadedShard(bank, accounts);
    await bank.send(0, 0, { chain: 2 });
    for (let i = 0; i < 9; i++) await world.round();
    return world;
  }

  /** A transfer from each sender on each chain, to one of the accounts or to a new one. */
  async round(transfers = SENDERS): Promise<void> {
    for (let i = 0; i < transfers; i++) {
      for (const chain of [0, 1]) {
        const name = `${chain}:${i}`;
        const nonce = this.#nonces.get(name) ?? 0;
        this.#nonces.set(name, nonce + 1);
        const to = address(this.#draw(this.#accounts * 2));
        await this.bank.send(i, nonce, { chain, payload: { kind: "transfer", to, amount: 1n } });
      }
    }
    await this.bank.net.advance(1);
  }

  get executed(): { readonly round: number; readonly roots: readonly string[] } {
    return this.bank.net.shard.read(({ replica }) => ({
      round: replica.executedRound,
      roots: [0, 1].map((chain) => toHex(replica.state.root(chain))),
    }));
  }

  /** The same fates on every run. */
  fate(): Fate {
    const fates: readonly Fate[] = [
      ...Array.from({ length: 14 }, (): Fate => "arrives"),
      "request lost",
      "answer lost",
      "twice",
      "crash before",
      "crash after",
    ];
    return fates[this.#draw(fates.length)] ?? "arrives";
  }

  #draw(below: number): number {
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#random / 2 ** 32) * below);
  }
}

const HASH = new Uint8Array(32).fill(1);
const flipped = (bytes: Uint8Array): Uint8Array =>
  bytes.with(bytes.length >> 1, (bytes[bytes.length >> 1] ?? 0) ^ 1);
const withChain = (
  head: StateHead,
  chain: number,
  changes: Partial<StateHead["chains"][number]>,
): StateHead => ({
  ...head,
  chains: head.chains.map((one) => (one.chain === chain ? { ...one, ...changes } : one)),
});

describe("taking chains over from a shard", () => {
  it("R-12.4 one of its chains, through loss and crashes, while blocks go on: equal roots after every round it has", async () => {
    const world = await LoadedShard.open(10_000);
    const taker = new Taker(world.bank.net, { shard: 0, chains: [1], bytesMax: 64 * 1024 });
    const fractions: number[] = [];
    for (let i = 0; taker.sync.progress.phase === "states"; i++) {
      expect(i).toBeLessThan(400);
      for (let j = 0; j < 2; j++) taker.exchange(world.fate());
      fractions.push(taker.sync.progress.fraction);
      await world.round();
    }
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.filter((one) => one > 0 && one < 1).length).toBeGreaterThan(5);
    for (let i = 0; i < 5; i++) {
      while (taker.sync.progress.round < world.executed.round) {
        if (!taker.exchange(world.fate())) await world.bank.net.advance(1);
      }
      expect(toHex(taker.sync.root(1))).toBe(world.executed.roots[1]);
      await world.round();
    }
    taker.store.transaction(() => taker.sync.end());
    expect([taker.sync.progress.phase, taker.exchange()]).toEqual(["done", false]);
    expect(taker.store.table("meta").range({ limit: 9 })).toEqual([]);
    expect(taker.sizes.length).toBeGreaterThan(15);
    // One page more than was asked for.
    expect(Math.max(...taker.sizes)).toBeLessThan(80 * 1024);
    expect(taker.refusals).toEqual([]);
    expect(taker.store.table("pages").range({ to: Uint8Array.of(0, 0, 0, 1), limit: 1 })).toEqual(
      [],
    );
  });

  it("R-12.4 all of them, with the shard's head: a set that lost everything goes on from there, and votes", async () => {
    const world = await LoadedShard.open(10_000);
    const { net } = world.bank;
    const taker = new Taker(net, { shard: 0, chains: null, bytesMax: 64 * 1024 });
    for (let i = 0; !taker.isDone; i++) {
      expect(i).toBeLessThan(400);
      for (let j = 0; j < 3; j++) taker.exchange(world.fate());
      if (!taker.isDone) await world.round();
    }
    expect(taker.refusals).toEqual([]);
    const { round } = net.shard.read(({ replica }) => replica.head);
    adopt(net, taker);
    const opened = net.set.read(({ replicas: [replica] }) => replica?.head.round ?? 0);
    expect(round - opened).toBeLessThan(net.network.k);
    net.sent = [];
    for (let i = 0; i < 8; i++) await world.round();
    expect(await net.sleep(60)).toBe(true);
    const { shard, set } = world.bank.heads();
    expect(set).toBe(shard);
    expect(net.shard.read(({ replica }) => replica.head.round)).toBeGreaterThan(round + 6);
    // It has to follow the MerkleChain from the beginning, not its shard.
    const asked = net.sent.flatMap(([to, one]) =>
      to.kind === "shard" && one.kind === "blocks" ? [one.afterRound] : [],
    );
    expect(asked.filter((afterRound) => afterRound < opened)).toEqual([]);
    expect(net.log.filter(({ event }) => event.includes("refused"))).toEqual([]);
  });

  it("R-5.2 the root of a chain just created is on trust as long as no header carries it: the head comes with one that does", async () => {
    const bank = await Bank.open({ tags: true, leaseRounds: 100 });
    const { net } = bank;
    const payload = {
      kind: "createToken",
      symbol: "GOLD",
      name: "Gold",
      decimals: 0,
      supply: 99n,
      reserveDefault: 0n,
      gasPriceMin: 0n,
    } as const;
    await bank.send(0, 0, { payload });
    await net.advance(1);
    net.down.add("set");
    const taker = new Taker(net, { shard: 0, chains: null });
    for (let i = 0; i < 20; i++) if (!taker.exchange()) await net.advance(1);
    expect(taker.sync.progress.phase).toBe("head");
    net.down.delete("set");
    for (let i = 0; !taker.isDone; i++) {
      expect(i).toBeLessThan(40);
      if (!taker.exchange()) await net.advance(1);
    }
    expect(taker.refusals).toEqual([]);
    adopt(net, taker);
    await bank.send(1, 0, { validUntil: net.round + 60 });
    expect(await net.sleep(80)).toBe(true);
    const { shard, set } = bank.heads();
    expect(set).toBe(shard);
    expect(shard.split(" ").length).toBe(5);
    expect(net.log.filter(({ event }) => event.includes("refused"))).toEqual([]);
  });

  it("R-12.4 of one of two shards: a replica opened on what was taken over executes to the shard's roots", async () => {
    const bank = await Bank.open({ tags: true, shards: 2, chains: 4, leaseRounds: 100 });
    const { net } = bank;
    const taker = new Taker(net, { shard: 1, chains: null, bytesMax: 600 });
    for (let nonce = 0; !taker.isDone; nonce++) {
      expect(nonce).toBeLessThan(60);
      for (const chain of [0, 1, 3]) await bank.send(0, nonce, { chain });
      taker.exchange();
      await net.advance(1);
    }
    expect(taker.refusals).toEqual([]);
    const network = new Network(net.network.genesisBytes, net.network.scheme);
    const replica = taker.store.transaction(() => new Replica(taker.store, network, 1));
    while (taker.store.transaction(() => replica.executeNext()) !== null);
    const source = net.shardOf(1).read((shard) => shard.replica);
    expect(replica.executedRound).toBeGreaterThan(source.executedRound - 2 * network.k);
    expect(replica.chainIds(0, 9)).toEqual([1, 3]);
    for (const chain of [1, 3]) {
      const expected = source.state.rootAfter(chain, replica.executedRound);
      expect(toHex(replica.state.root(chain))).toBe(toHex(expected));
      expect(replica.chain(chain)).toEqual(source.chain(chain));
    }
  });

  it("R-12.4 of a shard that sleeps: its head comes once no block can come in between", async () => {
    const world = await LoadedShard.open(200);
    expect(await world.bank.net.sleep(60)).toBe(true);
    const taker = new Taker(world.bank.net, { shard: 0, chains: null });
    for (let i = 0; !taker.isDone; i++) {
      expect(i).toBeLessThan(20);
      if (!taker.exchange()) await world.bank.net.advance(1);
    }
    expect(taker.refusals).toEqual([]);
  });

  const FORGED_HEADS: readonly (readonly [string, (head: StateHead) => StateHead])[] = [
    ["a chain left out", (head) => ({ ...head, chains: head.chains.slice(1) })],
    ["another root of a chain that has slept", (head) => withChain(head, 2, { carriedRoot: HASH })],
    ["another header of it", (head) => withChain(head, 2, { headerHash: HASH })],
    ["another first root of a chain", (head) => withChain(head, 3, { carriedRoot: HASH })],
    ["another header of one with load", (head) => withChain(head, 0, { headerHash: HASH })],
    ["its first round left out", (head) => ({ ...head, rounds: head.rounds.slice(1) })],
    ["a round left out", (head) => ({ ...head, rounds: head.rounds.slice(0, -1) })],
    [
      "a verdict too many",
      (head) => ({
        ...head,
        rounds: head.rounds.map((one) => ({
          ...one,
          emptying: Uint8Array.of(0, ...one.emptying),
        })),
      }),
    ],
  ];

  it("R-12.4 a head that lies is refused, and the true one taken over afterwards", async () => {
    const world = await LoadedShard.open(100);
    const { net } = world.bank;
    const lies: ((answer: PeerAnswer) => PeerAnswer)[] = FORGED_HEADS.map(
      ([, forge]) =>
        (answer) => {
          if (answer.kind !== "stateHead" || answer.head === null) return answer;
          const head = accepted(stateHeadCodec.decode(answer.head));
          return { ...answer, head: stateHeadCodec.encode(forge(head)) };
        },
    );
    lies.push(
      (answer) =>
        answer.kind === "blocks"
          ? { ...answer, certifiedBlocks: answer.certifiedBlocks.map(flipped) }
          : answer,
      (answer) =>
        answer.kind === "stateHeaders"
          ? { ...answer, headers: answer.headers.map(flipped) }
          : answer,
      (answer) => (answer.kind === "stateHeaders" ? { ...answer, headers: [] } : answer),
    );
    for (const lie of lies) {
      const taker = new Taker(net, { shard: 0, chains: null });
      taker.alter = lie;
      for (let i = 0; taker.refusals.length === 0; i++) {
        expect(i).toBeLessThan(60);
        if (!taker.exchange()) await world.round();
        expect(taker.isDone).toBe(false);
      }
      taker.alter = (answer) => answer;
      for (let i = 0; !taker.isDone; i++) {
        expect(i).toBeLessThan(60);
        if (!taker.exchange()) await world.round();
      }
    }
  });

  it("R-5.2 a state that is whole and another one is refused by the roots that headers carry", async () => {
    const [world, other] = [await LoadedShard.open(300), await LoadedShard.open(301)];
    const taker = new Taker(world.bank.net, { shard: 0, chains: null });
    taker.alter = (answer, request) =>
      request.kind === "state"
        ? other.bank.net.deliver({ kind: "shard", shard: 0 }, request)
        : answer;
    for (let i = 0; taker.refusals.length === 0; i++) {
      expect(i).toBeLessThan(60);
      if (taker.exchange()) continue;
      await world.round();
      await other.round();
    }
    expect(taker.sync.progress).toMatchObject({ phase: "states", round: 0, fraction: 0 });
    taker.alter = (answer) => answer;
    for (let i = 0; !taker.isDone; i++) {
      expect(i).toBeLessThan(60);
      if (!taker.exchange()) await world.round();
    }
    expect(taker.refusals.length).toBe(1);
    expect(taker.refusals[0]).toContain("another root");
  });

  it("R-12.4 after an outage longer than the shard remembers, what did not change does not come again", async () => {
    const world = await LoadedShard.open(10_000);
    const taker = new Taker(world.bank.net, { shard: 0, chains: [0, 1], bytesMax: 64 * 1024 });
    const goOn = async (): Promise<number> => {
      taker.sizes.length = 0;
      for (let i = 0; i < 400; i++) {
        if (!taker.exchange()) break;
      }
      return taker.sizes.reduce((sum, size) => sum + size, 0);
    };
    const whole = await goOn();
    expect(taker.sync.progress.phase).toBe("following");
    for (let i = 0; i < 12; i++) await world.round(1);
    const again = await goOn();
    expect(taker.sync.progress).toMatchObject({ phase: "following", round: world.executed.round });
    expect([0, 1].map((chain) => toHex(taker.sync.root(chain)))).toEqual(world.executed.roots);
    expect(taker.sizes.length).toBeGreaterThan(2);
    expect(again).toBeLessThan(whole / 4);
  });

  it("R-12.4 a source that lies is refused, nothing of it stored, and the truth taken over afterwards", async () => {
    const world = await LoadedShard.open(2_000);
    const taker = new Taker(world.bank.net, { shard: 0, chains: [0, 1], bytesMax: 32 * 1024 });
    const dump = (): string =>
      taker.store
        .table("pages")
        .range({ limit: 10_000 })
        .map(([key, value]) => `${toHex(key)}${toHex(value)}`)
        .join();
    for (let i = 0; i < 6; i++) taker.exchange();
    await world.round();
    const before = dump();
    const lies = [
      flipped,
      (bytes: Uint8Array) => {
        const parts = accepted(statePartsCodec.decode(bytes));
        return statePartsCodec.encode({ ...parts, changes: parts.changes.slice(1) });
      },
    ];
    for (const lie of lies) {
      taker.alter = (answer) =>
        answer.kind === "state" ? { ...answer, parts: lie(answer.parts) } : answer;
      while (!taker.exchange()) await world.bank.net.advance(1);
      expect(dump()).toBe(before);
    }
    expect(taker.refusals.length).toBe(2);
    taker.alter = (answer) => answer;
    for (let i = 0; taker.sync.progress.phase === "states"; i++) {
      expect(i).toBeLessThan(400);
      if (!taker.exchange()) await world.bank.net.advance(1);
    }
    expect([0, 1].map((chain) => toHex(taker.sync.root(chain)))).toEqual(world.executed.roots);
  });
});
