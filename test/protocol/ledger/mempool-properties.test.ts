import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BlockAssembler } from "../../../src/protocol/blocks/assembler.ts";
import { toHex } from "../../../src/protocol/encoding/bytes.ts";
import { EMPTY_ACCOUNT } from "../../../src/protocol/ledger/account.ts";
import type { ChainRecord } from "../../../src/protocol/ledger/chain-record.ts";
import { feeRank, Mempool, type Waiting } from "../../../src/protocol/ledger/mempool.ts";
import { testGenesis } from "../../support/genesis.ts";
import { paperAccount } from "../../support/signer.ts";
import { codeOf, paperAuthorisation, paperTransaction } from "../../support/transactions.ts";

const NETWORK_ID = new Uint8Array(32).fill(5);
const senders = Array.from({ length: 4 }, (_, i) => paperAccount(`sender ${i}`));
const record: ChainRecord = { ...(testGenesis().chains[0] as ChainRecord), gasPriceMin: 1n };

interface Draw {
  readonly sender: number;
  readonly nonce: number;
  readonly price: number;
  readonly validUntil: number;
}

function waitingOf({ sender, nonce, price, validUntil }: Draw, arrival: number): Waiting {
  const payer = senders[sender] as (typeof senders)[number];
  const transaction = paperTransaction(NETWORK_ID, {
    payer,
    nonce,
    gasPrice: BigInt(price),
    validUntil,
    payload: { kind: "transfer", to: payer.address, amount: BigInt(arrival) },
  });
  return { transaction, arrival, rank: feeRank(transaction, () => record) };
}

const nextBlock = (): BlockAssembler =>
  new BlockAssembler({
    round: 1,
    k: 3,
    chain: () => record,
    account: () => ({ ...EMPTY_ACCOUNT, balance: 10n ** 12n, reserve: 10n ** 12n }),
    window: () => ({ inflight: new Map(), authorised: new Set() }),
  });

const draw = fc.record({
  sender: fc.nat(3),
  nonce: fc.nat(4),
  price: fc.integer({ min: 1, max: 4 }),
  validUntil: fc.integer({ min: 1, max: 12 }),
});

/** By definition, slowly: of all that could come next, the best; of equals the one that came first. */
function blockOf(waiting: readonly (readonly [Draw, Waiting])[]): string[] {
  const next = new Map<number, number>();
  const block: string[] = [];
  for (;;) {
    const [best] = waiting
      .filter(([{ sender, nonce }]) => nonce === (next.get(sender) ?? 0))
      .sort(([a, one], [b, other]) => b.price - a.price || one.arrival - other.arrival);
    if (best === undefined) return block;
    next.set(best[0].sender, best[0].nonce + 1);
    block.push(best[1].transaction.idHex);
  }
}

describe("the mempool against its definition", () => {
  it("[R-2.4, R-2.9] blocks by rank then arrival, nonces in sequence; R-2.3 expiry and removal in between", () => {
    const operation = fc.oneof(
      { weight: 6, arbitrary: draw.map((one) => ({ kind: "add" as const, one })) },
      { weight: 2, arbitrary: fc.nat(50).map((place) => ({ kind: "remove" as const, place })) },
      { weight: 1, arbitrary: fc.nat(12).map((round) => ({ kind: "expire" as const, round })) },
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const pool = new Mempool();
        let model: (readonly [Draw, Waiting])[] = [];
        for (const [arrival, step] of operations.entries()) {
          if (step.kind === "add") {
            const waiting = waitingOf(step.one, arrival);
            const { sender, nonce } = step.one;
            const taken = model.some(([has]) => has.sender === sender && has.nonce === nonce);
            expect(codeOf(pool.add(waiting))).toBe(taken ? "NONCE_TAKEN" : "");
            if (!taken) model.push([step.one, waiting]);
          } else if (step.kind === "remove") {
            const gone = model[step.place % Math.max(1, model.length)];
            expect(pool.remove(gone?.[1].transaction.idHex ?? "none")).toBe(gone?.[1]);
            model = model.filter((one) => one !== gone);
          } else {
            const late = model.filter(([{ validUntil }]) => validUntil < step.round);
            expect(new Set(pool.expire(step.round))).toEqual(new Set(late.map(([, one]) => one)));
            model = model.filter((one) => !late.includes(one));
          }
          const expiries = model.map(([{ validUntil }]) => validUntil);
          expect(pool.earliestExpiry()).toBe(expiries.length === 0 ? null : Math.min(...expiries));
          expect(pool.size).toBe(model.length);
        }
        const { chosen } = pool.select(nextBlock());
        expect(chosen.map(({ idHex }) => idHex)).toEqual(blockOf(model));
      }),
      { numRuns: process.env.DEEP === undefined ? 150 : 5_000 },
    );
  });

  it("[R-2.9] the next nonce is behind an unbroken run", () => {
    const pool = new Mempool();
    const base = { sender: 0, price: 1, validUntil: 9 };
    for (const nonce of [3, 4, 6]) pool.add(waitingOf({ ...base, nonce }, nonce));
    const { address } = senders[0] as (typeof senders)[number];
    expect([2, 3, 4, 5, 6].map((nonce) => pool.nextNonce(0, address, nonce))).toEqual([
      2, 5, 5, 5, 7,
    ]);
    expect(pool.nextNonce(1, address, 3)).toBe(3);
  });
});

describe("R-3.10 caps", () => {
  const one = (sender: number, nonce: number): Waiting =>
    waitingOf({ sender, nonce, price: 1, validUntil: 9 }, 10 * sender + nonce);
  const bytes = one(0, 0).transaction.bytes.length;
  const limits = { bytesMax: 3 * bytes, transactionsMax: 3, perSenderMax: 2 };

  it.each([
    ["sender", limits, [one(0, 0), one(0, 1)], one(0, 2)],
    [
      "transactions",
      { ...limits, bytesMax: 9 * bytes },
      [one(0, 0), one(1, 0), one(2, 0)],
      one(3, 0),
    ],
    ["bytes", { ...limits, transactionsMax: 9 }, [one(0, 0), one(1, 0), one(2, 0)], one(3, 0)],
  ] as const)("%s: full at the cap, room again after a removal", (limit, caps, held, last) => {
    const pool = new Mempool(caps);
    for (const waiting of held) expect(codeOf(pool.add(waiting))).toBe("");
    const refused = pool.add(last);
    expect(refused).toEqual({ ok: false, refusal: { code: "MEMPOOL_FULL", limit } });
    expect(pool.get(last.transaction.idHex)).toBeUndefined();
    expect(pool.full(last.transaction, held[0])).toBeNull();
    pool.remove(held[0].transaction.idHex);
    expect(codeOf(pool.add(last))).toBe("");
  });

  it("what replaces another must fit when that one has left, also if it is larger", () => {
    const small = one(0, 0);
    const payer = senders[0] as (typeof senders)[number];
    const authorisations = [
      paperAuthorisation({ owner: payer, delegate: senders[1] as (typeof senders)[number] }),
    ];
    const large = paperTransaction(NETWORK_ID, {
      payer,
      nonce: 0,
      payload: { kind: "delegate" },
      authorisations,
    });
    const spare = large.bytes.length - bytes;
    for (const [room, fits] of [
      [spare - 1, false],
      [spare, true],
    ] as const) {
      const pool = new Mempool({ ...limits, bytesMax: bytes + room });
      pool.add(small);
      expect(pool.full(large, small) === null).toBe(fits);
    }
  });
});

describe("R-3.10 a block", () => {
  it("holds 2,500 transactions and no more", () => {
    const pool = new Mempool();
    for (let i = 0; i < 2_600; i++) {
      const payer = paperAccount(`many ${i}`);
      const payload = { kind: "transfer", to: payer.address, amount: 1n } as const;
      const transaction = paperTransaction(NETWORK_ID, { payer, nonce: 0, payload });
      pool.add({ transaction, arrival: i, rank: BigInt(i % 7) });
    }
    const { chosen, refused } = pool.select(nextBlock());
    expect(chosen.length).toBe(2_500);
    expect([...refused.values()]).toEqual([{ code: "BLOCK_FULL", limit: "shard transactions" }]);
  });

  it("holds 1 MiB a chain: large transactions wait, small ones still fit", () => {
    const pool = new Mempool();
    const owner = senders[0] as (typeof senders)[number];
    const delegate = senders[1] as (typeof senders)[number];
    const authorisations = Array.from({ length: 7 }, (_, nonce) =>
      paperAuthorisation({ owner, delegate, nonce }),
    );
    for (let i = 0; i < 900; i++) {
      const payer = paperAccount(`large ${i}`);
      const spec = { payer, nonce: 0, payload: { kind: "delegate" } as const, authorisations };
      const transaction = paperTransaction(NETWORK_ID, spec);
      pool.add({ transaction, arrival: i, rank: 9n });
    }
    pool.add({ ...one(1), rank: 0n });
    const { chosen } = pool.select(nextBlock());
    const size = chosen.reduce((sum, { bytes }) => sum + bytes.length, 0);
    expect(size).toBeLessThanOrEqual(1 << 20);
    expect(size).toBeGreaterThan((1 << 20) - 2_000);
    expect(new Set(chosen.map(({ idHex }) => idHex)).size).toBe(chosen.length);
    expect(toHex(chosen.at(-1)?.id ?? new Uint8Array())).toBe(one(1).transaction.idHex);
  });
});

const one = (sender: number): Waiting =>
  waitingOf({ sender, nonce: 0, price: 1, validUntil: 9 }, sender);
