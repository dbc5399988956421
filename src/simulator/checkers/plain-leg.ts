// What a transaction's leg costs and takes: and the gas of section 15.

import type { ObservedLeg, ObservedPayload, ObservedTransaction } from "./observation.ts";
import { isStaking, lockedBy } from "./plain-stakes.ts";

/** Gas of a leg (section 15); each authorisation costs 1,000 besides. */
const GAS: Readonly<Record<ObservedPayload["kind"], number>> = {
  transfer: 1_000,
  setReserve: 1_000,
  revoke: 1_000,
  delegate: 0,
  spendFrom: 1_500,
  trade: 1_500,
  cancelOffer: 1_500,
  createToken: 50_000,
  bond: 5_000,
  unbond: 5_000,
  delegateStake: 5_000,
  undelegateStake: 5_000,
};
const GAS_PER_AUTHORISATION = 1_000;

/** a leg without a nonce is paid on the other one, at the other's price. */
export function feeOf({ legs }: ObservedTransaction, leg: ObservedLeg): bigint {
  if (leg.nonce === null) return 0n;
  const covered = legs.filter(({ nonce }) => nonce === null);
  const gas = covered.reduce((sum, { gasLimit }) => sum + gasLimit, leg.gasLimit);
  return BigInt(gas) * leg.gasPrice;
}

/** the most that the payload takes from the leg's payer besides the fee. */
export function legValue({ payload, legs }: ObservedTransaction, leg: ObservedLeg): bigint {
  if (payload.kind === "trade") return payload.amounts[legs.indexOf(leg)] ?? 0n;
  if (isStaking(payload)) return lockedBy(payload);
  return payload.kind === "transfer" && leg === legs[0] ? payload.amount : 0n;
}

export const gasOf = ({ payload, authorisations }: ObservedTransaction, chain: number): number =>
  GAS[payload.kind] +
  GAS_PER_AUTHORISATION * authorisations.filter((one) => one.chain === chain).length;
