// Trades over two chains of a shard, block by block on a replica: what a block may hold, in which order, and what comes of it
// (R-2.9, R-5.3, R-5.6, section 6).
import { describe, expect, it } from "vitest";
import {
  buildShardBlock,
  checkShardBlock,
} from "../../../src/protocol/blocks/build-shard-block.ts";
import { chainHeaderHash } from "../../../src/protocol/blocks/chain-header.ts";
import { transactionsRoot } from "../../../src/protocol/blocks/shard-block.ts";
import type { Payload } from "../../../src/protocol/ledger/payload.ts";
import type { VerifiedTransaction } from "../../../src/protocol/ledger/unverified.ts";
import { usedOffers } from "../../../src/protocol/ledger/used-offers.ts";
import { offersKey } from "../../../src/protocol/merkle/state-key.ts";
import { merkleRoot } from "../../../src/protocol/merkle/transaction-tree.ts";
import type { TestAllocation } from "../../support/genesis.ts";
import { paperAccount } from "../../support/signer.ts";
import {
  alice,
  balances,
  bob,
  carol,
  dave,
  everybody,
  FEE,
  give,
  maker,
  open,
  RICH,
  runOne,
  taker,
  trade,
} from "../../support/trade-world.ts";
import { codeOf, paperAuthorisation } from "../../support/transactions.ts";

describe("settlement", () => {
  it("R-2.5 R-5.6 R-9.3 moves both amounts, on both chains, and each side pays its fee", () => {
    const world = open();
    const one = trade(world, [
      { payer: alice, chain: 0, amount: 300n },
      { payer: bob, chain: 1, amount: 40n, gasPrice: 2n },
    ]);
    expect(runOne(world, 1, one)).toBe("executed");
    expect(balances(world, 0)).toEqual([RICH - 300n - FEE, RICH + 300n, RICH]);
    expect(balances(world, 1)).toEqual([RICH + 40n, RICH - 40n - 2n * FEE, RICH]);
    const receipt = world.receipts.get(one.idHex);
    expect(receipt?.movements.map(({ chain, amount }) => [chain, amount])).toEqual([
      [0, FEE],
      [1, 2n * FEE],
      [0, 300n],
      [1, 40n],
    ]);
    expect([world.account(alice, 0).nonce, world.account(bob, 1).nonce]).toEqual([1, 1]);
    expect([world.account(alice, 1).nonce, world.account(bob, 0).nonce]).toEqual([0, 0]);
  });

  it("R-2.4 R-2.9 the taker of an offer pays both fees, and the maker uses no nonce", () => {
    const world = open();
    const one = trade(world, [maker(40n, { openTaker: true }), taker(300n, { gasPrice: 2n })]);
    expect(runOne(world, 1, one)).toBe("executed");
    expect(balances(world, 0)).toEqual([RICH + 300n, RICH - 300n - 2n * 2n * FEE, RICH]);
    expect(balances(world, 1)).toEqual([RICH - 40n, RICH + 40n, RICH]);
    expect(world.account(alice, 1).nonce).toBe(0);
    const entry = world.replica.state.get(1, offersKey(alice.address)) ?? null;
    expect(usedOffers(entry, 1)).toEqual([{ offer: 7n, until: 5_000 }]);
  });

  it.each<readonly [string, string, number, readonly TestAllocation[]]>([
    ["the first side lacks funds", "insufficientBalance", 0, [{ account: alice, balance: FEE }]],
    [
      "the second side lacks funds",
      "insufficientBalance",
      1,
      [{ account: bob, balance: 1_600n, chain: 1 }],
    ],
  ])("R-5.6 R-6.7 both fees and nothing else when %s", (_, reason, failedChain, poor) => {
    const isPoor = (row: TestAllocation) =>
      poor.some(({ account, chain = 0 }) => account === row.account && chain === row.chain);
    const world = open([...everybody.filter((row) => !isPoor(row)), ...poor]);
    const before = [balances(world, 0), balances(world, 1)];
    const one = trade(world, [
      { payer: alice, chain: 0, amount: 300n },
      { payer: bob, chain: 1, amount: 400n },
    ]);
    expect(runOne(world, 1, one)).toBe(reason);
    expect(world.receipts.get(one.idHex)).toMatchObject({ code: 1, failedChain });
    const [onZero, onOne] = before as [bigint[], bigint[]];
    expect(balances(world, 0)).toEqual(onZero.with(0, (onZero[0] as bigint) - FEE));
    expect(balances(world, 1)).toEqual(onOne.with(1, (onOne[1] as bigint) - FEE));
  });

  it("R-6.5 a dip of either side reverts the whole", () => {
    for (const [place, chain] of [alice, bob].entries()) {
      const world = open();
      // One transaction in the window: the next is not possibly emptying.
      world.round(1, [give(world, chain, 0, place)]);
      const one = trade(world, [
        { payer: alice, chain: 0, amount: 950_000n, nonce: place === 0 ? 1 : 0 },
        { payer: bob, chain: 1, amount: 950_000n, nonce: place === 1 ? 1 : 0 },
      ]);
      expect(runOne(world, 2, one)).toBe("senderDip");
      expect(world.receipts.get(one.idHex)?.failedChain).toBe(place);
    }
  });

  it("R-6.3 R-6.5 both may be emptied by a trade that is their first in the window", () => {
    const world = open();
    const one = trade(world, [
      { payer: alice, chain: 0, amount: RICH - FEE },
      { payer: bob, chain: 1, amount: RICH - FEE },
    ]);
    expect(runOne(world, 1, one)).toBe("executed");
    expect([world.account(alice, 0).balance, world.account(bob, 1).balance]).toEqual([0n, 0n]);
  });

  it("R-6.3 R-6.4 a take makes its maker a sender: its next one is not possibly emptying", () => {
    const world = open();
    world.round(1, [trade(world, [maker(100n), taker(5n)])]);
    const all = give(world, alice, 0, 1, RICH - 100n - 1_000n);
    expect(runOne(world, 2, all)).toBe("senderDip");
  });

  it("R-2.5 the first token of an account comes by a trade whose other leg pays", () => {
    const newcomer = paperAccount("Erin");
    const world = open([...everybody, { account: newcomer, balance: RICH, chain: 2 }]);
    const one = trade(world, [maker(40n), { payer: newcomer, chain: 2, amount: 9n }]);
    expect(runOne(world, 1, one)).toBe("executed");
    expect(world.account(newcomer, 1).balance).toBe(40n);
  });
});

describe("order", () => {
  const payload: Payload = { kind: "transfer", to: dave.address, amount: 1n };

  it("R-5.3 two-chain transactions stand first, and each chain's header counts what touches it", () => {
    const world = open();
    const single = give(world, carol, 0, 1);
    const pair = trade(world, [
      { payer: alice, chain: 1, amount: 3n },
      { payer: bob, chain: 2, amount: 4n, gasLimit: 1_700 },
    ]);
    const { shardBlock, half, placed } = world.round(1, [single, pair]);
    expect(placed.map(({ transaction }) => transaction.idHex)).toEqual([pair.idHex, single.idHex]);
    expect(shardBlock.twoChain).toEqual([pair.bytes]);
    expect(shardBlock.singleChain).toEqual([{ chain: 1, transactions: [single.bytes] }]);
    const headers = shardBlock.chainHeaders.map(({ chain, transactionCount, gas }) => [
      chain,
      transactionCount,
      gas,
    ]);
    expect(headers).toEqual([
      [1, 2, 2_500],
      [2, 1, 1_700],
    ]);
    expect(shardBlock.chainHeaders.map((one) => one.transactionsRoot)).toEqual([
      transactionsRoot([pair, single]),
      transactionsRoot([pair]),
    ]);
    const { id } = world.network;
    const hashes = shardBlock.chainHeaders.map((one) => chainHeaderHash(id, 0, one));
    expect(half.chainsRoot).toEqual(merkleRoot(hashes));
  });

  it("R-5.3 a trade behind a single-chain transaction of its sender waits for the next block", () => {
    const world = open();
    const first = give(world, alice, 0, 1);
    const pair = trade(world, [
      { payer: alice, chain: 1, amount: 3n, nonce: 1 },
      { payer: bob, chain: 2, amount: 4n },
    ]);
    world.round(1, [first, pair]);
    expect(world.refusals.get(pair.idHex)).toEqual({
      code: "NONCE_GAP",
      chain: 1,
      nonce: 1,
      next: 0,
    });
    const behind = world.paper({ payer: bob, nonce: 1, chain: 2, payload });
    world.round(2, [behind, pair]);
    world.executeAll();
    expect([first, pair, behind].map((one) => world.code(one))).toEqual([2, 2, 2]);
  });

  it("R-5.3 two-chain transactions have one order, whatever they were chosen in", () => {
    const world = open();
    const [on, off] = [
      trade(world, [
        { payer: alice, chain: 0, amount: 3n },
        { payer: bob, chain: 3, amount: 4n },
      ]),
      trade(world, [
        { payer: carol, chain: 1, amount: 3n },
        { payer: bob, chain: 2, amount: 4n },
      ]),
    ] as const;
    const third = trade(world, [
      { payer: carol, chain: 1, amount: 3n, nonce: 1 },
      { payer: dave, chain: 2, amount: 4n },
    ]);
    const view = () => world.replica.view(1);
    const orders = [
      [on, off, third],
      [off, third, on],
      [off, on, third],
    ].map((candidates) => buildShardBlock(view(), candidates).formed);
    const [first, ...others] = orders;
    for (const other of others) expect(other.shardBlock).toEqual(first?.shardBlock);
    const { shardBlock, half } = buildShardBlock(view(), [on, off]).formed;
    expect(shardBlock.twoChain).toEqual([on.bytes, off.bytes]);
    const swapped = { ...shardBlock, twoChain: shardBlock.twoChain.toReversed() };
    expect(checkShardBlock(view(), swapped, half, [off, on])).toMatchObject({
      refusal: { code: "INVALID_BLOCK", check: "two-chain transactions stand in order" },
    });
  });

  it("R-5.3 R-4.4 a block with a transaction in the wrong part is refused", () => {
    const world = open();
    const single = give(world, carol, 0, 1);
    const pair = trade(world, [
      { payer: alice, chain: 1, amount: 3n },
      { payer: bob, chain: 2, amount: 4n },
    ]);
    const { formed } = buildShardBlock(world.replica.view(1), [single, pair]);
    const check = (change: Partial<typeof formed.shardBlock>, order: VerifiedTransaction[]) =>
      checkShardBlock(
        world.replica.view(1),
        { ...formed.shardBlock, ...change },
        formed.half,
        order,
      );
    const both = [pair.bytes, single.bytes];
    expect(codeOf(check({}, [pair, single]))).toBe("");
    const apart = { refusal: { check: "transactions over two chains stand apart" } };
    expect(check({ twoChain: both, singleChain: [] }, [pair, single])).toMatchObject(apart);
    const under = { twoChain: [], singleChain: [{ chain: 1, transactions: both }] };
    expect(check(under, [pair, single])).toMatchObject(apart);
    expect(check({ twoChain: [] }, [pair, single])).toMatchObject({
      refusal: { check: "one body per transaction" },
    });
    expect(check({ crossShard: [pair.bytes], twoChain: [] }, [pair, single])).toMatchObject({
      refusal: { check: "cross-shard transactions touch both shards of the pair" },
    });
  });

  it("R-6.2 an authorisation on either chain counts there, and survives a revert", () => {
    const world = open();
    const authorisations = [paperAuthorisation({ owner: carol, delegate: dave, chain: 2 })];
    const one = trade(
      world,
      [
        { payer: alice, chain: 1, amount: 2n * RICH },
        { payer: bob, chain: 2, amount: 4n },
      ],
      { authorisations },
    );
    expect(runOne(world, 1, one)).toBe("insufficientBalance");
    expect(world.account(carol, 2).delegation?.delegate).toEqual(dave.address);
    expect(world.account(carol, 1).delegation).toBeNull();
  });

  it("R-2.10 a leg on a chain that there is not keeps it out", () => {
    const world = open();
    const one = trade(world, [maker(1n, { chain: 9 }), taker(1n)]);
    world.round(1, [one]);
    expect(world.refusals.get(one.idHex)).toEqual({ code: "UNKNOWN_CHAIN", chain: 9 });
  });
});
