// Mempools of tests: transactions of made-up senders, and rounds in which every account is rich.

import { BlockAssembler } from "../../src/protocol/blocks/assembler.ts";
import { EMPTY_ACCOUNT } from "../../src/protocol/ledger/account.ts";
import type { ChainRecord } from "../../src/protocol/ledger/chain-record.ts";
import type { Admitted, Mempool } from "../../src/protocol/ledger/mempool.ts";
import type { Selection } from "../../src/protocol/ledger/selection.ts";
import type { VerifiedTransaction } from "../../src/protocol/ledger/unverified.ts";
import type { MempoolRefusal } from "../../src/protocol/refusal.ts";
import { EMPTY_WINDOW } from "../../src/protocol/reserve/window.ts";
import type { Result } from "../../src/protocol/result.ts";
import { testGenesis } from "./genesis.ts";
import { ALONE } from "./reach.ts";
import { paperAccount } from "./signer.ts";
import { paperTransaction, type TransactionSpec } from "./transactions.ts";

const NETWORK_ID: Uint8Array = new Uint8Array(32).fill(5);

export const recordOf = (gasPriceMin: bigint): ChainRecord => ({
  ...(testGenesis().chains[0] as ChainRecord),
  gasPriceMin,
});

/** A mempool with the transactions that it has forgotten the bytes of. */
export class TestPool {
  readonly pool: Mempool;
  readonly #kept = new Map<string, VerifiedTransaction>();
  #arrivals = 0;

  constructor(pool: Mempool) {
    this.pool = pool;
  }

  add(
    transaction: VerifiedTransaction,
    { mayDisplace = true, rivalGivesWay = false } = {},
  ): Result<Admitted, MempoolRefusal> {
    const arrival = this.#arrivals++;
    this.#kept.set(transaction.idHex, transaction);
    return this.pool.add({
      transaction,
      arrival,
      mayDisplace: () => mayDisplace,
      givesWay: () => rivalGivesWay,
    });
  }

  has({ idHex }: VerifiedTransaction): boolean {
    return this.pool.get(idHex) !== undefined;
  }

  select(assembler: BlockAssembler, looksAtAll = true): Selection {
    const load = ({ idHex }: { readonly idHex: string }) =>
      this.#kept.get(idHex) as VerifiedTransaction;
    return this.pool.select(assembler, load, looksAtAll);
  }

  /** A block of what there is, which then is no longer waiting; the ids in its order. */
  block(assembler: BlockAssembler): string[] {
    const ids = this.select(assembler).chosen.map(({ idHex }) => idHex);
    for (const idHex of ids) this.pool.remove(idHex);
    return ids;
  }
}

/** A transfer of 1 to oneself, on T0 at nonce 0 and price 2 unless said otherwise. */
export function transferBy(
  payer: string,
  spec: Partial<Omit<TransactionSpec, "payer">> = {},
): VerifiedTransaction {
  const account = paperAccount(payer);
  return paperTransaction(NETWORK_ID, {
    payer: account,
    nonce: 0,
    gasPrice: 2n,
    payload: { kind: "transfer", to: account.address, amount: 1n },
    ...spec,
  });
}

/** `nonce`: what every account's next transaction carries. */
export const richRound = (record: ChainRecord, nonce = 0): BlockAssembler =>
  new BlockAssembler({
    round: 1,
    k: 3,
    chain: () => record,
    account: () => ({ ...EMPTY_ACCOUNT, nonce, balance: 10n ** 12n, reserve: 10n ** 12n }),
    ...ALONE,
    usedOffers: () => null,
    window: () => EMPTY_WINDOW,
  });
