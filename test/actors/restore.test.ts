// What an operator does after damage: objects put back to what they had stored at some moment before.
import { describe, expect, it } from "vitest";
import { TABLES } from "../../src/actors/ports.ts";
import { SignatureRecord } from "../../src/simulator/signature-record.ts";
import type { SqlValue } from "../../src/storage/sql-store.ts";
import { Bank } from "./bank.ts";
import { EVERYBODY, type LocalNetwork, type Who } from "./local-network.ts";

type Copy = ReadonlyMap<string, readonly SqlValue[][]>;

const copyOf = (net: LocalNetwork, who: Who): Copy =>
  new Map(TABLES.map((table) => [table, net.driver(who).all(`SELECT * FROM ${table}`)]));

function restore(net: LocalNetwork, who: Who, copy: Copy): void {
  const driver = net.driver(who);
  for (const [table, rows] of copy) {
    driver.run(`DELETE FROM ${table}`);
    for (const row of rows) driver.run(`INSERT INTO ${table} VALUES (?, ?, ?)`, ...row);
  }
  net.crash(who);
}

interface World {
  readonly bank: Bank;
  readonly record: SignatureRecord;
  readonly copies: ReadonlyMap<Who, Copy>;
  /** Accepted before the copies were made, and after. */
  readonly early: readonly Uint8Array[];
  readonly late: readonly Uint8Array[];
  readonly lateIds: readonly Uint8Array[];
}

/** Copies of all objects at one moment, in the middle of things, and two blocks since. */
async function openWorld(): Promise<World> {
  const record = new SignatureRecord();
  const bank = await Bank.open({ wrapSeats: (seats) => record.wrap(seats) });
  const { net } = bank;
  const early = [await bank.send(0, 0)];
  await net.advance(6);
  early.push(await bank.send(0, 1));
  await net.advance(1);
  const copies = new Map(EVERYBODY.map((who) => [who, copyOf(net, who)]));
  const lasting = { validUntil: 5_000 };
  const late = [await bank.bytes(0, 2, lasting), await bank.bytes(2, 0, lasting)];
  const lateIds: Uint8Array[] = [];
  for (const bytes of late) {
    const [admission] = bank.admit(bytes);
    if (admission?.kind === "accepted") lateIds.push(admission.id);
    await net.advance(4);
  }
  return { bank, record, copies, early, late, lateIds };
}

async function putBack({ bank, copies }: World, ...restored: readonly Who[]): Promise<void> {
  for (const who of restored) restore(bank.net, who, copies.get(who) as Copy);
  await bank.net.advance(40);
}

/** Whoever was restored: nobody signs twice, nobody stops. */
function expectNoHarm({ bank, record }: World): void {
  expect(record.equivocations()).toEqual([]);
  expect(bank.net.log.filter(({ event }) => event === "actor stopped")).toEqual([]);
}

describe("an object restored to a moment before", () => {
  it("[R-2.7, R-4.3] together with the others: what was accepted later is accepted again, and all goes on", async () => {
    const world = await openWorld();
    const { bank, early, late } = world;
    await putBack(world, ...EVERYBODY);
    const again = bank.admit(...late).flatMap((one) => (one.kind === "accepted" ? [one.id] : []));
    expect(again.length).toBe(2);
    await bank.net.advance(10);
    expect([...early, ...again].map((id) => bank.status(id))).toEqual(Array(4).fill("FINAL"));
    expect([bank.account(0).nonce, bank.account(2).nonce]).toEqual([3, 1]);
    expectNoHarm(world);
  });

  it("[R-4.4] the set alone: it takes over what it forgot from its shard, and nothing is lost", async () => {
    const world = await openWorld();
    const { bank, early, lateIds } = world;
    await putBack(world, "set");
    const fresh = await bank.send(1, 0);
    await bank.net.advance(10);
    const all = [...early, ...lateIds, fresh];
    expect(all.map((id) => bank.status(id))).toEqual(Array(5).fill("FINAL"));
    expect(bank.heads().set).toBe(bank.heads().shard);
    expectNoHarm(world);
  });

  it("[R-4.7] the shard alone stands still and contradicts nobody, until all are restored to its moment", async () => {
    const world = await openWorld();
    const { bank, early, late } = world;
    await putBack(world, "shard");
    const head = bank.heads().shard;
    bank.admit(...late);
    await bank.net.advance(20);
    // Its set has blocks that it does not have, and certifies none beside them.
    expect(bank.heads().shard).toBe(head);
    expectNoHarm(world);
    await putBack(world, ...EVERYBODY);
    bank.admit(...late);
    await bank.net.advance(10);
    expect(early.map((id) => bank.status(id))).toEqual(["FINAL", "FINAL"]);
    expect([bank.account(0).nonce, bank.account(2).nonce]).toEqual([3, 1]);
    expectNoHarm(world);
  });

  it("[R-7.1] the MerkleChain alone: blocks go on, but nothing new is FINAL until the shard is restored, too", async () => {
    const world = await openWorld();
    const { bank } = world;
    await putBack(world, "merkle");
    const fresh = await bank.send(1, 0);
    await bank.net.advance(10);
    expect(bank.status(fresh)).toBe("EXECUTED");
    expectNoHarm(world);
  });
});
