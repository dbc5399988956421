// What a shard keeps for those who ask, over its store alone.
import { describe, expect, it } from "vitest";
import { type HistoryEntry, ShardLog } from "../../src/actors/shard-log.ts";
import { sha256 } from "../../src/protocol/crypto/sha256.ts";
import { utf8 } from "../../src/protocol/encoding/bytes.ts";
import type { Receipt } from "../../src/protocol/ledger/receipt.ts";
import { memoryStore } from "../support/ledger-world.ts";

const id = (number: number): Uint8Array => sha256(utf8(`id ${number}`));
const address = (number: number): Uint8Array => sha256(utf8(`address ${number}`)).slice(0, 20);
const ROUND = 2 ** 33;

const transfer = (id: Uint8Array, from: number, to: number): Receipt => ({
  id,
  code: 2,
  reason: "executed",
  failedChain: null,
  movements: [
    {
      chain: 0,
      from: { kind: "account", address: address(from) },
      to: { kind: "account", address: address(to) },
      amount: 1n,
    },
  ],
});

describe("the log of a shard", () => {
  it("[R-2.7] knows the place of every included transaction, also when it is opened again", () => {
    const store = memoryStore();
    const log = new ShardLog(store);
    for (let round = 1; round <= 40; round++) {
      log.included(
        ROUND + round,
        Array.from({ length: 100 }, (_, i) => id(round * 100 + i)),
      );
    }
    for (const opened of [log, new ShardLog(store)]) {
      for (const [round, position] of [
        [1, 0],
        [7, 99],
        [40, 50],
      ] as const) {
        const place = opened.place(id(round * 100 + position));
        expect(place).toEqual({ kind: "included", round: ROUND + round, position });
      }
      expect(opened.place(id(1))).toBeUndefined();
    }
  });

  it("[R-2.7] says why a transaction left, until it is back", () => {
    const log = new ShardLog(memoryStore());
    log.left(id(1), 9, "DROPPED", { code: "VALID_UNTIL_PAST", validUntil: 9, round: 10 });
    expect(log.place(id(1))).toMatchObject({ kind: "left", status: "DROPPED", validUntil: 9 });
    log.forget(id(1));
    expect(log.place(id(1))).toBeUndefined();
  });

  it("lists an account's transactions between cursors, oldest or newest first", () => {
    const log = new ShardLog(memoryStore());
    // Account 1 moves with every third transaction of 60 rounds of 50, its own transfer to itself included.
    const all: HistoryEntry[] = [];
    for (let round = 1; round <= 60; round++) {
      const receipts = Array.from({ length: 50 }, (_, i) =>
        i % 3 === 0 ? transfer(id(i), 1, i % 2) : transfer(id(i), 2, 3 + i),
      );
      const payers = receipts.map((_, i) => (i % 3 === 0 ? [address(1)] : [address(2)]));
      log.executed(ROUND + round, receipts, payers);
      for (let position = 0; position < 50; position += 3) {
        all.push({ round: ROUND + round, position });
      }
    }
    const at = (index: number) => all[index] as HistoryEntry;
    const list = (query: object, reverse = false, limit = 5_000) =>
      log.history(address(1), { reverse, limit, ...query });
    expect(list({})).toEqual(all);
    expect(list({}, true)).toEqual(all.toReversed());
    expect(list({ after: at(500) }, false, 3)).toEqual(all.slice(501, 504));
    expect(list({ before: at(500) }, true, 3)).toEqual(all.slice(497, 500).reverse());
    expect(list({ after: at(10), before: at(14) })).toEqual(all.slice(11, 14));
    expect(list({ after: at(10), before: at(14) }, true, 2)).toEqual([at(13), at(12)]);
    // Cursors of entries that are none.
    expect(list({ after: { round: ROUND + 2, position: 49 } }, false, 1)).toEqual([at(34)]);
    const beyond = { round: ROUND + 2, position: 9_999_999_999 };
    expect(list({ after: beyond }, false, 1)).toEqual([at(34)]);
    expect(list({ after: at(all.length - 1) })).toEqual([]);
    expect(list({ after: at(5), before: at(5) })).toEqual([]);
    expect(log.history(address(999), { reverse: false, limit: 10 })).toEqual([]);
  });
});
