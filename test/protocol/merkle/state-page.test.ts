import { describe, expect, it } from "vitest";
import { sha256 } from "../../../src/protocol/crypto/sha256.ts";
import { compareBytes } from "../../../src/protocol/encoding/bytes.ts";
import { CorruptBytesError } from "../../../src/protocol/encoding/codec.ts";
import { checkPage, decodePage } from "../../../src/protocol/merkle/state-page.ts";
import { buildPage } from "../../../src/protocol/merkle/state-page-build.ts";
import { stateLeaf, subtreeHash } from "../../../src/protocol/merkle/state-subtree.ts";
import { StateTree } from "../../../src/protocol/merkle/state-tree.ts";
import { account, hex, MemoryPages } from "./naive-state.ts";

const pagesOf = (count: number): Map<string, Uint8Array> => {
  const store = new MemoryPages();
  new StateTree(store).update(Array.from({ length: count }, (_, n) => account(n)));
  return store.pages;
};
const read = (prefix: string, bytes: Uint8Array): void =>
  void checkPage(prefix, decodePage(prefix, bytes));

describe("state page", () => {
  it("R-5.7 golden page of three entries", () => {
    const [page] = pagesOf(3).values();
    expect(page?.length).toBe(388);
    expect(hex(sha256(page as Uint8Array))).toMatchInlineSnapshot(
      `"154a49860ed1c1255499a967731a7f003d0da5da6409b952a68909de7ad45af2"`,
    );
  });

  it("R-2.3 every page of a tree reads back, and none with a byte changed, lost or added", () => {
    for (const [prefix, page] of pagesOf(24)) {
      expect(() => read(prefix, page)).not.toThrow();
      for (let at = 0; at < page.length; at++) {
        for (const flip of [1, 0x80]) {
          const bent = page.slice();
          bent[at] = (bent[at] as number) ^ flip;

          // A child page's hash is whatever it is; the hashes above it show that it changed.
          expect(() => read(prefix, bent)).toThrow(CorruptBytesError);
        }
      }
      expect(() => read(prefix, page.slice(0, -1))).toThrow(CorruptBytesError);
      expect(() => read(prefix, Uint8Array.of(...page, 0))).toThrow(CorruptBytesError);
    }
  });

  it("R-2.3 a page in another's place is refused", () => {
    const pages = pagesOf(2000);
    const [a, b] = [...pages.keys()].filter((prefix) => prefix.length === 2);
    const moved = pages.get(a as string) as Uint8Array;
    expect(() => read(b as string, moved)).toThrow(CorruptBytesError);
  });

  it("R-5.7 a page that fits in its parent's slot, an empty and a short one are refused", () => {
    const [small] = pagesOf(3).values();
    expect(() => decodePage("", small as Uint8Array)).not.toThrow();
    expect(() => decodePage("a", small as Uint8Array)).toThrow(CorruptBytesError);
    expect(() => decodePage("", new Uint8Array(6))).toThrow(CorruptBytesError);
    for (let length = 0; length < 40; length++) {
      const short = (small as Uint8Array).slice(0, length);
      expect(() => decodePage("", short)).toThrow(CorruptBytesError);
    }
  });

  it("R-5.7 a slot holds several entries up to 512 bytes, and one of any length", () => {
    // 38 bytes of an entry are its hash, its lengths and this key.
    const slotOf = (...lengths: readonly number[]) => {
      const leaves = lengths
        .map((length, n) => stateLeaf(Uint8Array.of(n, 0, 0), new Uint8Array(length)))
        .sort((a, b) => compareBytes(a.path, b.path));
      const entries = { kind: "entries", hash: subtreeHash(leaves, 0), leaves } as const;
      return () => buildPage(undefined, [entries]);
    };
    expect(slotOf(200, 512 - 2 * 38 - 200)).not.toThrow();
    expect(slotOf(200, 513 - 2 * 38 - 200)).toThrow(CorruptBytesError);
    expect(slotOf(5000)).not.toThrow();
  });
});
