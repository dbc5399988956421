import { describe, expect, it } from "vitest";
import { PackedChanges } from "../../src/actors/packed-changes.ts";
import { PastState } from "../../src/actors/past-state.ts";
import { ReplicaState } from "../../src/actors/replica-state.ts";
import { utf8 } from "../../src/protocol/encoding/bytes.ts";
import type { EntryWrite } from "../../src/protocol/ledger/chain-state.ts";
import { nodeSqlite } from "../../src/storage/node-sqlite.ts";
import { createSqlStore } from "../../src/storage/sql-store.ts";

const K = 3;

describe("the state of a shard's chains", () => {
  it.each([
    ["few changes a round", 10],
    ["so many that upper pages are kept", 400],
  ])(
    "R-5.2 R-7.2 can be taken back by 2k rounds and two for a proof, also after a restart: %s",
    (_, touched) => {
      const store = createSqlStore(nodeSqlite(":memory:"));
      let state = new ReplicaState(store, K);
      const roots = [state.root(0)];
      const read = (key: Uint8Array) => state.get(0, key) ?? null;
      for (let round = 1; round <= 11; round++) {
        const writes = Array.from({ length: touched }, (_, i): EntryWrite => {
          const key = utf8(`key ${(round * 7 + i * 3) % (2 * touched)}`);
          const value = (round + i) % 5 === 0 ? null : utf8(`${round} ${i}`);
          return { chain: 0, key, before: read(key), value };
        });
        state.apply(round, writes, round - K);
        roots.push(state.root(0));
      }
      for (const restarted of [false, true]) {
        if (restarted) state = new ReplicaState(store, K);
        for (let round = 3; round <= 8; round++) {
          const taken = [...state.changesAfter(0, round)];
          const { rootBefore, upperBefore } = taken.at(-1) ?? {};
          expect(taken.length).toBe(11 - round);
          expect(rootBefore).toEqual(roots[round]);
          expect(upperBefore === null).toBe(restarted || touched < 256);
          const changes = new PackedChanges();
          for (const one of taken.flatMap((undo) => undo.changes)) changes.add(one);
          const past = new PastState(state.pages(0), changes, upperBefore ?? null);
          expect(past.root).toEqual(roots[round]);
        }
        // What came before is forgotten.
        expect([...state.changesAfter(0, 0)].length).toBe(8);
      }
    },
  );

  it("R-12.4 tells what changed after a round as long as no record since then is dropped, whatever gaps lie between", () => {
    const store = createSqlStore(nodeSqlite(":memory:"));
    let state = new ReplicaState(store, K);
    const apply = (round: number): void =>
      state.apply(
        round,
        [{ chain: 0, key: utf8(`key ${round}`), before: null, value: utf8("1") }],
        round - K,
      );
    const after = (round: number): string[] | null =>
      state.changedAfter(round, 100)?.map(({ key }) => new TextDecoder().decode(key)) ?? null;
    for (const round of [1, 2, 40]) apply(round);
    for (const restarted of [false, true]) {
      if (restarted) state = new ReplicaState(store, K);
      expect([1, 2, 30, 40].map(after)).toEqual([null, ["key 40"], ["key 40"], []]);
    }
    for (const round of [100, 101]) apply(round);
    for (const restarted of [false, true]) {
      if (restarted) state = new ReplicaState(store, K);
      expect([39, 40, 60, 100].map(after)).toEqual([
        null,
        ["key 100", "key 101"],
        ["key 100", "key 101"],
        ["key 101"],
      ]);
    }
  });

  it("R-12.4 a state that came from elsewhere knows of no change before its round", () => {
    const store = createSqlStore(nodeSqlite(":memory:"));
    let state = new ReplicaState(store, K);
    state.begin(20);
    for (const restarted of [false, true]) {
      if (restarted) state = new ReplicaState(store, K);
      expect([19, 20].map((round) => state.changedAfter(round, 100))).toEqual([null, []]);
    }
  });
});
