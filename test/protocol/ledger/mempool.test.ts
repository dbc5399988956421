import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { BlockAssembler } from "../../../src/protocol/blocks/assembler.ts";
import { EMPTY_ACCOUNT } from "../../../src/protocol/ledger/account.ts";
import type { ChainRecord } from "../../../src/protocol/ledger/chain-record.ts";
import { feeRank, Mempool, type Waiting } from "../../../src/protocol/ledger/mempool.ts";
import { testGenesis } from "../../support/genesis.ts";
import { paperAccount } from "../../support/signer.ts";
import { codeOf, paperTransaction, type TransactionSpec } from "../../support/transactions.ts";

const NETWORK_ID = new Uint8Array(32).fill(5);
const [alice, bob, carol] = ["Alice", "Bob", "Carol"].map(paperAccount) as [
  ReturnType<typeof paperAccount>,
  ReturnType<typeof paperAccount>,
  ReturnType<typeof paperAccount>,
];
const [first] = testGenesis().chains;
const record = { ...(first as ChainRecord), gasPriceMin: 2n };
let arrivals = 0;

function waitingOf(rest: Partial<TransactionSpec> = {}): Waiting {
  const transaction = paperTransaction(NETWORK_ID, {
    payer: alice,
    nonce: 0,
    gasPrice: 2n,
    payload: { kind: "transfer", to: bob.address, amount: 1n },
    ...rest,
  });
  return { transaction, arrival: arrivals++, rank: feeRank(transaction, () => record) };
}

const assembler = (): BlockAssembler =>
  new BlockAssembler({
    round: 1,
    k: 3,
    chain: () => record,
    account: () => ({ ...EMPTY_ACCOUNT, balance: 10n ** 9n, reserve: 10n ** 6n }),
    window: () => ({ inflight: new Map(), authorised: new Set() }),
  });

function poolOf(...waiting: readonly Waiting[]): Mempool {
  const pool = new Mempool();
  for (const one of waiting) expect(codeOf(pool.add(one))).toBe("");
  return pool;
}
const ids = (list: readonly Waiting[]): string[] =>
  list.map(({ transaction }) => transaction.idHex);

describe("rank", () => {
  it("R-2.4 is fee / minimum fee, whatever the gas of the payload", () => {
    const rankOf = (rest: Partial<TransactionSpec>): bigint => waitingOf(rest).rank;
    expect(rankOf({})).toBe(1n << 32n);
    expect(rankOf({ gasPrice: 6n })).toBe(3n << 32n);
    expect(rankOf({ gasLimit: 3_000 })).toBe(3n << 32n);
    const spend = { kind: "spendFrom", owner: bob.address, to: bob.address, amount: 1n } as const;
    expect(rankOf({ payload: spend })).toBe(1n << 32n);
  });

  it("R-2.4 the best comes first, then who came first; a sender's in the order of nonces", () => {
    const waiting = [
      waitingOf({ nonce: 1, gasPrice: 8n }),
      waitingOf({ nonce: 0, gasPrice: 2n }),
      waitingOf({ payer: bob, gasPrice: 4n }),
      waitingOf({ payer: carol, gasPrice: 4n }),
    ];
    const { chosen } = poolOf(...waiting).select(assembler());
    const order = [2, 3, 1, 0].map((at) => (waiting[at] as Waiting).transaction.idHex);
    expect(chosen.map(({ idHex }) => idHex)).toEqual(order);
  });

  it("R-2.9 what waits for a nonce waits alone, and says why", () => {
    const [gap, other] = [waitingOf({ nonce: 1 }), waitingOf({ payer: bob })];
    const { chosen, refused } = poolOf(gap, other).select(assembler());
    expect(chosen.map(({ idHex }) => idHex)).toEqual(ids([other]));
    expect([...refused]).toEqual([
      [gap.transaction.idHex, { code: "NONCE_GAP", chain: 0, nonce: 1, next: 0 }],
    ]);
  });
});

describe("admission", () => {
  it("R-2.7 one transaction waits in one place; removing it makes room", () => {
    const [one, rival] = [waitingOf(), waitingOf({ gasPrice: 9n })];
    const pool = poolOf(one);
    expect(pool.add(rival)).toMatchObject({
      refusal: { code: "NONCE_TAKEN", by: one.transaction.idHex },
    });
    expect(pool.rivalOf(rival.transaction)).toBe(one);
    expect(pool.remove(one.transaction.idHex)).toBe(one);
    expect(pool.remove(one.transaction.idHex)).toBeUndefined();
    expect(codeOf(pool.add(rival))).toBe("");
    expect([pool.size, pool.nextNonce(0, alice.address, 0)]).toEqual([1, 1]);
  });

  it.each([
    ["sender", { perSenderMax: 1 }],
    ["transactions", { transactionsMax: 1 }],
    ["bytes", { bytesMax: 2 * waitingOf().transaction.bytes.length - 1 }],
  ] as const)("R-3.10 is refused when full by %s, and not before", (limit, limits) => {
    const wide = { bytesMax: 10 ** 6, transactionsMax: 10, perSenderMax: 10 };
    const pool = new Mempool({ ...wide, ...limits });
    expect(codeOf(pool.add(waitingOf()))).toBe("");
    expect(pool.add(waitingOf({ nonce: 1 }))).toMatchObject({
      refusal: { code: "MEMPOOL_FULL", limit },
    });
    expect(pool.size).toBe(1);
  });
});

describe("expiry", () => {
  it("R-2.3 what no later block may include leaves, in order, once", () => {
    const waiting = [5, 3, 9, 3].map((validUntil, nonce) => waitingOf({ validUntil, nonce }));
    const pool = poolOf(...waiting);
    expect(pool.earliestExpiry()).toBe(3);
    expect(pool.expire(3)).toEqual([]);
    expect(ids(pool.expire(4)).sort()).toEqual(
      ids([1, 3].map((at) => waiting[at] as Waiting)).sort(),
    );
    pool.remove((waiting[0] as Waiting).transaction.idHex);
    expect(pool.earliestExpiry()).toBe(9);
    expect(ids(pool.expire(100))).toEqual(ids([waiting[2] as Waiting]));
    expect([pool.earliestExpiry(), pool.size]).toEqual([null, 0]);
  });

  it("R-3.10 what left is not held until its validUntil", () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const pool = new Mempool();
    const left: WeakRef<Waiting>[] = [];
    const last = waitingOf({ payer: bob, validUntil: 9 });
    for (let nonce = 0; nonce < 1_000; nonce++) {
      const waiting = waitingOf({ nonce });
      pool.add(waiting);
      if (nonce === 500) pool.add(last);
      pool.remove(waiting.transaction.idHex);
      left.push(new WeakRef(waiting));
    }
    return new Promise<void>((resolve) => setTimeout(resolve, 0)).then(() => {
      collect();
      expect(left.filter((one) => one.deref() !== undefined).length).toBeLessThan(100);
      expect(ids(pool.expire(10))).toEqual(ids([last]));
    });
  });
});
