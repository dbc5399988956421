// One scenario, and in each run another write fails: of the shard, of the set, of the MerkleChain. The step that it was part of
// leaves nothing, the object is opened again from its store, and the scenario must end as if nothing had happened.
import { describe, expect, it } from "vitest";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import { SignatureRecord } from "../../src/simulator/signature-record.ts";
import { Bank, FEE, FUNDS } from "./bank.ts";
import { EVERYBODY, type LocalNetwork, type Who } from "./local-network.ts";
import { WriteFailure, WriteFault } from "./mortal-store.ts";

interface World {
  readonly bank: Bank;
  readonly faults: Record<Who, WriteFault>;
  readonly record: SignatureRecord;
}

async function openWorld(): Promise<World> {
  const faults = { shard: new WriteFault(), set: new WriteFault(), merkle: new WriteFault() };
  const record = new SignatureRecord();
  const bank = await Bank.open({
    wrapStore: (who, store) => faults[who].wrap(store),
    wrapSeats: (seats) => record.wrap(seats),
  });
  return { bank, faults, record };
}

/** Every row of every actor's store. */
function dump(net: LocalNetwork, who: Who): string {
  const store = net.store(who);
  const tables = ["meta", "blocks", "chains", "inclusions", "undo", "pages", "receipts"] as const;
  const others = ["places", "left", "mempool", "history", "instances", "notarised"] as const;
  return [...tables, ...others]
    .map((name) => {
      const rows = store.table(name).range({ limit: 1_000 });
      return rows.map(([key, value]) => `${name} ${toHex(key)} ${toHex(value)}`).join("\n");
    })
    .join("\n");
}

/** Repeats until it succeeds: what a client or the platform's alarm does. */
function insist<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    if (!(error instanceof WriteFailure)) throw error;
    return body();
  }
}

const TOKEN = {
  kind: "createToken",
  symbol: "NEW",
  name: "New",
  decimals: 2,
  supply: 1_000n,
  reserveDefault: 0n,
  gasPriceMin: 0n,
} as const;

/** Two transfers, a token, an expiry. Answers the ids that were accepted. */
async function play({ bank }: World): Promise<readonly Uint8Array[]> {
  const { net } = bank;
  const all = [
    await bank.bytes(0, 0),
    await bank.bytes(0, 1, { payload: TOKEN }),
    await bank.bytes(1, 5, { validUntil: 3 }),
    await bank.bytes(2, 0),
  ];
  const admissions = insist(() => bank.admit(...all));
  // The MerkleChain opens a round ahead of it, and a set goes on without its shards at the end of one.
  for (const passMs of Array.from({ length: 16 }, (_, i) => (i % 2 === 0 ? 480 : 20))) {
    net.nowMs += passMs;
    for (const who of EVERYBODY) insist(() => net.runner(who).step((actor) => actor.tick()));
    await net.settled();
  }
  return admissions.flatMap((one) => (one.kind === "accepted" ? [one.id] : []));
}

async function expectEnd({ bank, record }: World, ids: readonly Uint8Array[]): Promise<void> {
  const { net } = bank;
  await net.sleep(100);
  expect(net.nextTickMs()).toBeNull();
  expect(ids.map((id) => bank.status(id))).toEqual(["FINAL", "FINAL", "EXPIRED", "FINAL"]);
  expect(bank.account(0)).toMatchObject({ nonce: 2, balance: FUNDS - 51n * FEE - 1n });
  expect(bank.account(1)).toMatchObject({ nonce: 0, balance: FUNDS + 2n });
  expect(bank.account(2)).toMatchObject({ nonce: 1, balance: FUNDS - FEE - 1n });
  expect(bank.account(0, 1).balance).toBe(1_000n);
  expect(bank.heads().set).toBe(bank.heads().shard);
  expect(net.merkle.read((merkle) => merkle.directory(0)).chains.length).toBe(2);
  expect(record.equivocations()).toEqual([]);
}

const step = process.env.DEEP === undefined ? 8 : 1;

describe("a write that fails", () => {
  it.each(EVERYBODY)(
    "[R-2.7, R-4.3] any write of the %s: nothing is half done, nothing is lost",
    async (who) => {
      const counted = await openWorld();
      const ids = await play(counted);
      await expectEnd(counted, ids);
      const { writes } = counted.faults[who];
      expect(writes).toBeGreaterThan(10);
      // Every write of the first steps, where genesis and admission are; then a sample, unless all are asked for.
      for (let failAt = 1; failAt <= writes; failAt += failAt < 10 ? 1 : step) {
        const world = await openWorld();
        world.faults[who].failAt = failAt;
        await expectEnd(world, await play(world));
        expect(world.faults[who].failAt, `write ${failAt} of ${writes}`).toBeNull();
      }
    },
  );

  it("[R-2.7] in an admission leaves the store as it was, and nobody is told accepted", async () => {
    const world = await openWorld();
    const { bank, faults } = world;
    await bank.send(2, 3);
    const before = dump(bank.net, "shard");
    const batch = [await bank.bytes(0, 0), await bank.bytes(0, 1)];
    const { writes } = faults.shard;
    for (let failAt = 1; ; failAt++) {
      faults.shard.failAt = failAt;
      try {
        bank.admit(...batch);
        break;
      } catch (error) {
        expect(error).toBeInstanceOf(WriteFailure);
        expect(dump(bank.net, "shard")).toBe(before);
        expect(bank.net.shard.read(({ room }) => room.pool.size)).toBe(1);
      }
    }
    expect(faults.shard.writes - writes).toBeGreaterThan(6);
    faults.shard.failAt = null;
    bank.net.crash("shard");
    expect(bank.net.shard.read(({ room }) => room.pool.size)).toBe(3);
  });

  it("[R-2.7] what was answered Accepted is there after a crash, in the order of its arrival", async () => {
    const bank = await Bank.open();
    const ids: Uint8Array[] = [];
    for (const [from, nonce] of [
      [2, 0],
      [0, 1],
      [0, 0],
      [1, 0],
    ] as const) {
      ids.push(await bank.send(from, nonce));
      bank.net.crash("shard");
    }
    const waiting = bank.net.shard.read(({ room }) =>
      ids.map((id) => room.pool.get(toHex(id))?.arrival),
    );
    expect(waiting).toEqual([0, 1, 2, 3]);
    await bank.net.advance(1);
    expect(ids.map((id) => bank.status(id))).toEqual(Array(4).fill("EXECUTED"));
  });
});
