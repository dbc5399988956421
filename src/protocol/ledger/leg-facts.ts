// What the rules of section 6 ask of a leg, derived from the payload and nothing else: who may be lowered, by how
// much at most, and which fee.
import { invariant } from "../assert.ts";
import type { Leg, UnsignedTransaction } from "./transaction.ts";

/** The fee of a leg in base units of its chain's token: limit x price, charged in full. */
export function legFee(leg: Leg): bigint {
  return leg.payment === null ? 0n : BigInt(leg.gasLimit) * leg.payment.gasPrice;
}

/** the most that the payload takes from the leg's payer besides the fee. */
export function legValue(transaction: UnsignedTransaction, leg: Leg): bigint {
  invariant(transaction.legs.includes(leg), "Leg of another transaction");
  switch (transaction.payload.kind) {
    case "transfer":
      return transaction.payload.amount;
    // A spendFrom lowers the delegator, never the delegate who pays.
    case "spendFrom":
    case "createToken":
    case "delegate":
    case "revoke":
    case "setReserve":
      return 0n;
  }
}

/** How many chains the payload needs legs on. */
export const legsRequired = (_kind: UnsignedTransaction["payload"]["kind"]): number => 1;
