// The six worked examples of the source through the plain ledger.
import { expect, it } from "vitest";
import { PlainLedger } from "../../../src/simulator/checkers/plain-ledger.ts";
import { scenarios } from "../../vectors/reserve-examples.json";
import { Draft, transfer } from "./draft.ts";

it.each(scenarios)(
  "R-6.7 $source by the plain ledger: codes and balances to the unit",
  (scenario) => {
    const { kDelay: k, maxReserve, accounts, blocks, expectFinal } = scenario;
    const balances = Object.entries(accounts).map(([name, account]) => [
      name,
      BigInt((account as { readonly balance: string }).balance),
    ]);
    const draft = new Draft({
      k,
      reserve: BigInt(maxReserve),
      gasPriceMin: 0n,
      balances: Object.fromEntries(balances) as Record<string, bigint>,
    });
    const ledger = new PlainLedger(draft.genesis, () => 0);
    for (const { number: round, txs } of blocks) {
      for (const { from, to, value, gas, expect: expected } of txs) {
        const nonce = ledger.chains.get(0)?.account(from).nonce ?? 0;
        const id = draft.sign({ payer: from, nonce, payload: transfer(to, BigInt(value)) });
        const transaction = draft.transactions.get(id);
        if (transaction === undefined) throw new Error("Not signed");
        const gasPrice = BigInt(gas) / 1_000n;
        transaction.legs = transaction.legs.map((leg) => ({ ...leg, gasPrice }));
        const verdict = ledger.judge(transaction, round);
        const code = verdict === null ? ledger.include(transaction, round).code : 0;
        expect([round, id, code, verdict]).toEqual([
          round,
          id,
          expected,
          expected === 0 ? expect.stringMatching(/^R-6\.4/) : null,
        ]);
      }
    }
    for (const [name, balance] of Object.entries(expectFinal)) {
      expect([name, ledger.chains.get(0)?.account(name).balance]).toEqual([name, BigInt(balance)]);
    }
  },
);
