// The plain ledger by itself, for tests that hold it against arithmetic done on paper.
import { expect } from "vitest";
import { PlainLedger } from "../../../src/simulator/checkers/plain-ledger.ts";
import { Draft, type DraftOptions, type Signing } from "./draft.ts";

/** One chain with a reserve of 10,000 and k = 3, where Alice has 100,000, Bob 50,000 and Poor 5,000. */
export class Paper {
  readonly #draft: Draft;
  readonly ledger: PlainLedger;

  constructor(options: DraftOptions = {}, change: (draft: Draft) => void = () => {}) {
    const balances = { alice: 100_000n, bob: 50_000n, poor: 5_000n };
    this.#draft = new Draft({ balances, ...options });
    change(this.#draft);
    this.ledger = new PlainLedger(this.#draft.genesis, () => 0);
  }

  transaction(signing: Signing) {
    const id = this.#draft.sign(signing);
    const signed = this.#draft.transactions.get(id);
    if (signed === undefined) throw new Error("Not signed");
    return signed;
  }

  judge(round: number, signing: Signing): string | null {
    return this.ledger.judge(this.transaction(signing), round);
  }

  /** Includes and executes; answers the code. */
  run(round: number, signing: Signing): number {
    const transaction = this.transaction(signing);
    expect(this.ledger.judge(transaction, round)).toBeNull();
    return this.ledger.include(transaction, round).code;
  }

  balance(address: string, chain = 0): bigint | undefined {
    return this.ledger.chains.get(chain)?.account(address).balance;
  }
}
