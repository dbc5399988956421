// Every stored row of every actor, each with a bit turned over: whoever asks gets what was true, or hears that the storage is
// damaged; whoever goes on does the same as without the damage, or stops.
import { describe, expect, it } from "vitest";
import { TABLES, type TableName } from "../../src/actors/ports.ts";
import { ShardQueries } from "../../src/actors/shard-queries.ts";
import { toHex } from "../../src/protocol/encoding/bytes.ts";
import { Random } from "../../src/simulator/random.ts";
import type { SqlValue } from "../../src/storage/sql-store.ts";
import { Bank } from "./bank.ts";
import { EVERYBODY, type Who } from "./local-network.ts";

interface World {
  readonly bank: Bank;
  readonly ids: readonly Uint8Array[];
}

/** Blocks, receipts, history, something that left, something that waits, and an open end of rounds. */
async function openWorld(): Promise<World> {
  const bank = await Bank.open({ chains: 2 });
  const ids: Uint8Array[] = [];
  for (let round = 0; round < 5; round++) {
    ids.push(await bank.send(0, round, { payload: transfer(bank, round) }));
    if (round === 1) ids.push(await bank.send(2, 3, { validUntil: 3 }));
    await bank.net.advance(1);
  }
  ids.push(await bank.send(2, 1));
  return { bank, ids };
}

const transfer = (bank: Bank, round: number) =>
  ({ kind: "transfer", to: bank.signer(1 + (round % 2)).address, amount: 5n }) as const;

interface Row {
  readonly who: Who;
  readonly table: TableName;
  readonly key: SqlValue;
  readonly value: Uint8Array;
}

const rowsOf = ({ bank }: World): Row[] =>
  EVERYBODY.flatMap((who) =>
    TABLES.flatMap((table) =>
      bank.net
        .driver(who)
        .all(`SELECT key, value FROM ${table}`)
        .map(([key, value]) => ({
          who,
          table,
          key: key as SqlValue,
          value: value as Uint8Array,
        })),
    ),
  );

function write({ bank }: World, { who, table, key }: Row, value: Uint8Array): void {
  bank.net.driver(who).run(`UPDATE ${table} SET value = ? WHERE key = ?`, value, key);
  bank.net.crash(who);
}

function damaged({ value }: Row, random: Random): Uint8Array {
  const bit = random.between(0, value.length * 8 - 1);
  return value.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
}

const CORRUPT = /^(CorruptStorageError|CorruptBytesError|StoppedError: Stopped by damaged storage)/;

/** What the body answers as text, or "damaged". */
function ask(body: () => unknown): string {
  try {
    return (
      JSON.stringify(body(), (_, value: unknown) => {
        if (typeof value === "bigint") return `${value}`;
        return value instanceof Uint8Array ? toHex(value) : value;
      }) ?? "nothing"
    );
  } catch (error) {
    if (CORRUPT.test(String(error))) return "damaged";
    throw error;
  }
}

/** The answers to all that one can ask. */
function answers({ bank, ids }: World): string[] {
  const { net } = bank;
  const shard = (question: (queries: ShardQueries) => unknown): string =>
    ask(() => net.shard.read((actor) => question(new ShardQueries(actor, net.network)) as object));
  const addresses = bank.signers.map(({ address }) => address);
  return [
    ...ids.map((id) => shard((queries) => queries.transaction(id) ?? null)),
    ...addresses.map((address) => shard((queries) => queries.balances(address, 0, 9))),
    ...addresses.map((address) =>
      shard((queries) => queries.history(address, { reverse: false, limit: 99 })),
    ),
    ...Array.from({ length: 12 }, (_, round) => shard((queries) => queries.blocks(round))),
    ask(() => net.shard.read(({ progress, replica }) => ({ progress, head: replica.head }))),
    ask(() => net.set.read(({ replicas }) => replicas[0]?.head)),
    ask(() => net.merkle.read((merkle) => merkle.directory(0))),
    ask(() => net.merkle.read((merkle) => merkle.blocksAfter(0, 99))),
  ];
}

/** A minute later, with more to do: what there is to see then. */
async function goOn(world: World): Promise<string[]> {
  const { bank, ids } = world;
  try {
    const later = [await bank.send(0, 5), await bank.send(0, 6), await bank.send(2, 0)];
    for (let i = 0; i < 8; i++) {
      bank.net.nowMs += 500;
      for (const who of EVERYBODY) ask(() => bank.net.runner(who).step((actor) => actor.tick()));
      await bank.net.settled();
    }
    return answers({ bank, ids: [...ids, ...later] });
  } catch (error) {
    if (CORRUPT.test(String(error))) return ["damaged"];
    throw error;
  }
}

const seed = Number(process.env.SEED ?? 1);

describe("a bit of a stored row that is wrong", () => {
  it(`[R-2.7, R-5.5] never makes another answer (SEED ${seed})`, async () => {
    const world = await openWorld();
    const random = new Random(seed);
    const truth = answers(world);
    expect(truth).not.toContain("damaged");
    const noticed = new Set<string>();
    const rows = rowsOf(world).filter(({ value }) => value.length > 0);
    const bits = process.env.DEEP === undefined ? 1 : 20;
    for (const row of rows.flatMap((one) => Array<Row>(bits).fill(one))) {
      write(world, row, damaged(row, random));
      for (const [i, answer] of answers(world).entries()) {
        if (answer === "damaged") noticed.add(row.table);
        else expect(answer, `${row.who} ${row.table}`).toBe(truth[i]);
      }
      write(world, row, row.value);
    }
    expect(answers(world)).toEqual(truth);
    const read = ["meta", "pages", "chains", "blocks", "receipts", "places", "left", "mempool"];
    expect([...noticed]).toEqual(expect.arrayContaining(read));
  });

  it(`[R-4.3, R-2.6] never makes anybody go on otherwise than without it (SEED ${seed})`, async () => {
    const whole = await openWorld();
    const truth = await goOn(whole);
    expect(truth).not.toContain("damaged");
    const random = new Random(seed);
    const count = rowsOf(await openWorld()).length;
    const tries = process.env.DEEP === undefined ? 8 : count;
    let stops = 0;
    for (let i = 0; i < tries; i++) {
      const world = await openWorld();
      const row = rowsOf(world)[Math.floor((i * count) / tries)] as Row;
      if (row.value.length === 0) continue;
      write(world, row, damaged(row, random));
      for (const [place, answer] of (await goOn(world)).entries()) {
        if (answer === "damaged") stops += 1;
        // A stopped peer holds the others up: then they know less, and nothing else.
        else if (!world.bank.net.log.some(({ event }) => event === "actor stopped")) {
          expect(answer, `${row.who} ${row.table}`).toBe(truth[place]);
        }
      }
    }
    expect(stops).toBeGreaterThan(0);
  });
});

describe("a state page that is gone", () => {
  it("[R-5.7] is missed: no balance is read as nothing", async () => {
    const world = await openWorld();
    const { bank } = world;
    const pages = rowsOf(world).filter(({ who, table }) => who === "shard" && table === "pages");
    expect(pages.length).toBeGreaterThanOrEqual(2);
    const balances = (): string[] =>
      [0, 1, 2].map((place) => ask(() => ({ ...bank.account(place), delegation: null })));
    const truth = balances();
    // Of each chain, the row that tells where its pages are.
    const roots = pages.filter(({ key }) => toHex(key as Uint8Array).endsWith("ffff0000"));
    expect(roots.length).toBe(2);
    for (const { table, key, value } of pages) {
      const [checksum] = bank.net
        .driver("shard")
        .all(`SELECT checksum FROM ${table} WHERE key = ?`, key)[0] as [number];
      bank.net.driver("shard").run(`DELETE FROM ${table} WHERE key = ?`, key);
      bank.net.crash("shard");
      for (const [i, answer] of balances().entries()) {
        if (answer !== "damaged") expect(answer).toBe(truth[i]);
      }
      bank.net.driver("shard").run(`INSERT INTO ${table} VALUES (?, ?, ?)`, key, value, checksum);
      bank.net.crash("shard");
    }
    expect(balances()).toEqual(truth);
    const [root] = roots;
    if (root === undefined) throw new Error("No root");
    bank.net.driver("shard").run("DELETE FROM pages WHERE key = ?", root.key);
    bank.net.crash("shard");
    expect(balances()).toEqual(Array(3).fill("damaged"));
  });
});
