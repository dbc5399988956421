import { expect, it } from "vitest";
import { CountedCrypto } from "../../src/scale/counted-crypto.ts";
import { Meter } from "../../src/scale/meter.ts";
import { makeUsers } from "../../src/scale/scale-genesis.ts";
import { ScaleLoad } from "../../src/scale/scale-load.ts";
import { DEFAULTS } from "../../src/scale/scale-options.ts";

const SHARDS = 5;
const OPTIONS = { ...DEFAULTS, shards: SHARDS, transactionsPerShardAndRound: 1, crossShare: 1 };

it("every shard trades with each other one in turn, and every pair of shards has trades", () => {
  const users = makeUsers(OPTIONS, new CountedCrypto(new Meter()));
  const load = new ScaleLoad(OPTIONS, new Uint8Array(32), users);
  const orders = [1, 2].map((turn) => {
    const sent = Array.from({ length: SHARDS - 1 }, (_, i) => load.round(turn * SHARDS + i)).flat();
    const times = Map.groupBy(sent, ({ shards }) => shards.join());
    expect(times.size).toBe((SHARDS * (SHARDS - 1)) / 2);
    // Once as the one's turn, once as the other's.
    expect([...times.values()].map(({ length }) => length)).toEqual(Array(times.size).fill(2));
    return sent.map(({ shards }) => shards.join()).join(" ");
  });
  expect(orders[0]).not.toBe(orders[1]);
});
