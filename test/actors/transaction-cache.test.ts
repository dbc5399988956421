import { expect, it } from "vitest";
import { TransactionCache } from "../../src/actors/transaction-cache.ts";
import { transferBy } from "../support/mempool.ts";

it("[R-3.10] keeps no more decoded than a block of transfers: those chosen last; newcomers while there is room", () => {
  const cache = new TransactionCache();
  const all = Array.from({ length: 4_000 }, (_, i) => transferBy(`sender ${i}`));
  const bytes = all[0]?.bytes.length ?? 0;
  const held = (): number[] =>
    all.flatMap(({ idHex }, i) => (cache.get(idHex) === undefined ? [] : [i]));
  for (const transaction of all) cache.offer(transaction);
  const room = held().length;
  expect(room).toBeGreaterThanOrEqual(2_500);
  expect(room * bytes).toBeLessThanOrEqual(640 * 1024);
  // The first came first, and will be chosen first.
  expect(held()).toEqual(Array.from({ length: room }, (_, i) => i));
  for (const transaction of all.slice(-1_000)) cache.keep(transaction);
  expect(held().length).toBe(room);
  expect(held().slice(-1_000)).toEqual(Array.from({ length: 1_000 }, (_, i) => 3_000 + i));
  for (const { idHex } of all) cache.forget(idHex);
  for (const transaction of all) cache.offer(transaction);
  expect(held().length).toBe(room);
});
