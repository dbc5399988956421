import { describe, expect, it } from "vitest";
import { STATE_CHUNK_BYTES_MAX } from "../../src/protocol/merkle/state-chunk.ts";
import { runMove } from "../bench/move.ts";
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

  it("R-3.10 of a shard that moves, and of who takes it over, neither: they hold an answer at most", {
    timeout: 1_200_000,
  }, async () => {
    const accounts = deep ? 1_000_000 : 30_000;
    const options = { accounts, transfers: 50, bytesMax: STATE_CHUNK_BYTES_MAX, awayMs: 0 };
    const [source, target] = await runMove(options);
    expect(target.root).toBe(source.roots[target.round]);
    expect(target.bytesReceived).toBeGreaterThan(accounts * 100);
    // Less would mean that nothing was measured: an answer alone takes a megabyte.
    expect(target.heap.held).toBeGreaterThan(2 ** 20);
    expect(target.heap.held).toBeLessThan(BYTES_MAX);
    expect(source.heap.held + source.objectBytes).toBeLessThan(BYTES_MAX);
  });
});
