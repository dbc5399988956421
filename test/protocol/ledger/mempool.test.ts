import { describe, expect, it } from "vitest";
import { Mempool, type MempoolLimits } from "../../../src/protocol/ledger/mempool.ts";
import type { VerifiedTransaction } from "../../../src/protocol/ledger/unverified.ts";
import { feeRank } from "../../../src/protocol/ledger/waiting.ts";
import { KEY_PROOFS_MAX } from "../../../src/protocol/limits.ts";
import { recordOf, richRound, TestPool, transferBy } from "../../support/mempool.ts";
import { paperAccount } from "../../support/signer.ts";
import { bond, paperRegistration } from "../../support/staking.ts";
import { codeOf, paperAuthorisation } from "../../support/transactions.ts";

const record = recordOf(2n);
const WIDE: MempoolLimits = {
  transactionsMax: 100,
  bytesMax: 10 ** 6,
  chainTransactionsMax: 100,
  chainBytesMax: 10 ** 6,
  senderMax: 100,
};
const poolWith = (limits: Partial<MempoolLimits> = {}): TestPool =>
  new TestPool(new Mempool(() => record, { ...WIDE, ...limits }));

function poolOf(...transactions: readonly VerifiedTransaction[]): TestPool {
  const pool = poolWith();
  for (const one of transactions) expect(codeOf(pool.add(one))).toBe("");
  return pool;
}
const ids = (list: readonly VerifiedTransaction[]): string[] => list.map(({ idHex }) => idHex);

describe("rank", () => {
  it("R-2.4 is fee / minimum fee, whatever the gas of the payload", () => {
    const rankOf = (spec: Parameters<typeof transferBy>[1]): bigint =>
      feeRank(transferBy("Alice", spec), () => record);
    expect(rankOf({})).toBe(1n << 32n);
    expect(rankOf({ gasPrice: 6n })).toBe(3n << 32n);
    expect(rankOf({ gasLimit: 3_000 })).toBe(3n << 32n);
    const { address } = paperAccount("Bob");
    const spend = { kind: "spendFrom", owner: address, to: address, amount: 1n } as const;
    expect(rankOf({ payload: spend })).toBe(1n << 32n);
  });

  it("R-2.4 the best comes first, then who came first; a sender's in the order of nonces", () => {
    const all = [
      transferBy("Alice", { nonce: 1, gasPrice: 8n }),
      transferBy("Alice"),
      transferBy("Bob", { gasPrice: 4n }),
      transferBy("Carol", { gasPrice: 4n }),
    ] as const;
    const { chosen } = poolOf(...all).select(richRound(record));
    expect(ids(chosen)).toEqual(ids([all[2], all[3], all[1], all[0]]));
  });

  it("R-2.9 what waits for a nonce waits alone, and says why", () => {
    const [gap, other] = [transferBy("Alice", { nonce: 1 }), transferBy("Bob")];
    const { chosen, refused } = poolOf(gap, other).select(richRound(record));
    expect(ids(chosen)).toEqual(ids([other]));
    expect([...refused].map(([{ idHex }, refusal]) => [idHex, refusal])).toEqual([
      [gap.idHex, { code: "NONCE_GAP", chain: 0, nonce: 1, next: 0 }],
    ]);
  });

  it("R-2.9 a nonce that is used meanwhile does not hold up the next", () => {
    const [used, next] = [transferBy("Alice"), transferBy("Alice", { nonce: 1 })];
    const { chosen, refused } = poolOf(used, next).select(richRound(record, 1));
    expect(ids(chosen)).toEqual(ids([next]));
    expect([...refused.values()].map(({ code }) => code)).toEqual(["NONCE_TOO_LOW"]);
  });

  it("R-2.9 nor does it if the block that used it used others behind it", () => {
    const [used, next] = [transferBy("Alice", { nonce: 3 }), transferBy("Alice", { nonce: 5 })];
    expect(ids(poolOf(used, next).select(richRound(record, 5)).chosen)).toEqual(ids([next]));
  });

  it("R-2.9 the next nonce is behind an unbroken run", () => {
    const { pool } = poolOf(...[3, 4, 6].map((nonce) => transferBy("Alice", { nonce })));
    const { address } = paperAccount("Alice");
    expect([2, 3, 4, 5, 6].map((nonce) => pool.nextNonce(0, address, nonce))).toEqual([
      2, 5, 5, 5, 7,
    ]);
    expect(pool.nextNonce(1, address, 3)).toBe(3);
  });
});

describe("replacement", () => {
  const held = transferBy("Alice", { gasPrice: 15n });

  it.each([
    ["the same price", 15n, 1_000, 17n],
    ["one below a tenth more, rounded up", 16n, 1_000, 17n],
    ["a higher price for a lower fee", 20n, 1_000, 17n],
  ] as const)(
    "R-2.7 is refused at %s, with the price that it takes",
    (why, gasPrice, gasLimit, least) => {
      const generous = why === "a higher price for a lower fee";
      const first = generous ? transferBy("Alice", { gasPrice: 15n, gasLimit: 2_000 }) : held;
      const pool = poolOf(first);
      const next = transferBy("Alice", { gasPrice, gasLimit, validUntil: 7 });
      expect(pool.add(next)).toEqual({
        ok: false,
        refusal: {
          code: "NONCE_TAKEN",
          chain: 0,
          nonce: 0,
          by: first.idHex,
          gasPrice: generous ? 33n : least,
        },
      });
      expect([pool.has(first), pool.has(next), pool.pool.size]).toEqual([true, false, 1]);
    },
  );

  it("R-2.7 at a tenth more the newcomer waits, and the other has left", () => {
    const pool = poolOf(held, transferBy("Alice", { nonce: 1 }));
    const next = transferBy("Alice", { gasPrice: 17n });
    const added = pool.add(next);
    expect(added.ok && added.value.replaced[0]?.idHex).toBe(held.idHex);
    expect([pool.has(held), pool.has(next), pool.pool.size]).toEqual([false, true, 2]);
    expect(pool.pool.nextNonce(0, paperAccount("Alice").address, 0)).toBe(2);
    // It comes back under the same rule.
    expect(codeOf(pool.add(held))).toBe("NONCE_TAKEN");
  });

  it("R-2.7 exactly a tenth more is enough, however finely the price is told", () => {
    for (const price of [10n ** 12n, 10n ** 18n + 10n]) {
      const pool = new TestPool(new Mempool(() => recordOf(10n ** 12n), WIDE));
      pool.add(transferBy("Alice", { gasPrice: price }));
      expect(codeOf(pool.add(transferBy("Alice", { gasPrice: (price * 11n) / 10n - 1n })))).toBe(
        "NONCE_TAKEN",
      );
      expect(codeOf(pool.add(transferBy("Alice", { gasPrice: (price * 11n) / 10n })))).toBe("");
    }
  });

  it("R-2.7 what costs nothing is replaced by what costs something, and not by the same", () => {
    const pool = poolOf(transferBy("Alice", { gasPrice: 0n }));
    const again = { gasPrice: 0n, validUntil: 7 };
    expect(pool.add(transferBy("Alice", again))).toMatchObject({ refusal: { gasPrice: 1n } });
    expect(codeOf(pool.add(transferBy("Alice", { gasPrice: 1n })))).toBe("");
  });

  it("R-2.7 what no block can take is replaced at any price", () => {
    const pool = poolOf(held);
    const added = pool.add(transferBy("Alice"), { rivalGivesWay: true });
    expect(added.ok && added.value.replaced[0]?.idHex).toBe(held.idHex);
  });

  it("R-3.10 must fit when the other has left; else both are as they were", () => {
    const delegate = paperAccount("Bob");
    const large = transferBy("Alice", {
      gasPrice: 30n,
      authorisations: [paperAuthorisation({ owner: paperAccount("Alice"), delegate })],
    });
    for (const [room, fits] of [
      [-1, false],
      [0, true],
    ] as const) {
      const pool = poolWith({ bytesMax: large.bytes.length + room });
      pool.add(held);
      expect(pool.add(large).ok).toBe(fits);
      expect([pool.has(held), pool.has(large)]).toEqual([!fits, fits]);
      expect(pool.pool.bytes).toBe((fits ? large : held).bytes.length);
    }
  });
});

describe("R-3.10 a full mempool", () => {
  const bytes = transferBy("Alice").bytes.length;
  const three = ["Alice", "Bob", "Carol"].map((name, i) =>
    transferBy(name, { gasPrice: BigInt(4 + i) }),
  );

  it.each([
    ["chain transactions", { chainTransactionsMax: 3 }],
    ["chain bytes", { chainBytesMax: 4 * bytes - 1 }],
    ["transactions", { transactionsMax: 3 }],
    ["bytes", { bytesMax: 4 * bytes - 1 }],
  ] as const)(
    "by %s names the price that gets in, and the worst leaves for it",
    (limit, limits) => {
      const pool = poolWith(limits);
      for (const one of three) expect(codeOf(pool.add(one))).toBe("");
      const refusal = { code: "MEMPOOL_FULL", chain: 0, limit, gasPrice: 5n };
      expect(pool.add(transferBy("Dave", { gasPrice: 4n }))).toEqual({ ok: false, refusal });
      const enough = transferBy("Dave", { gasPrice: 5n });
      expect(codeOf(pool.add(enough, { mayDisplace: false }))).toBe("MEMPOOL_FULL");
      const added = pool.add(enough);
      expect(added.ok && added.value.evicted.map(({ waiting }) => waiting.idHex)).toEqual(
        ids(three.slice(0, 1)),
      );
      expect([pool.has(enough), pool.pool.size]).toEqual([true, 3]);
    },
  );

  it("by the sender: only an earlier nonce gets in, for the sender's own last", () => {
    const pool = poolWith({ senderMax: 2 });
    const [one, five] = [transferBy("Alice", { nonce: 1 }), transferBy("Alice", { nonce: 5 })];
    for (const transaction of [one, five]) pool.add(transaction);
    expect(pool.add(transferBy("Alice", { nonce: 6, gasPrice: 99n }))).toEqual({
      ok: false,
      refusal: { code: "MEMPOOL_FULL", chain: 0, limit: "sender" },
    });
    const added = pool.add(transferBy("Alice", { nonce: 0 }), { mayDisplace: false });
    expect(added.ok && added.value.evicted.map(({ waiting }) => waiting.idHex)).toEqual(
      ids([five]),
    );
    expect(codeOf(pool.add(transferBy("Bob")))).toBe("");
  });

  it("never lets go of what others, or the newcomer, wait for: a sender's last goes first", () => {
    const pool = poolWith({ transactionsMax: 3 });
    const [first, second] = [transferBy("Alice"), transferBy("Alice", { nonce: 1, gasPrice: 50n })];
    const bob = transferBy("Bob", { gasPrice: 60n });
    for (const transaction of [first, second, bob]) pool.add(transaction);
    // The worst of all is Alice's first; but her second would have nothing to follow.
    const added = pool.add(transferBy("Carol", { gasPrice: 51n }));
    expect(added.ok && added.value.evicted.map(({ waiting }) => waiting.idHex)).toEqual(
      ids([second]),
    );
    // Her own next cannot push out what it follows.
    const third = pool.add(transferBy("Alice", { nonce: 1, gasPrice: 55n }));
    expect(third.ok && third.value.evicted.length).toBe(1);
    expect(pool.has(first)).toBe(true);
  });

  it("lets what no block could take leave first, at any price", () => {
    const pool = poolWith({ transactionsMax: 3 });
    const gap = transferBy("Alice", { nonce: 3, gasPrice: 1_000n });
    for (const transaction of [gap, transferBy("Bob"), transferBy("Carol")]) pool.add(transaction);
    const cheap = (name: string): VerifiedTransaction => transferBy(name);
    expect(codeOf(pool.add(cheap("Dave")))).toBe("MEMPOOL_FULL");
    pool.select(richRound(record));
    expect(pool.pool.asleep).toBe(1);
    expect(codeOf(pool.add(cheap("Dave")))).toBe("");
    expect([pool.has(gap), pool.pool.asleep]).toEqual([false, 0]);
    expect(codeOf(pool.add(cheap("Erin")))).toBe("MEMPOOL_FULL");
  });

  it("lets the part behind a missing nonce leave first, and nothing behind one drives others out", () => {
    const pool = poolWith({ transactionsMax: 3 });
    const behind = transferBy("Alice", { nonce: 2, gasPrice: 1_000n });
    for (const transaction of [transferBy("Alice"), behind, transferBy("Bob")]) {
      pool.add(transaction);
    }
    expect(codeOf(pool.add(transferBy("Carol")))).toBe("");
    expect(pool.has(behind)).toBe(false);
  });

  it("names no price where the newcomer's own are all that could leave", () => {
    const pool = poolWith({ transactionsMax: 2 });
    for (const nonce of [0, 1]) pool.add(transferBy("Alice", { nonce }));
    const refusal = { code: "MEMPOOL_FULL", chain: 0, limit: "transactions" };
    expect(pool.add(transferBy("Alice", { nonce: 2, gasPrice: 99n }))).toEqual({
      ok: false,
      refusal,
    });
  });
});

describe("R-3.10 a block", () => {
  it("holds 2,500 transactions and no more; chains that were cut off come first in the next", () => {
    const pool = new TestPool(new Mempool(() => record));
    for (let i = 0; i < 2_600; i++) {
      pool.add(transferBy(`many ${i}`, { chain: i % 2, gasPrice: BigInt(2 + (i % 7)) }));
    }
    const { chosen, refused } = pool.select(richRound(record));
    expect(chosen.length).toBe(2_500);
    expect([...refused.values()]).toEqual([{ code: "BLOCK_FULL", limit: "shard transactions" }]);
    const chains = chosen.map(({ transaction }) => transaction.legs[0]?.chain);
    expect(chains.slice(0, 4)).toEqual([0, 1, 0, 1]);
    expect(pool.pool.asleep).toBe(0);
  });

  it("[R-11.1] takes so many that register a key, however many wait and whatever they pay, and others beside them", () => {
    const pool = new TestPool(new Mempool(() => record));
    // More than a walk passes over.
    for (let i = 0; i < 1_200; i++) {
      const payload = bond(1_000n, paperRegistration(i % 256));
      pool.add(transferBy(`val ${i}`, { payload, gasPrice: 9n }));
    }
    for (let i = 0; i < 20; i++) pool.add(transferBy(`other ${i}`));
    const { chosen } = pool.select(richRound(record));
    const kinds = chosen.map(({ transaction }) => transaction.payload.kind);
    expect(kinds.filter((kind) => kind === "bond")).toHaveLength(KEY_PROOFS_MAX);
    expect(kinds.filter((kind) => kind === "transfer")).toHaveLength(20);
  });

  it("gives every one of more chains than it has places its turn", () => {
    const pool = new TestPool(new Mempool(() => record));
    for (let chain = 0; chain < 2_600; chain++) {
      for (let nonce = 0; nonce < 2; nonce++) {
        pool.add(transferBy("Alice", { chain, nonce }));
      }
    }
    pool.block(richRound(record));
    const { chosen } = pool.select(richRound(record));
    const chains = new Set(chosen.map(({ transaction }) => transaction.legs[0]?.chain));
    for (let chain = 2_500; chain < 2_600; chain++) expect(chains.has(chain)).toBe(true);
  });

  it("holds 1 MiB a chain: large transactions wait, small ones still fit", () => {
    const pool = new TestPool(new Mempool(() => record));
    const delegate = paperAccount("Bob");
    const owner = paperAccount("Alice");
    const authorisations = Array.from({ length: 7 }, (_, nonce) =>
      paperAuthorisation({ owner, delegate, nonce }),
    );
    for (let i = 0; i < 900; i++) {
      const payload = { kind: "delegate" } as const;
      pool.add(transferBy(`large ${i}`, { payload, authorisations, gasPrice: 9n }));
    }
    const small = transferBy("Carol");
    pool.add(small);
    const { chosen } = pool.select(richRound(record));
    const size = chosen.reduce((sum, { bytes }) => sum + bytes.length, 0);
    expect(size).toBeLessThanOrEqual(1 << 20);
    expect(size).toBeGreaterThan((1 << 20) - 2_000);
    expect(new Set(ids(chosen)).size).toBe(chosen.length);
    expect(chosen.at(-1)?.idHex).toBe(small.idHex);
  });
});

describe("expiry", () => {
  it("R-2.3 what no later block may include leaves, in order, once", () => {
    const all = [5, 3, 9, 3].map((validUntil, nonce) => transferBy("Alice", { validUntil, nonce }));
    const { pool } = poolOf(...all);
    expect(pool.earliestExpiry()).toBe(3);
    expect(pool.expire(3)).toEqual([]);
    const gone = pool.expire(4).map(({ idHex }) => idHex);
    expect(gone.sort()).toEqual(ids(all.filter((_, at) => at % 2 === 1)).sort());
    pool.remove(ids(all)[0] as string);
    expect(pool.earliestExpiry()).toBe(9);
    expect(pool.expire(100).map(({ idHex }) => idHex)).toEqual(ids(all.slice(2, 3)));
    expect([pool.earliestExpiry(), pool.size, pool.bytes]).toEqual([null, 0, 0]);
  });
});
