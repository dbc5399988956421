import { describe, expect, it } from "vitest";
import { CrossResults } from "../../src/actors/cross-results.ts";
import type { Store } from "../../src/actors/ports.ts";
import { type CrossResult, crossResultCodec } from "../../src/protocol/ledger/cross-result.ts";
import { nodeSqlite } from "../../src/storage/node-sqlite.ts";
import { createSqlStore } from "../../src/storage/sql-store.ts";

const CERTIFICATE = Uint8Array.of(1, 2, 3);

const resultOf = (round: number, bytes = 8): CrossResult => ({
  round,
  headerHash: new Uint8Array(32).fill(round),
  chains: [
    { chain: 0, changes: [{ key: new Uint8Array(32).fill(1), value: new Uint8Array(bytes) }] },
  ],
  receipts: [],
});

const open = (): Store => createSqlStore(nodeSqlite(":memory:"));

describe("[R-5.4] results on disk", () => {
  it.each([8, 700 * 1024])("are the same before and after a restart, of %i bytes", (bytes) => {
    const store = open();
    const results = new CrossResults(store);
    const result = resultOf(1, bytes);
    const encoded = crossResultCodec.encode(result);
    results.put(1, { result: encoded, certificate: null }, result);
    for (const one of [results, new CrossResults(store)]) {
      expect(one.get(1)).toEqual({ result: encoded, certificate: null });
      expect(one.result(1)).toEqual(result);
      expect(one.get(2)).toBeUndefined();
      expect(one.result(2)).toBeUndefined();
    }
    results.put(1, { result: encoded, certificate: CERTIFICATE });
    for (const one of [results, new CrossResults(store)]) {
      expect(one.get(1)?.certificate).toEqual(CERTIFICATE);
      expect(one.result(1)).toEqual(result);
    }
  });

  it("are found again however many came after", () => {
    const store = open();
    const results = new CrossResults(store);
    for (let round = 1; round <= 8; round++) {
      const result = resultOf(round, 200 * 1024);
      results.put(round, { result: crossResultCodec.encode(result), certificate: null }, result);
    }
    for (let round = 1; round <= 8; round++)
      expect(results.result(round)).toEqual(resultOf(round, 200 * 1024));
  });

  it("are gone when only the newest are kept, from memory, too", () => {
    const store = open();
    const results = new CrossResults(store);
    for (let round = 1; round <= 5; round++) {
      const result = resultOf(round);
      results.put(round, { result: crossResultCodec.encode(result), certificate: null }, result);
    }
    results.keepNewest(2);
    for (const one of [results, new CrossResults(store)]) {
      expect([1, 2, 3, 4, 5].filter((round) => one.get(round) !== undefined)).toEqual([4, 5]);
      expect(one.result(3)).toBeUndefined();
    }
  });
});
