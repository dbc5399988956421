import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { BlockAssembler } from "../../src/protocol/blocks/assembler.ts";
import { buildShardBlock } from "../../src/protocol/blocks/build-shard-block.ts";
import { certifiedBlockCodec } from "../../src/protocol/blocks/shard-block.ts";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import { type ChainRecord, chainRecordCodec } from "../../src/protocol/ledger/chain-record.ts";
import type { CreateToken } from "../../src/protocol/ledger/payload.ts";
import { chainKey, tokenKey } from "../../src/protocol/merkle/state-key.ts";
import { testNetwork } from "../support/genesis.ts";
import {
  certify,
  LedgerWorld,
  memoryStore,
  openReplica,
  recheck,
} from "../support/ledger-world.ts";
import { replicaFacts } from "../support/replica-facts.ts";
import { paperAccount, type TestAccount } from "../support/signer.ts";
import { accepted, type TransactionSpec } from "../support/transactions.ts";

const [alice, bob] = ["Alice", "Bob"].map(paperAccount) as [TestAccount, TestAccount];
const K = 3;
const open = (chains = 1): LedgerWorld =>
  new LedgerWorld(
    testNetwork({
      k: K,
      chains,
      reserveDefault: 1_000n,
      allocations: Array.from({ length: chains }, (_, chain) => ({
        account: alice,
        balance: 1_000_000n,
        chain,
      })),
    }),
  );
const give = (nonce: number, rest: Partial<TransactionSpec> = {}): TransactionSpec => ({
  payer: alice,
  nonce,
  payload: { kind: "transfer", to: bob.address, amount: 5n },
  gasPrice: 0n,
  ...rest,
});

describe("judging", () => {
  it("R-5.1 a round can be judged once the state k rounds before it is known", () => {
    const world = open();
    world.round(1, [world.paper(give(0))]);
    const { replica } = world;
    expect([2, 3, 4, 5].map((round) => replica.canJudge(round))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(replica.hasUnexecuted).toBe(true);
    expect(() => replica.view(4)).toThrow("R-5.1");
    expect(() => replica.view(1)).toThrow("decided");
    world.executeNext();
    expect([4, 5, 100].map((round) => replica.canJudge(round))).toEqual([true, true, true]);
    expect(world.executeNext()).toBeNull();
  });

  it("R-5.1 consensus sees the state after n-k, execution the present one", () => {
    const world = open();
    for (const round of [1, 2, 3]) world.round(round, [world.paper(give(round - 1))]);
    world.executeAll();
    const balanceFor = (round: number): bigint =>
      world.replica.roundView(round).account(0, bob.address).balance;
    expect([4, 5, 6, 7].map(balanceFor)).toEqual([5n, 10n, 15n, 15n]);
    expect(world.account(bob).balance).toBe(15n);
  });
});

describe("commit", () => {
  it("R-4.7 the same block again changes nothing, a block off the head stops the replica", () => {
    const world = open();
    const rival = buildShardBlock(world.replica.view(1), []).formed;
    world.round(1, [world.paper(give(0))]);
    const before = replicaFacts(world.replica, 2);
    const bytes = world.blocks.get(1) as Uint8Array;
    const certified = accepted(certifiedBlockCodec.decode(bytes));
    world.replica.commit(certified, rival);
    expect(replicaFacts(world.replica, 2)).toEqual(before);
    const off = certify(world.network, 2, rival);
    expect(() => world.replica.commit(off, rival)).toThrow("R-4.7");
    expect(replicaFacts(world.replica, 2)).toEqual(before);
  });

  it("R-4.7 blocks are kept until pruned, with gaps", () => {
    const world = open();
    for (const round of [1, 4, 9]) world.round(round, []);
    const { replica } = world;
    expect(replica.blocks.roundsAfter(0, 10)).toEqual([1, 4, 9]);
    expect(replica.blocks.roundsAfter(1, 1)).toEqual([4]);
    expect(replica.blocks.block(2)).toBeUndefined();
    expect(replica.blocks.block(4)?.block.header.round).toBe(4);
    replica.blocks.prune(1);
    expect(replica.blocks.roundsAfter(0, 10)).toEqual([4, 9]);
    expect(replica.head.round).toBe(9);
  });
});

describe("legs that are committed and not executed", () => {
  const sender = toHex(alice.address);

  it("R-2.9 are counted by chain and sender, through commits, executions and a restart", () => {
    const world = open(2);
    const legs = () => [0, 1].map((chain) => world.replica.unexecutedNonces(chain, sender));
    expect(legs()).toEqual([0, 0]);
    world.round(1, [
      world.paper(give(0)),
      world.paper(give(1)),
      world.paper(give(0, { chain: 1 })),
    ]);
    expect(legs()).toEqual([2, 1]);
    world.round(2, [world.paper(give(2))]);
    expect(legs()).toEqual([3, 1]);
    expect(world.replica.unexecutedNonces(2, sender)).toBe(0);
    expect(world.replica.unexecutedNonces(0, toHex(bob.address))).toBe(0);
    world.replica = openReplica(world.store, world.network);
    expect(legs()).toEqual([3, 1]);
    world.executeNext();
    expect(legs()).toEqual([1, 0]);
    world.executeNext();
    expect(legs()).toEqual([0, 0]);
  });

  it("R-3.10 are gone through once, however many admissions ask", () => {
    const world = open();
    const { formed } = buildShardBlock(world.replica.view(1), [world.paper(give(0))]);
    let looks = 0;
    const chains = formed.inclusions.chains.map((one) => ({
      ...one,
      get legs() {
        looks += 1;
        return one.legs;
      },
    }));
    const counted = { ...formed, inclusions: { ...formed.inclusions, chains } };
    world.replica.commit(certify(world.network, 1, formed), counted);
    looks = 0;
    for (let i = 0; i < 100; i++) expect(world.replica.unexecutedNonces(0, sender)).toBe(1);
    expect(looks).toBe(1);
  });

  it("R-3.10 leave memory once they are executed and no window reaches them, though a root is still to be carried", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const world = open();
    const { replica } = world;
    const include = (round: number): WeakRef<readonly object[]> => {
      const { formed } = buildShardBlock(replica.view(round), [world.paper(give(round - 1))]);
      replica.commit(certify(world.network, round, formed), formed);
      world.executeAll();
      return new WeakRef(formed.inclusions.chains[0]?.legs ?? []);
    };
    const legs = [1, 2, 3, 4, 5].map(include);
    await new Promise((resolve) => setTimeout(resolve, 0));
    collect();
    // Round 5 is the head: those of 3, 4 and 5 count in rounds to come, 1 and 2 in none.
    expect(legs.map((one) => one.deref()?.length)).toEqual([undefined, undefined, 1, 1, 1]);
    expect(replica.windows(6)(0).inflight.get(sender)?.nonces).toBe(2);
    expect(replica.nextRootDue()).toBe(6);
  });
});

describe("delayed roots", () => {
  it("R-5.2 a header carries the root after n-k of its chain, with or without transactions", () => {
    const world = open(2);
    const genesisRoot = world.replica.state.root(0);
    world.round(1, [world.paper(give(0)), world.paper(give(0, { chain: 1 }))]);
    world.executeNext();
    const roots = [0, 1].map((chain) => toHex(world.replica.state.root(chain)));
    const [header] = world.round(2, [world.paper(give(1))]).shardBlock.chainHeaders;
    expect(header?.stateRoot).toEqual(genesisRoot);
    const carried = world.round(4).shardBlock.chainHeaders;
    expect(carried.map(({ chain, stateRoot }) => [chain, toHex(stateRoot)])).toEqual([
      [0, roots[0]],
      [1, roots[1]],
    ]);
    expect(world.round(5).shardBlock.chainHeaders.map(({ chain }) => chain)).toEqual([0]);
    expect(world.round(6).shardBlock.chainHeaders).toEqual([]);
  });

  it("R-3.9 a root falls due k rounds after its transactions and is carried once", () => {
    const world = open();
    const dues = (): [number | null, ...boolean[]] => [
      world.replica.nextRootDue(),
      ...[3, 4, 5, 6].map((round) => world.replica.hasUncarriedRoot(round)),
    ];
    expect(dues()).toEqual([null, false, false, false, false]);
    world.round(1, [world.paper(give(0))]);
    expect(dues()).toEqual([4, false, true, true, true]);
    world.round(2, [world.paper(give(1))]);
    expect(dues()).toEqual([4, false, true, true, true]);
    world.round(4);
    expect(dues()).toEqual([5, false, false, true, true]);
    world.round(6);
    expect(dues()).toEqual([null, false, false, false, false]);
    world.executeAll();
    expect(world.replica.view(9).rootsToCarry()).toEqual([]);
  });
});

const token = (symbol: string, supply: bigint): CreateToken => ({
  kind: "createToken",
  symbol,
  name: symbol.toLowerCase(),
  decimals: 6,
  supply,
  reserveDefault: 7n,
  gasPriceMin: 2n,
});
const recordAt = (world: LedgerWorld, chain: number, key: Uint8Array): ChainRecord =>
  accepted(chainRecordCodec.decode(world.replica.state.get(chain, key) as Uint8Array));
const refusalIn = (world: LedgerWorld, round: number) => {
  world.executeFor(round);
  const spec = give(0, { chain: 1, gasPrice: 2n });
  const judged = new BlockAssembler(world.replica.roundView(round)).judge(world.paper(spec));
  return judged.ok ? null : judged.refusal;
};

describe("createToken", () => {
  it("R-2.10 execution assigns ids in order and writes the record on T0 and on the chain", () => {
    const world = open();
    const specs = [token("GOLD", 10n ** 12n), token("IRON", 3n)];
    world.round(
      1,
      specs.map((payload, nonce) => world.paper(give(nonce, { payload }))),
    );
    const executed = world.executeNext();
    expect(executed?.created.map(({ chain, symbol }) => [chain, symbol])).toEqual([
      [1, "GOLD"],
      [2, "IRON"],
    ]);
    const expected = {
      chain: 1,
      shard: 0,
      supply: 10n ** 12n,
      creator: alice.address,
      reserveDefault: 7n,
      gasPriceMin: 2n,
      bornRound: 1 + K + 1,
    };
    expect(recordAt(world, 0, tokenKey(1))).toMatchObject(expected);
    expect(recordAt(world, 1, chainKey())).toEqual(recordAt(world, 0, tokenKey(1)));
    expect(world.replica.chain(1)).toEqual(recordAt(world, 1, chainKey()));
    expect(world.replica.chainIds(0, 10)).toEqual([0, 1, 2]);
    expect(world.replica.chainIds(1, 1)).toEqual([1]);
    // the whole supply is the creator's, the movement says whence.
    expect(world.account(alice, 1).balance).toBe(10n ** 12n);
    const [movement] = executed?.receipts[0]?.movements ?? [];
    expect(movement).toMatchObject({ chain: 1, from: { kind: "issuance" }, amount: 10n ** 12n });
  });

  it("R-2.10 the chain takes no transaction before round + k + 1", () => {
    const world = open();
    world.round(1, [world.paper(give(0, { payload: token("GOLD", 10n ** 9n) }))]);
    expect(refusalIn(world, 3)).toEqual({ code: "UNKNOWN_CHAIN", chain: 1 });
    expect(refusalIn(world, 4)).toEqual({ code: "UNBORN_CHAIN", chain: 1, bornRound: 5 });
    expect(refusalIn(world, 5)).toBeNull();
    const transaction = world.paper(give(0, { chain: 1, gasPrice: 2n }));
    world.round(5, [transaction]);
    world.executeAll();
    expect(world.code(transaction)).toBe(2);
    expect(world.account(bob, 1).balance).toBe(5n);
  });

  it("R-5.2 R-3.9 its first root is carried with T0's, k rounds on, also before its birth", () => {
    const world = open();
    world.round(1, [world.paper(give(0, { payload: token("GOLD", 10n ** 9n) }))]);
    world.executeAll();
    world.round(2, []);
    const { chainHeaders } = world.round(4).shardBlock;
    expect(chainHeaders.map(({ chain }) => chain)).toEqual([0, 1]);
    expect(chainHeaders[1]?.stateRoot).toEqual(world.replica.state.root(1));
  });

  it("R-2.10 after a restart in between, the next id and the record are the same", () => {
    const world = open();
    world.round(1, [world.paper(give(0, { payload: token("GOLD", 5n) }))]);
    world.restart();
    world.executeAll();
    world.restart();
    expect(world.replica.chain(1)).toMatchObject({ symbol: "GOLD", bornRound: 5 });
    world.round(5, [world.paper(give(1, { payload: token("IRON", 5n) }))]);
    expect(world.executeNext()?.created.map(({ chain }) => chain)).toEqual([2]);
  });
});

describe("replay", () => {
  it("R-5.5 another replica makes the same of the same bytes, executing as late as it may", () => {
    const world = open(2);
    for (let round = 1; round < 12; round++) {
      const chain = round % 2;
      world.round(round, [world.paper(give(Math.floor((round - chain) / 2), { chain }))]);
      world.executeAll();
    }
    const store = memoryStore();
    const replica = openReplica(store, world.network);
    for (const [round, bytes] of world.blocks) {
      while (!replica.canJudge(round)) replica.executeNext();
      const [certified, formed] = recheck(replica, bytes);
      store.transaction(() => replica.commit(certified, formed));
    }
    while (replica.executeNext() !== null);
    expect(replicaFacts(replica, 12)).toEqual(replicaFacts(world.replica, 12));
  });
});
