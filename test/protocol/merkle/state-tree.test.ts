import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accountKey, chainKey, tokenKey } from "../../../src/protocol/merkle/state-key.ts";
import { verifyAbsence, verifyPresence } from "../../../src/protocol/merkle/state-proof.ts";
import { StateTree } from "../../../src/protocol/merkle/state-tree.ts";
import {
  account,
  crowdedAccounts,
  hex,
  MemoryPages,
  naivePaths,
  naiveRoot,
} from "./naive-state.ts";

type Operation = { readonly n: number; readonly size: number | null };
// Few keys and long values: batches hit the same keys, slots overflow their kilobyte and shrink
// again.
const batches = fc.array(
  fc.array(
    fc.record({
      n: fc.nat(149),
      size: fc.oneof(
        fc.constant(null),
        fc.integer({ min: 0, max: 60 }),
        fc.integer({ min: 300, max: 900 }),
      ),
    }),
    { maxLength: 60 },
  ),
  { maxLength: 6 },
);

// The last thirty share three nibbles, so that pages with a single child come and go.
const accounts = [...Array.from({ length: 120 }, (_, n) => account(n)), ...crowdedAccounts(30)];
const keyOf = (n: number): Uint8Array => (accounts[n] as { key: Uint8Array }).key;

const changeOf = ({ n, size }: Operation) => ({
  key: keyOf(n),
  value: size === null ? null : new Uint8Array(size).fill(n + size),
});

function applyTo(content: Map<string, Uint8Array>, batch: readonly Operation[]): void {
  for (const { key, value } of batch.map(changeOf)) {
    if (value === null) content.delete(hex(key));
    else content.set(hex(key), value);
  }
}

const changesOf = (content: ReadonlyMap<string, Uint8Array>) =>
  [...content].map(([key, value]) => ({ key: Buffer.from(key, "hex"), value }));

describe("StateTree", () => {
  it("R-5.7 golden roots: nothing, one account, a chain's first records", () => {
    const tree = new StateTree(new MemoryPages());
    const roots = [tree.root()];
    roots.push(
      tree.update([{ key: accountKey(new Uint8Array(20)), value: Uint8Array.of(1, 2, 3) }]),
    );
    roots.push(
      tree.update([
        { key: chainKey(), value: Uint8Array.of() },
        { key: tokenKey(1), value: Uint8Array.of(9) },
      ]),
    );
    roots.push(tree.update(Array.from({ length: 1000 }, (_, n) => account(n))));
    expect(roots.map(hex)).toMatchInlineSnapshot(`
      [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "594efbae87acb585ef967623925280363078ef9e8b065c891b01a3901f5dad64",
        "80870b20ee291c4939915e6d56a5cb91e155831530cecd609b0327bb09003829",
        "a79c53e550f5d5446d2f80746e03b0226026cd86491974f4d7c5ac1403343ab6",
      ]
    `);
  });

  it("R-5.7 any history gives an independent reading's root and a fresh tree's pages", () => {
    fc.assert(
      fc.property(batches, (history) => {
        const store = new MemoryPages();
        // A cache of nothing, or of all: the result is the same.
        const tree = new StateTree(store, history.length % 2 === 0 ? 0 : undefined);
        const content = new Map<string, Uint8Array>();
        for (const batch of history) {
          applyTo(content, batch);
          expect(hex(tree.update(batch.map(changeOf)))).toBe(naiveRoot(content));
        }
        const fresh = new MemoryPages();
        new StateTree(fresh).update(changesOf(content));
        expect(store.dump()).toEqual(fresh.dump());
        const reread = new StateTree(store);
        const root = reread.root();
        for (const { key } of accounts) {
          const value = content.get(hex(key));
          expect(reread.get(key)?.slice()).toEqual(value);
          const proof = reread.prove(key);
          expect(verifyAbsence(root, key, proof)).toBe(value === undefined);
          if (value !== undefined) expect(verifyPresence(root, key, value, proof)).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("R-5.7 removing everything leaves no page and the root of nothing", () => {
    const store = new MemoryPages();
    const tree = new StateTree(store);
    const all = Array.from({ length: 2000 }, (_, n) => account(n));
    tree.update(all);
    expect(store.pages.size).toBeGreaterThan(17);
    for (let at = 0; at < all.length; at += 250) {
      tree.update(all.slice(at, at + 250).map(({ key }) => ({ key, value: null })));
    }
    expect(store.pages.size).toBe(0);
    expect(hex(tree.root())).toBe("00".repeat(32));
  });

  it("R-5.7 of two changes to one key in a batch the later holds", () => {
    const tree = new StateTree(new MemoryPages());
    const { key, value } = account(1);
    tree.update([
      { key, value: Uint8Array.of(1) },
      { key, value },
    ]);
    expect(tree.get(key)).toEqual(value);
    tree.update([
      { key, value },
      { key, value: null },
    ]);
    expect(tree.get(key)).toBeUndefined();
  });

  it("R-7.2 proves every key present with its value, and every other absent", () => {
    for (const count of [0, 1, 2, 3, 20, 400, 3000]) {
      const tree = new StateTree(new MemoryPages());
      const root = tree.update(Array.from({ length: count }, (_, n) => account(n)));
      for (let n = 0; n < count + 50; n += count > 400 ? 7 : 1) {
        const { key, value } = account(n);
        const proof = tree.prove(key);
        expect(verifyPresence(root, key, value, proof)).toBe(n < count);
        expect(verifyAbsence(root, key, proof)).toBe(n >= count);
        expect(verifyPresence(root, key, account(n, 1).value, proof)).toBe(false);
      }
    }
  });

  it("R-5.7 pages through all entries in order of path, from any place", () => {
    const content = new Map(
      Array.from({ length: 700 }, (_, n) => [hex(account(n).key), account(n).value]),
    );
    const tree = new StateTree(new MemoryPages());
    tree.update(changesOf(content));
    const paths = naivePaths(content);
    for (const limit of [1, 13, 700, 5000]) {
      const seen: string[] = [];
      let after: Uint8Array | undefined;
      for (;;) {
        const page = tree.entries(after, limit);
        for (const { key, value } of page) expect(value).toEqual(content.get(hex(key)));
        seen.push(...page.map(({ path }) => hex(path)));
        after = page.at(-1)?.path;
        if (after === undefined) break;
      }
      expect(seen).toEqual(paths);
    }
    const between = Buffer.from(paths[99] as string, "hex");
    between[31] = (between[31] as number) ^ 1;
    const next = (between.toString("hex") > (paths[99] as string) ? 100 : 99) as number;
    expect(tree.entries(between, 1).map(({ path }) => hex(path))).toEqual([paths[next]]);
    expect(tree.entries(undefined, 0)).toEqual([]);
  });

  it("R-5.7 refuses a key or a value longer than the layout holds", () => {
    const tree = new StateTree(new MemoryPages());
    const longest = { key: new Uint8Array(255), value: new Uint8Array(65_535).fill(1) };
    tree.update([longest]);
    expect(tree.get(longest.key)).toEqual(longest.value);
    expect(() => tree.update([{ key: new Uint8Array(256), value: null }])).toThrow(TypeError);
    const tooLong = { key: chainKey(), value: new Uint8Array(65_536) };
    expect(() => tree.update([tooLong])).toThrow(TypeError);
  });
});
