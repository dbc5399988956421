import { describe, expect, it } from "vitest";
import { StorageUnavailableError, type Store } from "../../src/actors/ports.ts";
import { utf8 } from "../../src/protocol/encoding/bytes.ts";
import { Disk, type Life, LifeOver } from "../../src/simulator/disk.ts";
import { Faults } from "../../src/simulator/faults.ts";
import { type FaultKind, NO_FAULTS } from "../../src/simulator/world-options.ts";
import { createSqlStore } from "../../src/storage/sql-store.ts";

const KEYS = Array.from({ length: 20 }, (_, i) => utf8(`key ${i}`));

/** A disk with one thing stored, and faults that can be switched on. */
function setup() {
  const rates: Record<FaultKind, number> = { ...NO_FAULTS };
  const faults = new Faults({ seed: 1, faults: rates });
  const disk = new Disk(faults);
  const open = (): { life: Life; store: Store } => {
    const life: Life = { over: false };
    const end = (): void => {
      life.over = true;
    };
    return { life, store: createSqlStore(disk.open(life, end)) };
  };
  const { store } = open();
  store.transaction(() => store.table("meta").put(utf8("kept"), utf8("1")));
  return { rates, faults, disk, open };
}

const putAll = (store: Store): void => {
  for (const key of KEYS) store.table("meta").put(key, key);
};
const stored = (store: Store): number =>
  KEYS.filter((key) => store.table("meta").get(key) !== undefined).length;

describe("a crash", () => {
  it("inside a transaction loses all of it, and nothing from before", () => {
    const { rates, faults, open } = setup();
    const { life, store } = open();
    rates.crashInTransaction = 1;
    expect(() => store.transaction(() => putAll(store))).toThrow(LifeOver);
    expect([life.over, faults.happened.crashInTransaction]).toEqual([true, 1]);
    rates.crashInTransaction = 0;
    const next = open().store;
    expect([stored(next), next.table("meta").get(utf8("kept"))]).toEqual([0, utf8("1")]);
  });

  it("behind a commit loses nothing, and tells nobody that it was made", () => {
    const { rates, faults, open } = setup();
    const { life, store } = open();
    rates.crashAfterCommit = 1;
    expect(() => store.transaction(() => putAll(store))).toThrow(LifeOver);
    expect([life.over, faults.happened.crashAfterCommit]).toEqual([true, 1]);
    rates.crashAfterCommit = 0;
    expect(stored(open().store)).toBe(KEYS.length);
  });

  it("ends the life's use of its disk", () => {
    const { life, store } = setup().open();
    life.over = true;
    expect(() => store.transaction(() => putAll(store))).toThrow(LifeOver);
    expect(() => store.table("meta").put(utf8("late"), utf8("1"))).toThrow(LifeOver);
    expect(() => store.table("meta").get(utf8("kept"))).toThrow(LifeOver);
  });
});

it("a disk tells of each commit, also of one behind which the life ends, and of what was taken back", () => {
  const { rates, disk } = setup();
  const told: string[] = [];
  const life: Life = { over: false };
  const end = (): void => {
    life.over = true;
  };
  const driver = disk.open(life, end, {
    committed: () => told.push("committed"),
    takenBack: () => told.push("taken back"),
  });
  const store = createSqlStore(driver);
  told.length = 0;
  store.transaction(() => putAll(store));
  expect(told.splice(0)).toEqual(["committed"]);
  const fails = (): never => {
    throw new Error("taken back");
  };
  expect(() => store.transaction(fails)).toThrow("taken back");
  expect(told.splice(0)).toEqual(["taken back"]);
  rates.crashAfterCommit = 1;
  expect(() => store.transaction(() => putAll(store))).toThrow(LifeOver);
  expect(told[0]).toBe("committed");
});

describe("a full disk", () => {
  it("refuses what needs room, with nothing of it stored, and goes on when there is room", () => {
    const { faults, disk, open } = setup();
    const { life, store } = open();
    const large = new Uint8Array(20_000);
    const putLarge = (): void => {
      putAll(store);
      store.table("blocks").put(new Uint8Array(8), large);
    };
    disk.setFull(true);
    expect(() => store.transaction(putLarge)).toThrow(StorageUnavailableError);
    expect(() => store.transaction(putLarge)).toThrow(StorageUnavailableError);
    expect([stored(store), life.over, faults.happened.diskFull]).toEqual([0, false, 1]);
    disk.setFull(false);
    store.transaction(putLarge);
    expect(store.table("blocks").get(new Uint8Array(8))).toEqual(large);
  });
});
