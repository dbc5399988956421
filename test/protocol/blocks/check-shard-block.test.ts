// the only block that passes is the one that the checker would have formed itself.
import { describe, expect, it } from "vitest";
import {
  buildShardBlock,
  checkShardBlock,
  type FormedShardBlock,
} from "../../../src/protocol/blocks/build-shard-block.ts";
import { type ChainHeader, chainHeaderHash } from "../../../src/protocol/blocks/chain-header.ts";
import type { Half } from "../../../src/protocol/blocks/joint-header.ts";
import { type ShardBlock, totalOrder } from "../../../src/protocol/blocks/shard-block.ts";
import type { VerifiedTransaction } from "../../../src/protocol/ledger/unverified.ts";
import { merkleRoot } from "../../../src/protocol/merkle/transaction-tree.ts";
import { testNetwork } from "../../support/genesis.ts";
import { LedgerWorld, transactionsIn } from "../../support/ledger-world.ts";
import { paperAccount, type TestAccount } from "../../support/signer.ts";
import { codeOf } from "../../support/transactions.ts";

const [alice, bob] = ["Alice", "Bob"].map(paperAccount) as [TestAccount, TestAccount];

function open(): LedgerWorld {
  const world = new LedgerWorld(
    testNetwork({
      chains: 2,
      reserveDefault: 100_000n,
      allocations: [0, 1].flatMap((chain) =>
        [alice, bob].map((account) => ({ account, balance: 1_000_000n, chain })),
      ),
    }),
  );
  world.round(1, [give(world, alice, 0)]);
  world.executeAll();
  return world;
}

const give = (world: LedgerWorld, payer: TestAccount, nonce: number, chain = 0) =>
  world.paper({
    payer,
    nonce,
    chain,
    payload: { kind: "transfer", to: bob.address, amount: BigInt(nonce) },
  });

/** A block of round 4: two chains, an order that matters, a root that is due. */
function formed(world: LedgerWorld): FormedShardBlock {
  const candidates = [
    give(world, alice, 0, 1),
    give(world, alice, 1),
    give(world, bob, 0),
    give(world, alice, 2),
  ];
  return buildShardBlock(world.replica.view(4), candidates).formed;
}

interface Block {
  readonly shardBlock: ShardBlock;
  readonly half: Half;
}

/** Decodes the bodies that the block itself holds, as every checker does. */
function check(world: LedgerWorld, { shardBlock, half }: Block): string {
  const transactions = transactionsIn(world.network.id, shardBlock);
  return checked(world, { shardBlock, half }, transactions);
}

function checked(
  world: LedgerWorld,
  { shardBlock, half }: Block,
  transactions: readonly VerifiedTransaction[],
): string {
  const result = checkShardBlock(world.replica.view(4), shardBlock, half, transactions);
  return result.ok || result.refusal.code !== "INVALID_BLOCK"
    ? codeOf(result)
    : result.refusal.check;
}

/** What a proposer could do who commits properly to what it changed. */
function recommit(world: LedgerWorld, { shardBlock, half }: Block): Block {
  const hashes = shardBlock.chainHeaders.map((header) =>
    chainHeaderHash(world.network.id, 0, header),
  );
  return {
    shardBlock,
    half: { ...half, chainsRoot: merkleRoot(hashes), chainCount: hashes.length },
  };
}

const onHeader =
  (change: (header: ChainHeader) => ChainHeader) =>
  ({ shardBlock, half }: Block): Block => ({
    shardBlock: { ...shardBlock, chainHeaders: shardBlock.chainHeaders.map(change) },
    half,
  });
const onBodies =
  (change: (block: ShardBlock) => ShardBlock["singleChain"]) =>
  ({ shardBlock, half }: Block): Block => ({
    shardBlock: { ...shardBlock, singleChain: change(shardBlock) },
    half,
  });
const onHalf =
  (change: Partial<Half>) =>
  ({ shardBlock, half }: Block): Block => ({ shardBlock, half: { ...half, ...change } });

const HEADERS = "chain headers follow from the transactions and the state";
const HALF = "the half extends the head and commits to the block";
const hash = new Uint8Array(32).fill(9);

const CHANGES: readonly (readonly [string, (block: Block) => Block, string])[] = [
  ["R-5.2 another state root", onHeader((one) => ({ ...one, stateRoot: hash })), HEADERS],
  ["R-3.7 another parent", onHeader((one) => ({ ...one, parent: hash })), HEADERS],
  [
    "R-4.4 another transactions root",
    onHeader((one) => ({ ...one, transactionsRoot: hash })),
    HEADERS,
  ],
  ["section 15: another gas", onHeader((one) => ({ ...one, gas: one.gas + 1 })), HEADERS],
  ["R-4.4 another round", onHeader((one) => ({ ...one, round: 5 })), HEADERS],
  [
    "R-5.2 a due root left out",
    ({ shardBlock, half }) => ({
      shardBlock: {
        ...shardBlock,
        chainHeaders: shardBlock.chainHeaders.slice(1),
        singleChain: shardBlock.singleChain.slice(1),
      },
      half,
    }),
    HEADERS,
  ],
  [
    "R-4.4 a header for a chain with nothing to say",
    ({ shardBlock, half }) => ({
      shardBlock: {
        ...shardBlock,
        chainHeaders: [
          ...shardBlock.chainHeaders,
          { ...(shardBlock.chainHeaders[0] as ChainHeader), chain: 9 },
        ],
      },
      half,
    }),
    HEADERS,
  ],
  [
    "R-5.3 chains out of order",
    onBodies(({ singleChain }) => singleChain.toReversed()),
    "chains ascend",
  ],
  [
    "R-5.3 a chain named twice",
    onBodies(({ singleChain }) => [...singleChain, ...singleChain.slice(-1)]),
    "chains ascend",
  ],
  [
    "R-4.4 an empty list",
    onBodies(({ singleChain }) => [...singleChain, { chain: 7, transactions: [] }]),
    "no empty transaction list",
  ],
  [
    "R-5.3 a transaction under another chain",
    onBodies(({ singleChain }) => singleChain.map((one) => ({ ...one, chain: one.chain + 1 }))),
    "transactions stand under their chain",
  ],
  [
    "R-2.9 a sender's transactions in another order",
    onBodies(({ singleChain }) =>
      singleChain.map((one) => ({ ...one, transactions: one.transactions.toReversed() })),
    ),
    "NONCE_GAP",
  ],
  [
    "R-2.9 a transaction twice",
    onBodies(({ singleChain }) =>
      singleChain.map((one) => ({
        ...one,
        transactions: [...one.transactions, ...one.transactions.slice(-1)],
      })),
    ),
    "NONCE_TOO_LOW",
  ],
  [
    "R-5.3 a transaction of one chain among the cross-shard ones",
    ({ shardBlock, half }) => ({
      shardBlock: { ...shardBlock, crossShard: shardBlock.singleChain[0]?.transactions ?? [] },
      half,
    }),
    "transactions over two chains stand apart",
  ],
  ["R-4.7 another head", onHalf({ head: { round: 1, hash } }), HALF],
  ["R-4.7 a head of another round", onHalf({ head: { round: 0, hash } }), HALF],
  ["R-4.7 no certificate of the head", onHalf({ headCertificate: null }), HALF],
  ["R-3.5 another shard", onHalf({ shard: 1 }), HALF],
  ["R-5.8 a MerkleChain block read", onHalf({ merkleChainRead: { round: 1, hash } }), HALF],
  ["R-4.4 another cross root", onHalf({ crossRoot: hash }), HALF],
  ["R-12.1 fewer transactions", onHalf({ load: { transactions: 3, bytes: 0 } }), HALF],
  [
    "R-12.1 a byte more",
    ({ shardBlock, half }) => ({
      shardBlock,
      half: { ...half, load: { ...half.load, bytes: half.load.bytes + 1 } },
    }),
    HALF,
  ],
  ["R-12.2 trades of nobody", onHalf({ trades: [{ first: 0, second: 1, count: 1 }] }), HALF],
];

describe("checkShardBlock", () => {
  it("R-4.4 accepts what buildShardBlock forms, and forms the same", () => {
    const world = open();
    const block = formed(world);
    expect(block.shardBlock.chainHeaders.map(({ chain }) => chain)).toEqual([0, 1]);
    expect([...totalOrder(block.shardBlock)]).toHaveLength(4);
    const transactions = transactionsIn(world.network.id, block.shardBlock);
    expect(
      checkShardBlock(world.replica.view(4), block.shardBlock, block.half, transactions),
    ).toEqual({ ok: true, value: block });
  });

  it.each(CHANGES)("%s is refused", (_, change, refusal) => {
    const world = open();
    expect(check(world, change(formed(world)))).toBe(refusal);
  });

  it.each(CHANGES.filter(([, , refusal]) => refusal === HEADERS))(
    "%s is refused, also with roots that fit the change",
    (_, change, refusal) => {
      const world = open();
      expect(check(world, recommit(world, change(formed(world))))).toBe(refusal);
    },
  );

  it("R-12.1 the half says how many transactions there are, and their bytes", () => {
    const { half, shardBlock } = formed(open());
    const bodies = [...totalOrder(shardBlock)];
    const bytes = bodies.reduce((sum, { length }) => sum + length, 0);
    expect(half.load).toEqual({ transactions: 4, bytes });
    expect(half.trades).toEqual([]);
  });

  it("R-4.4 needs exactly the bodies that the block lists", () => {
    const world = open();
    const block = formed(world);
    const transactions = transactionsIn(world.network.id, block.shardBlock);
    expect(checked(world, block, transactions.slice(0, -2))).not.toBe("");
    expect(checked(world, block, [...transactions, ...transactions.slice(-1)])).toBe(
      "one body per transaction",
    );
    expect(
      checked(world, block, transactions.with(0, transactions[1] as VerifiedTransaction)),
    ).not.toBe("");
  });

  it("R-4.7 another certificate over the same head is refused unless it certifies it", () => {
    const world = open();
    const block = formed(world);
    const own = block.half.headCertificate;
    if (own === null) throw new Error("No certificate");
    const other = { ...own, signature: new Uint8Array(48).fill(0xee) };
    expect(check(world, onHalf({ headCertificate: other })(block))).toBe(HALF);
  });
});
