import { beforeAll, describe, expect, it } from "vitest";
import { CorruptBytesError } from "../../../src/protocol/encoding/codec.ts";
import { StateTree } from "../../../src/protocol/merkle/state-tree.ts";
import { account, hex, MemoryPages } from "./naive-state.ts";

describe("StateTree on 100,000 entries", () => {
  const store = new MemoryPages();
  let tree: StateTree;
  beforeAll(() => {
    tree = new StateTree(store);
    for (let at = 0; at < 100_000; at += 10_000) {
      tree.update(Array.from({ length: 10_000 }, (_, i) => account(at + i)));
    }
  });

  const writesOf = (changes: Parameters<StateTree["update"]>[0]): string[] => {
    store.writes = [];
    tree.update(changes);
    return store.writes;
  };

  it("R-5.7 writes one page a level for one entry, and each page once for a batch", () => {
    expect(writesOf([account(77, 1)]).length).toBeLessThanOrEqual(5);
    for (const count of [10, 100, 1000]) {
      const batch = Array.from({ length: count }, (_, i) => account(i * 97, count));
      const writes = writesOf(batch);
      expect(new Set(writes).size).toBe(writes.length);
      // Root, 16, 256, then about one page an entry.
      const upper = 1 + Math.min(16, count) + Math.min(256, count);
      expect(writes.length).toBeLessThanOrEqual(upper + 1.1 * count);
    }
  });

  it("R-5.7 reads each page once for a batch, even without a cache", () => {
    store.reads = [];
    new StateTree(store, 0).update(Array.from({ length: 500 }, (_, i) => account(i * 7, 9)));
    expect(new Set(store.reads).size).toBe(store.reads.length);
    tree.reset();
  });

  it("R-5.7 writes nothing for changes that change nothing", () => {
    const batch = [account(5, 2), { key: account(100_001).key, value: null }];
    tree.update(batch);
    expect(writesOf(batch)).toEqual([]);
  });

  it("R-5.7 keeps about one page for 20 entries, each far below a row's 2 MB", () => {
    const sizes = [...store.pages.values()].map((page) => page.length);
    expect(sizes.length).toBeLessThan(100_000 / 15);
    expect(Math.max(...sizes)).toBeLessThan(16_384);
  });

  it("R-3.10 the cache stays within its bound whatever is read and written", () => {
    const bounded = new StateTree(store, 100_000);
    for (let n = 0; n < 3000; n++) {
      expect(bounded.get(account(n * 31).key)).toBeDefined();
      expect(bounded.cacheBytes).toBeLessThanOrEqual(100_000);
    }
    bounded.update(Array.from({ length: 300 }, (_, i) => account(i, 3)));
    expect(bounded.cacheBytes).toBeLessThanOrEqual(100_000);
    expect(bounded.cacheBytes).toBeGreaterThan(80_000);
    tree.reset();
    expect(tree.cacheBytes).toBe(0);
  });
});

describe("StateTree and its store's transactions", () => {
  const first = Array.from({ length: 500 }, (_, n) => account(n));
  const second = Array.from({ length: 200 }, (_, n) => account(n + 400, 1));

  it("R-5.7 after a rollback and reset it is as if the update had not been", () => {
    const store = new MemoryPages();
    const tree = new StateTree(store);
    const root = tree.update(first);
    const saved = new Map(store.pages);
    const ahead = tree.update(second);
    store.pages = saved;
    tree.reset();
    expect(hex(tree.root())).toBe(hex(root));
    expect(tree.get(account(450).key)).toEqual(account(450).value);
    expect(hex(tree.update(second))).toBe(hex(ahead));
  });

  it("R-5.7 an update that the store fails leaves nothing of itself in the cache", () => {
    const store = new MemoryPages();
    const tree = new StateTree(store);
    const root = tree.update(first);
    const saved = new Map(store.pages);
    const put = store.put.bind(store);
    let left = 5;
    store.put = (prefix, page) => {
      if (left-- === 0) throw new Error("Disk full");
      put(prefix, page);
    };
    expect(() => tree.update(second)).toThrow("Disk full");
    expect(tree.cacheBytes).toBe(0);
    store.pages = saved;
    expect(hex(tree.root())).toBe(hex(root));
  });

  it("R-5.7 a page missing, or of another time than its parent, is corrupt storage", () => {
    const store = new MemoryPages();
    const tree = new StateTree(store);
    tree.update(first);
    const before = new Map(store.pages);
    tree.update(second);
    const below = [...store.pages].filter(
      ([prefix, page]) =>
        prefix !== "" && !page.every((byte, i) => before.get(prefix)?.[i] === byte),
    );
    expect(below.length).toBeGreaterThan(10);
    for (const [prefix, page] of below) {
      const stale = before.get(prefix);
      if (stale === undefined) store.pages.delete(prefix);
      else store.pages.set(prefix, stale);
      tree.reset();
      expect(() => tree.entries(undefined, 1000)).toThrow(CorruptBytesError);
      store.pages.set(prefix, page);
    }
    tree.reset();
    expect(tree.entries(undefined, 1000).length).toBe(600);
    store.pages.delete(below[0]?.[0] as string);
    tree.reset();
    expect(() => tree.entries(undefined, 1000)).toThrow(CorruptBytesError);
  });
});
