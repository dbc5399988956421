import { describe, expect, it } from "vitest";
import { runAccounts } from "../bench/run-accounts.ts";

const deep = process.env.DEEP !== undefined;
const BYTES_MAX = 24 * 2 ** 20;

describe("the heap of an object", () => {
  it("R-3.10 of a replica stays within its bound whatever the state's size", {
    timeout: 600_000,
  }, async () => {
    const accounts = deep ? 1_000_000 : 100_000;
    const { executed, shard, set } = await runAccounts({ accounts, rounds: 6, transfers: 500 });
    expect(executed).toBe(3_000);
    for (const { heapAfterLoad } of [shard, set]) {
      // Less would mean that nothing was measured: the cached pages alone take more.
      expect(heapAfterLoad).toBeGreaterThan(4 * 2 ** 20);
      expect(heapAfterLoad).toBeLessThan(BYTES_MAX);
    }
  });
});
