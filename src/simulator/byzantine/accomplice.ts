// Transactions that a user in league with faulty voters signs for them: all in order but for what the voter wants wrong.
import { gasRequired } from "../../protocol/ledger/gas.ts";
import {
  TRANSACTION_VERSION,
  transactionCodec,
  transactionId,
  transactionMessage,
  type UnsignedTransaction,
  unsignedTransactionCodec,
} from "../../protocol/ledger/transaction.ts";
import type { Accomplice, Means } from "./behaviour.ts";

export interface Wish {
  readonly chain: number;
  readonly nonce: number;
  readonly amount: bigint;
  readonly gasPrice: bigint;
  readonly validUntil: number;
  /** Of a second leg; none if undefined. */
  readonly alsoOn?: number;
}

/** A transfer to itself. */
export function signed(accomplice: Accomplice, { network }: Means, wish: Wish): Uint8Array {
  const { address, publicKey } = accomplice;
  const { nonce, gasPrice, amount, validUntil } = wish;
  const chains = wish.alsoOn === undefined ? [wish.chain] : [wish.chain, wish.alsoOn];
  const unsigned: UnsignedTransaction = {
    version: TRANSACTION_VERSION,
    networkId: network.id,
    legs: chains.map((chain) => ({
      chain,
      gasLimit: gasRequired("transfer", 0),
      payment: { payer: address, sequence: { kind: "nonce", nonce }, gasPrice },
    })),
    payload: { kind: "transfer", to: address, amount },
    validUntil,
    authorisations: [],
  };
  const id = transactionId(network.id, unsignedTransactionCodec.encode(unsigned));
  const signature = accomplice.sign(transactionMessage(network.id, id));
  return transactionCodec.encode({ ...unsigned, signatures: [{ publicKey, signature }] });
}
