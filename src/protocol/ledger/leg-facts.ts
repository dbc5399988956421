// What the rules of section 6 ask of a leg, derived from the payload and nothing else: who may be lowered, by how
// much at most, and which fee.
import { invariant } from "../assert.ts";
import type { PayloadKind } from "./payload.ts";
import type { Leg, UnsignedTransaction } from "./transaction.ts";

type Legs = Pick<UnsignedTransaction, "legs">;

/** a leg with a nonce pays; one without payer, or by an offer number, is covered by the other leg. */
export const paysFee = ({ payment }: Leg): boolean => payment?.sequence.kind === "nonce";

/** The gas limits that the leg pays for: its own and those of covered legs; 0 if it is covered itself. */
export function gasPaid({ legs }: Legs, leg: Leg): number {
  if (!paysFee(leg)) return 0;
  return legs.reduce((gas, other) => (paysFee(other) ? gas : gas + other.gasLimit), leg.gasLimit);
}

/** The fee of a leg in base units of its chain's token: the limits that it pays for x its price, charged in full. */
export const legFee = (transaction: Legs, leg: Leg): bigint =>
  BigInt(gasPaid(transaction, leg)) * (leg.payment?.gasPrice ?? 0n);

/** the most that the payload takes from the leg's payer besides the fee. */
export function legValue({ legs, payload }: UnsignedTransaction, leg: Leg): bigint {
  const place = legs.indexOf(leg);
  invariant(place !== -1, "Leg of another transaction");
  switch (payload.kind) {
    case "transfer":
    case "bond":
    case "delegateStake":
      return payload.amount;
    case "trade":
      return place === 0 ? payload.firstAmount : payload.secondAmount;
    // A spendFrom lowers the delegator, never the delegate who pays.
    case "spendFrom":
    // What is unbonded comes back later, and lowers nobody.
    case "unbond":
    case "undelegateStake":
    case "createToken":
    case "cancelOffer":
    case "delegate":
    case "revoke":
    case "setReserve":
      return 0n;
  }
}

/** How many chains the payload needs legs on. */
export const legsRequired = (kind: PayloadKind): number => (kind === "trade" ? 2 : 1);
