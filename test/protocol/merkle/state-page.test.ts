import { describe, expect, it } from "vitest";
import { CorruptBytesError } from "../../../src/protocol/encoding/codec.ts";
import { checkPage, decodePage } from "../../../src/protocol/merkle/state-page.ts";
import { StateTree } from "../../../src/protocol/merkle/state-tree.ts";
import { account, MemoryPages } from "./naive-state.ts";

const pagesOf = (count: number): Map<string, Uint8Array> => {
  const store = new MemoryPages();
  new StateTree(store).update(Array.from({ length: count }, (_, n) => account(n)));
  return store.pages;
};
const read = (prefix: string, bytes: Uint8Array): void =>
  checkPage(prefix, decodePage(prefix, bytes));

describe("state page", () => {
  it("R-5.7 golden page of three entries", () => {
    const [page] = pagesOf(3).values();
    expect(Buffer.from(page as Uint8Array).toString("hex")).toMatchInlineSnapshot(`"880100000000db371d69101351b7a8efaff89bb3d459938e58407b24b7a7e68ca1709f0cb563b832354ef0ce2f827c6fbcded02c203b6b229592d926b1781e8cca4c42310e43b7724318462860a762066c183eb6528be5ffca2369c08d8545bfe2e3b18a74b915006ab3311bfe7c52d93098e661558a14c2e56fc28d320007070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707070707071bce7a37299b83bff01a2a68139e57fa4376d9716b7bb964233fc1aa3a03bf741500515f906d4177206527f022185221970afbcbd76432000e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e4049b02c947e48f01c29317e7ac9bb4238a0f5de1f9180d994e07fa36597d84f15000fe54250faad8d67c03b8b390f49cebdec8f136b32000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"`);
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

  it("R-5.7 a page that fits in its parent's slot, an empty one and a short one are refused", () => {
    const [small] = pagesOf(3).values();
    expect(() => decodePage("", small as Uint8Array)).not.toThrow();
    expect(() => decodePage("a", small as Uint8Array)).toThrow(CorruptBytesError);
    expect(() => decodePage("", new Uint8Array(6))).toThrow(CorruptBytesError);
    for (let length = 0; length < 40; length++) {
      const short = (small as Uint8Array).slice(0, length);
      expect(() => decodePage("", short)).toThrow(CorruptBytesError);
    }
  });
});
