// Transactions that no honest set puts into a block.
import { transactionCodec } from "../../src/protocol/ledger/transaction.ts";
import { accepted } from "../support/transactions.ts";

export { accepted };

/** The same transaction, signed by nobody. */
export function transactionWithBadSignature(bytes: Uint8Array): Uint8Array {
  const transaction = accepted(transactionCodec.decode(bytes));
  const signatures = transaction.signatures.map((one) => ({
    ...one,
    signature: one.signature.map((byte, i) => (i === 0 ? byte ^ 1 : byte)),
  }));
  return transactionCodec.encode({ ...transaction, signatures });
}
