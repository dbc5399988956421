// What waits, on disk: rows for a batch, what is left of them as transactions leave, and what a restart makes of them.
import { describe, expect, it } from "vitest";
import { MempoolRows } from "../../src/actors/mempool-rows.ts";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import type { Waiting } from "../../src/protocol/ledger/waiting.ts";
import { memoryStore } from "../support/ledger-world.ts";
import { Bank, type BankOptions } from "./bank.ts";
import { WriteFault } from "./mortal-store.ts";

const rowsOf = (bank: Bank): readonly (readonly [Uint8Array, Uint8Array])[] =>
  bank.net.store("shard").table("mempool").range({ limit: 10_000 });
const bytesOf = (bank: Bank): number =>
  rowsOf(bank).reduce((sum, [, value]) => sum + value.length, 0);
const idsOf = (bank: Bank): string[] =>
  bank.net.shard.read(({ room }) =>
    [...room.pool.all()].sort((a, b) => a.arrival - b.arrival).map(({ idHex }) => idHex),
  );

/** A bank whose next rows of the shard are counted. */
async function countingBank(options: BankOptions = {}) {
  const fault = new WriteFault();
  const bank = await Bank.open({
    ...options,
    wrapStore: (who, store) => (who === "shard" ? fault.wrap(store) : store),
  });
  return { bank, fault };
}

const LIMITS = {
  transactionsMax: 20_000,
  bytesMax: 8 << 20,
  chainTransactionsMax: 20_000,
  chainBytesMax: 8 << 20,
  senderMax: 5_000,
};

async function batchOf(bank: Bank, from: number, count: number, more = {}): Promise<Uint8Array[]> {
  const batch: Uint8Array[] = [];
  for (let i = 0; i < count; i++) batch.push(await bank.bytes(0, from + i, more));
  return batch;
}

describe("rows of the mempool", () => {
  it.each([
    [1, 1],
    [10, 1],
    [500, 2],
    [2_500, 9],
  ])("R-2.7 a batch of %i takes %i of them, and no more go when it leaves", async (count, rows) => {
    const { bank, fault } = await countingBank({ mempoolLimits: LIMITS });
    const batch = await batchOf(bank, 0, count, { validUntil: 2 });
    // The first step of a life writes genesis.
    bank.net.shard.step(() => undefined);
    const before = fault.writes;
    const admissions = bank.admit(...batch);
    expect(admissions.every(({ kind }) => kind === "accepted")).toBe(true);
    expect(rowsOf(bank).length).toBe(rows);
    // Beside them one of the shard's progress, and the step's end.
    expect(fault.writes - before).toBe(rows + 2);
    for (const [, value] of rowsOf(bank)) expect(value.length).toBeLessThan(80 * 1024);
    bank.net.lose = () => true;
    await bank.net.advance(5);
    expect(rowsOf(bank)).toEqual([]);
    expect(admissions.map((one) => one.kind === "accepted" && bank.status(one.id))).toEqual(
      Array(count).fill("EXPIRED"),
    );
  });

  it("R-2.7 a restart brings back what waits, in its order, and nothing of what left", async () => {
    const bank = await Bank.open();
    const stuck = await bank.bytes(0, 5, { validUntil: 50 });
    bank.admit(...(await batchOf(bank, 0, 3)), stuck, await bank.bytes(1, 7, { validUntil: 2 }));
    bank.admit(await bank.bytes(1, 8, { validUntil: 60 }));
    await bank.net.advance(4);
    const waiting = idsOf(bank);
    expect(waiting.length).toBe(2);
    // The row of the batch is still there, with four transactions that have left.
    expect(rowsOf(bank).length).toBe(2);
    bank.net.crash("shard");
    expect(idsOf(bank)).toEqual(waiting);
    const nonces = bank.net.shard.read(({ room }) =>
      waiting.map((idHex) => room.transaction(idHex)?.bytes),
    );
    expect(nonces[0]).toEqual(stuck);
    await bank.net.sleep(80);
    expect([rowsOf(bank).length, idsOf(bank).length]).toEqual([0, 0]);
  });

  it("R-2.7 one that was dropped and came back is there once after a restart, and leaves once", async () => {
    const bank = await Bank.open();
    const first = await bank.bytes(0, 1, { validUntil: 80 });
    const neighbour = await bank.bytes(1, 5, { validUntil: 80 });
    bank.admit(first, neighbour);
    const id = idsOf(bank)[0] as string;
    bank.admit(await bank.bytes(0, 1, { fee: 2_000n, validUntil: 3 }));
    expect(bank.status(Buffer.from(id, "hex"))).toBe("DROPPED");
    bank.net.crash("shard");
    expect(idsOf(bank)).not.toContain(id);
    bank.net.lose = () => true;
    await bank.net.advance(5);
    bank.net.lose = () => false;
    bank.admit(first);
    // Its dead copy is beside the living neighbour, the living one in a row of its own.
    expect(rowsOf(bank).length).toBe(2);
    bank.net.crash("shard");
    expect(idsOf(bank).filter((one) => one === id).length).toBe(1);
    expect(idsOf(bank).at(-1)).toBe(id);
    await bank.send(0, 0);
    await bank.net.advance(8);
    expect(bank.status(Buffer.from(id, "hex"))).toBe("FINAL");
    bank.net.crash("shard");
    expect([idsOf(bank).length, rowsOf(bank).length]).toEqual([1, 1]);
  });

  it("R-3.10 what has left does not keep its bytes: sparse rows are written anew, and a crash changes nothing", async () => {
    const bank = await Bank.open({ mempoolLimits: LIMITS, accounts: 2 });
    bank.net.lose = () => true;
    // In every batch one transaction in twenty outlives the others.
    for (let batch = 0; batch < 10; batch++) {
      const all: Uint8Array[] = [];
      for (let i = 0; i < 20; i++) {
        all.push(...(await batchOf(bank, 400 * batch + 20 * i, 19, { validUntil: 2 })));
        all.push(...(await batchOf(bank, 400 * batch + 20 * i + 19, 1, { validUntil: 500 })));
      }
      expect(bank.admit(...all).every(({ kind }) => kind === "accepted")).toBe(true);
    }
    const full = bytesOf(bank);
    await bank.net.advance(4);
    const waiting = idsOf(bank);
    expect(waiting.length).toBe(200);
    expect(full).toBeGreaterThan(900_000);
    expect(bytesOf(bank)).toBeLessThan(60_000);
    const before = bank.net.shard.read(({ room }) =>
      waiting.map((idHex) => toHex(room.transaction(idHex)?.id ?? new Uint8Array())),
    );
    expect(before).toEqual(waiting);
    bank.net.crash("shard");
    expect(idsOf(bank)).toEqual(waiting);
    for (const idHex of waiting) {
      expect(bank.net.shard.read(({ room }) => room.transaction(idHex)?.idHex)).toBe(idHex);
    }
  });

  it("R-3.10 a rewriting has a mebibyte or two in memory, whatever waits", () => {
    const table = memoryStore().table("mempool");
    let stored = 0;
    let least = Number.POSITIVE_INFINITY;
    const sizes = new Map<string, number>();
    const resize = (key: Uint8Array, size: number): void => {
      stored += size - (sizes.get(toHex(key)) ?? 0);
      sizes.set(toHex(key), size);
      least = Math.min(least, stored);
    };
    const rows = new MempoolRows({
      ...table,
      put(key, value) {
        resize(key, value.length);
        table.put(key, value);
      },
      delete(key) {
        resize(key, 0);
        table.delete(key);
      },
    });
    // Of each that lives on, two die: 5 MB of 15 MB.
    const all = Array.from({ length: 15_000 }, (_, arrival) => {
      const bytes = new Uint8Array(1_000).fill(arrival);
      bytes.set([arrival >> 8, arrival]);
      const waiting = { arrival, bytes: bytes.length, chunk: -1 } as unknown as Waiting;
      return { waiting, bytes };
    });
    rows.write(all);
    const living = all.filter(({ waiting }) => waiting.arrival % 3 === 2);
    for (const { waiting } of all) if (waiting.arrival % 3 < 2) rows.delete(waiting);
    const alive = living.length * 1_000;
    expect(rows.isSparse).toBe(true);
    least = stored;
    rows.compact(living.map(({ waiting }) => waiting));
    expect(rows.isSparse).toBe(false);
    expect(least).toBeGreaterThan(alive - 2 * 1024 * 1024);
    expect(stored).toBeLessThan(1.1 * alive);
    for (const { waiting, bytes } of living) expect(rows.read(waiting)).toEqual(bytes);
    for (const { waiting } of living) rows.delete(waiting);
    expect([stored, table.range({ limit: 1 })]).toEqual([0, []]);
  });
});
