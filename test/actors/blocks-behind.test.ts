// how many blocks a transaction is away when single-chain and two-chain ones alternate before it.
import { describe, expect, it } from "vitest";
import { blocksBehind } from "../../src/actors/blocks-behind.ts";
import type { VerifiedTransaction } from "../../src/protocol/ledger/unverified.ts";
import { transferBy } from "../support/mempool.ts";
import { paperAccount } from "../support/signer.ts";
import { paperTrade } from "../support/trades.ts";

const NETWORK_ID: Uint8Array = new Uint8Array(32).fill(5);
const single = (by: string, chain: number, nonce: number) => transferBy(by, { chain, nonce });
const pair = (a: string, onA: number, nonceA: number, b: string, onB: number, nonceB: number) =>
  paperTrade(NETWORK_ID, [
    { payer: paperAccount(a), chain: onA, amount: 1n, nonce: nonceA },
    { payer: paperAccount(b), chain: onB, amount: 1n, nonce: nonceB },
  ]);

const shape = (ahead: readonly VerifiedTransaction[], about: VerifiedTransaction) =>
  blocksBehind(ahead, about)?.map((block) => block.map((one) => [...ahead, about].indexOf(one)));

describe("the blocks until a transaction", () => {
  it.each<readonly [string, readonly VerifiedTransaction[], VerifiedTransaction, unknown]>([
    ["of one chain only", [single("A", 0, 0), single("A", 0, 1)], single("A", 0, 2), [[0, 1, 2]]],
    ["a trade alone", [], pair("A", 0, 0, "B", 1, 0), [[0]]],
    ["a trade behind a payment", [single("A", 0, 0)], pair("A", 0, 1, "B", 1, 0), [[0], [1]]],
    ["a payment behind a trade", [pair("A", 0, 0, "B", 1, 0)], single("A", 0, 1), [[0, 1]]],
    [
      "alternating",
      [single("A", 0, 0), pair("A", 0, 1, "B", 1, 0), single("A", 0, 2)],
      pair("A", 0, 3, "C", 1, 0),
      [[0], [1, 2], [3]],
    ],
    [
      "a trade that waits in another's line",
      [pair("A", 0, 0, "B", 1, 1), single("B", 1, 0)],
      single("A", 0, 1),
      [[1], [0, 2]],
    ],
    [
      "two trades that wait for each other",
      [pair("A", 0, 0, "B", 1, 1), pair("A", 0, 1, "B", 1, 0)],
      single("A", 0, 2),
      undefined,
    ],
  ])("R-5.3 R-6.9 %s", (_, ahead, about, blocks) => {
    expect(shape(ahead, about)).toEqual(blocks);
  });
});
