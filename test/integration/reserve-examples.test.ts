import { describe, expect, it } from "vitest";
import { createTestNetwork, type TestNetwork } from "../../src/testing/index.ts";
import examples from "../vectors/reserve-examples.json" with { type: "json" };
import { LedgerClient, transferOf } from "./ledger-client.ts";

type Example = (typeof examples.scenarios)[number];

/** Nobody's address: what the examples send goes here. */
const SINK = "Sink";

describe("the source's worked examples, block by block through the real stack", () => {
  it.each(examples.scenarios.map((example) => [example.name, example] as const))(
    "R-6.4 R-6.5 R-6.7 %s",
    async (_, example) => {
      const names = Object.keys(example.accounts);
      await using network = await createTestNetwork({
        k: example.kDelay,
        chains: [{ reserveDefault: BigInt(example.maxReserve), gasPriceMin: 1n }],
        accounts: [...names, SINK].map((name) => ({
          balances: name === SINK ? {} : { T0: balanceOf(example, name) },
        })),
      });
      const ledger = await LedgerClient.of(network);
      const accountOf = (name: string) => {
        const account = network.accounts[[...names, SINK].indexOf(name)];
        if (account === undefined) throw new Error(`No account ${name}`);
        return account;
      };
      const nonces = new Map(names.map((name) => [name, 0]));
      const excluded: string[] = [];
      for (const { number, txs } of example.blocks) {
        await advanceTo(network, ledger, number - 1);
        const sent: { readonly id: string; readonly code: number }[] = [];
        for (const tx of txs) {
          const nonce = nonces.get(tx.from) ?? 0;
          const signed = await ledger.sign({
            signer: accountOf(tx.from),
            payload: transferOf(accountOf(tx.to).address, BigInt(tx.value)),
            nonce,
            fee: BigInt(tx.gas),
            // An excluded transaction must not come in later: this is its only block.
            validUntil: number,
          });
          if (tx.expect === 0) {
            expect(await ledger.simulate(signed.bytes)).toMatchObject({
              includable: false,
              code: 0,
            });
          }
          const result = await ledger.submit(signed.bytes);
          // What the balance cannot pay is not even let in; all else is left to the block.
          if (result.__typename === "Refused") {
            expect([tx.expect, result.code]).toEqual([0, "INSUFFICIENT_FUNDS"]);
          } else if (tx.expect === 0) excluded.push(signed.id);
          else sent.push({ id: signed.id, code: tx.expect });
          if (tx.expect > 0) nonces.set(tx.from, nonce + 1);
        }
        await network.advance(1);
        for (const { id, code } of sent) {
          expect(await ledger.transaction(id)).toMatchObject({ status: "EXECUTED", code });
        }
      }
      await network.advance(1);
      for (const id of excluded) {
        const transaction = await ledger.transaction(id);
        expect(["EXPIRED", "DROPPED"]).toContain(transaction?.status);
        expect(transaction).toMatchObject({ code: 0, refusal: { code: "RESERVE_EXCEEDED" } });
      }
      for (const [name, balance] of Object.entries(example.expectFinal)) {
        expect([name, (await ledger.balance(accountOf(name).address)).amount]).toEqual([
          name,
          balance,
        ]);
      }
    },
  );
});

async function advanceTo(network: TestNetwork, ledger: LedgerClient, round: number): Promise<void> {
  const rounds = round - (await ledger.round());
  if (rounds > 0) await network.advance(rounds);
}

function balanceOf(example: Example, name: string): bigint {
  const accounts = example.accounts as Record<string, { balance: string }>;
  return BigInt(accounts[name]?.balance ?? 0);
}
