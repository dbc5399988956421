import { describe, expect, it } from "vitest";
import { PackedChanges } from "../../src/actors/packed-changes.ts";
import { PastState, upperPages } from "../../src/actors/past-state.ts";
import { sha256 } from "../../src/protocol/crypto/sha256.ts";
import { toHex, utf8 } from "../../src/protocol/encoding/bytes.ts";
import type { PageStore } from "../../src/protocol/merkle/state-page-cache.ts";
import { verifyAbsence, verifyPresence } from "../../src/protocol/merkle/state-proof.ts";
import { type StateChange, StateTree } from "../../src/protocol/merkle/state-tree.ts";

type Content = Map<string, string>;

class CountedPages implements PageStore {
  readonly pages = new Map<string, Uint8Array>();
  writes = 0;
  get(prefix: string) {
    return this.pages.get(prefix);
  }
  put(prefix: string, page: Uint8Array) {
    this.writes += 1;
    this.pages.set(prefix, page);
  }
  delete(prefix: string) {
    this.writes += 1;
    this.pages.delete(prefix);
  }
}

const changesTo = (after: Content, before: Content): StateChange[] =>
  [...new Set([...after.keys(), ...before.keys()])]
    .filter((key) => after.get(key) !== before.get(key))
    .map((key) => {
      const value = after.get(key);
      return { key: utf8(key), value: value === undefined ? null : utf8(value) };
    });

/** Rounds of pseudo-random changes: as many new, changed and removed entries as `touched` says. */
function play(content: Content, seed: string, touched: number): Content {
  const next = new Map(content);
  for (let i = 0; i < touched; i++) {
    const hash = sha256(utf8(`${seed} ${i}`));
    const number = ((hash[0] ?? 0) << 16) | ((hash[1] ?? 0) << 8) | (hash[2] ?? 0);
    const key = `key ${number % Math.max(10, 3 * touched)}`;
    if ((hash[3] ?? 0) < 80) next.delete(key);
    else next.set(key, toHex(hash).slice(0, 2 + (number % 60)));
  }
  return next;
}

describe("a state taken back in memory", () => {
  it.each([
    ["a few entries", 5, 4],
    ["entries in several pages", 300, 60],
    ["pages below the parts", 20_000, 900],
    ["everything new", 0, 500],
    ["a state that was empty", 0, 3],
  ])("R-5.2 R-7.2 proves what the state held: %s", (_, entries, touched) => {
    const rounds: Content[] = [new Map()];
    for (let i = 0; i < entries; i++) rounds[0]?.set(`key ${i}`, `value ${i}`);
    for (let round = 1; round <= 3; round++) {
      rounds.push(play(rounds[round - 1] as Content, `${entries} ${round}`, touched));
    }
    const [first, , , last] = rounds as [Content, Content, Content, Content];
    const pages = new CountedPages();
    new StateTree(pages).update(changesTo(last, new Map()));
    pages.writes = 0;

    const packed = new PackedChanges();
    for (let round = 3; round > 0; round--) {
      const [after, before] = [rounds[round - 1] as Content, rounds[round] as Content];
      for (const change of changesTo(after, before)) packed.add(change);
    }

    const before = new CountedPages();
    const expected = new StateTree(before);
    expected.update(changesTo(first, new Map()));
    const kept = upperPages(before);
    const keys = [...new Set([...first.keys(), ...last.keys()])].sort();
    const asked = [...keys.filter((_, i) => i % Math.ceil(keys.length / 200) === 0), "nobody"];
    const checked = (past: PastState, name: string): void => {
      const key = utf8(name);
      const tree = past.around(key);
      const held = first.get(name);
      expect(tree.get(key)?.slice()).toEqual(held === undefined ? undefined : utf8(held));
      const proof = tree.prove(key);
      expect(proof).toEqual(expected.prove(key));
      const holds =
        held === undefined
          ? verifyAbsence(past.root, key, proof)
          : verifyPresence(past.root, key, utf8(held), proof);
      expect([name, holds]).toEqual([name, true]);
    };
    for (const past of [new PastState(pages, packed), new PastState(pages, packed, kept)]) {
      expect(toHex(past.root)).toBe(toHex(expected.root()));
      for (const name of asked) checked(past, name);
    }
    // Kept pages are what it begins with: others would give another root.
    expect(toHex(new PastState(pages, packed, upperPages(pages)).root)).not.toBe(
      toHex(expected.root()),
    );
    expect(pages.writes).toBe(0);
  });
});
