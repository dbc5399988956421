import { describe, expect, it } from "vitest";
import { Bank, type BankOptions } from "./bank.ts";
import type { LocalNetwork } from "./local-network.ts";

const FOUR: BankOptions = { seats: 4, voters: [[0], [1], [2], [3]], tags: true };
const SEVEN: BankOptions = { seats: 7, voters: [[0, 3], [1], [2, 6], [4, 5]], tags: true };

const stopped = (net: LocalNetwork): unknown[] =>
  net.log.filter(({ event }) => event === "actor stopped" || event === "step failed");

/** Everybody is where the shard is, and sleeps. */
async function expectOneHistory(bank: Bank): Promise<void> {
  expect(await bank.net.sleep(400)).toBe(true);
  expect(new Set(bank.voterHeads())).toEqual(new Set([bank.heads().shard]));
  expect(bank.net.nextTickMs()).toBeNull();
  expect(stopped(bank.net)).toEqual([]);
}

describe("a set of several voters", () => {
  it.each([
    ["R-4.1 four voters of a seat each", FOUR],
    ["R-4.1 seven seats in four voters", SEVEN],
    ["R-4.1 four voters who sign with BLS", { ...FOUR, tags: false }],
  ])("%s commit what one voter would", async (_, options) => {
    const bank = await Bank.open(options);
    const ids: Uint8Array[] = [];
    for (let nonce = 0; nonce < 4; nonce++) {
      ids.push(await bank.send(0, nonce), await bank.send(2, nonce));
      await bank.net.advance(1);
    }
    await expectOneHistory(bank);
    expect(ids.map((id) => bank.status(id))).toEqual(ids.map(() => "FINAL"));
  });
});
