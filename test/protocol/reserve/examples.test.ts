// The six worked examples of the reserve balance source, block by block, through blocks, replica
// and execution.
import { describe, expect, it } from "vitest";
import type { VerifiedTransaction } from "../../../src/protocol/ledger/unverified.ts";
import { testNetwork } from "../../support/genesis.ts";
import { LedgerWorld } from "../../support/ledger-world.ts";
import { paperAccount } from "../../support/signer.ts";
import { scenarios } from "../../vectors/reserve-examples.json";

type Scenario = (typeof scenarios)[number];
type Candidate = { readonly transaction: VerifiedTransaction; readonly expected: number };

const entries = (amounts: Readonly<Record<string, string | undefined>>): [string, bigint][] =>
  Object.entries(amounts).flatMap(([name, amount]) =>
    amount === undefined ? [] : [[name, BigInt(amount)]],
  );

function openWorld({ accounts, kDelay, maxReserve }: Scenario): LedgerWorld {
  const balances = Object.entries(accounts).map(([name, { balance }]) => [name, balance]);
  const allocations = entries(Object.fromEntries(balances)).map(([name, balance]) => ({
    account: paperAccount(name),
    balance,
  }));
  return new LedgerWorld(
    testNetwork({ k: kDelay, reserveDefault: BigInt(maxReserve), allocations }),
  );
}

/** Runs the blocks; a transaction left out does not use its nonce. */
function run(world: LedgerWorld, { blocks }: Scenario): Candidate[] {
  const nonces = new Map<string, number>();
  const all: Candidate[] = [];
  for (const { number, txs } of blocks) {
    const candidates = txs.map(({ from, to, value, gas, expect: expected }) => {
      const nonce = nonces.get(from) ?? 0;
      if (expected !== 0) nonces.set(from, nonce + 1);
      const transaction = world.paper({
        payer: paperAccount(from),
        nonce,
        payload: { kind: "transfer", to: paperAccount(to).address, amount: BigInt(value) },
        fee: BigInt(gas),
      });
      return { transaction, expected };
    });
    const transactions = candidates.map(({ transaction }) => transaction);
    if (txs.length > 0) world.round(number, transactions);
    all.push(...candidates);
  }
  world.executeAll();
  return all;
}

describe("R-6.7 the worked examples of the source", () => {
  it.each(scenarios)("R-6.7 $source: codes and balances to the unit", (scenario) => {
    const world = openWorld(scenario);
    const candidates = run(world, scenario);
    expect(candidates.map(({ transaction }) => world.code(transaction))).toEqual(
      candidates.map(({ expected }) => expected),
    );
    for (const [name, balance] of entries(scenario.expectFinal)) {
      expect([name, world.account(paperAccount(name)).balance]).toEqual([name, balance]);
    }
  });

  it("R-6.7 a transaction left out is refused by its reserve, nothing else", () => {
    for (const scenario of scenarios) {
      const world = openWorld(scenario);
      for (const { transaction, expected } of run(world, scenario)) {
        if (expected !== 0) continue;
        expect(world.refusals.get(transaction.idHex)?.code).toBe("RESERVE_EXCEEDED");
      }
    }
  });
});
